"""An emergency: what may be told to medical personnel on one page, and the five things to write down."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.chart import reading
from handrail.app.chart.forms import put_errors
from handrail.app.consent.dated import notice_on
from handrail.app.consent.emergencies import break_glass
from handrail.app.screens.person.who import who
from handrail.app.screens.privacy.forms import Breaking

_MOST = 10
_MEDICAL = ("medical", "psychiatric", "medication")


@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: HttpRequest, person_id: str) -> HttpResponse:
    """This will show a short summary for medical personnel, and write down that it was disclosed."""
    looking = viewer(request, "disclose in emergency", "read chart")
    held = reading.person(looking, person_id, screen="emergency summary")
    form = Breaking(looking, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            break_glass(looking, held, **form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
        else:
            messages.success(request, "Written down. Whoever oversees privacy here has been told.")
            return redirect("disclosures", held.pk)
    told = {
        "who": who(held, looking.today),
        "person": held,
        "form": form,
        "notice": notice_on(looking.today),
        **summary(looking, held.pk),
    }
    return render(request, "privacy/emergency.html", told)


def summary(looking: Viewer, person_id: str) -> dict[str, Any]:
    """This will give what medical personnel need first: the services, diagnoses, medical needs, and the last uses."""
    episodes = reading.about(looking, "episode", person=person_id).select_related("program")
    diagnoses = reading.about(looking, "diagnosis", person=person_id).filter(resolved_on=None)
    needs = reading.about(looking, "need", person=person_id).filter(kind__in=_MEDICAL)
    uses = reading.about(looking, "use_event", person=person_id)
    return {
        "episodes": list(
            episodes.exclude(admitted_on=None).filter(discharged_on=None).order_by("-admitted_on")[:_MOST]
        ),
        "diagnoses": list(diagnoses.order_by("-diagnosed_on", "pk")[:_MOST]),
        "needs": list(needs.order_by("-identified_on", "pk")[:_MOST]),
        "uses": list(uses.order_by("-occurred_on", "pk")[:3]),
    }
