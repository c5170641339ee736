"""The line of an episode: where each day stands in the picture. The picture is SVG; a table beside it says the same."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH = 760
_LEFT, _RIGHT = 120, 744
ROWS = {"course": 24, "assessment": 56, "plan": 82, "review": 108, "sessions": 140}
"""Where each row of the picture stands, from above."""

_MOST_MONTHS = 8


@dataclass(frozen=True)
class Event:
    """Something that happened on a day. `address` is where to look at it, if anywhere."""

    day: datetime.date
    kind: str
    says: str
    address: str = ""


@dataclass(frozen=True)
class Mark:
    """An event at its place in the picture."""

    x: float
    y: int
    event: Event


@dataclass(frozen=True)
class Tick:
    """A day with sessions: a line from `top` to `bottom`."""

    x: float
    day: datetime.date
    count: int
    top: int
    bottom: int = ROWS["sessions"] + 6


@dataclass(frozen=True)
class Timeline:
    """Everything that the picture of one episode draws."""

    since: datetime.date
    until: datetime.date
    marks: Sequence[Mark]
    ticks: Sequence[Tick]
    months: Sequence[tuple[float, str]]
    waits: tuple[float, float] | None
    runs: tuple[float, float] | None
    today: float | None
    width: int = WIDTH
    height: int = 172
    rows: dict[str, int] = field(default_factory=lambda: dict(ROWS))


def timeline(
    events: Sequence[Event],
    sessions: Sequence[tuple[datetime.date, int]],
    *,
    requested: datetime.date | None,
    admitted: datetime.date | None,
    discharged: datetime.date | None,
    today: datetime.date,
) -> Timeline:
    """This will place events and days of sessions between the first of them and today or, once ended, the last."""
    days = [event.day for event in events] + [day for day, _ in sessions]
    since = min([*days, today])
    until = max([*days, since + datetime.timedelta(days=1)] + ([] if discharged else [today]))

    def x(day: datetime.date) -> float:
        share = (min(max(day, since), until) - since).days / (until - since).days
        return round(_LEFT + share * (_RIGHT - _LEFT), 1)

    started = admitted or discharged
    marks = [Mark(x(event.day), ROWS.get(event.kind, ROWS["course"]), event) for event in events]
    ticks = [Tick(x(day), day, count, ROWS["sessions"] - min(4 + 4 * count, 16)) for day, count in sessions]
    return Timeline(
        since=since,
        until=until,
        marks=marks,
        ticks=ticks,
        months=[(x(day), f"{day:%b %Y}") for day in _months(since, until)],
        waits=(x(requested), x(started or until)) if requested else None,
        runs=(x(started), x(discharged or until)) if started else None,
        today=None if discharged else x(today),
    )


def _months(since: datetime.date, until: datetime.date) -> list[datetime.date]:
    count = (until.year - since.year) * 12 + until.month - since.month
    step = max(1, -(-count // _MOST_MONTHS))
    months = [(since.year * 12 + since.month + place) for place in range(0, count, step)]
    return [datetime.date(place // 12, place % 12 + 1, 1) for place in months]
