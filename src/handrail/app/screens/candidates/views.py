"""Candidates for recovery support: the lists, one person with every clause, and a list as CSV."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.audit.log import acts_about, note
from handrail.app.chart import reading
from handrail.app.paper.cells import Rows
from handrail.app.screens.candidates import finding
from handrail.app.screens.candidates.finding import GROUPS, RUNNING, Candidate
from handrail.app.screens.person.settling import Way, ways
from handrail.app.screens.person.who import steps, who
from handrail.app.worklists.models import Verdict
from handrail.engine.results import sentence, spoken
from handrail.subjects.catalog import subjects

_A_PAGE = 50
_MOST_AT_ONCE = 1_000
"""So many lines stand on one page where all of a list is asked for, to print it."""
_HEADINGS = (
    "Person", "Person id", "Left", "Discharged on", "Days left", "Last day", "May be eligible", "What to ask",
    "Asked for on", "What came of it",
)  # fmt: skip
_HURRY, _SOON = 3, 10
"""Up to so many days left, a line is shown as urgent, and as due."""


@dataclass(frozen=True)
class Gap:
    """What is not documented, who can say it, and where it is written down."""

    question: str
    ask: str
    ways: list[Way]


@dataclass(frozen=True)
class Line:
    """One person in a list, ready to show."""

    one: Candidate
    whom: str
    gaps: list[Gap]
    days: str
    look: str
    came: str


@dataclass(frozen=True)
class Asked:
    """What the address asks for: which list, of which program, and all of it or a page."""

    group: str
    program: str
    is_whole: bool

    def at(self, group: str) -> str:
        """This will write the same filter for another list, as the end of an address."""
        told = {"list": group, "program": self.program}
        return urlencode({name: value for name, value in told.items() if value})


@require_safe
def candidates(request: HttpRequest) -> HttpResponse:
    """This will list who may be eligible for recovery support, one list at a time, with the number of each."""
    looking = viewer(request, "read oversight", "read chart")
    asked = _asked(request)
    told = finding.found(looking)
    counts = told.counts(asked.program) if told else dict.fromkeys(GROUPS, 0)
    several = told.of(asked.group, asked.program) if told else []
    page = Paginator(several, _MOST_AT_ONCE if asked.is_whole else _A_PAGE).get_page(request.GET.get("page"))
    programs = list(reading.rows(looking, "program").order_by("name", "pk"))
    shown: dict[str, Any] = {
        "asked": asked,
        "query": asked.at(asked.group) + ("&whole=1" if asked.is_whole else ""),
        "tabs": [(group, title, counts[group], asked.at(group)) for group, title in GROUPS.items()],
        "title": GROUPS[asked.group],
        "told": told,
        "everybody": sum(counts.values()),
        "lost": counts[finding.CLOSED],
        "page": page,
        "lines": lines(looking, page),
        "programs": [one for one in programs if told is None or one.service != told.service],
        "program": next((one for one in programs if one.pk == asked.program), None),
    }
    return render(request, "candidates/list.html", shown)


@require_safe
def candidate(request: HttpRequest, person_id: str) -> HttpResponse:
    """This will show one person: every clause as judged for today, with its facts and what is missing."""
    looking = viewer(request, "read oversight", "read chart")
    held = reading.person(looking, person_id, screen="candidate")
    told = finding.one_of(looking, held.pk)
    if told is None:
        raise Http404("Nobody is judged as a candidate here.")
    in_force, one = told
    clauses = {clause.id: clause for clause in in_force.edition.clauses}
    values = in_force.edition.values()
    shown = {
        "who": who(held, looking.today),
        "one": one,
        "line": lines(looking, [one])[0],
        "edition": in_force.edition,
        "question": in_force.edition.decisions[one.answer.decision],
        "clauses": [
            {
                "told": verdict,
                "clause": clauses[verdict.clause],
                "numbers": "" if verdict.missing else sentence(clauses[verdict.clause], verdict.facts, values),
                "decides": verdict.clause in one.answer.deciding,
                "facts": _facts(verdict),
                "gaps": _gaps(one, verdict.missing),
            }
            for verdict in one.clauses
        ],
        "steps": steps(one.asked.episode) if one.asked else [],
    }
    return render(request, "candidates/one.html", shown)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """This will give one list as CSV, all of it; the log tells whose rows left. What begins like a formula is quoted."""
    looking = viewer(request, "read oversight", "read chart")
    asked = _asked(request)
    told = finding.found(looking)
    several = lines(looking, told.of(asked.group, asked.program) if told else [])
    note(looking, *acts_about(sorted({row.one.person_id for row in several}), "export", "candidate"))
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="candidates-{asked.group}-{looking.today:%Y-%m-%d}.csv"'
    answer["Cache-Control"] = "no-store"
    writer = Rows(answer)
    writer.writerow(_HEADINGS)
    writer.writerows(_cells(row) for row in several)
    return answer


def lines(looking: Viewer, several: Iterable[Candidate]) -> list[Line]:
    """This will name the people of a list and put their questions and days into words; one query, however many."""
    held = list(several)
    names = {
        one.person_id: str(one) for one in reading.names(looking).filter(person_id__in=[one.person_id for one in held])
    }
    return [
        Line(
            one,
            names.get(one.person_id) or f"Person {one.person_id}",
            _gaps(one, one.answer.missing),
            _days(one),
            _look(one),
            _came(one),
        )
        for one in held
    ]


def _asked(request: HttpRequest) -> Asked:
    group = request.GET.get("list", RUNNING)
    chosen = group if group in GROUPS else RUNNING
    return Asked(chosen, request.GET.get("program", ""), request.GET.get("whole") == "1")


def _gaps(one: Candidate, missing: Iterable[Any]) -> list[Gap]:
    """The questions with the way to the field. An unsaved verdict says where: on the pages of the stay that she left."""
    stay = one.stay
    at = Verdict(
        subject="admission",
        person_id=one.person_id,
        episode_id=stay.episode_id if stay else "",
        program_id=stay.program_id if stay else "",
    )
    return [Gap(gap.question, gap.ask, ways(at, gap.fact)) for gap in missing]


def _facts(told: Any) -> list[tuple[str, str]]:
    declared = subjects()[told.subject].facts
    return [(declared[name].says, spoken(value) or "none") for name, value in told.facts.items()]


def _days(one: Candidate) -> str:
    """The days left in words; of a request, how long after the discharge it was made."""
    if one.group == finding.ASKED and one.asked is not None and one.left_on is not None:
        days = (one.asked.on - one.left_on).days
        return f"Asked {_counted(abs(days))} {'after' if days >= 0 else 'before'} the discharge"
    if one.left is None:
        if one.group == finding.LEAVING or one.least is None or one.stay is None or one.stay.ended_on is None:
            return f"{one.allowed} days from the discharge"
        return f"At most {_counted(one.allowed - one.least)} left; the day is not known"
    if one.left < 0:
        return f"Closed {_counted(-one.left)} ago"
    return "Last day today" if one.left == 0 else f"{_counted(one.left)} left"


def _look(one: Candidate) -> str:
    """The shape and colour of the days left."""
    if one.group in (finding.ASKED, finding.NOT):
        return "plain"
    if one.left is None:
        return "soon" if one.group == finding.LEAVING else "due"
    return "late" if one.left <= _HURRY else "due" if one.left <= _SOON else "soon"


def _came(one: Candidate) -> str:
    """What came of what she asked for."""
    if one.asked is None:
        return ""
    held = one.asked.episode
    if held.discharged_on:
        return f"Began and ended: {held.get_discharge_reason_display() or 'why is not documented'}"
    return "Began" if held.admitted_on else "Not begun yet"


def _counted(days: int) -> str:
    return f"{days} day" if days == 1 else f"{days} days"


def _cells(row: Line) -> tuple[object, ...]:
    one = row.one
    questions = "; ".join(f"{gap.question} ({gap.ask})" for gap in row.gaps)
    stay = (one.stay.where if one.stay else "", one.left_on)
    asked = (one.asked.on if one.asked else None, row.came)
    return (row.whom, one.person_id, *stay, one.left, one.last_day, one.said, questions, *asked)
