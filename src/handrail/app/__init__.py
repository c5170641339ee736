"""The app: a clinic and a payer keep the records here that the definitions judge. It stores, shows and logs.

It never judges: `worklists` hands a person's rows to the engine and keeps what comes back. Start at `chart/models.py`
(what is stored), `accounts/access.py` (who may see it) and `screens` (one folder a screen).
"""
