"""In and out: rosters, sessions and attendance from a clinic's own CSV files, and everything about a person as a ZIP.

`sheets.py` reads a file, `kinds.yaml` says what it may hold, `rows.py` makes records of its lines, `views.py` shows them.
"""
