"""What waits for one member of staff today: sessions, signatures, and the week's hours."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from handrail.app.accounts.access import Viewer
from handrail.app.chart import reading
from handrail.app.worklists import due
from handrail.app.worklists.models import Verdict

_MOST = 12
_UNSIGNED_DAYS = 90


@dataclass(frozen=True)
class Group:
    """One session of today or tomorrow."""

    session: Any
    roster: int
    when: str
    address: str


@dataclass(frozen=True)
class Unsigned:
    """A plan, a review or a note that waits for a signature."""

    what: str
    whom: str
    on: datetime.date
    address: str


@dataclass
class AtRisk:
    """One person whose week is not settled: what the clauses say so far."""

    whom: str
    person_id: str
    verdicts: list[Verdict] = field(default_factory=list)


def groups(viewer: Viewer) -> list[Group]:
    """This will list the sessions of today that are not over, and those of tomorrow; one's own, where one gives any."""
    now = timezone.now().astimezone(ZoneInfo(viewer.organization.time_zone)).replace(tzinfo=None)
    held = (
        reading.rows(viewer, "session")
        .filter(held_on__range=(viewer.today, viewer.today + datetime.timedelta(days=1)), status="held")
        .filter(Q(ends_at=None) | Q(ends_at__gte=now))
        .select_related("program")
        .order_by("held_on", "starts_at", "pk")
    )
    if viewer.staff_id:
        gives = reading.rows(viewer, "session_staff").filter(staff_id=viewer.staff_id)
        held = held.filter(pk__in=gives.values("session_id"))
    found = list(held[:_MOST])
    on_roster = reading.rows(viewer, "attendance").filter(session_id__in=[one.pk for one in found])
    sizes = dict(on_roster.values_list("session_id").annotate(Count("pk")))
    return [Group(one, sizes.get(one.pk, 0), _when(one, now), _at("group_room", one.pk)) for one in found]


def unsigned(viewer: Viewer) -> list[Unsigned]:
    """This will list plans and reviews of one's own people that one has not signed, and one's notes not locked."""
    if not viewer.staff_id:
        return []
    since = viewer.today - datetime.timedelta(days=_UNSIGNED_DAYS)
    mine = due.team(viewer).filter(staff_id=viewer.staff_id).values("episode_id")
    signed = reading.rows(viewer, "signature").filter(staff_id=viewer.staff_id)
    waiting: list[tuple[str, str, Any, datetime.date]] = []
    for table, day, title, view in (
        ("plan", "effective_on", "Plan", "plan"),
        ("plan_review", "reviewed_on", "Review of the plan", "review"),
    ):
        own = signed.filter(**{f"{table}_id": OuterRef("pk")})
        rows = reading.rows(viewer, table).filter(episode_id__in=mine, **{f"{day}__gte": since})
        rows = rows.filter(~Exists(own)).select_related("episode__person__identity").order_by(day, "pk")
        waiting += [(title, view, row, getattr(row, day)) for row in rows[:_MOST]]
    listed = [
        Unsigned(title, _name(row.episode.person), on, _at(view, row.episode_id)) for title, view, row, on in waiting
    ]
    return sorted([*listed, *_notes(viewer, since)], key=lambda one: one.on)


def at_risk(viewer: Viewer, staff: str) -> list[AtRisk]:
    """This will list the people whose hours or days of this week are not reached yet, a few, the fewest hours first."""
    entries = due.entries(viewer, due.listed(viewer, "week", staff=staff)[: _MOST * 8])
    people: dict[str, AtRisk] = {}
    for entry in entries:
        person = entry.verdict.person_id
        people.setdefault(person, AtRisk(entry.whom, person)).verdicts.append(entry.verdict)
    return sorted(people.values(), key=_so_far)[:_MOST]


def whose(viewer: Viewer) -> str:
    """This will give one's own id of staff where one is on somebody's team, so that the lists show one's own people."""
    is_on_team = viewer.staff_id and due.team(viewer).filter(staff_id=viewer.staff_id).exists()
    return viewer.staff_id if is_on_team else ""


def _notes(viewer: Viewer, since: datetime.date) -> list[Unsigned]:
    gives = reading.rows(viewer, "session_staff").filter(staff_id=viewer.staff_id).values("session_id")
    worded = reading.Wording.objects.filter(holder_id=viewer.organization.pk, table="session", row_id=OuterRef("pk"))
    held = reading.rows(viewer, "session").filter(
        Exists(worded), pk__in=gives, locked_at=None, status="held", held_on__range=(since, viewer.today)
    )
    return [
        Unsigned("Group note", one.type.replace("_", " "), one.held_on, _at("group_room", one.pk))
        for one in held.order_by("held_on", "pk")[:_MOST]
    ]


def _so_far(one: AtRisk) -> float:
    told = [verdict.facts.get("attended_minutes") for verdict in one.verdicts]
    counted: Sequence[Any] = [
        value["least"] if isinstance(value, dict) else value for value in told if value is not None
    ]
    return min((value for value in counted if value is not None), default=float("inf"))


def _when(session: Any, now: datetime.datetime) -> str:
    start = session.starts_at
    if start is None:
        return "time not set"
    if start <= now:
        return "now"
    return f"{start:%H:%M}" if start.date() == now.date() else f"tomorrow {start:%H:%M}"


def _name(person: Any) -> str:
    return str(getattr(person, "identity", None) or f"Person {person.pk}")


def _at(view: str, pk: str) -> str:
    try:
        return reverse(view, args=[pk])
    except NoReverseMatch:
        return ""
