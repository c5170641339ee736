"""Focused reviews: cases are drawn for people to look at, what they find is answered, mended, and looked at again.

A statistical signal, a clause or an incident selects; it never accuses. What the engine said of a clause is kept beside
what a reviewer says of it. Start with `models.py`; a review begins in `opening.py`.
"""
