"""Admission and assessment: what the source asks, in its order, beside what is documented and what is missing.

`views.py` is the admission, `acts.py` its forms, `assess.py` and `assessing.py` the assessment.
"""
