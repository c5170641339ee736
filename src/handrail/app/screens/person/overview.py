"""What the overview shows of each episode: its line, what is open, its decisions, and the hours of the week."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max, Min, QuerySet
from django.urls import reverse

from handrail.app.accounts.access import Viewer
from handrail.app.chart import reading
from handrail.app.screens.person.latest import latest
from handrail.app.screens.person.source import edition_of
from handrail.app.screens.person.timeline import Event, Timeline, timeline
from handrail.app.screens.person.who import Step, steps
from handrail.app.worklists.models import Decision, Verdict
from handrail.definitions.document import Edition
from handrail.definitions.tree import leaves
from handrail.engine.results import spoken

_OPEN = ("not met", "cannot tell", "pending")
_DUTIES = ("must", "should", "could")
_DAYS_DRAWN = 400
_ROWS_DRAWN = 60
_SHOWN = 3


@dataclass(frozen=True)
class Point:
    """One clause that is open, its latest rows, and how many there are of the same verdict.

    `is_another_path` where a decision about the same row is answered yes by a path that does without it.
    """

    verdict: Verdict
    rows: Sequence[Verdict]
    count: int
    is_another_path: bool = False


@dataclass(frozen=True)
class Week:
    """What the engine counted in the latest week: minutes and days as it said them, and what the source asks for."""

    starts: str
    minutes: Any
    days: Any
    asked: Any
    verdict: Verdict

    @property
    def least(self) -> int | None:
        """The minutes that are certain."""
        return self.minutes.get("least") if isinstance(self.minutes, dict) else self.minutes

    @property
    def most(self) -> int | None:
        """The minutes there may be, where part of the week is not documented."""
        return self.minutes.get("most") if isinstance(self.minutes, dict) else None

    @property
    def days_said(self) -> str:
        """The days, in words."""
        return spoken(self.days)


@dataclass
class Course:
    """One episode as the overview shows it."""

    episode: Any
    edition: Edition | None
    line: Timeline
    steps: list[Step]
    came: Mapping[str, Any]
    open: dict[str, list[Point]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    week: Week | None = None


def courses(viewer: Viewer, person_id: str) -> list[Course]:
    """This will gather a person's episodes, the latest first; the number of queries does not grow with the records."""
    episodes = list(reading.about(viewer, "episode", person=person_id).select_related("program"))
    episodes.sort(
        key=lambda one: (one.discharged_on is None, one.admitted_on or one.requested_on or viewer.today, one.pk)
    )
    episodes.reverse()
    ids = [one.pk for one in episodes]
    events, days, came = _events(viewer, ids), _days(viewer, ids), _came(viewer, ids)
    made = []
    for one in episodes:
        line = timeline(
            [*_own_days(one), *events[one.pk]],
            days[one.pk],
            requested=one.requested_on,
            admitted=one.admitted_on,
            discharged=one.discharged_on,
            today=viewer.today,
        )
        edition = edition_of(one.program.service)
        made.append(Course(one, edition, line, steps(one), came.get(one.pk, {})))
    _say(viewer, person_id, made)
    return made


def _say(viewer: Viewer, person_id: str, made: list[Course]) -> None:
    kept = Verdict.objects.filter(organization=viewer.organization, person_id=person_id).defer("evidence", "missing")
    by_episode = {course.episode.pk: course for course in made}
    answered: set[tuple[str, str, str]] = set()
    answers = Decision.objects.filter(organization=viewer.organization, person_id=person_id)
    for answer in latest(answers, "episode_id", "decision", tie="position"):
        if course := by_episode.get(answer.episode_id):
            answer.asked = _question(answer)
            course.decisions.append(answer)
            answered |= {(answer.subject, str(answer.key), clause) for clause in _other_paths(answer)}
    points: dict[tuple[str, str, str, str], list[Verdict]] = defaultdict(list)
    for one in latest(
        kept.filter(verdict__in=_OPEN), "episode_id", "subject", "clause", "verdict", keep=_SHOWN, tie="position"
    ):
        points[one.episode_id, one.subject, one.clause, one.verdict].append(one)
    for (episode, subject, _, verdict), rows in sorted(points.items(), key=lambda told: _rank(told[1][0])):
        if course := by_episode.get(episode):
            does_without = (subject, str(rows[0].key), rows[0].clause) in answered
            course.open.setdefault(subject, []).append(Point(rows[0], rows, rows[0].of_all, does_without))
            if not does_without:
                course.counts[verdict] = course.counts.get(verdict, 0) + rows[0].of_all
    for course in made:
        for some in course.open.values():
            some.sort(key=lambda point: point.is_another_path)
        course.decisions.sort(key=lambda answer: (answer.judged_on, answer.position))
    weeks: dict[str, list[Verdict]] = defaultdict(list)
    running = [course.episode.pk for course in made if course.episode.admitted_on and not course.episode.discharged_on]
    for told in latest(
        kept.filter(subject="service_week", episode_id__in=running), "episode_id", "clause", tie="position"
    ):
        weeks[told.episode_id].append(told)
    for episode, several in weeks.items():
        by_episode[episode].week = _week(several)


def _week(several: Sequence[Verdict]) -> Week | None:
    """The latest week as its verdicts have it: the minutes, and the days from whichever clause asks for them."""
    last = max(one.key.get("week_start", "") for one in several)
    facts = {name: fact for one in several if one.key.get("week_start") == last for name, fact in one.facts.items()}
    counted = [one for one in several if one.key.get("week_start") == last and "attended_minutes" in one.facts]
    if not counted:
        return None
    told = min(counted, key=lambda one: (_DUTIES.index(one.duty) if one.duty in _DUTIES else 3, one.position))
    edition = edition_of(told.definition, told.edition)
    asked = edition.values().get("weekly_minutes") if edition else None
    return Week(last, facts["attended_minutes"], facts.get("attended_day_count"), asked, told)


def _rank(one: Verdict) -> tuple[str, int, int, int]:
    return (one.subject, _OPEN.index(one.verdict), _DUTIES.index(one.duty) if one.duty in _DUTIES else 3, one.position)


def _question(answer: Decision) -> str:
    edition = edition_of(answer.definition, answer.edition)
    told = edition.decisions.get(answer.decision) if edition else None
    return told.says if told else answer.decision


def _other_paths(answer: Decision) -> set[str]:
    """The clauses of a decision that was answered yes: those of them that do not hold were not needed."""
    edition = edition_of(answer.definition, answer.edition)
    told = edition.decisions.get(answer.decision) if edition else None
    return {leaf.clause for leaf in leaves(told.tree)} if told and answer.answer == "yes" else set()


def _own_days(episode: Any) -> list[Event]:
    told = [
        (episode.requested_on, "request", "Asked for"),
        (episode.admitted_on, "admission", "Admitted"),
        (episode.discharged_on, "discharge", "Discharged"),
    ]
    return [Event(day, kind, says) for day, kind, says in told if day]


def _events(viewer: Viewer, ids: list[str]) -> dict[str, list[Event]]:
    """Assessments, plan versions and reviews, the latest of each, with the record behind each."""
    found: dict[str, list[Event]] = defaultdict(list)
    for table, day, kind in (
        ("assessment", "completed_on", "assessment"),
        ("plan", "effective_on", "plan"),
        ("plan_review", "reviewed_on", "review"),
    ):
        rows = reading.rows(viewer, table).filter(episode_id__in=ids)
        for row in latest(rows, "episode_id", keep=_ROWS_DRAWN, day=day):
            says = {"plan": "Plan in force", "review": "Plan reviewed"}.get(kind) or _assessed(row)
            found[row.episode_id].append(Event(getattr(row, day), kind, says, reverse("record", args=[table, row.pk])))
    for some in found.values():
        some.sort(key=lambda event: event.day)
    return found


def _assessed(row: Any) -> str:
    return f"{row.get_kind_display().capitalize()} assessment" if row.kind != "addendum" else "Addendum"


def _attended(viewer: Viewer, ids: list[str]) -> QuerySet[Any]:
    return reading.rows(viewer, "attendance").filter(
        episode_id__in=ids, status="attended", session__is_withdrawn=False, session__status="held"
    )


def _days(viewer: Viewer, ids: list[str]) -> dict[str, list[tuple[datetime.date, int]]]:
    """The latest days on which she came, with the number of sessions of each; counted in the database."""
    counted = _attended(viewer, ids).values_list("episode_id", "session__held_on").annotate(count=Count("pk"))
    found: dict[str, list[tuple[datetime.date, int]]] = defaultdict(list)
    for episode, day, count in counted.order_by("-session__held_on")[:_DAYS_DRAWN]:
        found[episode].append((day, count))
    return found


def _came(viewer: Viewer, ids: list[str]) -> dict[str, Mapping[str, Any]]:
    told = (
        _attended(viewer, ids)
        .values("episode_id")
        .annotate(
            count=Count("pk"),
            days=Count("session__held_on", distinct=True),
            first=Min("session__held_on"),
            last=Max("session__held_on"),
        )
    )
    return {one["episode_id"]: one for one in told}
