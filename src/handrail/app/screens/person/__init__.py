"""One person: her episodes on a line, what the definitions say today, and the way to everything else about her.

`views.py` is the overview and a new request; `why.py` is one verdict with its reasons; `record.py` is one record.
"""
