"""Runs of measures that an organization keeps: over its own records, or over a payer's extract, with their facts."""
