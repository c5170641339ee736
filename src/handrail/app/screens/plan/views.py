"""One version of a plan, a new version, and changing one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.chart import reading, signing, writing
from handrail.app.chart.forms import keep
from handrail.app.screens.plan.forms import Reason, Words, labelled
from handrail.app.screens.plan.sections import (
    COLUMNS,
    GOAL_PARTS,
    PARTS,
    SECTIONS,
    compared,
    shown,
    value_of,
)
from handrail.app.screens.plan.told import clock, counted, said


@require_safe
def plan(request: HttpRequest, episode_id: str, plan_id: str = "") -> HttpResponse:
    """This will show one version of a plan, the latest unless another is named, and what the definitions say of it."""
    looking = viewer(request, "read chart")
    episode = reading.episode(looking, episode_id, screen="plan")
    versions = versions_of(looking, episode)
    held = {"episode": episode, "versions": versions, "here": "plan"}
    if not versions:
        told = said(looking, episode, "treatment_plan", {"plan_number": 1})
        return render(request, "plan/none.html", {**held, "clock": clock(told), "verdicts": told})
    place = next((n for n, one in enumerate(versions) if one.pk == plan_id), -1 if plan_id else len(versions) - 1)
    if place < 0:
        raise Http404("There is no such version.")
    version, before = versions[place], versions[place - 1] if place else None
    words = reading.wordings(looking, "plan", version.pk, *([before.pk] if before else []))
    content = signing.content(looking, version)
    told = said(looking, episode, "treatment_plan", {"plan_number": place + 1})
    mine = list(content.rows[1:])
    return render(
        request,
        "plan/plan.html",
        {
            **held,
            "plan": version,
            "number": place + 1,
            "is_latest": place == len(versions) - 1,
            "sections": shown(version, words),
            "goals": goals_shown(looking, mine),
            "verdicts": told,
            "counts": counted(told),
            "clock": clock(told),
            "signatures": signing.covers(looking, version, content),
            "before": before,
            "changes": compared(before, version, words) if before else [],
            "goal_changes": _goal_changes(looking, before, mine) if before else [],
            "may_amend": version.locked_at is None or looking.may("amend locked"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, episode_id: str) -> HttpResponse:
    """This will write a new version, which begins as a copy of the one before; goals still open go on in it."""
    looking = viewer(request, "write chart")
    episode = reading.episode(looking, episode_id, screen="new plan")
    versions = versions_of(looking, episode)
    last = versions[-1] if versions else None
    held = _held(looking, last) if last else {}
    start: dict[str, Any] = {c: getattr(last, c) for c in COLUMNS} if last else {"written_by": looking.staff_id or None}
    form = _form(looking, request, initial={**start, "effective_on": looking.today})
    words = Words(PARTS, request, held)
    if request.method == "POST" and form.is_valid() and words.is_valid():

        @transaction.atomic
        def write(told: dict[str, Any]) -> Any:
            if last is not None and told["effective_on"] <= last.effective_on:
                raise ValidationError({"effective_on": "This must be after the day of the version before."})
            made = writing.create(looking, "plan", {**told, "episode_id": episode.pk})
            words.keep(looking, made)
            return made

        made = keep(form, write)
        if made is not None:
            messages.success(request, "Version kept. Next: its goals, then the signatures.")
            return redirect("plan_version", episode.pk, made.pk)
    going_on = goals_shown(looking, [one for one in signing.goals_of(looking, last) if _is_open(one)]) if last else []
    return render(
        request,
        "plan/edit.html",
        {"episode": episode, "last": last, "groups": grouped(form, words), "forms": [form, words], "goals": going_on},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, episode_id: str, plan_id: str) -> HttpResponse:
    """This will change a version. One that is signed needs a reason and a role that may amend it.

    Where somebody else changed it since it was opened, nothing is written, and both texts are shown.
    """
    looking = viewer(request, "write chart")
    episode = reading.episode(looking, episode_id, screen="edit plan")
    version = _version(looking, episode, plan_id)
    if version.locked_at is not None:
        looking.require("amend locked")
    now, held = signing.content(looking, version), _held(looking, version)
    form = _form(looking, request, row=_version(looking, episode, plan_id))
    words = Words(PARTS, request, held)
    why = Reason(request.POST if request.method == "POST" else None) if version.locked_at else None
    forms = [form, words, *([why] if why else [])]
    clashes: list[tuple[str, str, str]] = []
    if request.method == "POST" and all(one.is_valid() for one in forms):
        reason = why.cleaned_data["reason"] if why else ""

        @transaction.atomic
        def write(told: dict[str, Any]) -> bool:
            stands = signing.unchanged(looking, version, request.POST.get("seen", "")).rows[0]
            still_open(version, stands)
            writing.amend(looking, stands, told, reason=reason)
            words.keep(looking, stands, reason)
            return True

        if keep(form, write):
            messages.success(request, "Kept.")
            return redirect("plan_version", episode.pk, version.pk)
        if request.POST.get("seen") != now.seal:
            clashes = clashing(version, form, COLUMNS) + clashing_words(held, words)
    context = {"episode": episode, "plan": version, "groups": grouped(form, words), "forms": forms, "why": why}
    return render(request, "plan/edit.html", {**context, "seen": now.seal, "clashes": clashes})


def versions_of(viewer: Viewer, episode: Any) -> list[Any]:
    """This will give the versions of an episode's plan in the order in which they took effect."""
    found = reading.rows(viewer, "plan").filter(episode_id=episode.pk).select_related("written_by")
    return list(found.order_by("effective_on", "pk"))


def goals_shown(viewer: Viewer, goals: list[Any]) -> list[dict[str, Any]]:
    """This will give goals with their words and how they stand."""
    words = reading.wordings(viewer, "goal", *[one.pk for one in goals])
    return [
        {
            "goal": one,
            "words": [(label, words.get((one.pk, part), "")) for part, label in GOAL_PARTS.items()],
            "title": next((text for part in GOAL_PARTS if (text := words.get((one.pk, part)))), "A goal without words"),
            "state": "met" if one.met_on else "dropped" if one.dropped_on else "open",
            "state_on": one.met_on or one.dropped_on,
        }
        for one in goals
    ]


def still_open(shown: Any, stands: Any) -> None:
    """This will raise `ValidationError` where a row was signed since it was shown."""
    if stands.locked_at is not None and shown.locked_at is None:
        raise ValidationError("Somebody signed this meanwhile, so nothing was changed. What you typed is below.")


def clashing(row: Any, form: Any, labels: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """This will give each value typed that is other than the one that stands there now: label, now, typed."""
    stands = {column: value_of(row, column) for column in labels}
    typed = type(row)(**{name: form.cleaned_data.get(name) for name in labels})
    return [
        (label, stands[column], value_of(typed, column))
        for column, label in labels.items()
        if stands[column] != value_of(typed, column)
    ]


def clashing_words(held: Mapping[str, str], words: Words) -> list[tuple[str, str, str]]:
    """This will give each text typed that is other than the one that stands there now: label, now, typed."""
    return [
        (str(box.label), held.get(part, ""), words.cleaned_data[part])
        for part, box in words.fields.items()
        if words.cleaned_data[part] != held.get(part, "")
    ]


def grouped(form: Any, words: Words) -> list[dict[str, Any]]:
    """This will give the fields of the plan's two forms, section by section."""
    return [
        {
            "title": section.title,
            "fields": [*(words[part] for part in section.parts), *(form[column] for column in section.columns)],
        }
        for section in SECTIONS
    ]


def _form(looking: Viewer, request: HttpRequest, **told: Any) -> Any:
    return labelled(looking, "plan", COLUMNS, request, **told)


def _held(looking: Viewer, version: Any) -> dict[str, str]:
    return {part: text for (_, part), text in reading.wordings(looking, "plan", version.pk).items()}


def _version(looking: Viewer, episode: Any, plan_id: str) -> Any:
    found = reading.rows(looking, "plan").select_related("written_by").filter(pk=plan_id, episode_id=episode.pk).first()
    if found is None:
        raise Http404("There is no such version.")
    return found


def _is_open(goal: Any) -> bool:
    return goal.met_on is None and goal.dropped_on is None


def _goal_changes(looking: Viewer, before: Any, mine: list[Any]) -> list[dict[str, Any]]:
    """The goals that are in one version and not in the other, with what became of them."""
    old = signing.goals_of(looking, before)
    ids, olds = {one.pk for one in mine}, {one.pk for one in old}
    gone, new = [one for one in old if one.pk not in ids], [one for one in mine if one.pk not in olds]
    told = goals_shown(looking, gone + new)
    return [{**one, "kind": "gone" if one["goal"].pk in olds else "new"} for one in told]
