"""When a decision is due. It counts from receipt and from nothing else; the clock on the wall is the payer's.

Calendar days keep the time of day through a change of the clocks (a request of Friday 23:59 is due on Friday 23:59);
hours are hours. What a pause adds never goes beyond what the federal ceiling allows in all.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from handrail.app.authorizations.models import Request, Terms
from handrail.app.authorizations.terms import ceiling


@dataclass(frozen=True)
class Left:
    """What is left on a clock, in words and as a state: overdue, today (under 24 hours), soon (under 48), later, paused."""

    state: str
    says: str


def due_at(
    received_at: datetime.datetime,
    urgency: str,
    terms: Terms,
    zone: ZoneInfo,
    *,
    extended_days: int = 0,
    paused: datetime.timedelta = datetime.timedelta(),
) -> datetime.datetime:
    """This will say when a decision is due. `extended_days`: by how many calendar days it was extended, `paused`: how
    long the clock stood still.

    Raises `ValueError` where it is extended by more than the terms allow.
    """
    if extended_days > terms.extension_days:
        raise ValueError(f"It may be extended by {terms.extension_days} days in all.")
    bounds = ceiling(received_at.astimezone(zone).date())
    own = _after(received_at, urgency, zone, terms.standard_days, terms.expedited_hours)
    most = _after(received_at, urgency, zone, bounds["standard_days"]["most"], bounds["expedited_hours"]["most"])
    due = later(own, extended_days, zone) + paused
    return min(due, later(most, bounds["extension_days"]["most"], zone))


def later(moment: datetime.datetime, days: int, zone: ZoneInfo) -> datetime.datetime:
    """This will go some calendar days on, at the same time of day where the zone has it, else at the next that it has."""
    wall = moment.astimezone(zone).replace(tzinfo=None) + datetime.timedelta(days=days)
    return wall.replace(tzinfo=zone).astimezone(datetime.UTC)


def left(request: Request, now: datetime.datetime) -> Left:
    """This will say what is left of the time for a decision."""
    if request.due_at is None or request.status not in Request.OPEN:
        return Left("", "")
    if request.paused_at is not None:
        return Left("paused", "The clock stands still")
    hours = (request.due_at - now) / datetime.timedelta(hours=1)
    if hours < 0:
        return Left("overdue", f"Overdue {_spoken(-hours)}")
    state = "today" if hours < 24 else "soon" if hours < 48 else "later"
    return Left(state, f"Due in {_spoken(hours)}")


def _after(received_at: datetime.datetime, urgency: str, zone: ZoneInfo, days: int, hours: int) -> datetime.datetime:
    if urgency == Request.Urgency.EXPEDITED:
        return received_at.astimezone(datetime.UTC) + datetime.timedelta(hours=hours)
    return later(received_at, days, zone)


def _spoken(hours: float) -> str:
    if hours < 1:
        return f"{max(1, int(hours * 60))} min"
    return f"{int(hours)} h" if hours < 72 else f"{int(hours // 24)} days"
