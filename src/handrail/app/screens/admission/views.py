"""The admission: every clause about it in the order of the source, beside what is documented."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.chart import reading
from handrail.app.screens.admission.acts import RECORDS, keep_sheet, sheets
from handrail.app.screens.person.chips import Chip, chips, days_of
from handrail.app.screens.person.settling import Way, ways
from handrail.app.screens.person.source import edition_of, outside_paths
from handrail.app.screens.person.who import steps, who
from handrail.app.worklists.models import Decision, Verdict
from handrail.definitions.document import Clause, Edition
from handrail.definitions.outline import values_named
from handrail.definitions.tree import leaves, paths
from handrail.engine.results import spoken
from handrail.subjects.catalog import subjects

_ORDER = ("met", "not met", "cannot tell", "pending", "excused", "not applicable")


@dataclass(frozen=True)
class Line:
    """One clause on the page: its verdict, the records behind it, and where to supply what is missing."""

    clause: Clause | None
    told: Verdict
    chips: list[Chip]
    more: int
    gaps: list[tuple[str, str, list[Way]]]


@dataclass(frozen=True)
class Path:
    """One path of the decision: its clauses with their verdicts. `is_taken` where the answer names it."""

    name: str
    lines: list[Verdict]
    counts: list[tuple[int, str]]
    is_taken: bool


@require_http_methods(["GET", "HEAD", "POST"])
def admission(request: HttpRequest, episode_id: str) -> HttpResponse:
    """This will show what the admission asks and what is known, and write down what is added."""
    looking = viewer(request, "read chart", *(["write chart"] if request.method == "POST" else []))
    episode = reading.episode(looking, episode_id, screen="admission")
    edition, told, answer = _said(looking, episode)
    offered = sheets(looking, episode, edition, request)
    if request.method == "POST":
        sent = next((sheet for sheet in offered if sheet.name == request.POST.get("act")), None)
        if sent is None:
            return _refused(looking, request.POST.get("act", ""))
        if keep_sheet(looking, episode, sent):
            messages.success(request, f"{sent.title}: done.")
            return redirect("admission", episode.pk)
    kept = _departures(looking, episode)
    shown = {
        "episode": episode,
        "who": who(episode.person, looking.today),
        "steps": steps(episode, "admission"),
        "edition": edition,
        "lines": lines(looking, edition, told),
        "counts": counted(told),
        "answer": answer,
        "question": edition.decisions[answer.decision] if edition and answer else None,
        "paths": _paths(edition, told, answer),
        "readings": readings_used(edition, "admission"),
        "sheets": offered,
        "departures": kept,
        "asks": request.GET.get("asks", ""),
    }
    return render(request, "admission/admission.html", shown)


def _refused(looking: Viewer, act: str) -> HttpResponse:
    """An act that is not offered: because the role does not allow it, or because there is none of that name here."""
    if act in RECORDS:
        looking.require(RECORDS[act].act)
    if act == "departure":
        looking.require("make judgement")
    return HttpResponseBadRequest("There is nothing of that name to do here.")


def _said(looking: Viewer, episode: Any) -> tuple[Edition | None, list[Verdict], Decision | None]:
    about = {"organization": looking.organization, "person_id": episode.person_id, "episode_id": episode.pk}
    kept = list(Verdict.objects.filter(**about, subject="admission").order_by("position", "pk"))
    answer = Decision.objects.filter(**about, subject="admission").order_by("-judged_at", "position").first()
    edition = edition_of(kept[0].definition, kept[0].edition) if kept else edition_of(episode.program.service)
    if edition is not None:
        place = {clause.id: number for number, clause in enumerate(edition.clauses)}
        kept.sort(key=lambda one: place.get(one.clause, len(place)))
    return edition, kept, answer


def lines(looking: Viewer, edition: Edition | None, told: list[Verdict]) -> list[Line]:
    """This will put beside each verdict its clause, its records with their days, and the ways to what is missing."""
    clauses = {clause.id: clause for clause in edition.clauses} if edition else {}
    days = days_of(looking, [one.evidence for one in told])
    return [
        Line(
            clauses.get(one.clause),
            one,
            chips(one.evidence, days),
            max(0, len(one.evidence) - 12),
            [(gap["question"], gap["ask"], ways(one, gap["fact"])) for gap in one.missing],
        )
        for one in told
    ]


def counted(told: list[Verdict]) -> list[tuple[int, str]]:
    """This will count verdicts, each with its word, in a fixed order."""
    count = Counter(one.verdict for one in told)
    return [(count[name], name) for name in _ORDER if count[name]]


def readings_used(edition: Edition | None, subject: str) -> list[dict[str, str]]:
    """This will give the readings that the clauses about a subject rest on, in the order of the file, in words."""
    if edition is None:
        return []
    values = {name for clause in edition.clauses if clause.about == subject for name in values_named(clause, edition)}
    values |= {edition.parameters[name].reading for name in values if name in edition.parameters}
    values |= set(subjects()[subject].parameters)
    return [
        {
            "question": reading.question,
            "chosen": spoken(reading.chosen),
            "instead": ", ".join(spoken(one) for one in reading.instead),
            "because": reading.because,
        }
        for name, reading in edition.readings.items()
        if name in values
    ]


def _paths(edition: Edition | None, told: list[Verdict], answer: Decision | None) -> list[Path]:
    if edition is None or answer is None:
        return []
    by_clause = {one.clause: one for one in told}
    tree = edition.decisions[answer.decision].tree
    groups = [("", outside_paths(tree))] + [
        (path.path, tuple(one.clause for one in leaves(path))) for path in paths(tree)
    ]
    made = []
    for name, clauses in groups:
        of_it = [by_clause[clause] for clause in dict.fromkeys(clauses) if clause in by_clause]
        if of_it:
            made.append(Path(name, of_it, counted(of_it), name in answer.paths))
    return made


def _departures(looking: Viewer, episode: Any) -> list[tuple[Any, str]]:
    """The departures from guidance of the episode, with their reasons; the latest first."""
    rows = reading.rows(looking, "judgement").filter(episode_id=episode.pk, kind="override").select_related("judged_by")
    held = list(rows.order_by("-judged_on", "-pk")[:20])
    words = reading.wordings(looking, "judgement", *(row.pk for row in held))
    return [(row, words.get((row.pk, "reason"), "")) for row in held]
