"""Finding somebody, and entering somebody new with her request for a service."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from handrail.app.accounts.access import viewer
from handrail.app.chart import reading, writing
from handrail.app.chart.forms import form_of, keep
from handrail.app.screens.people.forms import Called

_A_PAGE = 50
_MOST_FOUND = 200


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """This will list the people of the organization, or those whose name or number has what was typed.

    What is searched for is posted, so that no name stands in an address or a log of addresses.
    """
    looking = viewer(request, "read chart")
    typed = request.POST.get("q", "").strip()
    found = reading.names(looking).order_by("family_name", "given_name", "person_id")
    for word in typed.split():
        found = found.filter(
            Q(given_name__icontains=word) | Q(family_name__icontains=word) | Q(called__icontains=word) | Q(number=word)
        )
    page = Paginator(found, _MOST_FOUND if typed else _A_PAGE).get_page(request.GET.get("page"))
    ids = [one.person_id for one in page]
    episodes: dict[str, list[object]] = {}
    for episode in reading.rows(looking, "episode").filter(person_id__in=ids).select_related("program"):
        episodes.setdefault(episode.person_id, []).append(episode)
    listed = [(one, episodes.get(one.person_id, [])) for one in page]
    return render(request, "people/list.html", {"listed": listed, "page": page, "typed": typed})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """This will enter somebody new, and the request for a service that brought her."""
    looking = viewer(request, "write chart")
    called = Called(request.POST if request.method == "POST" else None)
    person = form_of(looking, "person", ["birth_date", "sex"], request)
    episode = form_of(
        looking,
        "episode",
        ["program_id", "requested_on"],
        request,
        initial={"requested_on": looking.today},
        labels={"program_id": "Service asked for", "requested_on": "Day of the request or referral"},
    )
    if request.method == "POST" and called.is_valid() and person.is_valid() and episode.is_valid():
        with transaction.atomic():
            made = keep(person, lambda told: writing.create(looking, "person", told))
            if made is not None:
                writing.name(looking, made, **called.cleaned_data)
                keep(episode, lambda told: writing.create(looking, "episode", {**told, "person_id": made.pk}))
        if made is not None and not episode.errors:
            messages.success(request, "Entered. Next: what the admission asks for.")
            return redirect("person", made.pk)
    return render(request, "people/new.html", {"forms": [called, person, episode]})
