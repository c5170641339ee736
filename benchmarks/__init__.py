"""How fast Handrail is, beside peers that do the same work, in one run: `python -m benchmarks`, or `make bench`.

It proves no rule: a peer is written by hand from the same two definitions, and its time counts only where its answers
equal Handrail's. Start with `__main__.py`; `docs/benchmarks.md` says what is measured and how to read it.
"""
