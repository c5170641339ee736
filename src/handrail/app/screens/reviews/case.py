"""One case of a work list: each clause with what a reviewer says of it; while blinded, without what the engine said."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.authorizations.acting import NotNowError
from handrail.app.chart import reading
from handrail.app.chart.forms import put_errors
from handrail.app.reviewing import cases as doing
from handrail.app.reviewing import recording
from handrail.app.reviewing.frames import Clause
from handrail.app.reviewing.models import Finding, FocusedReview, ReviewCase
from handrail.app.screens.person.source import clause_of
from handrail.app.screens.person.who import who
from handrail.app.screens.reviews.forms import FindingForm, Looked
from handrail.app.worklists.models import Verdict


@dataclass(frozen=True)
class Asked:
    """One clause of a case. `engine` is None while reviewers are blinded: nothing on the page tells what it said."""

    number: int
    clause: Clause
    says: str
    cite: str
    edition: str
    engine: dict[str, Any] | None
    why: str
    finding: Finding | None
    earlier: int
    form: FindingForm | None


@require_safe
def case(request: HttpRequest, focused_id: str, review_case_id: str) -> HttpResponse:
    """This will show one case of a review, to who may see whom it is about."""
    looking = viewer(request, "read oversight")
    held = recording.review_of(looking, focused_id)
    if not recording.sees_cases(looking):
        return render(request, "reviews/no_cases.html", {"review": held})
    found = recording.case_of(looking, held, review_case_id)
    return render(request, "reviews/case.html", shown(looking, held, found))


@require_POST
def take(request: HttpRequest, focused_id: str, review_case_id: str) -> HttpResponse:
    """This will put a case on one's own desk."""
    looking = viewer(request, "read oversight", "write review")
    held = recording.review_of(looking, focused_id)
    found = recording.case_of(looking, held, review_case_id)
    try:
        doing.take(looking, found)
    except NotNowError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "You have it.")
    return redirect("review_case", held.pk, found.pk)


@require_POST
def find(request: HttpRequest, focused_id: str, review_case_id: str) -> HttpResponse:
    """This will keep what a reviewer says of one clause."""
    looking = viewer(request, "read oversight", "write review")
    held = recording.review_of(looking, focused_id)
    found = recording.case_of(looking, held, review_case_id)
    form = FindingForm(request.POST, _name(request.POST.get("clause", ""), found))
    if form.is_valid():
        told = form.cleaned_data
        try:
            doing.find(looking, found, Clause.of(told["clause"]), told["outcome"], told["words"])
        except ValidationError as error:
            put_errors(form, error)
        except NotNowError as error:
            messages.error(request, str(error))
            return redirect("review_case", held.pk, found.pk)
        else:
            messages.success(request, "Kept.")
            return redirect(f"{reverse('review_case', args=[held.pk, found.pk])}#{form.auto_id.split('_')[0]}")
    return render(request, "reviews/case.html", shown(looking, held, found, finding=form))


@require_POST
def looked(request: HttpRequest, focused_id: str, review_case_id: str) -> HttpResponse:
    """This will say that one is done with a case, and lead on to the next one."""
    looking = viewer(request, "read oversight", "write review")
    held = recording.review_of(looking, focused_id)
    found = recording.case_of(looking, held, review_case_id)
    form = Looked(request.POST)
    if form.is_valid():
        try:
            doing.looked(looking, found, form.cleaned_data["words"])
        except ValidationError as error:
            put_errors(form, error)
        except NotNowError as error:
            messages.error(request, str(error))
            return redirect("review_case", held.pk, found.pk)
        else:
            messages.success(request, f"Case {found.place} is looked at.")
            return redirect("review_room", held.pk)
    return render(request, "reviews/case.html", shown(looking, held, found, looked=form))


def shown(
    looking: Viewer, held: FocusedReview, found: ReviewCase, finding: Any = None, looked: Any = None
) -> dict[str, Any]:
    """This will give what the page of a case shows; the forms are those that came back with errors."""
    is_blind = held.is_blind_now
    is_mine = found.reviewer_id == looking.membership_id
    may_write = looking.may("write review") and not held.closed_at and not doing.is_own(looking, found)
    may_find = may_write and is_mine and found.looked_at is None
    episode = None
    if found.episode_id:
        episode = reading.rows(looking, "episode").select_related("person__identity", "program").filter(pk=found.episode_id).first()  # fmt: skip
    return {
        "review": held,
        "banner_kind": held.kind,
        "case": found,
        "days": _days(held, found),
        "of": held.cases.filter(round=found.round).count(),
        "episode": episode,
        "whom": who(episode.person, looking.today) if episode else None,
        "is_blind": is_blind,
        "asked": _asked(held, found, is_blind, may_find, finding),
        "left": len(doing.open_clauses(found)),
        "is_own": doing.is_own(looking, found),
        "is_mine": is_mine,
        "may_take": may_write and not is_mine and found.looked_at is None,
        "looked": (looked or Looked(None)) if may_find else None,
        "zone": looking.organization.time_zone,
    }


def _days(held: FocusedReview, found: ReviewCase) -> tuple[datetime.date, datetime.date]:
    """The days looked at: as many after the action as before."""
    if found.round == ReviewCase.Round.RETEST and held.retest_since is not None:
        return held.retest_since, held.retest_since + (held.until - held.since)
    return held.since, held.until


def _asked(
    held: FocusedReview, found: ReviewCase, is_blind: bool, may_find: bool, wrong: FindingForm | None
) -> list[Asked]:
    said: dict[Clause, list[Finding]] = {}
    for one in found.findings.select_related("by__user").order_by("place"):
        said.setdefault(Clause(one.definition, one.clause), []).append(one)
    there = set()
    if not is_blind:
        ids = [one["verdict_id"] for one in found.kept]
        there = {str(pk) for pk in Verdict.objects.filter(organization=held.organization, pk__in=ids).values_list("pk", flat=True)}  # fmt: skip
    told = []
    for number, one in enumerate(found.kept, start=1):
        clause = Clause(one["definition"], one["clause"])
        source = clause_of(clause.definition, one["edition"], clause.clause)
        form = None
        if may_find:
            is_wrong = wrong is not None and wrong.auto_id == f"clause{number}_%s"
            form = wrong if is_wrong else FindingForm(None, f"clause{number}", initial={"clause": clause.key})
        several = said.get(clause, [])
        told.append(
            Asked(
                number,
                clause,
                source.says if source else clause.clause.replace("-", " "),
                source.cite if source else "",
                one["edition"],
                None if is_blind else one,
                reverse("why", args=[one["verdict_id"]]) if one["verdict_id"] in there else "",
                several[-1] if several else None,
                max(0, len(several) - 1),
                form,
            )
        )
    return told


def _name(key: str, found: ReviewCase) -> str:
    """Which of the page's forms was sent."""
    keys = [f"{one['definition']} {one['clause']}" for one in found.kept]
    return f"clause{keys.index(key) + 1}" if key in keys else "clause0"
