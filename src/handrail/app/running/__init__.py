"""Running the app: starting the server, and copying its database away and back.

It knows no chart and no screen. Start at `serving.py`; `copies.py` is what `handrail backup` and `restore` do, `home.py` keeps them apart.
"""
