"""The one way by which a review moves: one act at a time, written down as a step whose seal stands in the log.

Where a review stands is never set by hand. It follows from what was done.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max, QuerySet
from django.http import Http404
from django.utils import timezone

from handrail.app.accounts.access import Viewer
from handrail.app.accounts.models import Organization
from handrail.app.audit.log import Act, note
from handrail.app.authorizations.acting import ChangedMeanwhileError, NotNowError
from handrail.app.authorizations.sealing import seal_of
from handrail.app.reviewing.models import CorrectiveAction, Finding, FocusedReview, ReviewCase, ReviewStep

KEPT = "keep review step"
"""The act of the log whose detail is the seal of a step."""
Status, Outcome, Round = FocusedReview.Status, Finding.Outcome, ReviewCase.Round


def reviews_of(looking: Viewer) -> QuerySet[FocusedReview]:
    """This will give the reviews of the viewer's organization, and of no other."""
    looking.require("read oversight")
    return FocusedReview.objects.filter(organization=looking.organization)


def review_of(looking: Viewer, review_id: str) -> FocusedReview:
    """This will give one review. One of another organization is as absent as one that was never there (`Http404`)."""
    found = reviews_of(looking).select_related("opened_by__user", "closed_by__user").filter(pk=review_id).first()
    if found is None:
        raise Http404("There is no such review.")
    return found


def sees_cases(looking: Viewer) -> bool:
    """This will say whether somebody may see who the cases are about: with the charts, or at a payer as a reviewer."""
    is_payer = looking.organization.kind == Organization.Kind.PAYER
    return looking.may("read oversight") and looking.may("write review" if is_payer else "read chart")


def case_of(looking: Viewer, review: FocusedReview, case_id: str) -> ReviewCase:
    """This will give one case of a review, and write that it was read into the log."""
    if not sees_cases(looking):
        raise PermissionDenied("Your role here sees the numbers of a review, not its cases.")
    found = review.cases.filter(organization=looking.organization, pk=case_id).select_related("reviewer__user").first()
    if found is None:
        raise Http404("There is no such case.")
    note(looking, Act("read", "review_case", found.pk, found.person_id))
    return found


@contextmanager
def acting(
    looking: Viewer,
    review: FocusedReview,
    name: str,
    *,
    may: str = "write review",
    version: int | None = None,
    case: ReviewCase | None = None,
    words: str = "",
    detail: Mapping[str, Any] | None = None,
) -> Iterator[FocusedReview]:
    """This will let the block change a review while nobody else can, and write the step after it.

    Raises `PermissionDenied` for a role or an organization that may not, `NotNowError` where the review is closed, and
    `ChangedMeanwhileError` where it is not the version that was shown.
    """
    looking.require(may)
    with transaction.atomic():
        held = FocusedReview.objects.select_for_update().filter(organization=looking.organization, pk=review.pk)
        if not held.exists():
            raise PermissionDenied("This review belongs to another organization.")
        review.refresh_from_db()
        if case is not None:
            case.refresh_from_db()
        if version is not None and version != review.version:
            raise ChangedMeanwhileError
        if review.status == Status.CLOSED:
            raise NotNowError("This review is closed.")
        yield review
        write_step(looking, review, name, case=case, words=words, detail=detail)


def write_step(
    looking: Viewer,
    review: FocusedReview,
    name: str,
    *,
    case: ReviewCase | None = None,
    words: str = "",
    detail: Mapping[str, Any] | None = None,
    is_first: bool = False,
) -> ReviewStep:
    """This will keep what an act left of a review, with the step; within the act's transaction."""
    before = "" if is_first else review.status
    review.status = standing(review, looking)
    if not is_first:
        review.version += 1
    review.save()
    step = ReviewStep.objects.create(
        organization=looking.organization,
        review=review,
        place=(review.steps.aggregate(last=Max("place"))["last"] or 0) + 1,
        at=timezone.now(),
        by_id=looking.membership_id,
        act=name,
        status_before=before,
        status_after=review.status,
        words=words.strip(),
        detail={**({"case": case.pk, "place": case.place} if case else {}), **(detail or {})},
    )
    person = case.person_id if case else ""
    note(
        looking,
        Act(name[:30], "focused_review", review.pk, person),
        Act(KEPT, "review_step", str(step.pk), person, seal_of_step(step)),
    )
    return step


def standing(review: FocusedReview, looking: Viewer) -> str:
    """This will say where a review stands by what was done so far."""
    cases = list(review.cases.values_list("round", "reviewer_id", "looked_at"))
    if review.closed_at is not None:
        return Status.CLOSED
    if any(number == Round.RETEST for number, _, _ in cases):
        return Status.RETEST
    if CorrectiveAction.objects.filter(review=review).exists():
        return Status.ACTION
    if cases and all(looked for _, _, looked in cases) and not review.is_blind_now and not unanswered(review, looking):
        return Status.ANSWERED
    return Status.IN_REVIEW if any(reviewer for _, reviewer, _ in cases) else Status.OPEN


def last_findings(review: FocusedReview) -> dict[tuple[str, str, str], Finding]:
    """This will give what counts of the findings of a review: the last one of each clause in each case."""
    every = Finding.objects.filter(case__review=review).select_related("case", "by__user").prefetch_related("answers")
    return {(one.case_id, one.definition, one.clause): one for one in every.order_by("case__place", "place")}


def confirmed(review: FocusedReview) -> list[Finding]:
    """This will give the findings that were confirmed, in the order of the cases."""
    return [one for one in last_findings(review).values() if one.outcome == Outcome.CONFIRMED]


def unanswered(review: FocusedReview, looking: Viewer) -> list[Finding]:
    """This will give the confirmed findings that wait for an answer: none once the last day for answers is over."""
    if review.answers_by is not None and looking.today > review.answers_by:
        return []
    return [one for one in confirmed(review) if not one.answers.all()]


def seal_of_step(step: ReviewStep) -> str:
    """This will give the seal of a step: of all of it."""
    told = {field.attname: getattr(step, field.attname) for field in step._meta.concrete_fields}
    return seal_of(
        told | {"at": step.at.astimezone(timezone.get_default_timezone()).isoformat(timespec="microseconds")}
    )


def said_day(value: datetime.date) -> str:
    """This will say a day as pages do, like Mon 2 Mar 2026."""
    return f"{value:%a} {value.day} {value:%b %Y}"
