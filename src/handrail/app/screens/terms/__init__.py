"""A payer's terms from a day on, held to the federal ceiling, and the credentials of those who decide.

A provider's administrator reads the payers' terms here; they are published.
"""
