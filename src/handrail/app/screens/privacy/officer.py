"""The privacy officer's page: emergencies to look at, consents that expire or lack something, agreements, disclosures."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handrail.app.accounts.access import viewer
from handrail.app.audit.log import Act, note
from handrail.app.chart.forms import put_errors
from handrail.app.consent import consenting, emergencies
from handrail.app.consent.accounting import line_of
from handrail.app.consent.classes import said
from handrail.app.consent.models import Agreement, Disclosure
from handrail.app.screens.privacy.forms import Agreeing

_MOST = 50
_LAST = 20


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """This will show what waits for the privacy officer."""
    looking = viewer(request, "oversee privacy", "read chart")
    note(looking, Act("read", "privacy"))
    zone = ZoneInfo(looking.organization.time_zone)
    every = emergencies.emergencies(looking)
    last = Disclosure.objects.filter(holder=looking.organization).select_related("by__user", "person__identity")
    told = {
        "open": [(one, _wall(one.at, zone), said(one.disclosure.information)) for one in every.filter(seen_at=None)],
        "closed": [(one, _wall(one.at, zone)) for one in every.exclude(seen_at=None)[:_LAST]],
        "expiring": consenting.expiring(looking)[:_MOST],
        "soon": consenting.SOON,
        "deficient": consenting.deficient(looking)[:_MOST],
        "agreements": [
            (one, said(one.information), one.until is not None and one.until < looking.today)
            for one in Agreement.objects.filter(holder=looking.organization)
            .select_related("partner")
            .order_by("-signed_on", "pk")
        ],
        "last": [(one.person, line_of(one, zone)) for one in last.order_by("-at", "-pk")[:_LAST]],
        "today": looking.today,
    }
    return render(request, "privacy/privacy.html", told)


def _wall(at: datetime.datetime, zone: ZoneInfo) -> datetime.datetime:
    """The clock on the wall, which a template shows as it is."""
    return at.astimezone(zone).replace(tzinfo=None)


@require_POST
def close_emergency(request: HttpRequest, disclosure_id: str) -> HttpResponse:
    """This will close an emergency with what was found."""
    looking = viewer(request, "oversee privacy", "read chart")
    try:
        emergencies.close(looking, disclosure_id, request.POST.get("finding", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Closed, with what you found.")
    return redirect("privacy")


@require_http_methods(["GET", "HEAD", "POST"])
def new_agreement(request: HttpRequest) -> HttpResponse:
    """This will write an agreement down."""
    looking = viewer(request, "oversee privacy", "read chart")
    form = Agreeing(looking, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            consenting.agree(looking, form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
        else:
            messages.success(request, "The agreement is written down.")
            return redirect("privacy")
    return render(request, "privacy/new_agreement.html", {"form": form})


@require_POST
def end_agreement(request: HttpRequest, agreement_id: str) -> HttpResponse:
    """This will end an agreement: from tomorrow on, or from the day after the one that was typed, it allows nothing."""
    looking = viewer(request, "oversee privacy", "read chart")
    try:
        until = datetime.date.fromisoformat(request.POST.get("until", ""))
        consenting.end_agreement(looking, agreement_id, until)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except ValueError:
        messages.error(request, "Give the last day, for example 2026-03-31.")
    else:
        messages.success(request, "The agreement ends with that day.")
    return redirect("privacy")
