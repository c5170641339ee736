"""The parity export: what was reviewed, by which rule, who chose it and why, thresholds and results, small counts hidden."""

from __future__ import annotations

import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.reviewing import parity as telling
from handrail.app.screens.reviews.forms import Span


@require_safe
def parity(request: HttpRequest) -> HttpResponse:
    """This will show the export as it would leave the team."""
    looking = viewer(request, "read oversight")
    form, since, until = _asked(request, looking)
    found = telling.parity(looking, since, until)
    told = {
        "form": form,
        "parity": found,
        "counted": telling.COUNTED.items(),
        "query": urlencode({"since": str(since), "until": str(until)}),
    }
    return render(request, "reviews/parity.html", told)


@require_safe
def csv(request: HttpRequest) -> HttpResponse:
    """This will give the export as CSV."""
    looking = viewer(request, "read oversight")
    _, since, until = _asked(request, looking)
    return _file(telling.as_csv(telling.parity(looking, since, until)), "text/csv; charset=utf-8", f"parity-{since}-{until}.csv")  # fmt: skip


@require_safe
def json(request: HttpRequest) -> HttpResponse:
    """This will give the export as JSON."""
    looking = viewer(request, "read oversight")
    _, since, until = _asked(request, looking)
    return _file(telling.as_json(telling.parity(looking, since, until)), "application/json", f"parity-{since}-{until}.json")  # fmt: skip


def _asked(request: HttpRequest, looking: Viewer) -> tuple[Span, datetime.date, datetime.date]:
    usual = {"since": datetime.date(looking.today.year, 1, 1), "until": looking.today}
    form = Span(request.GET if "since" in request.GET else None, initial=usual)
    del form.fields["program"]
    given = form.cleaned_data if form.is_bound and form.is_valid() else usual
    return form, given["since"], given["until"]


def _file(text: str, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["Cache-Control"] = "no-store"
    return answer
