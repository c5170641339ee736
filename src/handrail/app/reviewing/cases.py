"""Looking at cases: taking one, saying of each clause what one sees, and being done with it; then opening the key."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Max
from django.utils import timezone

from handrail.app.accounts.access import Viewer
from handrail.app.authorizations.acting import NotNowError
from handrail.app.reviewing.frames import Clause
from handrail.app.reviewing.models import Finding, FocusedReview, ReviewCase
from handrail.app.reviewing.opening import clauses_of
from handrail.app.reviewing.recording import acting, sees_cases


def take(looking: Viewer, case: ReviewCase) -> None:
    """This will put a case on one's own desk, also from somebody else's; nobody reviews a case of one's own."""
    _may_look(looking, case)
    with acting(looking, case.review, "take case", case=case, detail={"before": case.reviewer_id}):
        _still_open(case)
        case.reviewer_id = looking.membership_id
        case.save(update_fields=["reviewer"])


def find(looking: Viewer, case: ReviewCase, clause: Clause, outcome: str, words: str) -> Finding:
    """This will write down what a reviewer says of a clause, beside what the engine had said. The last one counts."""
    _may_look(looking, case)
    told = next((one for one in case.kept if Clause(one["definition"], one["clause"]) == clause), None)
    if told is None:
        raise ValidationError({"clause": "The engine kept no answer to this clause for this case."})
    if outcome not in Finding.Outcome.values:
        raise ValidationError({"outcome": "It is confirmed, not confirmed, or cannot be told."})
    if outcome != Finding.Outcome.NOT_CONFIRMED and not words.strip():
        raise ValidationError({"words": "Say what you saw, or what is missing."})
    detail = {"clause": clause.clause, "outcome": outcome}
    with acting(looking, case.review, "finding", case=case, detail=detail):
        _still_open(case)
        _in_hand(looking, case)
        return Finding.objects.create(
            organization=looking.organization,
            case=case,
            place=(case.findings.aggregate(last=Max("place"))["last"] or 0) + 1,
            definition=told["definition"],
            edition=told["edition"],
            seal=told["seal"],
            clause=told["clause"],
            engine=told["verdict"],
            says=told["says"],
            judged_on=datetime.date.fromisoformat(told["judged_on"]),
            evidence=told["verdict_id"],
            outcome=outcome,
            words=words.strip(),
            by_id=looking.membership_id,
            at=timezone.now(),
        )


def looked(looking: Viewer, case: ReviewCase, words: str) -> None:
    """This will say that one is done with a case: something was said of each clause, or it is told in words."""
    _may_look(looking, case)
    with acting(looking, case.review, "looked", case=case):
        _still_open(case)
        _in_hand(looking, case)
        if open_clauses(case):
            raise ValidationError({"words": f"{len(open_clauses(case))} clauses wait for what you say of them."})
        if not case.kept and not words.strip():
            raise ValidationError({"words": "Say what you saw: nothing else is written down about this case."})
        case.looked_at = timezone.now()
        case.words = words.strip()
        case.save(update_fields=["looked_at", "words"])


def open_clauses(case: ReviewCase) -> list[dict[str, Any]]:
    """This will give the clauses of a case of which nothing was said yet."""
    said = set(case.findings.values_list("definition", "clause"))
    return [one for one in case.kept if (one["definition"], one["clause"]) not in said]


def unblind(looking: Viewer, review: FocusedReview, *, version: int | None = None) -> None:
    """This will open the key: who was flagged, and what the engine had said. Only once every case was looked at."""
    with acting(looking, review, "open the key", version=version):
        if not review.is_blind_now:
            raise NotNowError("The key is open.")
        _all_looked_at(review)
        review.unblinded_at = timezone.now()


def ask(looking: Viewer, review: FocusedReview, until: datetime.date, *, version: int | None = None) -> None:
    """This will ask the clinicians for their answers to what was confirmed, by a day."""
    if until < looking.today:
        raise ValidationError({"until": "The last day for answers is today or later."})
    detail = {"until": until.isoformat()}
    with acting(looking, review, "ask for answers", version=version, detail=detail):
        if review.is_blind_now:
            raise NotNowError("Open the key first: reviewers are still blinded.")
        _all_looked_at(review)
        review.answers_asked_at = timezone.now()
        review.answers_by = until


def is_own(looking: Viewer, case: ReviewCase) -> bool:
    """This will say whether somebody gave most of the care that a case is about."""
    return bool(case.clinician) and case.clinician == looking.staff_id


def question(review: FocusedReview) -> frozenset[Clause]:
    """This will give the clauses in question; while reviewers are blinded nothing else of the engine's is shown."""
    return frozenset(clauses_of(review))


def _all_looked_at(review: FocusedReview) -> None:
    left = review.cases.filter(looked_at=None).count()
    if left:
        raise NotNowError(f"{left} case{'s' if left > 1 else ''} still to be looked at.")


def _may_look(looking: Viewer, case: ReviewCase) -> None:
    if not sees_cases(looking):
        raise PermissionDenied("Your role here sees the numbers of a review, not its cases.")
    if is_own(looking, case):
        raise PermissionDenied("You gave most of the care here. Somebody else looks at this case.")


def _still_open(case: ReviewCase) -> None:
    if case.looked_at is not None:
        raise NotNowError("This case was looked at. What was said of it stays.")


def _in_hand(looking: Viewer, case: ReviewCase) -> None:
    if case.reviewer_id != looking.membership_id:
        raise NotNowError("Take the case first, so that others see who looks at it.")
