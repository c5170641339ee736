"""Counting what uses authorizations up, from the sessions to which the person came, and what was billed beside.

A session counts once: where authorizations overlap it is taken from the one that ends first, as far as there is anything
left. Time that is not documented makes a range, from what is certain to what there may be.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from handrail.app.accounts.access import Viewer
from handrail.app.authorizations.models import Authorization, Terms
from handrail.app.chart import reading


@dataclass(frozen=True)
class Used:
    """How much of an authorization is used, in its unit: at least, and at most (None: no limit is documented)."""

    least: Decimal
    most: Decimal | None
    sessions: int

    @property
    def is_sure(self) -> bool:
        """Whether it is documented in full."""
        return self.least == self.most

    @property
    def says(self) -> str:
        """It in words: 14, 14 to 16, at least 14."""
        if self.most is None:
            return f"at least {plain(self.least)}"
        return plain(self.least) if self.is_sure else f"{plain(self.least)} to {plain(self.most)}"


@dataclass(frozen=True)
class _Came:
    """One session to which the person came: its minutes, at least and at most."""

    day: datetime.date
    type: str
    least: int
    most: int | None


@dataclass
class _Tally:
    """What was taken from one authorization so far, in minutes or pieces."""

    taken: int = 0
    sessions: int = 0
    is_open: bool = False


@dataclass(frozen=True)
class _Rule:
    """What a payer's terms say of a service: which sessions use an authorization up, and by which codes it is billed."""

    types: tuple[str, ...]
    codes: tuple[str, ...]

    def asks_for(self, kind: str) -> bool:
        """Whether a session of this type uses it up."""
        return kind in self.types if self.types else kind not in _stated()["free"]


@dataclass(frozen=True)
class Count:
    """What is used of one authorization, None where nothing is counted; and billed, None where no claim is there."""

    used: Used | None
    billed: Decimal | None


def counted(looking: Viewer, held: Sequence[Authorization], as_of: datetime.date) -> dict[str, Count]:
    """This will count authorizations of the viewer's own chart up to a day, that day included; by their ids."""
    if not held:
        return {}
    episodes = sorted({str(one.episode_id) for one in held})
    beside: dict[tuple[str, str, str | None], list[Authorization]] = defaultdict(list)
    for one in Authorization.objects.filter(holder_id=looking.organization.pk, episode_id__in=episodes):
        beside[line_of(one)].append(one)
    rules = _rules([one for some in beside.values() for one in some])
    came = _came(looking, episodes, as_of)
    least: dict[str, _Tally] = {}
    most: dict[str, _Tally] = {}
    for (episode, definition, payer), some in beside.items():
        sessions = [one for one in came[episode, definition] if rules[payer, definition].asks_for(one.type)]
        least |= _spread(some, sessions, is_least=True)
        most |= _spread(some, sessions, is_least=False)
    billed = _billed(looking, held, rules, as_of)
    return {one.pk: Count(_used(one, least[one.pk], most[one.pk]), billed.get(one.pk)) for one in held}


def last_day(authorization: Authorization) -> datetime.date:
    """This will give the last day of an authorization, also where it was cut short."""
    return min(authorization.ends_on, authorization.ended_on or authorization.ends_on)


def plain(amount: Decimal) -> str:
    """This will say an amount without zeros at its end, to two places, like 14, 14.5, 7.33."""
    return f"{amount:.2f}".rstrip("0").rstrip(".")


def line_of(one: Authorization) -> tuple[str, str, str | None]:
    """This will give what an authorization is one of: those of an episode, a service and a payer go on from each other."""
    return (str(one.episode_id), one.definition, one.payer_id)


def _came(looking: Viewer, episodes: Sequence[str], as_of: datetime.date) -> dict[tuple[str, str], list[_Came]]:
    """By episode and service: the held sessions to which she came, each once, in order of time."""
    rows = (
        reading.rows(looking, "attendance")
        .filter(episode_id__in=episodes, status="attended", session__status="held", session__is_withdrawn=False)
        .filter(session__held_on__lte=as_of)
        .select_related("session__program")
        .order_by("session__held_on", "session__starts_at", "session_id", "pk")
    )
    found: dict[tuple[str, str], list[_Came]] = defaultdict(list)
    seen = set()
    for row in rows:
        if (row.episode_id, row.session_id) not in seen:
            seen.add((row.episode_id, row.session_id))
            one = _Came(row.session.held_on, row.session.type, *minutes(row))
            found[row.episode_id, row.session.program.service].append(one)
    return found


def minutes(attendance: Any) -> tuple[int, int | None]:
    """This will give the minutes for which somebody was there, at least and at most; None: nothing bounds it.

    A break lies inside of the time at worst and outside of it at best. Times that contradict each other count as none.
    """
    session = attendance.session
    starts, ends, pause = session.starts_at, session.ends_at, session.break_minutes or 0
    if starts and ends and ends <= starts:
        starts = ends = None
    arrived, left = attendance.arrived_at, attendance.left_at
    if arrived and left and left < arrived:
        arrived = left = None
    whole = max(0, _minutes(starts, ends) - pause) if starts and ends else None
    came, went = [one for one in (arrived, starts) if one], [one for one in (left, ends) if one]
    if not came or not went:
        return 0, whole
    there = max(0, _minutes(max(came), min(went)))
    most = there if whole is None else min(there, whole)
    return (max(0, there - pause) if arrived and left else 0), most


def _minutes(start: datetime.datetime, end: datetime.datetime) -> int:
    return int((end - start).total_seconds() // 60)


def _spread(some: Iterable[Authorization], sessions: Iterable[_Came], *, is_least: bool) -> dict[str, _Tally]:
    """Take each session from the authorization that ends first and has anything left; what is too much, from the last."""
    order = sorted(some, key=lambda one: (last_day(one), one.starts_on, one.pk))
    tallies = {one.pk: _Tally() for one in order}
    days: set[tuple[str, datetime.date]] = set()
    for session in sessions:
        covering_it = [one for one in order if one.starts_on <= session.day <= last_day(one)]
        amount = session.least if is_least else session.most
        for one in covering_it:
            tally, is_last = tallies[one.pk], one is covering_it[-1]
            if one.unit == "day" and (one.pk, session.day) in days:
                tally.sessions += 1
                break
            size = _stated().get(one.unit, {}).get("minutes")
            room = None if one.units is None or is_last else max(0, one.units * (size or 1) - tally.taken)
            if room == 0:
                continue
            days.add((one.pk, session.day))
            tally.sessions += 1
            if not size:
                tally.taken += 1
                break
            if amount is None:
                tally.is_open = True
                break
            amount -= amount % size if _stated()[one.unit].get("whole") else 0
            part = amount if room is None else min(amount, room)
            tally.taken, amount = tally.taken + part, amount - part
            if not amount:
                break
    return tallies


def _used(one: Authorization, least: _Tally, most: _Tally) -> Used | None:
    if not one.unit:
        return None
    size = _stated().get(one.unit, {}).get("minutes") or 1
    return Used(Decimal(least.taken) / size, None if most.is_open else Decimal(most.taken) / size, most.sessions)


def _rules(held: Iterable[Authorization]) -> dict[tuple[str | None, str], _Rule]:
    """The latest terms in force on each service's last authorization; one query for all."""
    held = list(held)
    every = list(Terms.objects.filter(payer_id__in={one.payer_id for one in held}).order_by("since"))
    found = {}
    for one in sorted(held, key=lambda one: one.starts_on):
        in_force = [terms for terms in every if terms.payer_id == one.payer_id and terms.since <= one.starts_on]
        told = in_force[-1].units.get(one.definition, {}) if in_force else {}
        found[one.payer_id, one.definition] = _Rule(tuple(told.get("types", ())), tuple(told.get("codes", ())))
    return found


def _billed(
    looking: Viewer, held: Sequence[Authorization], rules: Mapping[tuple[str | None, str], _Rule], as_of: datetime.date
) -> dict[str, Decimal]:
    """Units billed within the days of an authorization, by the codes that the payer's terms name for the service."""
    coded = [one for one in held if rules[one.payer_id, one.definition].codes]
    if not coded:
        return {}
    lines = list(
        reading.rows(looking, "claim_line")
        .filter(person_id__in={one.person_id for one in coded}, starts_on__lte=as_of)
        .values_list("person_id", "service_code", "starts_on", "units")
    )
    found = {}
    for one in coded:
        codes = rules[one.payer_id, one.definition].codes
        own = [
            units or Decimal(0)
            for person, code, day, units in lines
            if person == one.person_id and code in codes and one.starts_on <= day <= last_day(one)
        ]
        if own:
            found[one.pk] = sum(own, Decimal(0))
    return found


@cache
def _stated() -> Mapping[str, Any]:
    told: Mapping[str, Any] = YAML(typ="safe").load(
        files(__package__).joinpath("units.yaml").read_text(encoding="utf-8")
    )
    return told
