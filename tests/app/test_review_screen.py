"""Reviews on the screen: which are due, which were late, who took part, and what came of each."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from handrail.app.chart import reading, signing, writing
from handrail.app.chart.models import RECORDS
from handrail.app.screens.templatetags.handrail import day
from handrail.app.worklists import judging

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
REVIEW = "/episodes/e1/review"


@pytest.fixture
def carl(cast: Any, ada: Any) -> Client:
    """A browser of the counselor, who is Carl of the staff list."""
    held = cast.member("counselor")
    held.staff_id = "carl"
    held.save()
    return cast.client("counselor")


def text(page: Any) -> str:
    return re.sub(r"\s+", " ", page.content.decode())


def typed(on: datetime.date, *took: tuple[str, str, str], **more: str) -> dict[str, str]:
    told = {"reviewed_on": on.isoformat(), "reviewed_by": "carl", "updates_plan": "true", "cooccurring_monitored": ""}
    told |= {"took-TOTAL_FORMS": str(len(took)), "took-INITIAL_FORMS": "0"}
    for number, (role, part, consent) in enumerate(took):
        told |= {
            f"took-{number}-role": role,
            f"took-{number}-took_part": part,
            f"took-{number}-consent_on": consent,
        }
    return told | more


def test_the_next_review_says_by_when_it_is_due(cast: Any, carl: Client) -> None:
    judging.judge_person("prairie", "ada")
    due = RECORDS["plan"].objects.get().effective_on + 30 * DAY
    page = text(carl.get(REVIEW))
    assert f"<strong>Due by {day(due)}.</strong>" in page
    assert "30 days since the plan or the review before; 30 are allowed" in page


def test_a_late_review_stays_late(carl: Client, write: Any) -> None:
    start = RECORDS["plan"].objects.get().effective_on
    writing_off = RECORDS["plan"].objects.filter(pk="p1")
    writing_off.update(effective_on=start - 40 * DAY)
    RECORDS["episode"].objects.filter(pk="e1").update(admitted_on=start - 40 * DAY, requested_on=start - 41 * DAY)
    write("plan_review", plan_review_id="r1", episode_id="e1", reviewed_on=start - 5 * DAY)
    write("plan_review", plan_review_id="r2", episode_id="e1", reviewed_on=start)
    judging.judge_person("prairie", "ada")
    page = text(carl.get(REVIEW))
    assert page.count('late">Late') == 1
    assert page.count('done">In time') == 1
    assert day(start - 10 * DAY) in page
    assert f"Late: was due by {day(start - 10 * DAY)}" in text(carl.get(f"{REVIEW}/r1"))


def test_a_review_keeps_who_took_part_and_the_words_about_each_goal(cast: Any, carl: Client, write: Any) -> None:
    looking = cast.viewer("counselor")
    start = RECORDS["plan"].objects.get().effective_on
    goal = write("goal", goal_id="g1", episode_id="e1", plan_id="p1", set_on=start)
    writing.word(looking, goal, "own_words", "Find work.")
    assert "Progress: Find work." in text(carl.get(f"{REVIEW}/new"))
    consent = (looking.today - DAY).isoformat()
    page = carl.post(
        f"{REVIEW}/new",
        typed(
            looking.today,
            ("individual", "yes", ""),
            ("family", "yes", consent),
            ("support", "", ""),
            ("staff", "yes", ""),
            ("", "", ""),
            **{"words-note": "Steadier.", "words-goal g1": "Two interviews."},
        ),
    )
    review = RECORDS["plan_review"].objects.get()
    assert page["Location"] == f"{REVIEW}/{review.pk}"
    took = {one.role: one.took_part for one in RECORDS["review_participant"].objects.all()}
    assert took == {"individual": True, "family": True, "staff": True}
    judging.judge_person("prairie", "ada")
    shown = text(carl.get(page["Location"]))
    for told in ("Steadier.", "Two interviews.", "The person: took part", "Carl Example", "Find work."):
        assert told in shown
    assert "She takes part in the review, or her refusal is documented." in shown


def test_a_decline_is_kept_as_one(cast: Any, carl: Client) -> None:
    today = cast.viewer("counselor").today
    page = carl.post(f"{REVIEW}/new", typed(today, ("individual", "no", "")))
    assert "The person: declined" in text(carl.get(page["Location"]))


def test_a_review_to_come_is_not_kept_and_nothing_typed_is_lost(cast: Any, carl: Client) -> None:
    later = cast.viewer("counselor").today + DAY
    told = typed(later, ("", "yes", ""), **{"words-note": "Steadier."})
    page = text(carl.post(f"{REVIEW}/new", told))
    assert "Say who." in page
    assert "Steadier." in page
    page = text(carl.post(f"{REVIEW}/new", typed(later, ("individual", "yes", ""), **{"words-note": "Steadier."})))
    assert "This day is still to come." in page
    assert "Steadier." in page
    assert RECORDS["plan_review"].objects.count() == 0


@pytest.mark.parametrize("address", [REVIEW, f"{REVIEW}/new", f"{REVIEW}/r1", f"{REVIEW}/r1/edit", f"{REVIEW}/r1/sign"])
def test_another_organization_and_roles_without_charts_are_refused(
    cast: Any, carl: Client, write: Any, address: str
) -> None:
    write("plan_review", plan_review_id="r1", episode_id="e1", reviewed_on=cast.viewer("counselor").today)
    assert cast.client("clinical_supervisor", "lakeside").get(address).status_code == 404
    assert cast.client("reviewer").get(address).status_code == 403


def test_a_review_is_signed_and_then_amended_only_by_a_supervisor(cast: Any, carl: Client, write: Any) -> None:
    looking = cast.viewer("counselor")
    write("plan_review", plan_review_id="r1", episode_id="e1", reviewed_on=looking.today)
    assert carl.get(f"{REVIEW}/r1/edit").status_code == 200
    form = carl.get(f"{REVIEW}/r1/sign")
    seal = re.search(r'name="seen" value="([0-9a-f]+)"', form.content.decode())
    assert seal
    told = {
        "signer": "staff", "way": "here", "words": "", "signed_on": looking.today.isoformat(),
        "seen": seal[1],
    }  # fmt: skip
    assert carl.post(f"{REVIEW}/r1/sign", told)["Location"] == f"{REVIEW}/r1"
    assert carl.get(f"{REVIEW}/r1/edit").status_code == 403
    assert cast.client("clinical_supervisor").get(f"{REVIEW}/r1/edit").status_code == 200


def test_of_two_who_edit_at_once_the_second_sees_both_texts(cast: Any, carl: Client, write: Any) -> None:
    looking = cast.viewer("counselor")
    write("plan_review", plan_review_id="r1", episode_id="e1", reviewed_on=looking.today)
    review = reading.one(looking, "plan_review", "r1")
    seen = signing.content(looking, review).seal
    writing.word(looking, review, "note", "Steadier.")
    page = text(carl.post(f"{REVIEW}/r1/edit", typed(looking.today, seen=seen, **{"words-note": "Two lapses."})))
    assert "Somebody else changed this meanwhile" in page
    assert "Steadier." in page
    assert "Two lapses." in page


def test_the_number_of_queries_does_not_grow_with_the_reviews(cast: Any, carl: Client, write: Any) -> None:
    start = RECORDS["plan"].objects.get().effective_on
    for number in range(2):
        write("plan_review", episode_id="e1", reviewed_on=start + number * DAY, reviewed_by="carl")
    judging.judge_person("prairie", "ada")
    carl.get(REVIEW)
    with CaptureQueriesContext(connection) as few:
        carl.get(REVIEW)
    for number in range(2, 12):
        write("plan_review", episode_id="e1", reviewed_on=start + number * DAY, reviewed_by="carl")
    judging.judge_person("prairie", "ada")
    with CaptureQueriesContext(connection) as many:
        carl.get(REVIEW)
    assert len(many) <= len(few) <= 30
