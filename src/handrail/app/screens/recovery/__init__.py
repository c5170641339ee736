"""Recovery support and what came of it: contacts and their skill areas, the care team, needs, outcomes and incidents.

It counts and compares nothing itself: every number is a fact of a stored verdict. Start at `views.py`.
"""
