"""What the provider does with an authorization: telling the payer how much of it is used, and that care ended."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from handrail.app.accounts.access import viewer
from handrail.app.authorizations import units
from handrail.app.consent.disclosing import NotCoveredError
from handrail.app.screens.requests.ending import Ending
from handrail.app.screens.requests.following import standing
from handrail.app.screens.requests.forms import put
from handrail.app.screens.requests.steps import opened


@require_POST
def report(request: HttpRequest, authorization_id: str) -> HttpResponse:
    """This will tell the payer how many units are used, where a consent covers that."""
    looking = viewer(request, "read chart", "request authorization")
    held = units.authorization_of(looking, authorization_id, screen="report units")
    try:
        units.report(looking, held)
    except NotCoveredError as error:
        messages.error(request, f"Nothing was told. {error.says}")
    except ValidationError as error:
        messages.error(request, f"Nothing was told. {' '.join(error.messages)}")
    else:
        messages.success(request, f"{held.payer} was told what is used of {held.number}.")
    return redirect("request_draft", held.request_id)


@require_POST
def end(request: HttpRequest, authorization_id: str) -> HttpResponse:
    """This will end an authorization early because care ended, and tell the payer so."""
    looking = viewer(request, "read chart", "request authorization")
    held = units.authorization_of(looking, authorization_id, screen="end authorization")
    form = Ending(held, request.POST)
    if form.is_valid():
        try:
            units.end(looking, held, form.cleaned_data["ended_on"], form.cleaned_data["why"])
        except NotCoveredError as error:
            form.add_error(None, f"Nothing was ended, as the payer may not be told. {error.says}")
        except ValidationError as error:
            put(form, error)
        else:
            messages.success(request, f"{held.number} ended. {held.payer} was told.")
            return redirect("request_draft", held.request_id)
    return standing(request, looking, opened(looking, held.request_id, "request"), ending=form)
