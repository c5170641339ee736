"""Continued stay: the paths of the definition with their clauses, the judgements they need, and the text about it."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.chart import reading, writing
from handrail.app.screens.plan.told import Said, answer, edition_of, said
from handrail.app.screens.stay.forms import Judgements
from handrail.app.screens.stay.narrative import draft, text_of
from handrail.app.screens.stay.reviews import reviews_of
from handrail.app.worklists.models import Decision
from handrail.definitions.tree import leaves, paths

TITLES = {
    "progressing": "Progressing",
    "capable": "Not yet progressing, but capable",
    "new-problem": "A new problem",
}
"""What people call the paths; one that is not listed is called by its name in the definition."""


@dataclass(frozen=True)
class Window:
    """The days between the last review but one and this one: what lies before counts no more."""

    after: datetime.date | None
    until: datetime.date

    def holds(self, on: datetime.date | None) -> bool:
        """This will say whether a day lies in it."""
        return on is not None and on <= self.until and (self.after is None or on > self.after)


@require_http_methods(["GET", "HEAD", "POST"])
def continued_stay(request: HttpRequest, episode_id: str, review_id: str = "") -> HttpResponse:
    """This will show the question at the latest review, or another one, and keep the judgements that are made."""
    looking = viewer(request, "read chart", *(["make judgement"] if request.method == "POST" else []))
    episode = reading.episode(looking, episode_id, screen="continued stay")
    data = request.POST if request.method == "POST" else None
    form = Judgements("continued_stay", looking.today, data)
    if request.method == "POST" and form.is_valid() and form.keep(looking, episode):
        messages.success(request, "Judgements kept.")
        return redirect(request.path)
    return _page(request, looking, episode, review_id, form)


@require_POST
def narrative(request: HttpRequest, episode_id: str, review_id: str) -> HttpResponse:
    """This will keep the text about continued stay as the clinician edited it."""
    looking = viewer(request, "read chart", "write chart", "make judgement")
    episode = reading.episode(looking, episode_id, screen="continued stay")
    typed, reason = request.POST.get("narrative", "").strip(), request.POST.get("reason", "")
    review = reading.rows(looking, "plan_review").filter(pk=review_id, episode_id=episode.pk).first()
    if review is None:
        raise Http404("There is no such review.")
    stands = reading.wordings(looking, "plan_review", review.pk).get((review.pk, "narrative"), "")
    clash, problems = "", []
    try:
        if request.POST.get("was", "") != _mark(stands):
            clash = stands or "empty"
        elif not typed:
            raise ValidationError({"narrative": "There is no text to keep."})
        else:
            with transaction.atomic():
                held = reading.rows(looking, "plan_review").select_for_update().get(pk=review.pk)
                writing.word(looking, held, "narrative", typed, reason=reason)
            messages.success(request, "Text kept with the review.")
            return redirect("stay_at", episode.pk, review.pk)
    except PermissionDenied:
        problems = ["The review is signed. A clinical supervisor amends its text, with a reason."]
    except ValidationError as error:
        problems = error.messages
    form = Judgements("continued_stay", looking.today, None)
    return _page(request, looking, episode, review_id, form, typed=typed, reason=reason, problems=problems, clash=clash)


def _page(
    request: HttpRequest,
    looking: Viewer,
    episode: Any,
    review_id: str,
    form: Judgements,
    *,
    typed: str | None = None,
    reason: str = "",
    problems: Sequence[str] = (),
    clash: str = "",
) -> HttpResponse:
    reviews = reviews_of(looking, episode)
    place = next((n for n, one in enumerate(reviews) if one.pk == review_id), -1) if review_id else len(reviews) - 1
    if review_id and place < 0:
        raise Http404("There is no such review.")
    context: dict[str, Any] = {"episode": episode, "here": "stay", "form": form, "reviews": reviews}
    context["may_judge"] = looking.may("make judgement")
    if place < 0:
        window = Window(None, looking.today)
    else:
        review = reviews[place]
        before = [one.reviewed_on for one in reviews[:place] if one.reviewed_on < review.reviewed_on]
        window = Window(max(before, default=None), review.reviewed_on)
        number = {"review_number": place + 1}
        told = said(looking, episode, "continued_stay", number)
        decision = answer(looking, episode, "continued_stay", number)
        sentences = draft(looking, _in_order(told, decision), window)
        stands = reading.wordings(looking, "plan_review", review.pk).get((review.pk, "narrative"), "")
        context |= {
            "review": review,
            "number": place + 1,
            "is_latest": place == len(reviews) - 1,
            "decision": decision,
            "outcome": outcome(decision),
            "cards": _cards(told, decision),
            "least": [one for one in told if "least_intensive" in one.verdict.facts],
            "sentences": sentences,
            "stands": stands,
            "text": typed if typed is not None else stands or text_of(sentences),
            "was": _mark(stands),
            "reason": reason,
            "problems": problems,
            "clash": clash,
        }
    return render(request, "stay/continued.html", {**context, "window": window, **_evidence(looking, episode, window)})


def _cards(told: list[Said], decision: Decision | None) -> list[dict[str, Any]]:
    """One card for each named path of the decision, with the verdicts of its clauses."""
    found = _definition_of(decision)
    by_clause = {one.verdict.clause: one for one in told}
    if found is None or decision is None:
        return []
    return [
        {
            "title": TITLES.get(path.path, path.path.replace("-", " ").capitalize()),
            "holds": path.path in decision.paths,
            "clauses": [by_clause[leaf.clause] for leaf in leaves(path) if leaf.clause in by_clause],
        }
        for path in paths(found.tree)
    ]


def _in_order(told: list[Said], decision: Decision | None) -> list[Said]:
    """The verdicts of the decision's clauses, in the order of its tree."""
    found = _definition_of(decision)
    by_clause = {one.verdict.clause: one for one in told}
    ids = dict.fromkeys(leaf.clause for leaf in leaves(found.tree)) if found else by_clause
    return [by_clause[one] for one in ids if one in by_clause]


def _definition_of(decision: Decision | None) -> Any:
    edition = edition_of(decision.definition, decision.edition) if decision else None
    return edition.decisions.get(decision.decision) if edition and decision else None


def outcome(decision: Decision | None) -> str:
    """This will give what the definition says for an answer; nothing where it cannot tell."""
    found = _definition_of(decision)
    if found is None or decision is None:
        return ""
    return {"yes": found.yes, "no": found.no}.get(decision.answer, "")


def _evidence(looking: Viewer, episode: Any, window: Window) -> dict[str, Any]:
    """What was written down about the days of the window."""

    def days(name: str) -> dict[str, datetime.date]:
        since = {f"{name}__gt": window.after} if window.after else {}
        return {f"{name}__lte": window.until, **since}

    judgements = reading.rows(looking, "judgement").filter(episode_id=episode.pk, **days("judged_on"))
    listed = list(judgements.select_related("judged_by").order_by("-judged_on", "kind", "pk"))
    reasons = reading.wordings(looking, "judgement", *[one.pk for one in listed])
    goals = reading.rows(looking, "goal").filter(episode_id=episode.pk)
    moved = goals.filter(Q(**days("met_on")) | Q(**days("dropped_on")) | Q(**days("set_on"))).order_by("set_on", "pk")
    titles = reading.wordings(looking, "goal", *[one.pk for one in moved])
    came = reading.rows(looking, "attendance").filter(episode_id=episode.pk, **days("session__held_on"))
    statuses = list(came.values_list("status", flat=True))
    return {
        "judgements": [(one, reasons.get((one.pk, "because"), "")) for one in listed],
        "moved": [(one, titles.get((one.pk, "own_words")) or titles.get((one.pk, "objective"), "")) for one in moved],
        "sessions": [(status, statuses.count(status)) for status in ("attended", "excused", "absent")],
    }


def _mark(text: str) -> str:
    """A mark by which a page can tell whether a text is still the one that it showed."""
    return hashlib.sha256(text.encode()).hexdigest()
