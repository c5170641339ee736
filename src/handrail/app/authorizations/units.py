"""Units of authorizations: how many are used and left, counted from the sessions to which the person came.

Counted anew each time from the provider's chart, never kept. A session counts once: where authorizations overlap it is
taken from the one that ends first, as far as there is anything left. Time that is not documented makes a range, from
what is certain to what there may be. These are counts for billing; what a definition says about hours is judged elsewhere.

**The payer** has no chart: it sees what it authorized. What is used it learns from `report`, by which the provider tells
it one number an authorization: a disclosure under a consent, kept as a step, and shown while a consent covers it.
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

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from ruamel.yaml import YAML

from handrail.app.accounts.access import Viewer
from handrail.app.accounts.models import Organization
from handrail.app.authorizations.acting import act
from handrail.app.authorizations.models import Authorization, Step, Terms
from handrail.app.authorizations.sharing import PAYMENT
from handrail.app.chart import reading
from handrail.app.consent.covering import covering
from handrail.app.consent.disclosing import disclose

ATTENDANCE = ("attendance",)
SOON = 14
"""Days before the last one from which an authorization is said to run out."""
_TOLD = "report units"


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
class Standing:
    """One authorization as it stands on a day. `used` is None where nothing is counted, `billed` where no claim is there."""

    authorization: Authorization
    as_of: datetime.date
    last: datetime.date
    used: Used | None
    billed: Decimal | None = None
    reported_on: datetime.date | None = None

    @property
    def left(self) -> Used | None:
        """What is left: at least, at most; None where no unit is stated."""
        units = self.authorization.units
        if units is None or self.used is None:
            return None
        most = max(Decimal(0), units - self.used.least)
        least = Decimal(0) if self.used.most is None else max(Decimal(0), units - self.used.most)
        return Used(least, most, self.used.sessions)

    @property
    def days_left(self) -> int:
        """The days left, today and the last one counted; 0 where it is over."""
        first = max(self.as_of, self.authorization.starts_on)
        return max(0, (self.last - first).days + 1)

    @property
    def state(self) -> str:
        """`coming`, `over`, `used up`, `soon` (it ends within two weeks), or `runs`."""
        if self.as_of > self.last:
            return "over"
        if self.as_of < self.authorization.starts_on:
            return "coming"
        if self.left is not None and self.left.most == 0:
            return "used up"
        return "soon" if self.days_left <= SOON else "runs"

    @property
    def unit(self) -> str:
        """The unit in words, for a number other than one."""
        unit = self.authorization.unit
        return {"15 minutes": "units of 15 minutes"}.get(unit, f"{unit}s") if unit else "units"


def standings(
    looking: Viewer, *, person: str = "", episode: str = "", request: str = "", as_of: datetime.date | None = None
) -> list[Standing]:
    """This will say how authorizations stand: of a person, an episode or a request; without any, all that still run.

    For a provider they are counted; for a payer they are as last reported. The queries do not grow with the rows.
    """
    day = as_of or looking.today
    found = _seen_by(looking)
    for field, value in (("person_id", person), ("episode_id", episode), ("request_id", request)):
        if value:
            found = found.filter(**{field: value})
    if not (person or episode or request):
        found = found.filter(_not_over(day))
    held = list(found.select_related("request", "payer", "holder").order_by("ends_on", "pk"))
    if looking.organization.kind == Organization.Kind.PAYER:
        return _reported(looking, held, day)
    return _counted(looking, held, day)


def standing(looking: Viewer, authorization: Authorization, as_of: datetime.date | None = None) -> Standing:
    """This will say how one authorization stands."""
    return next(
        one
        for one in standings(looking, request=str(authorization.request_id), as_of=as_of)
        if one.authorization.pk == authorization.pk
    )


def used(looking: Viewer, authorization: Authorization, as_of: datetime.date | None = None) -> Used | None:
    """This will say how much of an authorization is used up to a day, that day included."""
    return standing(looking, authorization, as_of).used


def overlaps(authorization: Authorization) -> list[Authorization]:
    """This will list the other authorizations of the same episode and service that share a day with this one."""
    last = last_day(authorization)
    others = Authorization.objects.filter(
        holder_id=authorization.holder_id,
        payer_id=authorization.payer_id,
        episode_id=authorization.episode_id,
        definition=authorization.definition,
        starts_on__lte=last,
    ).exclude(pk=authorization.pk)
    return [one for one in others.order_by("ends_on", "pk") if last_day(one) >= authorization.starts_on]


def expiring(looking: Viewer, within_days: int = SOON) -> list[Standing]:
    """This will list what ends within so many days, or is used up before it ends, and has nothing that goes on after it."""
    running = standings(looking)
    until = looking.today + datetime.timedelta(days=within_days)
    after = {
        one.authorization.pk
        for one in running
        for other in running
        if _key(other.authorization) == _key(one.authorization) and other.last > one.last
        and other.authorization.starts_on <= one.last + datetime.timedelta(days=1)
    }  # fmt: skip
    ending = [one for one in running if one.state == "used up" or (one.state in ("runs", "soon") and one.last <= until)]
    return sorted(
        (one for one in ending if one.authorization.pk not in after), key=lambda one: (one.last, one.authorization.pk)
    )


def report(looking: Viewer, authorization: Authorization) -> Step:
    """This will tell the payer how many units are used: one number, under a consent that covers attendance.

    Raises `NotCoveredError` where none does; nothing is told then.
    """
    if authorization.holder_id != looking.organization.pk:
        raise PermissionDenied("Only the provider reports units.")
    now = standing(looking, authorization)
    if now.used is None:
        raise PermissionDenied("No unit is stated for this authorization, so there is nothing to report.")
    with transaction.atomic():
        request = authorization.request
        most = None if now.used.most is None else str(now.used.most)
        told = {
            "authorization": authorization.number,
            "as_of": str(now.as_of),
            "least": str(now.used.least),
            "most": most,
            "sessions": now.used.sessions,
        }
        disclose(
            looking,
            authorization.person,
            recipient=authorization.payer,
            purpose=PAYMENT,
            information=ATTENDANCE,
            description=f"units used of authorization {authorization.number}: one number",
            request_id=request.pk,
        )
        return act(looking, request, _TOLD, detail=told)


def last_day(authorization: Authorization) -> datetime.date:
    """This will give the last day of an authorization, also where it was cut short."""
    return min(authorization.ends_on, authorization.ended_on or authorization.ends_on)


def plain(amount: Decimal) -> str:
    """This will say an amount without zeros at its end, to two places, like 14, 14.5, 7.33."""
    return f"{amount:.2f}".rstrip("0").rstrip(".")


def _seen_by(looking: Viewer) -> Any:
    if looking.organization.kind == Organization.Kind.PAYER:
        looking.require("read requests")
        return Authorization.objects.filter(payer_id=looking.organization.pk)
    looking.require("read chart")
    return Authorization.objects.filter(holder_id=looking.organization.pk)


def _not_over(day: datetime.date) -> Q:
    return Q(ends_on__gte=day) & (Q(ended_on=None) | Q(ended_on__gte=day))


def _key(one: Authorization) -> tuple[str, str, str | None]:
    return (str(one.episode_id), one.definition, one.payer_id)


# --- counting -------------------------------------------------------------------------------------------------------


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


def _counted(looking: Viewer, held: Sequence[Authorization], as_of: datetime.date) -> list[Standing]:
    if not held:
        return []
    episodes = sorted({str(one.episode_id) for one in held})
    beside: dict[tuple[str, str, str | None], list[Authorization]] = defaultdict(list)
    for one in Authorization.objects.filter(holder_id=looking.organization.pk, episode_id__in=episodes):
        beside[_key(one)].append(one)
    rules = _rules([one for some in beside.values() for one in some])
    came = _came(looking, episodes, as_of)
    least: dict[str, _Tally] = {}
    most: dict[str, _Tally] = {}
    for (episode, definition, payer), some in beside.items():
        sessions = [one for one in came[episode, definition] if rules[payer, definition].asks_for(one.type)]
        least |= _spread(some, sessions, is_least=True)
        most |= _spread(some, sessions, is_least=False)
    billed = _billed(looking, held, rules, as_of)
    return [
        Standing(one, as_of, last_day(one), _used(one, least[one.pk], most[one.pk]), billed.get(one.pk)) for one in held
    ]


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


def _reported(looking: Viewer, held: Sequence[Authorization], as_of: datetime.date) -> list[Standing]:
    """For the payer: what was last reported, while a consent covers it."""
    steps = Step.objects.filter(request_id__in={one.request_id for one in held}, act=_TOLD).order_by("at", "pk")
    told = {step.detail["authorization"]: step.detail for step in steps}
    open_now: dict[tuple[str, str], bool] = {}
    made = []
    for one in held:
        said = told.get(one.number)
        whose = (str(one.holder_id), str(one.person_id))
        if said and whose not in open_now:
            open_now[whose] = not covering(
                *whose, recipient_id=looking.organization.pk, information=ATTENDANCE, purpose=PAYMENT, on=looking.today
            ).uncovered
        if not said or not open_now[whose]:
            made.append(Standing(one, as_of, last_day(one), None))
            continue
        most = None if said["most"] is None else Decimal(said["most"])
        told_of = Used(Decimal(said["least"]), most, said["sessions"])
        made.append(
            Standing(one, as_of, last_day(one), told_of, reported_on=datetime.date.fromisoformat(said["as_of"]))
        )
    return made


@cache
def _stated() -> Mapping[str, Any]:
    told: Mapping[str, Any] = YAML(typ="safe").load(
        files(__package__).joinpath("units.yaml").read_text(encoding="utf-8")
    )
    return told
