"""The plan on the screen: its versions, its goals, what the definition says of it, and signing."""

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
from handrail.app.worklists import judging

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
PLAN = "/episodes/e1/plan"


@pytest.fixture
def carl(cast: Any, ada: Any) -> Client:
    """A browser of the counselor, who is Carl of the staff list."""
    held = cast.member("counselor")
    held.staff_id = "carl"
    held.save()
    return cast.client("counselor")


def text(page: Any) -> str:
    return re.sub(r"\s+", " ", page.content.decode())


def seen(page: Any) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]+)"', page.content.decode())
    assert found
    return found[1]


def typed(**more: str) -> dict[str, str]:
    return {"effective_on": "", "written_by": "carl", "words-problem": "I drink when I am alone.", **more}


def test_a_plan_shows_every_verdict_with_its_source_and_what_is_missing(carl: Client) -> None:
    judging.judge_person("prairie", "ada")
    page = text(carl.get(PLAN))
    assert "The plan has a discharge part." in page
    assert "Does the plan have a discharge part?" in page
    assert "Service Expectations, 4" in page
    assert "Due by session 2" in page
    assert "written after 0 sessions" in page


def test_an_episode_without_a_plan_says_which_session_is_next(cast: Any, carl: Client, write: Any) -> None:
    plan = reading.one(cast.viewer("counselor"), "plan", "p1")
    writing.withdraw(cast.viewer("counselor"), plan, reason="Another person's")
    today = cast.viewer("counselor").today
    write("session", session_id="s1", program_id="iop", type="group", status="held", held_on=today - 5 * DAY)
    write("attendance", session_id="s1", episode_id="e1", status="attended")
    judging.judge_person("prairie", "ada")
    page = text(carl.get(PLAN))
    assert "No plan is written yet" in page
    assert "Due by session 2 – the next is session 2" in page


@pytest.mark.parametrize("address", [PLAN, f"{PLAN}/p1", f"{PLAN}/new", f"{PLAN}/p1/edit", f"{PLAN}/p1/sign"])
def test_another_organization_and_roles_without_charts_are_refused(cast: Any, carl: Client, address: str) -> None:
    assert cast.client("clinical_supervisor", "lakeside").get(address).status_code == 404
    assert cast.client("reviewer").get(address).status_code == 403


def test_a_group_leader_reads_the_plan_and_may_not_sign_it(cast: Any, carl: Client) -> None:
    leader = cast.client("group_leader")
    assert leader.get(PLAN).status_code == 200
    assert leader.get(f"{PLAN}/p1/sign").status_code == 403


def test_an_edited_plan_keeps_words_and_columns(cast: Any, carl: Client) -> None:
    form = carl.get(f"{PLAN}/p1/edit")
    start = RECORDS["plan"].objects.get(pk="p1").effective_on.isoformat()
    page = carl.post(
        f"{PLAN}/p1/edit", typed(effective_on=start, has_discharge_plan="true", plans_group="false", seen=seen(form))
    )
    assert page["Location"] == f"{PLAN}/p1"
    held = RECORDS["plan"].objects.get(pk="p1")
    assert (held.has_discharge_plan, held.plans_group, held.plans_family) == (True, False, None)
    assert "I drink when I am alone." in text(carl.get(PLAN))


def test_the_form_shows_what_stands_there(cast: Any, carl: Client) -> None:
    looking = cast.viewer("counselor")
    writing.amend(looking, reading.one(looking, "plan", "p1"), {"has_discharge_plan": True, "plans_family": False})
    page = text(carl.get(f"{PLAN}/p1/edit"))
    assert page.count('<option value="true" selected>yes</option>') == 1
    assert page.count('<option value="false" selected>no</option>') == 1
    assert '<option value="carl" selected>Carl Example</option>' in page


def test_an_error_keeps_what_was_typed(carl: Client) -> None:
    form = carl.get(f"{PLAN}/p1/edit")
    page = text(carl.post(f"{PLAN}/p1/edit", typed(effective_on="soon", seen=seen(form))))
    assert "Enter a valid date" in page
    assert "I drink when I am alone." in page
    assert 'value="soon"' in page


def test_of_two_who_edit_at_once_the_second_sees_both_texts(cast: Any, carl: Client) -> None:
    start = RECORDS["plan"].objects.get(pk="p1").effective_on.isoformat()
    mine, hers = carl.get(f"{PLAN}/p1/edit"), cast.client("clinical_supervisor").get(f"{PLAN}/p1/edit")
    first = typed(effective_on=start, planned_minutes_per_week="540", seen=seen(mine))
    assert carl.post(f"{PLAN}/p1/edit", first).status_code == 302
    second = typed(effective_on=start, seen=seen(hers), **{"words-problem": "Evenings are hardest."})
    answer = cast.client("clinical_supervisor").post(f"{PLAN}/p1/edit", second)
    page = text(answer)
    assert "Somebody else changed this meanwhile" in page
    assert "I drink when I am alone." in page
    assert "Evenings are hardest." in page
    assert RECORDS["plan"].objects.get(pk="p1").planned_minutes_per_week == 540
    second["seen"] = seen(answer)
    assert cast.client("clinical_supervisor").post(f"{PLAN}/p1/edit", second).status_code == 302
    assert "Evenings are hardest." in text(carl.get(PLAN))


def test_a_signed_plan_is_amended_by_a_supervisor_with_a_reason_and_by_nobody_else(cast: Any, carl: Client) -> None:
    held = cast.member("counselor")
    held.refresh_from_db()
    signing.sign(cast.viewer("counselor"), reading.one(cast.viewer("counselor"), "plan", "p1"), "individual")
    assert carl.get(f"{PLAN}/p1/edit").status_code == 403
    supervisor = cast.client("clinical_supervisor")
    start = RECORDS["plan"].objects.get(pk="p1").effective_on.isoformat()
    form = supervisor.get(f"{PLAN}/p1/edit")
    assert "Say why" not in text(form)
    nothing = supervisor.post(f"{PLAN}/p1/edit", typed(effective_on=start, seen=seen(form)))
    assert "Why it is amended: This field is required." in text(nothing)
    kept = supervisor.post(f"{PLAN}/p1/edit", typed(effective_on=start, seen=seen(form), reason="Her own words"))
    assert kept.status_code == 302
    page = text(carl.get(PLAN))
    assert "No, changed since" in page
    assert "Her own words" in page


def test_a_new_version_begins_as_a_copy_and_shows_what_changed(cast: Any, carl: Client, write: Any) -> None:
    looking = cast.viewer("counselor")
    first = reading.one(looking, "plan", "p1")
    goal = write("goal", goal_id="g1", episode_id="e1", plan_id="p1", set_on=first.effective_on)
    writing.word(looking, goal, "own_words", "Find work.")
    ended = write("goal", goal_id="g2", episode_id="e1", plan_id="p1", set_on=first.effective_on)
    writing.word(looking, ended, "own_words", "See a dentist.")
    writing.amend(looking, ended, {"met_on": looking.today - DAY})
    writing.word(looking, first, "problem", "I drink when I am alone.")
    form = text(carl.get(f"{PLAN}/new"))
    assert "I drink when I am alone." in form
    assert "Find work." in form
    assert "See a dentist." not in form
    answer = carl.post(
        f"{PLAN}/new",
        typed(effective_on=looking.today.isoformat(), **{"words-problem": "I drink when I am bored."}),
    )
    page = text(carl.get(answer["Location"]))
    assert "Plan, version 2" in page
    assert "I drink when I am <del>alone.</del> <ins>bored.</ins>" in page
    assert "Find work." in page
    assert "Goal no longer in it" in page
    assert "I drink when I am alone." in text(carl.get(f"{PLAN}/p1"))


def test_a_new_version_is_not_dated_before_the_one_it_follows(carl: Client) -> None:
    start = RECORDS["plan"].objects.get(pk="p1").effective_on.isoformat()
    page = text(carl.post(f"{PLAN}/new", typed(effective_on=start)))
    assert "This must be after the day of the version before." in page
    assert RECORDS["plan"].objects.count() == 1


def test_a_goal_is_added_and_written_down_as_met(cast: Any, carl: Client) -> None:
    today = cast.viewer("counselor").today
    told = {"linked_problem": "work", "set_on": today.isoformat(), "target_on": "", "words-own_words": "Find work."}
    assert carl.post(f"{PLAN}/p1/goals/new", told).status_code == 302
    held = RECORDS["goal"].objects.get()
    assert held.plan_id == "p1"
    mark = seen(carl.get(f"/episodes/e1/goals/{held.pk}"))
    page = carl.post(f"/episodes/e1/goals/{held.pk}", {**told, "met_on": today.isoformat(), "seen": mark})
    assert page.status_code == 302
    assert RECORDS["goal"].objects.get().met_on == today
    stale = carl.post(f"/episodes/e1/goals/{held.pk}", {**told, "met_on": "", "seen": mark})
    assert "Somebody else changed this" in text(stale)


def test_no_goal_is_added_to_a_signed_version(cast: Any, carl: Client) -> None:
    looking = cast.viewer("counselor")
    signing.sign(looking, reading.one(looking, "plan", "p1"), "individual")
    assert carl.post(f"{PLAN}/p1/goals/new", {"set_on": looking.today.isoformat()}).status_code == 302
    assert RECORDS["goal"].objects.count() == 0


def sent(cast: Any, **more: str) -> dict[str, str]:
    today = cast.viewer("counselor").today.isoformat()
    return {"signer": "staff", "way": "here", "words": "", "signed_on": today, **more}


def test_a_signature_is_kept_and_names_who_signed(cast: Any, carl: Client) -> None:
    form = carl.get(f"{PLAN}/p1/sign")
    page = carl.post(f"{PLAN}/p1/sign", sent(cast, seen=seen(form)))
    assert page["Location"] == f"{PLAN}/p1"
    assert RECORDS["signature"].objects.get().staff_id == "carl"
    assert "Carl Example" in text(carl.get(PLAN))


def test_a_refusal_keeps_her_words_and_asks_for_them(cast: Any, carl: Client) -> None:
    form = carl.get(f"{PLAN}/p1/sign")
    told = sent(cast, signer="individual", way="refused", seen=seen(form))
    assert "Write down what she said" in text(carl.post(f"{PLAN}/p1/sign", told))
    assert carl.post(f"{PLAN}/p1/sign", {**told, "words": "Too many evenings."}).status_code == 302
    assert "Too many evenings." in text(carl.get(PLAN))


def test_a_plan_that_changed_while_it_was_read_is_not_signed(cast: Any, carl: Client) -> None:
    form = carl.get(f"{PLAN}/p1/sign")
    writing.word(cast.viewer("counselor"), reading.one(cast.viewer("counselor"), "plan", "p1"), "discharge", "Later.")
    page = carl.post(f"{PLAN}/p1/sign", sent(cast, seen=seen(form)))
    assert page.status_code == 409
    assert "It changed while you read" in text(page)
    assert "Later." in text(page)
    assert RECORDS["signature"].objects.count() == 0


def test_signing_changes_what_the_definition_says(cast: Any, carl: Client, write: Any) -> None:
    write("team_member", episode_id="e1", staff_id="carl", starts_on=RECORDS["plan"].objects.get().effective_on)
    form = carl.get(f"{PLAN}/p1/sign")
    carl.post(f"{PLAN}/p1/sign", sent(cast, seen=seen(form)))
    judging.judge_person("prairie", "ada")
    page = text(carl.get(PLAN))
    assert "0 of the team have not signed in time" in page


def test_the_number_of_queries_does_not_grow_with_the_rows(cast: Any, carl: Client, write: Any) -> None:
    looking = cast.viewer("counselor")
    start = RECORDS["plan"].objects.get().effective_on
    for number in range(2):
        write("goal", goal_id=f"g{number}", episode_id="e1", plan_id="p1", set_on=start)
    judging.judge_person("prairie", "ada")
    carl.get(PLAN)
    with CaptureQueriesContext(
        connection,
    ) as few:
        carl.get(PLAN)
    for number in range(2, 12):
        goal = write("goal", goal_id=f"g{number}", episode_id="e1", plan_id="p1", set_on=start)
        writing.word(looking, goal, "own_words", f"Goal {number}")
    with CaptureQueriesContext(connection) as many:
        carl.get(PLAN)
    assert len(many) <= len(few) <= 40
