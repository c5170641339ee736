"""Continued stay and discharge on the screen: paths, judgements, the text about them, and the end of an episode."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from handrail.app.chart import reading, signing, writing
from handrail.app.chart.models import RECORDS, Wording
from handrail.app.worklists import judging

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
STAY = "/episodes/e1/continued-stay"
DISCHARGE = "/episodes/e1/discharge"


@pytest.fixture
def carl(cast: Any, ada: Any) -> Client:
    """A browser of the counselor, who is Carl of the staff list."""
    held = cast.member("counselor")
    held.staff_id = "carl"
    held.save()
    return cast.client("counselor")


@pytest.fixture
def review(cast: Any, ada: Any, write: Any) -> Any:
    """Two reviews of Ada's plan: one five days ago, one today."""
    today = cast.viewer("counselor").today
    write("plan_review", plan_review_id="r1", episode_id="e1", reviewed_on=today - 5 * DAY)
    return write("plan_review", plan_review_id="r2", episode_id="e1", reviewed_on=today)


def text(page: Any) -> str:
    return re.sub(r"\s+", " ", page.content.decode())


def was(page: Any) -> str:
    found = re.search(r'name="was" value="([0-9a-f]+)"', page.content.decode())
    assert found
    return found[1]


def judged(on: datetime.date, **answers: str) -> dict[str, str]:
    return {"judge-judged_on": on.isoformat(), **{f"judge-{kind}": answer for kind, answer in answers.items()}}


def test_before_the_first_review_there_is_no_question_yet(carl: Client) -> None:
    page = text(carl.get(STAY))
    assert "none was held yet" in page
    assert "Is she making progress?" in page


def test_each_path_shows_its_clauses_and_what_is_missing(carl: Client, review: Any) -> None:
    judging.judge_person("prairie", "ada")
    page = text(carl.get(STAY))
    for title in ("Progressing", "Not yet progressing, but capable", "A new problem", "Least intensive level"):
        assert f"<h3>{title}</h3>" in page
    assert "She is making progress." in page
    assert "Is she making progress? <span" in page
    assert "Not documented since the last review: Is she making progress?" in page
    assert "This path is open" not in page


def test_judgements_are_kept_with_author_and_reason_and_open_a_path(cast: Any, carl: Client, review: Any) -> None:
    today = cast.viewer("counselor").today
    told = judged(today, progressing="yes", goals_unmet="yes", level_necessary="yes", progressing_because="Four weeks.")
    assert carl.post(STAY, told).status_code == 302
    held = {one.kind: (one.answer, one.judged_by_id) for one in RECORDS["judgement"].objects.all()}
    assert held["progressing"] == (True, "carl")
    assert len(held) == 3
    judging.judge_person("prairie", "ada")
    page = text(carl.get(STAY))
    assert "This path is open" in page
    assert "The records support continued stay." in page
    assert "Four weeks." in page
    assert re.search(r"She is making progress\. (<a|<span) class=\"chip\"", page)


def test_what_was_judged_before_the_last_review_is_no_evidence(cast: Any, carl: Client, review: Any) -> None:
    today = cast.viewer("counselor").today
    carl.post(STAY, judged(today - 6 * DAY, progressing="yes", progressing_because="An old reason."))
    judging.judge_person("prairie", "ada")
    assert "An old reason." not in text(carl.get(STAY))
    assert "An old reason." in text(carl.get(f"{STAY}/r1"))


def test_only_who_may_judge_judges(cast: Any, carl: Client, review: Any) -> None:
    today = cast.viewer("counselor").today
    leader = cast.client("group_leader")
    assert "Make a judgement" not in text(leader.get(STAY))
    assert leader.post(STAY, judged(today, progressing="yes")).status_code == 403
    nobody = text(cast.client("clinical_supervisor").post(STAY, judged(today, progressing="yes")))
    assert "A judgement needs an author" in nobody
    assert RECORDS["judgement"].objects.count() == 0


def test_nothing_judged_a_reason_alone_and_a_day_to_come_are_told(cast: Any, carl: Client, review: Any) -> None:
    today = cast.viewer("counselor").today
    assert "Nothing is judged yet." in text(carl.post(STAY, judged(today)))
    page = text(carl.post(STAY, judged(today + DAY, progressing_because="She works hard.")))
    assert "There is a reason, but no judgement." in page
    assert "This day is still to come." in page
    assert "She works hard." in page


def test_the_draft_is_edited_and_kept_as_words_of_the_review(cast: Any, carl: Client, review: Any) -> None:
    judging.judge_person("prairie", "ada")
    page = carl.get(STAY)
    kept = carl.post(f"{STAY}/r2/narrative", {"narrative": "She goes on well.", "was": was(page)})
    assert kept.status_code == 302
    assert Wording.objects.get(table="plan_review", row_id="r2", part="narrative").text == "She goes on well."
    assert "She goes on well." in text(carl.get(STAY))
    stale = text(carl.post(f"{STAY}/r2/narrative", {"narrative": "She does not.", "was": was(page)}))
    assert "Somebody else changed this meanwhile" in stale
    assert "She goes on well." in stale
    assert "She does not." in stale


def test_the_text_of_a_signed_review_is_amended_with_a_reason(cast: Any, carl: Client, review: Any) -> None:
    looking = cast.viewer("counselor")
    writing.word(looking, review, "narrative", "She goes on well.")
    signing.sign(looking, reading.one(looking, "plan_review", "r2"), "individual")
    mark = was(carl.get(STAY))
    page = text(carl.post(f"{STAY}/r2/narrative", {"narrative": "Otherwise.", "was": mark, "reason": "Wrong"}))
    assert "A clinical supervisor amends its text" in page
    assert "Otherwise." in page
    supervisor = cast.client("clinical_supervisor")
    page = text(supervisor.post(f"{STAY}/r2/narrative", {"narrative": "Otherwise.", "was": mark}))
    assert "Say why it is amended." in page
    kept = supervisor.post(f"{STAY}/r2/narrative", {"narrative": "Otherwise.", "was": mark, "reason": "Wrong"})
    assert kept.status_code == 302


@pytest.mark.parametrize("address", [STAY, f"{STAY}/r2", DISCHARGE])
def test_another_organization_and_roles_without_charts_are_refused(
    cast: Any, carl: Client, review: Any, address: str
) -> None:
    assert cast.client("clinical_supervisor", "lakeside").get(address).status_code == 404
    assert cast.client("reviewer").get(address).status_code == 403


def test_discharge_shows_its_clauses_and_keeps_judgements(cast: Any, carl: Client) -> None:
    judging.judge_person("prairie", "ada")
    page = text(carl.get(DISCHARGE))
    assert "She has met the goals and objectives of her plan." in page
    assert "Is the condition that brought her here stabilized?" in page
    today = cast.viewer("counselor").today
    assert carl.post(DISCHARGE, judged(today, condition_stabilized="yes")).status_code == 302
    assert RECORDS["judgement"].objects.get().kind == "condition_stabilized"


def ended(client: Client, on: datetime.date, **more: str) -> dict[str, str]:
    told = {"discharged_on": on.isoformat(), "discharge_reason": "completed", "objectives_met": "true"}
    found = re.search(r'name="seen" value="([0-9a-f]+)"', client.get(DISCHARGE).content.decode())
    assert found
    return {**told, "seen": found[1], **more}


def test_a_discharge_is_kept_with_the_day_it_was_written_and_shows_the_way_on(cast: Any, carl: Client) -> None:
    today = cast.viewer("counselor").today
    page = carl.post(DISCHARGE, ended(carl, today - DAY, **{"words-discharge_summary": "She found work."}))
    assert page["Location"] == DISCHARGE
    held = RECORDS["episode"].objects.get(pk="e1")
    assert (held.discharged_on, held.discharge_recorded_on, held.objectives_met) == (today - DAY, today, True)
    shown = text(carl.get(DISCHARGE))
    assert "The way on" in shown
    assert "She found work." in shown


def test_a_discharge_before_admission_or_to_come_is_told_and_keeps_what_was_typed(cast: Any, carl: Client) -> None:
    today = cast.viewer("counselor").today
    for on in (today + DAY, today - 300 * DAY):
        page = text(carl.post(DISCHARGE, ended(carl, on, **{"words-discharge_summary": "She found work."})))
        assert "Some answers need a look" in page
        assert "She found work." in page
    assert RECORDS["episode"].objects.get(pk="e1").discharged_on is None
    assert Wording.objects.count() == 0


def test_of_two_who_discharge_at_once_the_second_sees_both(cast: Any, carl: Client) -> None:
    today = cast.viewer("counselor").today
    late = ended(carl, today - DAY, discharge_reason="dropped_out")
    assert carl.post(DISCHARGE, ended(carl, today)).status_code == 302
    page = text(carl.post(DISCHARGE, late))
    assert "Somebody else changed this meanwhile" in page
    assert "dropped_out" in page
    assert RECORDS["episode"].objects.get(pk="e1").discharge_reason == "completed"


def test_a_group_leader_may_not_judge_a_discharge(cast: Any, carl: Client) -> None:
    today = cast.viewer("counselor").today
    assert cast.client("group_leader").post(DISCHARGE, judged(today, condition_stabilized="yes")).status_code == 403
    assert cast.client("compliance_officer").post(DISCHARGE, ended(carl, today)).status_code == 403


def test_the_number_of_queries_does_not_grow_with_the_evidence(
    cast: Any, carl: Client, review: Any, write: Any
) -> None:
    today = cast.viewer("counselor").today
    write("judgement", episode_id="e1", kind="progressing", answer=True, judged_on=today, judged_by="carl")
    judging.judge_person("prairie", "ada")
    carl.get(STAY)
    with CaptureQueriesContext(connection) as few:
        carl.get(STAY)
    for kind in ("goals_unmet", "level_necessary", "has_capacity", "actively_working", "new_problem"):
        write("judgement", episode_id="e1", kind=kind, answer=True, judged_on=today, judged_by="carl")
    judging.judge_person("prairie", "ada")
    with CaptureQueriesContext(connection) as many:
        carl.get(STAY)
    assert len(many) <= len(few) + 1
    assert len(many) <= 35
