"""The reviews of a plan: which were held, which are due, who took part, and what came of each."""

from __future__ import annotations

import hashlib
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
from handrail.app.screens.plan.told import Said, counted, due_on, said
from handrail.app.screens.plan.views import clashing, clashing_words, goals_shown, still_open, versions_of
from handrail.app.screens.stay.forms import ROLES, listed, participants

COLUMNS = {
    "reviewed_on": "Day of the review",
    "reviewed_by": "Under whose clinical guidance",
    "updates_plan": "The plan was updated or confirmed in writing",
    "cooccurring_monitored": "It notes how stable co-occurring problems are",
}
PARTS = {"note": "What was found, and what changes", "own_words": "What the person says about it"}


@require_safe
def reviews(request: HttpRequest, episode_id: str) -> HttpResponse:
    """This will list the reviews with the day each was due; a late one stays late. The next one is listed too."""
    looking = viewer(request, "read chart")
    episode = reading.episode(looking, episode_id, screen="reviews")
    held = reviews_of(looking, episode)
    by_number: dict[int, list[Said]] = {}
    for told in said(looking, episode, "plan_review"):
        by_number.setdefault(told.verdict.key["review_number"], []).append(told)
    signed: dict[str, int] = {}
    for one in reading.rows(looking, "signature").filter(plan_review_id__in=[one.pk for one in held]):
        signed[one.plan_review_id] = signed.get(one.plan_review_id, 0) + 1
    lines = [
        {"number": number, "review": one, "signatures": signed.get(one.pk, 0), **_timing(by_number.get(number, []))}
        for number, one in enumerate(held, start=1)
    ]
    following = by_number.get(len(held) + 1, [])
    context = {"episode": episode, "here": "review", "lines": lines, "next": _timing(following), "following": following}
    return render(request, "stay/reviews.html", context)


@require_safe
def held(request: HttpRequest, episode_id: str, review_id: str) -> HttpResponse:
    """This will show one review, what the definition says of it, and who signed."""
    looking = viewer(request, "read chart")
    episode = reading.episode(looking, episode_id, screen="review")
    several = reviews_of(looking, episode)
    review, number = _found(several, review_id)
    told = said(looking, episode, "plan_review", {"review_number": number})
    content = signing.content(looking, review)
    words = _words(looking, review)
    context = {
        "episode": episode,
        "here": "review",
        "review": review,
        "number": number,
        "participants": [(ROLES[one.role], one) for one in content.rows[1:]],
        "texts": [(label, words.get(part, "")) for part, label in PARTS.items()],
        "narrative": words.get("narrative", ""),
        "goals": [(one, words.get(goal_part(one["goal"].pk), "")) for one in _goals(looking, episode, review)],
        "verdicts": told,
        "counts": counted(told),
        "signatures": signing.covers(looking, review, content),
        "may_amend": review.locked_at is None or looking.may("amend locked"),
        **_timing(told),
    }
    return render(request, "stay/review.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, episode_id: str) -> HttpResponse:
    """This will keep a review with who took part, and the words about it and about each goal."""
    looking = viewer(request, "write chart")
    episode = reading.episode(looking, episode_id, screen="new review")
    form = labelled(looking, "plan_review", COLUMNS, request, initial={"reviewed_on": looking.today})
    goals = _goals(looking, episode, None)
    words = Words({**PARTS, **_progress(goals)}, request)
    lines = participants(request, *ROLES)
    if request.method == "POST" and all(one.is_valid() for one in (form, words, lines)):

        @transaction.atomic
        def write(told: dict[str, Any]) -> Any:
            made = writing.create(looking, "plan_review", {**told, "episode_id": episode.pk})
            _keep(looking, made, words, lines)
            return made

        made = keep(form, _of_days_past(looking, write))
        if made is not None:
            messages.success(request, "Review kept. Next: the judgements about continued stay, then the signatures.")
            return redirect("held_review", episode.pk, made.pk)
    context = {"episode": episode, "form": form, "words": words, "lines": lines, "forms": [form, words], "goals": goals}
    return render(request, "stay/edit_review.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, episode_id: str, review_id: str) -> HttpResponse:
    """This will change a review. One that is signed needs a reason and a role that may amend it."""
    looking = viewer(request, "write chart")
    episode = reading.episode(looking, episode_id, screen="edit review")
    several = reviews_of(looking, episode)
    review, _ = _found(several, review_id)
    if review.locked_at is not None:
        looking.require("amend locked")
    now, stands = signing.content(looking, review), _words(looking, review)
    goals = _goals(looking, episode, review)
    row = reading.rows(looking, "plan_review").get(pk=review.pk)
    form = labelled(looking, "plan_review", COLUMNS, request, row=row)
    words = Words({**PARTS, **_progress(goals)}, request, stands)
    why = Reason(request.POST if request.method == "POST" else None) if review.locked_at else None
    lines = participants(request) if review.locked_at is None else None
    parts = [one for one in (form, words, lines, why) if one is not None]
    clashes: list[tuple[str, str, str]] = []
    if request.method == "POST" and all(one.is_valid() for one in parts):
        reason = why.cleaned_data["reason"] if why else ""

        @transaction.atomic
        def write(told: dict[str, Any]) -> bool:
            stands_now = signing.unchanged(looking, review, request.POST.get("seen", "")).rows[0]
            still_open(review, stands_now)
            writing.amend(looking, stands_now, told, reason=reason)
            _keep(looking, stands_now, words, lines, reason)
            return True

        if keep(form, _of_days_past(looking, write)):
            messages.success(request, "Kept.")
            return redirect("held_review", episode.pk, review.pk)
        if request.POST.get("seen") != now.seal:
            clashes = clashing(review, form, COLUMNS) + clashing_words(stands, words)
    context = {
        "episode": episode, "review": review, "form": form, "words": words, "lines": lines, "why": why, "goals": goals,
        "forms": [one for one in (form, words, why) if one], "seen": now.seal, "clashes": clashes,
        "participants": [(ROLES[one.role], one) for one in now.rows[1:]],
    }  # fmt: skip
    return render(request, "stay/edit_review.html", context)


def reviews_of(viewer: Viewer, episode: Any) -> list[Any]:
    """This will give the reviews of an episode in the order in which they are numbered."""
    found = reading.rows(viewer, "plan_review").filter(episode_id=episode.pk).select_related("reviewed_by")
    return list(found.order_by("reviewed_on", "pk"))


def goal_part(goal_id: str) -> str:
    """This will name the part of a review's words that is about one goal."""
    return f"goal {goal_id}" if len(goal_id) < 35 else f"goal {hashlib.sha256(goal_id.encode()).hexdigest()[:32]}"


def _timing(told: list[Said]) -> dict[str, Any]:
    timed = [(one, due_on(one)) for one in told if one.is_timed and one.verdict.verdict != "not applicable"]
    days = [day for _, day in timed if day]
    return {
        "timed": timed,
        "due_on": min(days, default=None),
        "is_late": any(one.verdict.verdict == "not met" for one, _ in timed),
    }


def _found(several: list[Any], review_id: str) -> tuple[Any, int]:
    for number, one in enumerate(several, start=1):
        if one.pk == review_id:
            return one, number
    raise Http404("There is no such review.")


def _words(viewer: Viewer, review: Any) -> dict[str, str]:
    return {part: text for (_, part), text in reading.wordings(viewer, "plan_review", review.pk).items()}


def _goals(viewer: Viewer, episode: Any, review: Any) -> list[dict[str, Any]]:
    """The goals of the version that was in effect on the day of the review."""
    plans = versions_of(viewer, episode)
    in_effect = [one for one in plans if review is None or one.effective_on <= review.reviewed_on]
    return goals_shown(viewer, signing.goals_of(viewer, in_effect[-1])) if in_effect else []


def _progress(goals: list[dict[str, Any]]) -> Mapping[str, str]:
    return {goal_part(one["goal"].pk): f"Progress: {one['title'][:120]}" for one in goals}


def _keep(viewer: Viewer, review: Any, words: Words, lines: Any, reason: str = "") -> None:
    words.keep(viewer, review, reason)
    if lines is not None and (took := listed(lines)):
        writing.create_all(viewer, "review_participant", [{**one, "plan_review_id": review.pk} for one in took])


def _of_days_past(viewer: Viewer, write: Any) -> Any:
    """A review that was held lies in the past, or is today's."""

    def checked(told: dict[str, Any]) -> Any:
        if told["reviewed_on"] > viewer.today:
            raise ValidationError({"reviewed_on": "This day is still to come. Enter the review once it was held."})
        return write(told)

    return checked
