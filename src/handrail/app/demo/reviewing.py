"""The demo's focused reviews: one whose findings wait for the clinicians' answers, and one that has just begun."""

from __future__ import annotations

import datetime
from typing import Any

from handrail.app.accounts.access import Viewer
from handrail.app.demo.naming import Words
from handrail.app.reviewing import cases, frames, opening
from handrail.app.reviewing.frames import Clause
from handrail.app.reviewing.models import FocusedReview, ReviewCase

_DAYS = 90
_ANSWERS_WITHIN = 14


def make_reviews(words: Words, supervisor: Viewer, officer: Viewer) -> None:
    """This will open two reviews of clauses at a provider whose people were judged, and play the first one through."""
    told = words["focused_reviews"]
    looked_at = _opened(supervisor, told["looked_at"])
    if looked_at is not None:
        for number, case in enumerate(looked_at.cases.order_by("place")):
            _look(supervisor, officer, case, told["looked_at"], number)
        cases.unblind(supervisor, looked_at)
        cases.ask(supervisor, looked_at, supervisor.today + datetime.timedelta(days=_ANSWERS_WITHIN))
    begun = _opened(officer, told["begun"])
    if begun is not None:
        cases.take(officer, begun.cases.order_by("place")[0])


def _opened(looking: Viewer, told: dict[str, Any]) -> FocusedReview | None:
    """One review of one clause; None where nobody fails it, as in a very small demo."""
    clause = Clause(told["definition"], told["clause"])
    since = looking.today - datetime.timedelta(days=_DAYS - 1)
    frame = frames.by_clauses(looking, [clause], "", since, looking.today)
    if not frame.flagged:
        return None
    return opening.open_review(
        looking,
        title=told["title"],
        kind=FocusedReview.Kind.MEASURE,
        why=told["why"],
        flagged=frame.flagged,
        unflagged=frame.unflagged,
        clauses=[clause],
        since=since,
        until=looking.today,
        flagged_wanted=told["cases"],
        unflagged_wanted=told["cases"],
    )


def _look(supervisor: Viewer, officer: Viewer, case: ReviewCase, told: dict[str, Any], number: int) -> None:
    """Somebody who gave none of the care looks at a case; of the findings every third is not confirmed."""
    looking = officer if cases.is_own(supervisor, case) else supervisor
    cases.take(looking, case)
    for one in cases.open_clauses(case):
        is_said = one["verdict"] == "not met"
        outcome = "confirmed" if is_said and number % 3 < 2 else "not confirmed"
        words = told[outcome] if is_said else ""
        cases.find(looking, case, Clause(one["definition"], one["clause"]), outcome, words)
    cases.looked(looking, case, told["looked"])
