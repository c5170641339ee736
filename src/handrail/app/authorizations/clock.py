"""When a decision is due. It counts from receipt and from nothing else; the clock on the wall is the payer's.

Calendar days keep the time of day through a change of the clocks (a request of Friday 23:59 is due on Friday 23:59);
hours are hours. Extensions and pauses together never go beyond what the federal ceiling allows in all.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from handrail.app.authorizations.models import Request, Step, Terms
from handrail.app.authorizations.terms import ceiling

PAUSES = "pauses"
"""The mark in a step's detail that the clock stands still from it on."""
_GOES_ON = ("answer", "refer")
_NO_TIME = datetime.timedelta()


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
    paused: datetime.timedelta = _NO_TIME,
) -> datetime.datetime:
    """This will say when a decision is due. `extended_days`: by how many calendar days it was extended, `paused`: how
    long the clock stood still.

    Raises `ValueError` where it is extended by more than the terms or the ceiling allow.
    """
    bounds = ceiling(received_at.astimezone(zone).date())
    longest = bounds["extension_days"]["most"]
    if not 0 <= extended_days <= (allowed := min(terms.extension_days, longest)):
        raise ValueError(f"It may be extended by {allowed} days in all.")
    days = min(terms.standard_days, bounds["standard_days"]["most"])
    hours = min(terms.expedited_hours, bounds["expedited_hours"]["most"])
    due = _after(received_at, urgency, zone, days, hours, extended_days)
    if paused <= _NO_TIME:
        return due
    return min(due + paused, _after(received_at, urgency, zone, days, hours, longest))


def latest(received_at: datetime.datetime, urgency: str, terms: Terms, zone: ZoneInfo) -> datetime.datetime:
    """This will say when a decision is due at the latest, however long the clock stands still."""
    return due_at(received_at, urgency, terms, zone, paused=datetime.timedelta(days=3650))


def appeal_due_at(
    filed_at: datetime.datetime, urgency: str, terms: Terms, zone: ZoneInfo, *, extended_days: int = 0
) -> datetime.datetime:
    """This will say when an appeal is due (42 CFR 438.408(b) and (c)): by the terms and the ceiling of its receipt.

    Raises `ValueError` where it is extended by more than they allow.
    """
    bounds = ceiling(filed_at.astimezone(zone).date())
    if not 0 <= extended_days <= (allowed := appeal_extension(filed_at, terms, zone)):
        raise ValueError(f"It may be extended by {allowed} days in all.")
    days = min(terms.appeal_standard_days, bounds["appeal_standard_days"]["most"])
    hours = min(terms.appeal_expedited_hours, bounds["appeal_expedited_hours"]["most"])
    return _after(filed_at, urgency, zone, days, hours, extended_days)


def appeal_extension(filed_at: datetime.datetime, terms: Terms, zone: ZoneInfo) -> int:
    """This will say by how many calendar days an appeal may be extended in all."""
    bounds = ceiling(filed_at.astimezone(zone).date())
    return min(terms.appeal_extension_days, bounds["appeal_extension_days"]["most"])


def later(moment: datetime.datetime, days: int, zone: ZoneInfo) -> datetime.datetime:
    """This will go some calendar days on, at the same time of day; where the zone leaves that out, as its clocks go on.

    A time of day that comes twice is its first, unless no day passes at all.
    """
    if days == 0:
        return moment.astimezone(datetime.UTC)
    wall = moment.astimezone(zone).replace(tzinfo=None) + datetime.timedelta(days=days)
    before, after = (wall.replace(tzinfo=zone, fold=fold).astimezone(datetime.UTC) for fold in (0, 1))
    if before.astimezone(zone).replace(tzinfo=None) == wall:
        return before
    low, high = int(after.timestamp()), int(before.timestamp())  # the clocks go on somewhere between
    offset = datetime.datetime.fromtimestamp(high, zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return datetime.datetime.fromtimestamp(high, datetime.UTC)


def stood_still(steps: Iterable[Step], now: datetime.datetime) -> datetime.timedelta:
    """This will say how long the clock stood still: from each question that stops it until an answer or a referral."""
    total, since = _NO_TIME, None
    for step in sorted(steps, key=lambda one: one.place):
        if since is not None and step.act in _GOES_ON:
            total, since = total + (step.at - since), None
        elif since is None and step.act == "ask" and step.detail.get(PAUSES):
            since = step.at
    return total if since is None else total + max(now - since, _NO_TIME)


def extended(steps: Iterable[Step], appeal_id: str | None = None) -> int:
    """This will count the days by which a request was extended, or one of its appeals."""
    return sum(step.detail.get("days", 0) for step in steps if step.act == "extend" and step.appeal_id == appeal_id)


def left(request: Request, now: datetime.datetime) -> Left:
    """This will say what is left of the time for a decision."""
    if request.due_at is None or request.status not in Request.OPEN:
        return Left("", "")
    hours = (request.due_at - now) / datetime.timedelta(hours=1)
    if hours <= 0:
        return Left("overdue", f"Overdue {_spoken(-hours)}")
    if request.paused_at is not None:
        return Left("paused", f"The clock stands still, for {_spoken(hours)} at most")
    state = "today" if hours < 24 else "soon" if hours < 48 else "later"
    return Left(state, f"Due in {_spoken(hours)}")


def _after(
    received_at: datetime.datetime, urgency: str, zone: ZoneInfo, days: int, hours: int, extended_days: int
) -> datetime.datetime:
    if urgency == Request.Urgency.EXPEDITED:
        moment = received_at.astimezone(datetime.UTC) + datetime.timedelta(hours=hours)
        return later(moment, extended_days, zone)
    return later(received_at, days + extended_days, zone)


def _spoken(hours: float) -> str:
    if hours < 1:
        return f"{max(1, int(hours * 60))} min"
    return f"{int(hours)} h" if hours < 72 else f"{int(hours // 24)} days"
