"""Three trials of treatment for opioid use disorder (CTN-0094, de-identified), as tables for retention and use.

The data are not part of this repository. Start with README.md; `python -m examples.ctn0094 DIR --out DIR` runs it.
"""
