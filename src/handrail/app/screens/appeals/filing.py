"""Filing an appeal, and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from handrail.app.accounts.access import viewer
from handrail.app.authorizations import appeals as doing
from handrail.app.authorizations import windows
from handrail.app.authorizations.acting import PROVIDER, ChangedMeanwhileError, NotNowError, side_of
from handrail.app.authorizations.models import Determination
from handrail.app.authorizations.terms import zone_of
from handrail.app.chart.forms import put_errors
from handrail.app.consent.disclosing import NotCoveredError
from handrail.app.screens.appeals.forms import Filing, Words
from handrail.app.screens.appeals.views import shown


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, request_id: str) -> HttpResponse:
    """This will say until when a determination can be appealed, take the appeal down, and start its clock."""
    looking = viewer(request, "file appeals", "read appeals")
    asked = doing.request_of(looking, request_id, screen="file appeal")
    found = windows.window(asked)
    if found is None:
        raise Http404("There is nothing here that can be appealed.")
    is_provider = side_of(looking, asked) == PROVIDER
    consents = doing.consents_for(asked, looking.today) if is_provider else None
    form = Filing(request.POST if request.method == "POST" else None, zone=zone_of(asked), consents=consents)
    goes_on = windows.continuation(asked)
    if goes_on.until is None:
        del form.fields["asks_continuation"]
    stops = doing.stops(looking, asked) if is_provider else ""
    if request.method == "POST" and form.is_valid():
        told = form.values()
        try:
            made = doing.file(looking, asked, **told)
        except ValidationError as error:
            put_errors(form, error)
        except (NotCoveredError, LookupError) as error:
            form.add_error(None, f"{error} Nothing was sent. The person can appeal to the payer without us.")
        else:
            messages.success(request, f"Filed as {made.number}. The clock runs from its receipt.")
            return redirect("appeal", made.pk)
    told = {
        "form": form,
        "asked": asked,
        "window": found,
        "stops": stops,
        "continuation": goes_on,
        "determination": Determination.objects.filter(request=asked).first(),
        "is_provider": is_provider,
    }
    return render(request, "appeals/file.html", told)


@require_POST
def withdraw(request: HttpRequest, appeal_id: str) -> HttpResponse:
    """This will take an appeal back, because the person wants it so."""
    looking = viewer(request, "file appeals", "read appeals")
    held = doing.appeal_of(looking, appeal_id, screen="withdraw appeal")
    form = Words(request.POST)
    if form.is_valid():
        try:
            doing.withdraw(looking, held, form.cleaned_data["words"], version=form.cleaned_data["version"])
        except ValidationError as error:
            put_errors(form, error)
        except (ChangedMeanwhileError, NotNowError):
            messages.error(request, "Somebody acted meanwhile. This is how it stands now.")
            return redirect("appeal", held.pk)
        else:
            messages.success(request, "Withdrawn.")
            return redirect("appeal", held.pk)
    return render(request, "appeals/appeal.html", shown(looking, held, withdraw=form))
