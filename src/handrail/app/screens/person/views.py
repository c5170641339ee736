"""One person's overview, and a request for another service."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from handrail.app.accounts.access import viewer
from handrail.app.chart import reading, writing
from handrail.app.chart.forms import form_of, keep
from handrail.app.screens.person.overview import courses
from handrail.app.screens.person.who import who
from handrail.app.screens.person.window import countdown
from handrail.app.worklists.waiting import is_waiting_for


@require_safe
def person(request: HttpRequest, person_id: str) -> HttpResponse:
    """This will show one person: each episode on a line, what is open, and the way to every step."""
    looking = viewer(request, "read chart")
    held = reading.person(looking, person_id, screen="overview")
    hers = courses(looking, held.pk)
    has_left = any(course.episode.discharged_on for course in hers) or (
        reading.about(looking, "outside_stay", person=held.pk).exists()
    )
    window = countdown(looking, held.pk) if has_left else None
    admitted = {course.episode.program.service for course in hers if course.episode.admitted_on}
    if window is not None and window.service in admitted:
        window = None
    offers = reading.rows(looking, "program").filter(service=window.service) if window else []
    told = {
        "who": who(held, looking.today),
        "courses": hers,
        "window": window,
        "offers": offers,
        "today": looking.today,
        "may_write": looking.may("write chart"),
        "is_waiting": is_waiting_for(looking.organization.pk, held.pk),
    }
    return render(request, "person/overview.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, person_id: str) -> HttpResponse:
    """This will write down that somebody known asks for a service: a new episode."""
    looking = viewer(request, "write chart")
    held = reading.person(looking, person_id, screen="request")
    form = form_of(
        looking,
        "episode",
        ["program_id", "requested_on"],
        request,
        initial={"requested_on": looking.today, "program": request.GET.get("program", "")},
        labels={"program_id": "Service asked for", "requested_on": "Day of the request or referral"},
    )
    form.fields["requested_on"].required = True
    if request.method == "POST":
        made = keep(form, lambda told: writing.create(looking, "episode", {**told, "person_id": held.pk}))
        if made is not None:
            messages.success(request, "The request is written down. Next: what the admission asks for.")
            return redirect("admission", made.pk)
    hers = reading.about(looking, "episode", person=held.pk).select_related("program").order_by("requested_on", "pk")
    return render(request, "person/request.html", {"who": who(held, looking.today), "form": form, "episodes": hers})
