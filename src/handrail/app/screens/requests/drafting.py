"""The first two steps of a draft: what is asked, and what the rules say now. Once it is sent: where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.authorizations import requests
from handrail.app.authorizations.acting import ChangedMeanwhileError, NotNowError
from handrail.app.authorizations.freezing import latest_decision, verdicts_of
from handrail.app.authorizations.models import Request
from handrail.app.screens.person.chips import Chip, chips, days_of
from handrail.app.screens.person.settling import Way, ways
from handrail.app.screens.person.source import clause_of, edition_of
from handrail.app.screens.requests.following import standing
from handrail.app.screens.requests.forms import Asked, put
from handrail.app.screens.requests.steps import about, opened
from handrail.app.worklists.models import Verdict
from handrail.app.worklists.waiting import is_waiting_for
from handrail.definitions.document import Clause


@dataclass(frozen=True)
class Line:
    """One clause: its verdict now, the records behind it, and where what is missing can be written down."""

    told: Verdict
    clause: Clause | None
    chips: list[Chip]
    more: int
    gaps: list[tuple[str, str, list[Way]]]


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, request_id: str) -> HttpResponse:
    """This will show the first step of a draft and keep what is typed; of a request that was sent, where it stands."""
    looking = viewer(request, "read chart", *(["request authorization"] if request.method == "POST" else []))
    held = opened(looking, request_id, "request")
    if held.status != Request.Status.DRAFT:
        if request.method == "POST":
            messages.warning(request, "This was sent or put away meanwhile. What was sent is not edited.")
            return redirect("request_draft", held.pk)
        return standing(request, looking, held)
    form = Asked(looking, held, request.POST if request.method == "POST" else None)
    clashes: list[tuple[str, str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            requests.change(looking, held, form.values(), version=form.cleaned_data["version"])
            messages.success(request, "Draft kept. Everybody here who may request authorization can go on with it.")
            return redirect("request_rules" if "next" in request.POST else "request_draft", held.pk)
        except ChangedMeanwhileError:
            held.refresh_from_db()
            clashes = form.clashes(held)
            if not clashes:
                return redirect("request_draft", held.pk)
            form.data = form.data.copy()
            form.data["version"] = str(held.version)
        except NotNowError as error:
            messages.warning(request, str(error))
            return redirect("request_draft", held.pk)
        except ValidationError as error:
            put(form, error)
    told = about(looking, held, "request_draft")
    may_write = looking.may("request authorization")
    if not may_write:
        for field in form.fields.values():
            field.disabled = True
    return render(request, "requests/asked.html", {**told, "form": form, "clashes": clashes, "may_write": may_write})


@require_safe
def rules(request: HttpRequest, request_id: str) -> HttpResponse:
    """This will show the engine's answer as it is now, clause by clause, and where what is missing is written down."""
    looking = viewer(request, "read chart")
    held = opened(looking, request_id, "request: rules")
    if held.status != Request.Status.DRAFT:
        return redirect("request_draft", held.pk)
    decision = latest_decision(looking, held)
    lines = lines_of(looking, verdicts_of(looking, held, decision))
    edition = edition_of(held.definition)
    question = edition.decisions.get(held.decision) if edition else None
    counts: dict[str, int] = {}
    for line in lines:
        counts[line.told.verdict] = counts.get(line.told.verdict, 0) + 1
    told = about(looking, held, "request_rules") | {
        "decision": decision,
        "question": question,
        "edition": edition,
        "lines": lines,
        "counts": counts,
        "missing": _ways_to(decision.missing, lines) if decision else [],
        "is_waiting": is_waiting_for(looking.organization.pk, held.person_id),
    }
    return render(request, "requests/rules.html", told)


def lines_of(looking: Viewer, verdicts: list[Verdict]) -> list[Line]:
    """This will set each verdict beside its clause, its records, and the places where it is settled."""
    days = days_of(looking, [one.evidence for one in verdicts])
    return [
        Line(
            one,
            clause_of(one.definition, one.edition, one.clause),
            chips(one.evidence, days),
            max(0, len(one.evidence) - 12),
            [(gap["question"], gap["ask"], ways(one, gap["fact"])) for gap in one.missing],
        )
        for one in verdicts
    ]


def _ways_to(missing: Iterable[dict[str, Any]], lines: list[Line]) -> list[tuple[str, str, list[Way]]]:
    """The shortest list that would settle the question, each with the places where it is written down."""
    known = {question: found for line in lines for question, _, found in line.gaps}
    return [(one["question"], one["ask"], known.get(one["question"], [])) for one in missing]
