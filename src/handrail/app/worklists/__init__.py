"""Verdicts kept for screens: what the engine said about each person, so that a list need not ask it again.

It judges nothing: `judging.py` hands rows to the engine and stores what comes back. Start there; `due.py` says what is
late, due and at risk. `waiting.py` says how what changed waits to be judged anew, and `following.py` does it.
"""
