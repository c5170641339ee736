"""The terms of a payer, new ones, and the credentials of its staff."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.accounts.models import Organization
from handrail.app.authorizations import laid_down
from handrail.app.authorizations.models import Qualification, Terms
from handrail.app.authorizations.terms import ceiling, terms_of
from handrail.app.chart.forms import put_errors
from handrail.app.screens.terms.forms import LABELS, Laying, Qualifying

_SWITCHES = ("asking_pauses", "approves_automatically", "second_look")
_LIMITS = tuple(name for name in LABELS if name not in (*_SWITCHES, "since", "source", "contact", "hearing_contact"))


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """This will show a payer's terms by the day from which they hold; to a provider, those of every payer."""
    looking = viewer(request, "manage terms")
    is_payer = looking.organization.kind == Organization.Kind.PAYER
    payers = [looking.organization] if is_payer else list(Organization.objects.filter(kind="payer").order_by("name"))
    laid: dict[str, list[Terms]] = defaultdict(list)
    for one in laid_down.terms_laid_down(*(payer.pk for payer in payers)):
        laid[one.payer_id].append(one)
    told = {
        "payers": [_of(payer, laid[payer.pk], looking.today) for payer in payers],
        "is_payer": is_payer,
        "today": looking.today,
        "credentials": [(one, _state(one, looking.today)) for one in laid_down.qualifications(looking)]
        if is_payer
        else [],
    }
    return render(request, "terms/terms.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """This will take down new terms, in force from a day on."""
    looking = _payers(viewer(request, "manage terms"))
    before = laid_down.terms_laid_down(looking.organization.pk).first() or terms_of(
        looking.organization.pk, looking.today
    )
    first = laid_down.first_day(looking)
    form = Laying(request.POST if request.method == "POST" else None, before, initial={"since": first})
    if request.method == "POST" and form.is_valid():
        try:
            made = laid_down.lay_down(looking, form.values())
        except ValidationError as error:
            put_errors(form, error)
        else:
            messages.success(
                request, f"Laid down. They hold from {made.since:%B} {made.since.day}, {made.since.year} on."
            )
            return redirect("terms")
    return render(request, "terms/new.html", {"form": form, "ceiling": _bounds(looking.today), "first": first})


@require_http_methods(["GET", "HEAD", "POST"])
def qualify(request: HttpRequest) -> HttpResponse:
    """This will enter a credential of somebody who works at the payer."""
    looking = _payers(viewer(request, "manage terms"))
    form = Qualifying(looking, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        try:
            laid_down.qualify(looking, told.pop("member"), told)
        except ValidationError as error:
            put_errors(form, error)
        else:
            messages.success(request, "Entered. It is looked up on the day of each decision.")
            return redirect("terms")
    return render(request, "terms/credential.html", {"form": form})


@require_POST
def end(request: HttpRequest, credential_id: str) -> HttpResponse:
    """This will end a credential with a day."""
    looking = _payers(viewer(request, "manage terms"))
    if not credential_id.isdecimal():
        raise Http404("There is no such credential.")
    try:
        laid_down.end_qualification(
            looking, int(credential_id), datetime.date.fromisoformat(request.POST.get("until", ""))
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except ValueError:
        messages.error(request, "Give the last day, for example 2026-03-31.")
    else:
        messages.success(request, "It ends with that day.")
    return redirect("terms")


def _payers(looking: Viewer) -> Viewer:
    if looking.organization.kind != Organization.Kind.PAYER:
        raise Http404("Only a payer lays down terms.")
    return looking


def _of(payer: Organization, every: Sequence[Terms], today: datetime.date) -> dict[str, Any]:
    now = next((one for one in every if one.since <= today), None)
    told = []
    for one in every:
        told.append({
            "terms": one,
            "state": "in force" if one is now else "to come" if one.since > today else "past",
            "limits": [
                ("Credentials that may deny or reduce", one.denying_credentials),
                *((LABELS[name], getattr(one, name)) for name in _LIMITS),
            ],
            "switches": [(LABELS[name], getattr(one, name)) for name in _SWITCHES],
            "units": sorted(one.units.items()),
            "by": one.entered_by.user if one.entered_by else "",
        })  # fmt: skip
    return {"payer": payer, "every": told, "has_none": now is None}


def _bounds(day: datetime.date) -> list[tuple[str, str]]:
    return [
        (LABELS[name], f"at most {bound['most']}" if "most" in bound else f"at least {bound['least']}")
        for name, bound in ceiling(day).items()
        if name in LABELS
    ]


def _state(one: Qualification, today: datetime.date) -> str:
    if one.since > today:
        return "to come"
    return "over" if one.until is not None and one.until < today else "in force"
