"""Admission and assessment: what the source asks, in its order, beside what is documented and what is missing.

`views.py` is the admission, `acts.py` its forms, `assess.py` and `assessing.py` the assessment. `settling.py` finds the
form and the field that settle a missing fact, from the subject's own evidence and `settles.yaml`.
"""
