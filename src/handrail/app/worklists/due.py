"""What is late, due today, due soon, repaired late or open this week: read from the verdicts kept, by their indexes."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import NoReverseMatch, reverse

from handrail.app.accounts.access import Viewer
from handrail.app.chart import reading
from handrail.app.worklists.models import Verdict
from handrail.app.worklists.standing import DUE, LATE, REPAIRED

SOON_DAYS = 14
"""How far ahead the list of what is due looks."""

TABS: Mapping[str, str] = {
    "late": "Late",
    "today": "Due today",
    "soon": "Due soon",
    "week": "Open this week",
    "repaired": "Repaired late",
}
"""The lists, in the order of their urgency."""

_MENDED_ON = {
    "plan_review": "review",
    "treatment_plan": "plan",
    "need": "assessment",
    "assessment": "assessment",
    "admission": "admission",
    "continued_stay": "continued_stay",
    "discharge": "discharge",
    "episode_outcome": "outcomes",
    "utilization_review": "outcomes",
    "care_team": "recovery",
    "recovery_contact": "recovery",
}
"""The screen of an episode on which a subject's records are written."""


@dataclass(frozen=True)
class Entry:
    """One line of a list: whom, what, since or until when, how late, who has it, and where it is mended."""

    verdict: Verdict
    whom: str
    has_it: str
    due_on: datetime.date | None
    days_late: int | None
    mend: str
    program: str

    @property
    def when(self) -> str:
        """When it was or is due, in words."""
        late, verdict = self.days_late, self.verdict
        if verdict.stands == REPAIRED:
            return f"Done {_days(late or 0)} late"
        if verdict.subject == "service_week":
            return "Until Sunday"
        if late is None:
            return "Overdue" if verdict.stands == LATE else "Day not set"
        if late > 0:
            return f"Overdue {_days(late)}"
        return "Due today" if late == 0 else f"Due in {_days(-late)}"

    @property
    def look(self) -> str:
        """The style of the words about when."""
        if self.verdict.stands == REPAIRED:
            return "done"
        if self.verdict.stands == LATE or (self.days_late or 0) > 0:
            return "late"
        return "due" if self.days_late == 0 else "soon"


def listed(viewer: Viewer, tab: str, *, program: str = "", staff: str = "") -> QuerySet[Verdict]:
    """This will give one list of the viewer's organization, the longest overdue or the next due first."""
    every = _within(viewer, program, staff)
    if tab == "late":
        return every.filter(stands=LATE).order_by(F("due_on").asc(nulls_last=True), "position", "pk")
    if tab == "today":
        return every.filter(_today(viewer)).order_by("due_on", "position", "pk")
    if tab == "week":
        return every.filter(_week(viewer)).order_by("person_id", "position", "pk")
    if tab == "repaired":
        return every.filter(stands=REPAIRED).order_by("-judged_on", "position", "pk")
    return every.filter(_soon(viewer)).order_by(F("due_on").asc(nulls_last=True), "position", "pk")


def counts(viewer: Viewer, *, program: str = "", staff: str = "") -> dict[str, int]:
    """This will count each list, in two queries. Of this week it counts people, not clauses."""
    every = _within(viewer, program, staff)
    told = every.filter(stands__in=[LATE, DUE, REPAIRED]).aggregate(
        late=Count("pk", filter=Q(stands=LATE)),
        today=Count("pk", filter=_today(viewer)),
        soon=Count("pk", filter=_soon(viewer)),
        repaired=Count("pk", filter=Q(stands=REPAIRED)),
    )
    week = every.filter(_week(viewer)).aggregate(week=Count("person_id", distinct=True))
    return {tab: (told | week)[tab] for tab in TABS}


def entries(viewer: Viewer, verdicts: Iterable[Verdict]) -> list[Entry]:
    """This will name the people and the staff of some verdicts: three queries, however many there are."""
    held = list(verdicts)
    names = {one.person_id: str(one) for one in reading.names(viewer).filter(person_id__in={v.person_id for v in held})}
    teams: dict[str, list[str]] = {}
    on_team = team(viewer).filter(episode_id__in={v.episode_id for v in held if v.episode_id})
    for episode, name, staff in on_team.order_by("starts_on", "pk").values_list(
        "episode_id", "staff__name", "staff_id"
    ):
        teams.setdefault(episode, []).append(name or staff)
    programs = dict(reading.rows(viewer, "program").values_list("pk", "name"))
    return [
        Entry(
            verdict=verdict,
            whom=names.get(verdict.person_id) or f"Person {verdict.person_id}",
            has_it=", ".join(dict.fromkeys(teams.get(verdict.episode_id, []))),
            due_on=verdict.due_on,
            days_late=verdict.days_late if verdict.due_on is None else (viewer.today - verdict.due_on).days,
            mend=mended_on(verdict),
            program=programs.get(verdict.program_id) or verdict.program_id,
        )
        for verdict in held
    ]


def team(viewer: Viewer) -> QuerySet[Any]:
    """This will give who is on whose treatment team today."""
    today = viewer.today
    return reading.rows(viewer, "team_member").filter(
        Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today, episode__discharged_on=None
    )


def mended_on(verdict: Verdict) -> str:
    """This will give the address of the screen where what a clause asks for is written; empty where there is none."""
    try:
        if verdict.subject in ("session",):
            return reverse("group_room", args=[verdict.key["session_id"]])
        if verdict.subject == "service_week":
            return reverse("weeks")
        if verdict.subject in _MENDED_ON and verdict.episode_id:
            return reverse(_MENDED_ON[verdict.subject], args=[verdict.episode_id])
        return reverse("person", args=[verdict.person_id]) if verdict.person_id else reverse("program")
    except NoReverseMatch:
        return ""


def _within(viewer: Viewer, program: str, staff: str) -> QuerySet[Verdict]:
    viewer.require("read chart")
    every = Verdict.objects.filter(organization=viewer.organization).exclude(person_id="")
    if program:
        every = every.filter(program_id=program)
    if staff:
        every = every.filter(episode_id__in=team(viewer).filter(staff_id=staff).values("episode_id"))
    return every


def _today(viewer: Viewer) -> Q:
    return Q(stands=DUE, due_on__lte=viewer.today)


def _soon(viewer: Viewer) -> Q:
    last = viewer.today + datetime.timedelta(days=SOON_DAYS)
    return Q(stands=DUE) & (Q(due_on=None) | Q(due_on__gt=viewer.today, due_on__lte=last))


def _week(viewer: Viewer) -> Q:
    monday = viewer.today - datetime.timedelta(days=viewer.today.weekday())
    return Q(verdict="pending", subject="service_week", judged_on__gte=monday, duty__in=["must", "should"])


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"
