"""What a program keeps about itself beside what the engine said of it: set-based, whatever its size."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncWeek

from handrail.app.accounts.access import Viewer
from handrail.app.chart import reading
from handrail.app.worklists.models import Verdict

WEEKS = 12
"""How many weeks are shown."""

_MOST = 50


@dataclass
class Member:
    """One member of staff with credentials, trainings and verdicts."""

    staff: Any
    credentials: list[Any] = field(default_factory=list)
    trainings: list[Any] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)


@dataclass
class Week:
    """One week of a program: verdicts about it, its sessions by kind, and what was said of its groups."""

    starts_on: datetime.date
    verdicts: list[Verdict] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)


def about(viewer: Viewer, subject: str, program: str) -> QuerySet[Verdict]:
    """This will give the verdicts of one subject about one program."""
    viewer.require("read program")
    return Verdict.objects.filter(organization=viewer.organization, subject=subject, program_id=program)


def roster(viewer: Viewer, program: str, staff: Iterable[Any]) -> list[Member]:
    """This will put together who works in a program, a page of them."""
    members = {one.pk: Member(one) for one in staff}
    held = reading.rows(viewer, "credential").filter(staff_id__in=members).select_related("supervisor")
    for credential in held.order_by("issued_on", "pk"):
        members[credential.staff_id].credentials.append(credential)
    trained = reading.rows(viewer, "training").filter(staff_id__in=members).order_by("completed_on", "pk")
    for training in trained:
        members[training.staff_id].trainings.append(training)
    for verdict in about(viewer, "staff_member", program).order_by("position", "pk"):
        if (member := members.get(verdict.key["staff_id"])) is not None:
            member.verdicts.append(verdict)
    return list(members.values())


def weeks(viewer: Viewer, program: str) -> list[Week]:
    """This will give the last weeks, the newest first. Sessions are counted only for who may read charts."""
    monday = viewer.today - datetime.timedelta(days=viewer.today.weekday())
    since = monday - datetime.timedelta(weeks=WEEKS - 1)
    found: dict[datetime.date, Week] = {}

    def at(day: datetime.date) -> Week:
        return found.setdefault(day, Week(day))

    for verdict in about(viewer, "program_week", program).filter(judged_on__gte=since).order_by("position", "pk"):
        at(datetime.date.fromisoformat(verdict.key["week_start"])).verdicts.append(verdict)
    judged = about(viewer, "session", program).filter(judged_on__gte=since, clause__startswith="group-")
    judged = judged.exclude(verdict="not applicable")
    for day, verdict, count in _by_week(judged, "judged_on", "verdict"):
        week = at(day).groups
        week[verdict] = week.get(verdict, 0) + count
    if viewer.may("read chart"):
        held = reading.rows(viewer, "session").filter(
            program_id=program, status="held", held_on__gte=since, held_on__lte=viewer.today
        )
        for day, kind, count in _by_week(held, "held_on", "type"):
            at(day).kinds[kind] = count
    return [found[day] for day in sorted(found, reverse=True)]


def findings(viewer: Viewer, subject: str, program: str) -> list[Verdict]:
    """This will give what was not met or cannot be told of a subject in the last weeks, the newest first, a few."""
    since = viewer.today - datetime.timedelta(weeks=WEEKS)
    wrong = about(viewer, subject, program).filter(judged_on__gte=since, verdict__in=["not met", "cannot tell"])
    return list(wrong.order_by("-judged_on", "position", "pk")[:_MOST])


def tally(viewer: Viewer, subject: str, program: str) -> list[tuple[str, Counter[str]]]:
    """This will count each clause of a subject in the last weeks by verdict."""
    since = viewer.today - datetime.timedelta(weeks=WEEKS)
    told: dict[str, Counter[str]] = {}
    counted = about(viewer, subject, program).filter(judged_on__gte=since).order_by("clause")
    for clause, verdict, count in counted.values_list("clause", "verdict").annotate(Count("pk")):
        told.setdefault(clause, Counter())[verdict] = count
    return sorted(told.items())


def _by_week(rows: QuerySet[Any], day: str, what: str) -> Any:
    weekly = rows.annotate(_week=TruncWeek(day))
    return weekly.order_by("_week", what).values_list("_week", what).annotate(Count("pk"))
