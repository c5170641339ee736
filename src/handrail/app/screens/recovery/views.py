"""Recovery support and what came of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from handrail.app.accounts.access import viewer
from handrail.app.chart import reading, writing
from handrail.app.chart.forms import keep
from handrail.app.screens.person.who import steps, who
from handrail.app.screens.plan.told import said
from handrail.app.screens.recovery import told
from handrail.app.screens.recovery.contact import Contact, write_contact
from handrail.app.screens.recovery.entries import ENTRIES, form_for, is_complete


@require_safe
def recovery(request: HttpRequest, episode_id: str) -> HttpResponse:
    """This will show the skill areas, the contacts, the care team, and needs with their referrals."""
    looking = viewer(request, "read chart")
    episode = reading.episode(looking, episode_id, screen="recovery")
    outcome = said(looking, episode, "episode_outcome")
    shown = {
        "episode": episode,
        "who": who(episode.person, looking.today),
        "steps": steps(episode, "recovery"),
        "areas": told.areas(looking, episode),
        "coverage": [one for one in outcome if "covered_area_count" in one.verdict.facts],
        "contacts": told.contacts(looking, episode),
        "team": said(looking, episode, "care_team"),
        "providers": reading.rows(looking, "care_team_member").filter(episode_id=episode.pk).order_by("known_on", "pk"),
        "made": reading.rows(looking, "coordination_contact")
        .filter(care_team_member__episode_id=episode.pk)
        .select_related("care_team_member", "by_staff")
        .order_by("-contacted_on", "pk"),
        "needs": reading.rows(looking, "need").filter(episode_id=episode.pk).order_by("identified_on", "pk"),
        "referrals": reading.rows(looking, "referral")
        .filter(episode_id=episode.pk)
        .select_related("need")
        .order_by("-referred_on", "pk"),
        "need_verdicts": said(looking, episode, "need"),
    }
    return render(request, "recovery/recovery.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, episode_id: str) -> HttpResponse:
    """This will enter one recovery contact with everything that belongs to it."""
    looking = viewer(request, "write chart")
    episode = reading.episode(looking, episode_id, screen="new contact")
    form = Contact(looking, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and write_contact(looking, episode, form):
        messages.success(request, "The contact is entered.")
        return redirect("recovery", episode.pk)
    shown = {"episode": episode, "who": who(episode.person, looking.today), "form": form, "title": "A contact"}
    return render(request, "recovery/enter.html", {**shown, "back": "recovery"})


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, episode_id: str, what: str) -> HttpResponse:
    """This will enter one provider, contact with one, need, referral, observation, use, incident or grievance."""
    looking = viewer(request, "write chart")
    if what not in ENTRIES:
        raise Http404("There is no such form.")
    episode = reading.episode(looking, episode_id, screen=f"new {what}")
    entry, form = ENTRIES[what], form_for(looking, what, episode, request)
    owner = {"episode_id": episode.pk, "person_id": episode.person_id, "program_id": episode.program_id}
    fixed = {column: owner[column] for column in entry.fixed}
    if request.method == "POST" and is_complete(what, form):
        made = keep(form, lambda typed: writing.create(looking, entry.table, {**typed, **fixed}))
        if made is not None:
            messages.success(request, "Entered.")
            return redirect(entry.back, episode.pk)
    shown = {"episode": episode, "who": who(episode.person, looking.today), "form": form}
    return render(request, "recovery/enter.html", {**shown, "title": entry.title, "back": entry.back})


@require_safe
def outcomes(request: HttpRequest, episode_id: str) -> HttpResponse:
    """This will show what came of an episode against the year before, and what selects it for a look."""
    looking = viewer(request, "read chart")
    episode = reading.episode(looking, episode_id, screen="outcomes")
    outcome, use = (said(looking, episode, subject) for subject in ("episode_outcome", "utilization_review"))
    hers = {"person_id": episode.person_id}
    shown = {
        "episode": episode,
        "who": who(episode.person, looking.today),
        "steps": steps(episode, "outcomes"),
        "outcome": outcome,
        "use": use,
        "answers": told.answers(looking, episode, ("episode_outcome", "utilization_review")),
        "numbers": told.numbers([one.verdict for one in (*outcome, *use)]),
        "observations": reading.rows(looking, "observation").filter(**hers).order_by("-observed_on", "pk")[:100],
        "uses": reading.rows(looking, "use_event").filter(**hers).order_by("-occurred_on", "pk")[:100],
        "incidents": reading.rows(looking, "incident").filter(episode_id=episode.pk).order_by("-occurred_on", "pk"),
        "grievances": reading.rows(looking, "grievance").filter(episode_id=episode.pk).order_by("-received_on", "pk"),
    }
    return render(request, "recovery/outcomes.html", shown)
