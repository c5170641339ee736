"""Candidates for recovery support: who may be eligible now, how many days are left, and what is missing.

Nothing is decided here: the engine judges everybody as if she asked today (`finding.py`). Start at `views.py`.
"""
