"""Discharge: what the definition says of the outcomes, and the end of the episode."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.accounts.proof import prove
from handrail.app.authorizations import units
from handrail.app.chart import reading, writing
from handrail.app.chart.forms import keep
from handrail.app.chart.writing import ChangedMeanwhileError
from handrail.app.screens.plan.forms import Words, labelled, mark_of
from handrail.app.screens.plan.told import answer, said
from handrail.app.screens.plan.views import clashing, clashing_words, goals_shown
from handrail.app.screens.stay.forms import Judgements
from handrail.app.screens.stay.staying import outcome

COLUMNS = {
    "discharged_on": "Last day of the service",
    "discharge_reason": "Why it ended",
    "objectives_met": "The essential objectives of this level were met",
}
PARTS = {"discharge_summary": "Summary: how it went, and what comes next"}


@require_http_methods(["GET", "HEAD", "POST"])
def discharge(request: HttpRequest, episode_id: str) -> HttpResponse:
    """This will show whether the outcomes are reached, keep judgements about them, and end the episode."""
    looking = viewer(request, "read chart", *(["write chart"] if request.method == "POST" else []))
    episode = reading.episode(looking, episode_id, screen="discharge")
    is_judging = request.method == "POST" and "judge-judged_on" in request.POST
    if is_judging:
        looking.require("make judgement")
    judging = Judgements("discharge", looking.today, request.POST if is_judging else None)
    if is_judging and judging.is_valid() and judging.keep(looking, episode):
        messages.success(request, "Judgements kept.")
        return redirect("discharge", episode.pk)
    told = _leaving(request, looking, episode, is_typed=request.method == "POST" and not is_judging)
    if isinstance(told, HttpResponse):
        return told
    goals = list(reading.rows(looking, "goal").filter(episode_id=episode.pk).order_by("set_on", "pk"))
    decision = answer(looking, episode, "discharge")
    context = {
        "episode": episode,
        "here": "discharge",
        "judging": judging,
        "may_judge": looking.may("make judgement"),
        "may_write": looking.may("write chart"),
        "authorized": _authorized(looking, episode),
        "decision": decision,
        "outcome": outcome(decision),
        "verdicts": said(looking, episode, "discharge"),
        "goals": goals_shown(looking, goals),
        "judgements": list(
            reading.rows(looking, "judgement")
            .filter(episode_id=episode.pk, kind__in=list(judging.facts))
            .select_related("judged_by")
            .order_by("-judged_on", "pk")
        ),
        **told,
    }
    return render(request, "stay/discharge.html", context)


def _authorized(looking: Viewer, episode: Any) -> list[units.Standing]:
    """What is authorized beyond the discharge, and was not ended early yet."""
    if episode.discharged_on is None:
        return []
    found = units.standings(looking, episode=episode.pk)
    return [one for one in found if not one.is_ended and one.last > episode.discharged_on]


def _leaving(request: HttpRequest, looking: Viewer, episode: Any, *, is_typed: bool) -> dict[str, Any] | HttpResponse:
    """The form about the end of the episode; an answer of its own once it is kept."""
    if is_typed:
        prove(request)
    typed = request if is_typed else None
    row = reading.rows(looking, "episode").get(pk=episode.pk)
    held = _words(looking, episode)
    now = mark_of(row, held)
    form = labelled(looking, "episode", COLUMNS, typed, row=row)
    form.fields["discharged_on"].required = True
    words = Words(PARTS, typed, held)
    clashes: list[tuple[str, str, str]] = []
    if is_typed and all([form.is_valid(), words.is_valid()]):
        seen = request.POST.get("seen", "")

        @transaction.atomic
        def write(told: dict[str, Any]) -> bool:
            if told["discharged_on"] > looking.today:
                raise ValidationError({"discharged_on": "This day is still to come. Enter it once the service ended."})
            recorded = episode.discharge_recorded_on or looking.today
            stands = reading.rows(looking, "episode").select_for_update().get(pk=episode.pk)
            if seen != mark_of(stands, _words(looking, episode)):
                raise ChangedMeanwhileError
            writing.amend(looking, stands, {**told, "discharge_recorded_on": recorded})
            words.keep(looking, stands)
            return True

        if keep(form, write):
            messages.success(request, "Discharge kept. Next: the way to recovery support.")
            return redirect("discharge", episode.pk)
        if seen != now:
            clashes = clashing(episode, form, COLUMNS) + clashing_words(held, words)
    return {
        "form": form,
        "words": words,
        "seen": now,
        "clashes": clashes,
        "summary": held.get("discharge_summary", ""),
    }


def _words(viewer: Viewer, episode: Any) -> dict[str, str]:
    return {part: text for (_, part), text in reading.wordings(viewer, "episode", episode.pk).items()}
