"""The built-in example: the records of an invented clinic over half a year, the same for the same seed.

It judges nothing and holds no real person's data: staff and facilities have invented names, people only ids.
Start with `example()`, made in `making.py`; what goes wrong in it, and how often, is listed in `lapses.yaml`.
`extract()` is a payer's extract of other people and programs, for oversight; what is true in it, says `planted()`.
"""

from handrail.example.days import LAST_DAY
from handrail.example.extract import extract, planted
from handrail.example.making import example

as_of = LAST_DAY
"""The day as of which the example is to be judged."""

__all__ = ["as_of", "example", "extract", "planted"]
