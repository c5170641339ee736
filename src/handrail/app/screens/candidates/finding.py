"""Asking the engine about all of them at once, as if each asked today; and putting what it says into groups.

No rule of eligibility stands here. Requests for the service itself are not shown to the engine, so that it judges
everybody as of today, whoever asked already included; what it said of a request is kept, and shown beside.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from handrail.app.accounts.access import Viewer
from handrail.app.chart import reading
from handrail.app.chart.arrow import as_arrow
from handrail.app.chart.owners import OF_THE_PROGRAM, ways_to
from handrail.app.screens.candidates.stays import Asked, Stay, leaving, requests, stay_of, stays
from handrail.app.screens.person.window import FACT, windows
from handrail.app.worklists import judging
from handrail.app.worklists.models import Decision
from handrail.definitions.rulebook import InForce
from handrail.engine.compiling import Compiled
from handrail.engine.evaluate import compiled, judge
from handrail.engine.results import ClauseVerdict, DecisionAnswer, decisions, verdicts
from handrail.records.holding import Records

RUNNING, ASK, LEAVING, ASKED, CLOSED, NOT = "running", "ask", "leaving", "asked", "closed", "not"
GROUPS: Mapping[str, str] = {
    RUNNING: "Days are running",
    ASK: "Cannot tell yet: what to ask",
    LEAVING: "About to be discharged",
    ASKED: "Already asked for",
    CLOSED: "Window closed without an offer",
    NOT: "Not eligible by the records",
}
"""The lists, the most urgent first."""


@dataclass
class Candidate:
    """One person: what the engine answers for today, the days, what is missing, the stay, and what she asked for."""

    person_id: str
    answer: DecisionAnswer
    days: int | None
    least: int | None
    allowed: int
    today: datetime.date
    stay: Stay | None
    asked: Asked | None = None
    decided: Decision | None = None
    clauses: list[ClauseVerdict] = field(default_factory=list)
    group: str = ""

    @property
    def left(self) -> int | None:
        """The days that are left; below 0 once the window has closed, None while they are not known to the day."""
        return None if self.days is None else self.allowed - self.days

    @property
    def left_on(self) -> datetime.date | None:
        """The day of the discharge, where it is known."""
        return None if self.days is None else self.today - datetime.timedelta(days=self.days)

    @property
    def last_day(self) -> datetime.date | None:
        """The last day on which the window is open."""
        return None if self.left_on is None else self.left_on + datetime.timedelta(days=self.allowed)

    @property
    def said(self) -> str:
        """The answer: for today or, where she has asked, the one kept for her request; empty before it is judged."""
        if self.asked is None:
            return self.answer.answer.value
        return self.decided.answer if self.decided else ""

    @property
    def open_count(self) -> int:
        """How many clauses cannot be told."""
        return sum(one.verdict.value == "cannot tell" for one in self.clauses)

    @property
    def program_id(self) -> str:
        """The program of ours that she left or is about to leave."""
        return self.stay.program_id if self.stay else ""


@dataclass(frozen=True)
class Found:
    """Everybody concerned, the most urgent first, by one definition. `allowed` are the days of its window."""

    service: str
    title: str
    allowed: int
    people: list[Candidate]

    def of(self, group: str, program: str = "") -> list[Candidate]:
        """This will give one list, of one program or of all."""
        return [one for one in self.people if one.group == group and program in ("", one.program_id)]

    def counts(self, program: str = "") -> dict[str, int]:
        """This will count each list."""
        return {group: len(self.of(group, program)) for group in GROUPS}


def found(viewer: Viewer) -> Found | None:
    """This will judge everybody concerned by the definition with a window; None where no definition has one."""
    for in_force, clause, allowed in windows():
        service = in_force.edition.definition
        since = viewer.today - datetime.timedelta(days=2 * allowed)
        likely = leaving(viewer)
        held = stays(viewer, service, since, likely)
        people = _judged(viewer, in_force, clause, allowed, held, likely)
        people.sort(key=_urgency)
        return Found(service, in_force.edition.title, allowed, people)
    return None


def _urgency(one: Candidate) -> tuple[object, ...]:
    """What has not begun first, then the fewest days left; of what has closed, the latest first."""
    has_begun = one.asked is not None and one.asked.episode.admitted_on is not None
    return (has_begun, one.left is None, abs(one.left or 0) if one.group == CLOSED else one.left or 0, one.person_id)


def one_of(viewer: Viewer, person_id: str) -> tuple[InForce, Candidate] | None:
    """This will judge one person in the same way, whatever her stays; None where no definition has a window, or she died."""
    for in_force, clause, allowed in windows():
        service = in_force.edition.definition
        held = stays(viewer, service, viewer.today + datetime.timedelta(days=1), [person_id])
        own = _judged(viewer, in_force, clause, allowed, {person_id: held[person_id]}, [person_id], in_full=True)
        return (in_force, own[0]) if own else None
    return None


def _judged(
    viewer: Viewer,
    in_force: InForce,
    clause: str,
    allowed: int,
    held: Mapping[str, list[Stay]],
    likely: Collection[str],
    in_full: bool = False,
) -> list[Candidate]:
    service = in_force.edition.definition
    plan = compiled(in_force, "admission", candidates=True)
    desk = judging.desk()
    desk.hold(_records(viewer, plan, service, list(held)))
    judged = judge(desk, plan, as_of=viewer.today)
    desk.hold(Records({}))
    facts = {row["person_id"]: row for row in judged.rows.to_pylist()}
    clauses: dict[str, list[ClauseVerdict]] = {}
    for told in verdicts(judged):
        clauses.setdefault(str(told.context["person_id"]), []).append(told)
    asked = requests(viewer, service, held)
    made = []
    for answer in decisions(judged):
        person = str(answer.context["person_id"])
        if person not in held:
            continue
        days, least = _days(facts[person])
        left_on = None if days is None else viewer.today - datetime.timedelta(days=days)
        stay = stay_of(held[person], left_on, viewer.today)
        one = Candidate(person, answer, days, least, allowed, viewer.today, stay, clauses=clauses[person])
        one.asked = _now(asked.get(person, []), stay)
        one.group = _group(one, clause, facts[person], person in likely)
        if one.group or in_full:
            made.append(one)
    _decided(viewer, service, made)
    return made


def _records(viewer: Viewer, plan: Compiled, service: str, people: list[str]) -> Records:
    """What the engine reads of them: one query a table, however many they are."""
    held = {}
    for table in plan.tables:
        rows = reading.rows(viewer, table)
        if table not in OF_THE_PROGRAM:
            test = Q()
            for way in ways_to("person", table):
                test |= Q(**{f"{way}__in": people})
            rows = rows.filter(test)
        if table == "episode":
            rows = rows.exclude(program__service=service)
        held[table] = as_arrow(table, rows)
    return Records(held)


def _days(facts: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """The days since the discharge where they are known to the day, and their floor."""
    least, most = facts[f"{FACT}_least"], facts[f"{FACT}_most"]
    return (least if least == most else None), least


def _now(several: list[Asked], stay: Stay | None) -> Asked | None:
    """The latest request that is about this stay: made since it began, or still being served."""
    ours = [
        one
        for one in several
        if stay is None or one.on >= stay.began_on or (one.episode.admitted_on and one.episode.discharged_on is None)
    ]
    return ours[-1] if ours else None


def _group(one: Candidate, clause: str, facts: Mapping[str, Any], is_likely: bool) -> str:
    """In which list somebody stands; empty where she is none of them all: no intensive program, or long ago."""
    answer = one.answer.answer.value
    is_concerned = _may_be_open(one, facts, is_likely) if one.left is None else one.left >= -one.allowed
    if not is_concerned:
        return ""
    if one.asked is not None:
        return ASKED
    if one.left is not None and one.left < 0:
        return CLOSED if set(one.answer.deciding) == {clause} else ""
    if answer == "no":
        return NOT
    if one.left is None and facts["is_still_in_intensive"]:
        return LEAVING
    return {"yes": RUNNING, "cannot tell": ASK}.get(answer, LEAVING)


def _may_be_open(one: Candidate, facts: Mapping[str, Any], is_likely: bool) -> bool:
    """Whether the window may be open, or is likely to open soon, although its days are not known."""
    was, still = facts["was_discharged_from_intensive"], facts["is_still_in_intensive"]
    if still and not was:
        return is_likely
    return was is not False and one.least is not None and one.least <= one.allowed


def _decided(viewer: Viewer, service: str, people: list[Candidate]) -> None:
    """Put beside each request what was said of it when it was judged; one query."""
    episodes = {one.asked.episode.pk: one for one in people if one.asked is not None}
    kept = Decision.objects.filter(organization=viewer.organization, definition=service, subject="admission")
    for told in kept.filter(episode_id__in=list(episodes)).order_by("judged_on", "position"):
        episodes[told.episode_id].decided = told
