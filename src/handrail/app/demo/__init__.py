"""The demo: two invented providers and a payer, with people, staff and half a year of records, every lapse among them.

It is made through the same operations that a user uses. Start at `making.py`; names are in `names.yaml`.
"""
