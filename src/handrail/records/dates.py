"""What the dates of a row must satisfy among themselves, read off the names of its columns."""

from __future__ import annotations

import datetime as dt

from handrail.records.schema import Table

EARLIEST = dt.date(1900, 1, 1)
"""No date in a record is earlier."""

LATEST = dt.date(2200, 12, 31)
"""No date in a record is later."""

_BEGIN_AND_END = (
    ("admitted_on", "discharged_on"),
    ("arrived_at", "left_at"),
    ("birth_date", "died_on"),
    ("diagnosed_on", "resolved_on"),
    ("hired_on", "left_on"),
    ("issued_on", "expires_on"),
    ("opened_on", "closed_on"),
    ("starts_at", "ends_at"),
    ("starts_on", "ends_on"),
)


def intervals(table: Table) -> tuple[tuple[str, str], ...]:
    """This will give the pairs of columns of which the second may not be earlier than the first."""
    return tuple(pair for pair in _BEGIN_AND_END if set(pair) <= set(table.columns))


def alternatives(table: Table) -> tuple[str, ...]:
    """This will give the dates of which a row needs at least one; none where the table does not ask for it.

    A table that can be dated by several columns, none of them required, cannot be placed in time by a row
    that has none: an episode with neither a request nor an admission.
    """
    if len(table.dated) < 2 or any(table.columns[name].required for name in table.dated):
        return ()
    return table.dated
