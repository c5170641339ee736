"""Who is flagged and who is not: the cases that a sample is drawn from, and what the engine had said of each.

Only verdicts that are kept are read. No rule is written here.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from handrail.app.accounts.access import Viewer
from handrail.app.chart import reading
from handrail.app.worklists.models import Verdict

_AT_A_TIME = 500
_GRAVITY = ("not met", "cannot tell", "pending", "excused", "met")
"""Of several answers to one clause the first of these stands for the case."""


@dataclass(frozen=True, order=True)
class Clause:
    """A clause of a definition."""

    definition: str
    clause: str

    @property
    def key(self) -> str:
        """It as one word, for a form or a column."""
        return f"{self.definition} {self.clause}"

    @staticmethod
    def of(key: str) -> Clause:
        """This will read a clause from one word. Raises `ValidationError` where it is none."""
        definition, _, clause = key.partition(" ")
        if not definition or not clause:
            raise ValidationError({"clauses": "A clause is named by its definition and its id."})
        return Clause(definition, clause)


@dataclass(frozen=True)
class Frame:
    """The cases, by their ids, that a sample may be drawn from."""

    flagged: tuple[str, ...]
    unflagged: tuple[str, ...]


@dataclass(frozen=True)
class Failing:
    """Of how many cases that were judged on a clause how many failed it; unknown ones are neither."""

    clause: Clause
    failing: int
    judged: int
    unknown: int


def clauses_judged(looking: Viewer) -> list[Clause]:
    """This will list the clauses of which there are verdicts about somebody's episode."""
    held = Verdict.objects.filter(organization=looking.organization).exclude(episode_id="").order_by()
    return sorted(Clause(*one) for one in held.values_list("definition", "clause").distinct())


def by_clauses(
    looking: Viewer, clauses: Collection[Clause], program: str, since: datetime.date, until: datetime.date
) -> Frame:
    """This will flag the episodes that fail one of the clauses; beside them others of the same programs and months."""
    months: dict[str, set[tuple[str, int, int]]] = defaultdict(set)
    failing: dict[str, set[tuple[str, int, int]]] = defaultdict(set)
    rows = verdicts(looking, clauses, since, until)
    rows = rows.filter(program_id=program) if program else rows
    for episode, at, day, verdict in rows.values_list("episode_id", "program_id", "judged_on", "verdict"):
        month = (at, day.year, day.month)
        months[episode].add(month)
        if verdict == "not met":
            failing[episode].add(month)
    same = {month for some in failing.values() for month in some}
    others = sorted(episode for episode, some in months.items() if episode not in failing and some & same)
    return Frame(tuple(sorted(failing)), tuple(others))


def beside(looking: Viewer, flagged: Collection[str]) -> tuple[str, ...]:
    """This will give the other episodes of the same programs that began in the same months as those flagged."""
    wanted = set(flagged)
    began = {
        (program, day.year, day.month)
        for _, program, day in _episodes(looking, wanted, "program_id", "admitted_on")
        if day is not None
    }
    programs = {program for program, _, _ in began}
    every = reading.rows(looking, "episode").filter(program_id__in=programs).exclude(admitted_on=None)
    rows = every.values_list("pk", "program_id", "admitted_on")
    return tuple(
        sorted(pk for pk, program, day in rows if pk not in wanted and (program, day.year, day.month) in began)
    )


def episodes(looking: Viewer, ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """This will give person and program of each episode of the viewer's own chart; others are left out."""
    return {pk: (person, program) for pk, person, program in _episodes(looking, ids, "person_id", "program_id")}


def clinicians(looking: Viewer, ids: Collection[str]) -> dict[str, str]:
    """This will say who gave most of each episode: at least two contacts; of equals the most recent, then by id."""
    counted: dict[str, dict[str, list[datetime.date]]] = defaultdict(lambda: defaultdict(list))
    for some in _some(ids):
        came = reading.rows(looking, "attendance").filter(
            episode_id__in=some, status="attended", session__status="held", session__is_withdrawn=False
        )
        day = dict(came.order_by().values_list("session_id", "session__held_on"))
        gave: dict[str, list[str]] = defaultdict(list)
        staff = reading.rows(looking, "session_staff").filter(session_id__in=came.values("session_id"))
        for session, who in staff.values_list("session_id", "staff_id"):
            gave[session].append(who)
        for episode, session in came.order_by().values_list("episode_id", "session_id").distinct():
            for who in gave[session]:
                counted[episode][who].append(day[session])
    found = {}
    for episode, by in counted.items():
        best = sorted(by, key=lambda who: (-len(by[who]), -max(by[who]).toordinal(), who))[0]
        if len(by[best]) >= 2:  # one contact makes nobody's case
            found[episode] = best
    return found


def kept(
    looking: Viewer, ids: Collection[str], clauses: Collection[Clause], since: datetime.date, until: datetime.date
) -> dict[str, list[dict[str, Any]]]:
    """This will give what the engine says now of each episode: by clause the gravest answer of the days looked at.

    Of the clauses in question every answer but "not applicable"; where none is in question, whatever is not met.
    """
    found: dict[str, dict[Clause, list[Verdict]]] = defaultdict(lambda: defaultdict(list))
    for some in _some(ids):
        rows = (
            verdicts(looking, clauses, since, until).filter(episode_id__in=some).order_by("judged_on", "position", "pk")
        )
        for one in rows:
            found[one.episode_id][Clause(one.definition, one.clause)].append(one)
    told: dict[str, list[dict[str, Any]]] = {}
    for episode, by in found.items():
        lines = [_line(several) for _, several in sorted(by.items())]
        told[episode] = [one for one in lines if clauses or one["verdict"] == "not met"]
    return told


def failing(
    looking: Viewer,
    clauses: Collection[Clause],
    programs: Sequence[str],
    since: datetime.date,
    until: datetime.date,
) -> list[Failing]:
    """This will count, of all cases of some programs, how many fail each clause within the days."""
    by = states(looking, clauses, programs, since, until)
    return [_failing(clause, by.get(clause, {}).values()) for clause in sorted(clauses)]


def states(
    looking: Viewer, clauses: Collection[Clause], programs: Sequence[str], since: datetime.date, until: datetime.date
) -> dict[Clause, dict[str, str]]:
    """This will give the gravest answer of each case to each clause within the days, over whole programs."""
    by: dict[Clause, dict[str, str]] = defaultdict(dict)
    rows = (
        verdicts(looking, clauses, since, until).filter(program_id__in=programs) if clauses else Verdict.objects.none()
    )
    for definition, clause, episode, verdict in rows.values_list("definition", "clause", "episode_id", "verdict"):
        held = by[Clause(definition, clause)]
        held[episode] = gravest(verdict, held.get(episode, "met"))
    return by


def tally(clause: Clause, verdicts_of_cases: Iterable[str]) -> Failing:
    """This will count cases by the answer that stands for each."""
    return _failing(clause, verdicts_of_cases)


def gravest(*several: str) -> str:
    """This will give the answer that stands for several."""
    return min(several, key=_GRAVITY.index)


def verdicts(
    looking: Viewer, clauses: Collection[Clause], since: datetime.date, until: datetime.date
) -> QuerySet[Verdict]:
    """This will give the verdicts kept about episodes within the days, of some clauses or of all."""
    held = Verdict.objects.filter(organization=looking.organization, judged_on__gte=since, judged_on__lte=until)
    held = held.exclude(episode_id="").exclude(verdict="not applicable").order_by()
    if clauses:
        held = held.filter(reduce(or_, [Q(definition=one.definition, clause=one.clause) for one in clauses]))
    return held


def _failing(clause: Clause, several: Iterable[str]) -> Failing:
    words = list(several)
    unknown = sum(word in ("cannot tell", "pending") for word in words)
    return Failing(clause, words.count("not met"), len(words) - unknown, unknown)


def _line(several: Sequence[Verdict]) -> dict[str, Any]:
    grave = gravest(*(one.verdict for one in several))
    last = [one for one in several if one.verdict == grave][-1]
    return {
        "definition": last.definition,
        "edition": last.edition,
        "seal": last.seal,
        "clause": last.clause,
        "duty": last.duty,
        "verdict": last.verdict,
        "says": last.says,
        "judged_on": last.judged_on.isoformat(),
        "verdict_id": str(last.pk),
        "failing": sum(one.verdict == "not met" for one in several),
        "judged": len(several),
    }


def _episodes(looking: Viewer, ids: Collection[str], *columns: str) -> Iterator[Any]:
    for some in _some(ids):
        yield from reading.rows(looking, "episode").filter(pk__in=some).values_list("pk", *columns)


def _some(ids: Collection[str]) -> Iterator[list[str]]:
    every = sorted(ids)
    for start in range(0, len(every), _AT_A_TIME):
        yield every[start : start + _AT_A_TIME]
