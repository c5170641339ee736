"""The requests of one episode, and the beginning of another one."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.authorizations import requests, units
from handrail.app.authorizations.models import Authorization, Request
from handrail.app.chart import reading
from handrail.app.screens.person.source import edition_of
from handrail.app.screens.requests.ending import endings
from handrail.app.screens.requests.forms import Begin, before, put
from handrail.app.screens.requests.listing import lines_of, shown

Kind = Request.Kind
Status = Request.Status

SAYS = {
    Kind.INITIAL: "Initial: the service is to begin, or has just begun",
    Kind.CONTINUED_STAY: "Continued stay: the person goes on in the service",
    Kind.RECOVERY_ENTRY: "Entry into recovery support",
    Kind.EXTENSION: "Extension: more days or units of what is authorized",
    Kind.RETROSPECTIVE: "Retrospective: for days that are over",
}


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, episode_id: str) -> HttpResponse:
    """This will list what was asked of payers for an episode, and begin a draft of the kind that is chosen."""
    looking = viewer(request, "read chart", *(["request authorization"] if request.method == "POST" else []))
    episode = reading.episode(looking, episode_id, screen="authorization")
    own = Request.objects.filter(holder=looking.organization, episode_id=episode.pk)
    kinds = [(kind.value, SAYS[kind]) for kind in fitting(looking, episode)]
    form = Begin(kinds, request.POST if request.method == "POST" else None, request.GET.get("kind", ""))
    if request.method == "POST" and form.is_valid():
        kind, payer = form.cleaned_data["kind"], form.cleaned_data["addressed_to"]
        try:
            made = requests.draft(looking, episode, kind, addressed_to=payer, **_first(looking, episode, kind))
            return redirect("request_draft", made.pk)
        except ValidationError as error:
            put(form, error)
    authorized = units.standings(looking, episode=episode.pk)
    sent = shown(own.exclude(status__in=[Status.DRAFT, Status.DISCARDED]))
    told = {
        "episode": episode,
        "here": "authorization",
        "form": form,
        "may_ask": looking.may("request authorization"),
        "has_payer": form.fields["addressed_to"].queryset.exists(),
        "drafts": own.filter(status=Status.DRAFT).select_related("entered_by__user").order_by("-entered_at", "pk"),
        "lines": lines_of(sent.order_by("-received_at", "pk"), timezone.now()),
        "authorizations": authorized,
        "endings": endings(looking, authorized),
        "may_tell": looking.may("request authorization"),
        "today": looking.today,
        "zone": looking.organization.time_zone,
    }
    return render(request, "requests/begin.html", told)


def fitting(looking: Viewer, episode: Any) -> list[Kind]:
    """This will give the kinds of request that fit an episode, the likeliest first."""
    edition = edition_of(episode.program.service)
    was = list(before(looking, episode.person_id).filter(episode_id=episode.pk).values_list("status", flat=True))
    has_begun = episode.admitted_on is not None and episode.admitted_on <= looking.today
    is_recovery = edition is not None and "recovery_contact" in edition.subjects
    can_stay = has_begun and edition is not None and "continued-stay" in edition.decisions
    is_authorized = any(one in (Status.APPROVED, Status.PARTLY) for one in was)
    entry = Kind.RECOVERY_ENTRY if is_recovery else Kind.INITIAL
    fit = [entry, *([Kind.CONTINUED_STAY] if can_stay else []), *([Kind.EXTENSION] if is_authorized else [])]
    if is_authorized:
        fit = [*fit[1:], entry]
    return [*fit, *([Kind.RETROSPECTIVE] if has_begun else [])]


def _first(looking: Viewer, episode: Any, kind: str) -> dict[str, Any]:
    """What a draft begins with: the first day, and the request that it goes on from."""
    if kind == Kind.RETROSPECTIVE:
        return {"starts_on": episode.admitted_on}
    of_episode = before(looking, episode.person_id).filter(episode_id=episode.pk)
    if kind in (Kind.CONTINUED_STAY, Kind.EXTENSION):
        last = of_episode.first()
        ends = Authorization.objects.filter(holder=looking.organization, episode_id=episode.pk).order_by("-ends_on")
        until = next((one.ended_on or one.ends_on for one in ends), None)
        return {
            "starts_on": until + datetime.timedelta(days=1) if until else looking.today,
            "follows_id": last.pk if last else None,
        }
    stepped = before(looking, episode.person_id).exclude(episode_id=episode.pk).first()
    return {
        "starts_on": episode.admitted_on or looking.today,
        "follows_id": stepped.pk if stepped and kind == Kind.RECOVERY_ENTRY else None,
    }
