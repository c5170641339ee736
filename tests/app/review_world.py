"""A clinic of people of whom some fail a clause, for the tests of focused reviews; and short ways through a review."""

from __future__ import annotations

import datetime
from typing import Any

from tests.app.conftest import Cast

from handrail.app.accounts.access import Viewer
from handrail.app.accounts.models import Membership
from handrail.app.reviewing import cases, opening
from handrail.app.reviewing.frames import Clause
from handrail.app.reviewing.models import FocusedReview
from handrail.app.worklists.models import Verdict, question_id

SERVICE = "us-ne/intensive-outpatient-2.1"
WEEK = Clause(SERVICE, "weekly-hours-attended")
SAYS = "She attended 4 hours of the 9"


def verdict(episode: str, word: str, day: datetime.date, clause: Clause = WEEK, **more: Any) -> Verdict:
    """This will keep an answer of the engine about an episode's week."""
    subject = more.pop("subject", "service_week")
    key = more.pop("key", {"episode_id": episode, "week_start": str(day - datetime.timedelta(days=day.weekday()))})
    told: dict[str, Any] = {
        "organization_id": "prairie", "person_id": f"p-{episode}" if episode else "", "episode_id": episode, "program_id": "iop",
        "definition": clause.definition, "edition": "undated", "seal": "s", "subject": subject, "key": key,
        "judged_on": day, "as_of": day, "clause": clause.clause, "duty": "should", "verdict": word, "says": SAYS,
    }  # fmt: skip
    pk = question_id("prairie", clause.definition, f"clause:{clause.clause}", subject, {**key, "on": day})
    return Verdict.objects.create(**{"id": pk, **told, **more})


def people(cast: Cast, write: Any, failing: int = 4, fine: int = 6, ago: int = 0) -> tuple[list[str], list[str]]:
    """This will give episodes that fail the weekly hours and others that do not, with two sessions each by Carl.

    The verdicts are of so many days ago.
    """
    today = cast.viewer("counselor").today
    start = today - datetime.timedelta(days=20)
    write("program", program_id="iop", name="Prairie Evenings", service=SERVICE, focus="substance_use")
    write("staff", staff_id="carl", name="Carl Example", program_id="iop")
    write("staff", staff_id="dora", name="Dora Example", program_id="iop")
    for number in (1, 2):
        held = start + datetime.timedelta(days=number)
        at = datetime.datetime.combine(held, datetime.time(9))
        write(
            "session", session_id=f"s{number}", program_id="iop", type="group", status="held", held_on=held,
            starts_at=at, ends_at=at + datetime.timedelta(hours=2),
        )  # fmt: skip
        write("session_staff", session_staff_id=f"g{number}", session_id=f"s{number}", staff_id="carl")
    ids = [f"f{number}" for number in range(failing)], [f"u{number}" for number in range(fine)]
    for one in (*ids[0], *ids[1]):
        write("person", person_id=f"p-{one}", birth_date=datetime.date(1990, 1, 15), sex="female")
        write(
            "episode", episode_id=one, person_id=f"p-{one}", program_id="iop", requested_on=start, admitted_on=start,
            recorded_on=start,
        )  # fmt: skip
        for number in (1, 2):
            write("attendance", attendance_id=f"a{number}-{one}", session_id=f"s{number}", episode_id=one, status="attended")  # fmt: skip
        verdict(one, "not met" if one in ids[0] else "met", today - datetime.timedelta(days=ago))
    return ids


def clinician(cast: Cast, staff: str = "carl") -> Viewer:
    """This will give the counselor of Prairie, known in the charts as a member of staff."""
    held = cast.member("counselor")
    Membership.objects.filter(pk=held.pk).update(staff_id=staff)
    return cast.viewer("counselor")


def opened(cast: Cast, ids: tuple[list[str], list[str]], **more: Any) -> FocusedReview:
    """This will give a review of the weekly hours, drawn from these cases."""
    told: dict[str, Any] = {
        "title": "Weekly hours", "kind": "signal", "why": "More weeks below nine hours than elsewhere.",
        "measure": "weeks_below_nine", "unit": "iop", "signal": "4 of 10, expected 1", "flagged": ids[0], "unflagged": ids[1],
        "clauses": [WEEK], "flagged_wanted": 3, "unflagged_wanted": 3,
    }  # fmt: skip
    return opening.open_review(cast.viewer("clinical_supervisor"), **told | more)


def look_at_all(cast: Cast, review: FocusedReview, outcome: str = "confirmed") -> None:
    """This will have the supervisor look at every case that is left, and say the same of each clause."""
    looking = cast.viewer("clinical_supervisor")
    for case in review.cases.filter(looked_at=None).order_by("round", "place"):
        cases.take(looking, case)
        for told in cases.open_clauses(case):
            word = outcome if told["verdict"] == "not met" else "not confirmed"
            cases.find(looking, case, Clause(told["definition"], told["clause"]), word, "What the notes say.")
        cases.looked(looking, case, "Looked at.")
    review.refresh_from_db()
