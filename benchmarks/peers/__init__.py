"""The same eligibility, written by hand in other tools, to be timed beside Handrail's.

Each is written as a competent engineer would write it who knows the two definitions and the tool, not as a copy of
Handrail's SQL. None is part of the product. Each gives the columns that Handrail gives; `agreement.py` compares them.
"""
