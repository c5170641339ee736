"""Starting a review: from a clause, a list of cases, or a signal; how many there are is shown before any is drawn.

A signal's page leads here by a form that posts `measure`, `unit`, `signal`, `clauses`, `flagged` and `unflagged` (ids
between spaces) with `act=preview`; nothing about anybody stands in an address.
"""

from __future__ import annotations

import datetime
import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.chart.forms import put_errors
from handrail.app.reviewing import frames, opening
from handrail.app.reviewing.frames import Clause, Frame
from handrail.app.screens.person.source import clause_of, edition_of
from handrail.app.screens.reviews.forms import Starting
from handrail.app.screens.reviews.views import program_names

_FROM_ADDRESS = ("kind", "measure", "unit", "program", "since", "until")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """This will take down what a review is about, say how many cases there are, and draw them when asked."""
    looking = viewer(request, "read oversight", "write review")
    first = looking.today - datetime.timedelta(days=opening.USUAL_DAYS - 1)
    usual = {"since": first, "until": looking.today, "flagged_wanted": 10, "unflagged_wanted": 10, "is_blinded": True}
    usual |= {name: request.GET[name] for name in _FROM_ADDRESS if request.GET.get(name)}
    usual["clauses"] = request.GET.getlist("clause")
    data = _filled(request.POST, usual) if request.method == "POST" else None
    form = Starting(data, initial=usual)
    form.fields["clauses"].choices = _clauses(looking)  # type: ignore[attr-defined]
    form.fields["points_to"].choices = [("", "none"), *_occasions(looking)]  # type: ignore[attr-defined]
    form.fields["program"].choices = [("", "every program"), *program_names(looking).items()]  # type: ignore[attr-defined]
    frame = None
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            frame = _frame(looking, told)
            if request.POST.get("act") == "draw":
                made = opening.open_review(looking, **_values(told, frame))
                messages.success(request, f"{made.number} is opened, {made.cases.count()} cases are drawn.")
                return redirect("review_room", made.pk)
        except ValidationError as error:
            put_errors(form, error)
    shown = {"form": form, "frame": frame}
    if frame is not None:
        told = form.cleaned_data
        wanted = (told["flagged_wanted"] or 0, told["unflagged_wanted"] or 0)
        shown["drawn"] = (min(wanted[0], len(frame.flagged)), min(wanted[1], len(frame.unflagged)))
    return render(request, "reviews/new.html", shown)


@require_POST
def sentinel(request: HttpRequest, incident_id: str) -> HttpResponse:
    """This will open the case review of a sentinel incident, or lead to it where there is one."""
    looking = viewer(request, "read oversight", "write review")
    made = opening.open_sentinel(looking, incident_id)
    return redirect("review_room", made.pk)


def _filled(posted: Any, usual: dict[str, Any]) -> Any:
    """What was posted, and where another page's form left a field out, what is usual; a box that is off stays off."""
    data = posted.copy()
    for name in ("since", "until", "flagged_wanted", "unflagged_wanted"):
        data.setdefault(name, str(usual[name]))
    if "title" not in data:
        data.setdefault("is_blinded", "on" if data.getlist("clauses") else "")
    return data


def _clauses(looking: Viewer) -> list[tuple[str, Any]]:
    """The clauses of which there are verdicts, by definition, each in its own words."""
    by: dict[str, list[tuple[str, str]]] = {}
    for one in frames.clauses_judged(looking):
        source = clause_of(one.definition, "", one.clause)
        by.setdefault(one.definition, []).append((one.key, source.says if source else one.clause.replace("-", " ")))
    titled = {name: edition_of(name) for name in by}
    return [((edition.title if (edition := titled[name]) else name), some) for name, some in by.items()]


def _occasions(looking: Viewer) -> list[tuple[str, str]]:
    """The incidents and grievances to choose from."""
    return [(f"{one.table}:{one.row.pk}", one.says) for one in opening.occasions(looking)]


def _pointed(told: dict[str, Any]) -> tuple[str, str]:
    """The table and the id of the record that was chosen; empty where none was."""
    table, _, row_id = told["points_to"].partition(":")
    return table, row_id


def _frame(looking: Viewer, told: dict[str, Any]) -> Frame:
    """The cases that are listed; else that of the incident or grievance; else those that fail one of the clauses.

    Others stand beside them.
    """
    clauses = [Clause.of(one) for one in told["clauses"]]
    flagged, unflagged = (re.split(r"[\s,;]+", told[name].strip()) for name in ("flagged", "unflagged"))
    those, others = {one for one in flagged if one}, {one for one in unflagged if one}
    chosen = opening.occasion(looking, *_pointed(told)) if told["points_to"] and not those | others else None
    if chosen is not None and chosen.row.episode_id:
        those = {chosen.row.episode_id}
    if those:
        return Frame(tuple(sorted(those)), tuple(sorted(others)) or frames.beside(looking, those))
    if others:
        return Frame((), tuple(sorted(others)))
    if not clauses:
        raise ValidationError({"clauses": "Choose a clause, or list the cases."})
    if told["since"] is None or told["until"] is None:
        raise ValidationError({"since": "Say which days are looked at."})
    return frames.by_clauses(looking, clauses, told["program"], told["since"], told["until"])


def _values(told: dict[str, Any], frame: Frame) -> dict[str, Any]:
    plain = ("title", "kind", "why", "words", "measure", "unit", "signal", "since", "until", "is_blinded")
    return {
        **{name: told[name] for name in plain},
        "flagged": frame.flagged,
        "unflagged": frame.unflagged,
        "clauses": [Clause.of(one) for one in told["clauses"]],
        "points_to": _pointed(told),
        "flagged_wanted": told["flagged_wanted"] or 0,
        "unflagged_wanted": told["unflagged_wanted"] or 0,
    }
