"""One person: her episodes on a line, what the definitions say today, and the way to everything else about her.

`views.py` is the overview and a new request; `why.py` is one verdict with its reasons; `record.py` is one record.
`settling.py` finds the form and the field that settle a missing fact, from the subject's own evidence and `settles.yaml`.
`who.py`, `source.py` and `chips.py` serve every screen that is about a person or cites a definition.
"""
