"""The plan: its versions, its goals, what the definitions say of it, and who signed. Start at `views.py`.

`sections.py` says which columns and words a plan has and compares versions; `told.py` reads verdicts for a screen.
"""
