"""FHIR dates and times as the days and wall-clock times that somebody wrote down."""

from __future__ import annotations

import re
from datetime import date, datetime

_DATE_TIME = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d\d)(-(?P<day>\d\d)"
    r"(T(?P<hour>\d\d):(?P<minute>\d\d)(:[0-5]\d(\.\d+)?|:60)?(Z|[+-]\d\d:\d\d)?)?)?)?"
)


def day_of(written: str) -> date | None:
    """This will give the local day as it was written, or None where only a year or a month was written.

    An offset changes nothing: `2024-03-01T23:30:00-06:00` is the first of March, for that is what the
    clock on the wall said. Raises: `ValueError` where it is no FHIR date or no day of the calendar.
    """
    found = _DATE_TIME.fullmatch(written)
    if found is None:
        raise ValueError("not a FHIR date")
    year, month, day = int(found["year"]), int(found["month"] or 1), int(found["day"] or 1)
    first = date(year, month, day)
    return first if found["day"] else None


def minute_of(written: str) -> datetime | None:
    """This will give the local wall-clock time as it was written, or None where no time was written.

    Raises: `ValueError` as `day_of` does.
    """
    day = day_of(written)
    found = _DATE_TIME.fullmatch(written)
    if day is None or found is None or found["hour"] is None:
        return None
    return datetime(day.year, day.month, day.day, int(found["hour"]), int(found["minute"]))
