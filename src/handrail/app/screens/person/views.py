"""One person's overview."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from handrail.app.accounts.access import viewer
from handrail.app.chart import reading
from handrail.app.worklists.models import Decision


@require_safe
def person(request: HttpRequest, person_id: str) -> HttpResponse:
    """This will show one person."""
    looking = viewer(request, "read chart")
    held = reading.person(looking, person_id, screen="overview")
    answers = Decision.objects.filter(organization=looking.organization, person_id=held.pk).order_by("-judged_on", "pk")
    return render(request, "person/overview.html", {"person": held, "answers": answers})
