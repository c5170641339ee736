"""The clinical record: a Django model for each table of `handrail.records`, with its history, signing and amending.

Nothing here judges. Reading goes through `reading.py`, writing through `writing.py`: both ask who is looking, keep to
the viewer's organization, and write the log. `arrow.py` hands rows to the engine. Start at `models.py`.
"""
