"""Closing the loop: the clinician's answer, what is done about it, the second sample after that, and the end."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from handrail.app.accounts.access import Viewer
from handrail.app.authorizations.acting import NotNowError
from handrail.app.reviewing import frames
from handrail.app.reviewing.frames import Clause, Failing
from handrail.app.reviewing.models import Answer, CorrectiveAction, Finding, FocusedReview, ReviewCase
from handrail.app.reviewing.opening import MOST_CASES, add_cases, clauses_of
from handrail.app.reviewing.recording import acting, last_findings, said_day, unanswered
from handrail.oversight.sampling import review_sample
from handrail.oversight.shares import TwoShares, compare_shares
from handrail.oversight.thresholds import packaged_thresholds

Round, Outcome = ReviewCase.Round, Finding.Outcome


@dataclass(frozen=True)
class Retested:
    """One clause before and after the action: of all cases before, of the second sample after; side by side."""

    clause: Clause
    before: Failing
    after: Failing
    shares: TwoShares | None
    """None where there are too few cases to tell."""

    @property
    def says(self) -> str:
        """What can be told of it."""
        if self.shares is None:
            return "cannot tell: too few cases"
        if self.shares.p_value >= 0.05:  # the level of the intervals beside it
            return "cannot tell them apart"
        return "lower than before" if self.shares.after < self.shares.before else "higher than before"

    @property
    def percents(self) -> tuple[str, str]:
        """Both shares with their intervals in words; empty where there are too few cases."""
        if self.shares is None:
            return ("", "")
        one = self.shares
        return (
            f"{one.before:.1%} ({one.before_lower:.1%} to {one.before_upper:.1%})",
            f"{one.after:.1%} ({one.after_lower:.1%} to {one.after_upper:.1%})",
        )


def own_findings(looking: Viewer) -> QuerySet[Finding]:
    """This will give the findings that a clinician is asked about: confirmed, of cases of her own, and no others."""
    looking.require("answer review")
    if not looking.staff_id:
        return Finding.objects.none()
    asked = Finding.objects.filter(
        organization=looking.organization,
        case__clinician=looking.staff_id,
        case__review__answers_asked_at__isnull=False,
    )
    later = asked.values_list("case_id", "definition", "clause", "place", "pk", "outcome")
    last = {key[:3]: key for key in sorted(later)}
    held = [key[4] for key in last.values() if key[5] == Outcome.CONFIRMED]
    return asked.filter(pk__in=held).select_related("case__review", "by__user").prefetch_related("answers__by__user")


def answer(looking: Viewer, finding: Finding, stance: str, words: str) -> Answer:
    """This will write down what a clinician says to a finding about her own case."""
    if not own_findings(looking).filter(pk=finding.pk).exists():
        raise PermissionDenied("Only who gave most of the care answers this finding, once answers are asked for.")
    if stance not in Answer.Stance.values:
        raise ValidationError({"stance": "Say whether you agree."})
    if not words.strip():
        raise ValidationError({"words": "Say how you see it."})
    detail = {"finding": finding.pk, "stance": stance}
    with acting(looking, finding.case.review, "answer", may="answer review", case=finding.case, detail=detail):
        return Answer.objects.create(
            organization=looking.organization,
            finding=finding,
            stance=stance,
            words=words.strip(),
            by_id=looking.membership_id,
            at=timezone.now(),
        )


def add_action(looking: Viewer, review: FocusedReview, what: str, who: str, due_on: datetime.date) -> CorrectiveAction:
    """This will write down what is going to be done, by whom and until when."""
    wrong = {}
    if not what.strip():
        wrong["what"] = "Say what is going to be done."
    if not who.strip():
        wrong["who"] = "Say who does it."
    if due_on < looking.today:
        wrong["due_on"] = "The day until when is today or later."
    if wrong:
        raise ValidationError(wrong)
    with acting(looking, review, "add action", words=what):
        if review.is_blind_now:
            raise NotNowError("Open the key first: reviewers are still blinded.")
        return CorrectiveAction.objects.create(
            organization=looking.organization, review=review, what=what.strip(), who=who.strip(), due_on=due_on
        )


def end_action(looking: Viewer, action: CorrectiveAction, done_on: datetime.date | None, words: str) -> None:
    """This will say that an action was done, on a day; or without one, that it is left, and why."""
    if not words.strip():
        raise ValidationError({"words": "Say what was done." if done_on else "Say why it is not going to be done."})
    if done_on is not None and done_on > looking.today:
        raise ValidationError({"done_on": "This day is still to come."})
    with acting(looking, action.review, "action done" if done_on else "action left", words=words, detail={"action": action.pk}):  # fmt: skip
        action.refresh_from_db()
        if action.is_over:
            raise NotNowError("This action is ended already.")
        action.done_on, action.is_left, action.words = done_on, done_on is None, words.strip()
        action.save()


def retest_from(review: FocusedReview) -> datetime.date | None:
    """This will give the first day that a second sample may look at; None while an action is open, or none was done.

    It is the day the last action was done, and never one that was looked at before.
    """
    actions = list(review.actions.all())
    done = [one.done_on for one in actions if one.done_on]
    if not done or not all(one.is_over for one in actions):
        return None
    return max(*done, review.until + datetime.timedelta(days=1))


def retest(
    looking: Viewer, review: FocusedReview, since: datetime.date, wanted: int, *, version: int | None = None
) -> int:
    """This will draw a second sample, of the same programs and clauses, over as many days as were looked at before.

    As many, because a longer time has more chances to fail a clause. Gives how many cases were drawn.
    """
    clauses = clauses_of(review)
    until = since + (review.until - review.since)
    if not 1 <= wanted <= MOST_CASES:
        raise ValidationError({"wanted": f"From 1 to {MOST_CASES} cases."})
    if not clauses:
        raise ValidationError({"since": "This review asks about no clause, so there is nothing to measure again."})
    with acting(looking, review, "re-test", version=version, detail={"since": since.isoformat(), "wanted": wanted}):
        first = retest_from(review)
        if first is None:
            raise NotNowError("The re-test comes after the actions, and at least one has to be done.")
        if since < first:
            raise ValidationError({"since": f"The first day is {said_day(first)} or later: after what was looked at before, once the last action was done."})  # fmt: skip
        if until > looking.today:
            raise ValidationError({"since": f"As many days as before are over on {said_day(until)}. Come back then."})
        if review.cases.filter(round=Round.RETEST).exists():
            raise NotNowError("The second sample was drawn.")
        by = frames.states(looking, clauses, review.programs, since, until)
        ids = {episode for several in by.values() for episode in several}
        if not ids:
            raise ValidationError({"since": "Nobody was judged on these clauses in these days."})
        drawn = review_sample([], ids, f"{review.seed}/re-test", 0, wanted)
        add_cases(looking, review, drawn, Round.RETEST, frames.episodes(looking, ids), (since, until))
        review.retest_since, review.retest_available = since, len(ids)
    return len(drawn.work_list)


def retested(review: FocusedReview) -> list[Retested]:
    """This will lay each clause before and after side by side; empty while there is no second sample."""
    if review.retest_since is None:
        return []
    least, found = packaged_thresholds().minimum_cases, []
    cases = [{Clause(one["definition"], one["clause"]): one["verdict"] for one in case.kept}
             for case in review.cases.filter(round=Round.RETEST)]  # fmt: skip
    for clause in clauses_of(review):
        failing, judged, unknown = review.before.get(clause.key, (0, 0, 0))
        before = Failing(clause, failing, judged, unknown)
        after = frames.tally(clause, (one[clause] for one in cases if clause in one))
        is_enough = min(before.judged, after.judged) >= least
        shares = compare_shares(before.failing, before.judged, after.failing, after.judged) if is_enough else None
        found.append(Retested(clause, before, after, shares))
    return found


def hinders(looking: Viewer, review: FocusedReview) -> list[str]:
    """This will say everything that stands in the way of closing a review."""
    told = []
    left = review.cases.filter(looked_at=None).count()
    if left:
        told.append(f"{left} case{'s' if left > 1 else ''} still to be looked at.")
    if review.is_blind_now:
        told.append("The key is still to be opened.")
    waiting = unanswered(review, looking)
    if waiting and review.answers_by is None:
        told.append(f"{len(waiting)} confirmed finding{'s' if len(waiting) > 1 else ''}: ask the clinicians for their answers.")  # fmt: skip
    elif waiting:
        told.append(f"{len(waiting)} confirmed finding{'s' if len(waiting) > 1 else ''} without an answer, which may come until {said_day(review.answers_by)}.")  # fmt: skip
    undone = sum(not one.is_over for one in review.actions.all())
    if undone:
        told.append(f"{undone} action{'s' if undone > 1 else ''} neither done nor left with a reason.")
    return told


def close(looking: Viewer, review: FocusedReview, words: str, *, version: int | None = None) -> None:
    """This will close a review, with what it came to. Nothing of it changes afterwards."""
    if not words.strip():
        raise ValidationError({"words": "Say what it came to."})
    with acting(looking, review, "close", version=version, words=words):
        if found := hinders(looking, review):
            raise NotNowError(" ".join(found))
        review.closed_at = timezone.now()
        review.closed_by_id = looking.membership_id
        review.closing = words.strip()


@dataclass(frozen=True)
class ByClause:
    """What reviewers said of one clause in the first sample, counted by outcome, in four ways of cutting it."""

    clause: Clause
    edition: str
    not_met: dict[str, int]
    """Where the engine had said: not met."""
    otherwise: dict[str, int]
    """Where it had said anything else."""
    flagged: dict[str, int]
    unflagged: dict[str, int]


def by_clause(review: FocusedReview) -> list[ByClause]:
    """This will count the findings of the first sample by clause. Only once the key is open."""
    if review.is_blind_now:
        raise NotNowError("Reviewers are still blinded.")
    found: dict[Clause, ByClause] = {}
    for one in last_findings(review).values():
        if one.case.round != Round.FIRST:
            continue
        clause = Clause(one.definition, one.clause)
        held = found.setdefault(clause, ByClause(clause, one.edition, {}, {}, {}, {}))
        for counted in (
            held.not_met if one.engine == "not met" else held.otherwise,
            held.flagged if one.case.is_flagged else held.unflagged,
        ):
            counted[one.outcome] = counted.get(one.outcome, 0) + 1
    return [found[clause] for clause in sorted(found)]
