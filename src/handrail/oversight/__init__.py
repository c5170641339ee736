"""Oversight: over- and under-use, outlier practice and outcomes, with the uncertainty shown.

It is for anyone with arrays of counts: no records, no database and no app are needed, and it accuses nobody: it picks
what people should look at. Start with `signals.signals`; `funnel` is the picture and `docs/methods.md` the formulas.
"""
