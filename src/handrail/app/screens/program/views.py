"""What a program keeps about itself, and adding to it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.chart import reading, writing
from handrail.app.chart.forms import keep
from handrail.app.screens.person.source import edition_of
from handrail.app.screens.program import compliance
from handrail.app.screens.program.forms import KEPT, kept_form

_A_PAGE = 50
_SHIFTS = 10


@require_safe
def program(request: HttpRequest) -> HttpResponse:
    """This will show one program: licences, closed days, staff, shifts and weeks, each with its verdicts."""
    looking = viewer(request, "read program")
    programs = list(reading.rows(looking, "program").order_by("name", "pk"))
    asked = request.GET.get("program")
    here = next((one for one in programs if one.pk == asked), None)
    if asked and here is None:
        raise Http404("There is no such program.")
    here = here or next(iter(programs), None)
    shown: dict[str, Any] = {"programs": programs, "here": here, "may_write": looking.may("write program")}
    if here is not None:
        shown |= _about(looking, here, request.GET.get("page"))
    return render(request, "program/program.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, table: str) -> HttpResponse:
    """This will add a licence, closed days, a credential, a training or an on-call shift."""
    looking = viewer(request, "write program")
    if table not in KEPT:
        raise Http404("There is nothing of that kind to add here.")
    asked = {name: request.GET.get(name) for name in ("program", "staff") if request.GET.get(name)}
    form = kept_form(looking, table, request, asked)
    if request.method == "POST" and form.is_valid():
        made = keep(form, lambda told: writing.create(looking, table, told))
        if made is not None:
            messages.success(request, "Kept. The program is judged anew tonight.")
            return redirect(f"{reverse('program')}?{urlencode({'program': _program_of(looking, made)})}")
    shown = {"form": form, "kept": KEPT[table], "table": table, "program": asked.get("program", "")}
    return render(request, "program/add.html", shown)


def _about(looking: Viewer, here: Any, page: str | None) -> dict[str, Any]:
    staff = reading.rows(looking, "staff").filter(program_id=here.pk).order_by("left_on", "name", "pk")
    shown = Paginator(staff, _A_PAGE).get_page(page)
    shifts = reading.rows(looking, "on_call_shift").filter(program_id=here.pk).select_related("staff")
    own = {"program_id": here.pk}
    edition = edition_of(here.service)
    return {
        "asks": frozenset(clause.about for clause in edition.clauses) if edition else frozenset(),
        "program_verdicts": compliance.about(looking, "program", here.pk).order_by("position", "pk"),
        "licenses": reading.rows(looking, "facility_license").filter(**own).order_by("-issued_on", "pk"),
        "license_findings": compliance.findings(looking, "service_day", here.pk),
        "license_tally": compliance.tally(looking, "service_day", here.pk),
        "closures": reading.rows(looking, "program_closure").filter(**own).order_by("-starts_on", "pk")[:_SHIFTS],
        "page": shown,
        "query": urlencode({"program": here.pk}),
        "roster": compliance.roster(looking, here.pk, shown),
        "shifts": shifts.order_by("-starts_at", "pk")[:_SHIFTS],
        "weeks": compliance.weeks(looking, here.pk),
        "week_count": compliance.WEEKS,
        "session_tally": compliance.tally(looking, "session", here.pk),
        "session_findings": compliance.findings(looking, "session", here.pk),
        "verdict_words": ("met", "not met", "cannot tell", "pending", "excused", "not applicable"),
    }


def _program_of(looking: Viewer, made: Any) -> str:
    if hasattr(made, "program_id"):
        return str(made.program_id)
    return str(reading.one(looking, "staff", made.staff_id).program_id)
