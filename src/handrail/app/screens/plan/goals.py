"""Adding a goal to a version, and writing down what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.chart import reading, writing
from handrail.app.chart.forms import keep
from handrail.app.chart.writing import ChangedMeanwhileError
from handrail.app.screens.plan.forms import Reason, Words, labelled, mark_of
from handrail.app.screens.plan.sections import GOAL_PARTS
from handrail.app.screens.plan.views import goals_shown

LABELS = {
    "linked_problem": "The problem that it answers",
    "set_on": "Set on",
    "target_on": "To be met by",
    "met_on": "Met on",
    "dropped_on": "Dropped by agreement on",
}
NEW = ["linked_problem", "set_on", "target_on"]
ENDED = ["met_on", "dropped_on"]


def _said(viewer: Viewer, goal: Any) -> dict[str, str]:
    return {part: text for (_, part), text in reading.wordings(viewer, "goal", goal.pk).items()}


def _labels(columns: list[str]) -> dict[str, str]:
    return {column: LABELS[column] for column in columns}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, episode_id: str, plan_id: str) -> HttpResponse:
    """This will add a goal to a version that nobody signed yet."""
    looking = viewer(request, "write chart")
    episode = reading.episode(looking, episode_id, screen="new goal")
    plan = reading.rows(looking, "plan").filter(pk=plan_id, episode_id=episode.pk).first()
    if plan is None:
        raise Http404("There is no such version.")
    if plan.locked_at is not None:
        messages.error(request, "This version is signed. Write a new version, and add the goal there.")
        return redirect("plan_version", episode.pk, plan.pk)
    form = labelled(looking, "goal", _labels(NEW), request, initial={"set_on": looking.today})
    words = Words(GOAL_PARTS, request)
    if request.method == "POST" and form.is_valid() and words.is_valid():

        @transaction.atomic
        def write(told: dict[str, Any]) -> Any:
            held = reading.rows(looking, "plan").select_for_update().get(pk=plan.pk)
            if held.locked_at is not None:
                raise ValidationError("Somebody signed this version meanwhile. Add the goal to a new version.")
            made = writing.create(looking, "goal", {**told, "episode_id": episode.pk, "plan_id": plan.pk})
            words.keep(looking, made)
            return made

        if keep(form, write) is not None:
            messages.success(request, "Goal added.")
            return redirect("plan_version", episode.pk, plan.pk)
    return render(request, "plan/goal.html", {"episode": episode, "plan": plan, "forms": [words, form]})


@require_http_methods(["GET", "HEAD", "POST"])
def goal(request: HttpRequest, episode_id: str, goal_id: str) -> HttpResponse:
    """This will write down that a goal was met or dropped; its words can be changed until it is signed.

    After that, only by a role that may amend what is signed, with a reason.
    """
    looking = viewer(request, "write chart")
    episode = reading.episode(looking, episode_id, screen="goal")
    held = reading.rows(looking, "goal").select_related("plan").filter(pk=goal_id, episode_id=episode.pk).first()
    if held is None:
        raise Http404("There is no such goal.")
    locked = held.locked_at is not None
    is_whole = not locked or looking.may("amend locked")
    said = _said(looking, held)
    columns = [*NEW, *ENDED] if is_whole else ENDED
    form = labelled(looking, "goal", _labels(columns), request, row=held)
    words = Words(GOAL_PARTS, request, said) if is_whole else None
    why = Reason(request.POST if request.method == "POST" else None) if locked and is_whole else None
    forms = [one for one in (words, form, why) if one is not None]
    if request.method == "POST" and all(one.is_valid() for one in forms):
        reason = why.cleaned_data["reason"] if why else ""

        @transaction.atomic
        def write(told: dict[str, Any]) -> bool:
            stands = reading.rows(looking, "goal").select_for_update().get(pk=held.pk)
            if request.POST.get("seen") != mark_of(stands, _said(looking, held)):
                raise ChangedMeanwhileError
            try:
                writing.amend(looking, stands, told, reason=reason)
            except PermissionDenied:
                raise ValidationError("This goal is signed. A clinical supervisor writes this down.") from None
            if words is not None:
                words.keep(looking, stands, reason)
            return True

        if keep(form, write):
            messages.success(request, "Kept.")
            return redirect("plan", episode.pk)
    fresh = reading.rows(looking, "goal").get(pk=held.pk)
    context = {
        "episode": episode,
        "plan": held.plan,
        "forms": forms,
        "seen": mark_of(fresh, said),
        "is_locked": locked,
        "is_whole": is_whole,
    }
    return render(request, "plan/goal.html", {**context, "shown": goals_shown(looking, [fresh])[0]})
