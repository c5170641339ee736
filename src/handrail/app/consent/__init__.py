"""Privacy of substance-use records (42 CFR Part 2): consents, agreements, disclosures, emergencies, and the notices that go along.

Nothing about a person leaves her provider but through `disclosing.py`, which asks `covering.py` whether a consent or a
rule allows it today and enters it in the accounting. Not for who may read what inside one organization: that is
`accounts`. Start with `models.py`.
"""
