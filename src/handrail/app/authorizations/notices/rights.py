"""Until when the person may do what, counted from the day of the letter by the payer's terms of that day.

42 CFR 438.402(c) (appeal), 438.408(f) (hearing), 438.420 (benefits go on), 438.404(c)(1) with 431.211 (advance notice).
"""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass
from typing import Any

from handrail.app.authorizations.models import Terms


@dataclass(frozen=True)
class Rights:
    """The days of one letter. `effective`: from when care approved before ends or is less; None where none was."""

    on: datetime.date
    appeal_until: datetime.date
    hearing_until: datetime.date
    effective: datetime.date | None
    continuation_until: datetime.date | None

    def told(self) -> dict[str, Any]:
        """This will give the days as JSON holds them."""
        return {name: day.isoformat() if day else None for name, day in asdict(self).items()}


def rights(terms: Terms, on: datetime.date, last_approved: datetime.date | None = None) -> Rights:
    """This will count the days of a letter that is dated `on`.

    `last_approved` is the last day of care that the payer approved before. Where it lies ahead, nothing is less before
    the day after it, nor before the advance notice is over; and benefits go on where they are asked for by the later
    of that day and the days that the terms give.
    """
    effective = continuation = None
    if last_approved is not None and last_approved >= on:
        effective = max(last_approved + _days(1), on + _days(terms.advance_notice_days))
        continuation = max(effective, on + _days(terms.continuation_days))
    return Rights(on, on + _days(terms.appeal_days), on + _days(terms.hearing_days), effective, continuation)


def _days(number: int) -> datetime.timedelta:
    return datetime.timedelta(days=number)
