"""Signing: what a signature covers, for how long, and who may sign what."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from handrail.app.accounts.access import Viewer, viewer_of
from handrail.app.audit.log import faults
from handrail.app.audit.models import Entry
from handrail.app.chart import reading, signing, writing
from handrail.app.chart.models import RECORDS, Cover
from handrail.app.chart.writing import ChangedMeanwhileError

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def carl(cast: Any, ada: Any) -> Viewer:
    """The counselor, who is Carl of the staff list."""
    held = cast.member("counselor")
    held.staff_id = "carl"
    held.save()
    return viewer_of(held)


@pytest.fixture
def plan(ada: Any, carl: Viewer, write: Any) -> Any:
    """Ada's plan with one goal, and words."""
    goal = write("goal", goal_id="g1", episode_id="e1", plan_id="p1", linked_problem="work", set_on=carl.today)
    held = reading.one(carl, "plan", "p1")
    writing.word(carl, held, "problem", "I drink when I am alone.")
    writing.word(carl, goal, "own_words", "Find work.")
    return held


def again(viewer: Viewer, plan: Any) -> Any:
    return reading.one(viewer, "plan", plan.pk)


def test_a_signature_of_staff_names_them_and_is_sealed_and_locks_plan_and_goals(carl: Viewer, plan: Any) -> None:
    made = signing.sign(carl, plan, "staff")
    assert (made.staff_id, made.signer, made.plan_id) == ("carl", "staff", "p1")
    assert len(Cover.objects.get(pk=made.pk).seal) == 64
    assert again(carl, plan).locked_at is not None
    assert reading.one(carl, "goal", "g1").locked_at is not None
    assert reading.one(carl, "signature", made.pk).locked_at is not None
    assert Entry.objects.filter(act="sign", table="plan", row_id="p1", person_id="ada").count() == 1
    assert list(faults()) == []


def test_a_signature_covers_what_was_signed_until_it_changes(cast: Any, carl: Viewer, plan: Any) -> None:
    signing.sign(carl, plan, "staff")
    assert [one.covers for one in signing.covers(carl, again(carl, plan))] == [True]
    supervisor = cast.viewer("clinical_supervisor")
    writing.amend(supervisor, again(carl, plan), {"planned_minutes_per_week": 540}, reason="More hours")
    writing.word(supervisor, again(carl, plan), "problem", "I drink at night.", reason="Her words")
    (told,) = signing.covers(carl, again(carl, plan))
    assert told.covers is False
    assert [(one.what, one.before, one.after) for one in told.altered] == [
        ("plan: planned minutes per week", None, 540),
        ("plan: problem", "I drink when I am alone.", "I drink at night."),
    ]
    assert told.altered[0].change.reason == "More hours"


def test_a_goal_that_is_met_later_leaves_the_signature_whole(cast: Any, carl: Viewer, plan: Any) -> None:
    signing.sign(carl, plan, "staff")
    goal = reading.one(carl, "goal", "g1")
    writing.amend(cast.viewer("clinical_supervisor"), goal, {"met_on": carl.today}, reason="Met")
    assert [one.covers for one in signing.covers(carl, again(carl, plan))] == [True]


def test_a_goal_that_is_withdrawn_breaks_the_seal_and_is_told(cast: Any, carl: Viewer, plan: Any) -> None:
    signing.sign(carl, plan, "staff")
    writing.withdraw(cast.viewer("clinical_supervisor"), reading.one(carl, "goal", "g1"), reason="Not hers")
    (told,) = signing.covers(carl, again(carl, plan))
    assert told.covers is False
    assert [one.what for one in told.altered] == ["goal withdrawn"]


def test_the_same_version_is_not_signed_twice(cast: Any, carl: Viewer, plan: Any) -> None:
    signing.sign(carl, plan, "staff")
    with pytest.raises(ValidationError) as told:
        signing.sign(carl, again(carl, plan), "staff")
    assert "signer" in told.value.message_dict
    writing.amend(
        cast.viewer("clinical_supervisor"), again(carl, plan), {"planned_minutes_per_week": 540}, reason="More"
    )
    signing.sign(carl, again(carl, plan), "staff")
    assert [one.covers for one in signing.covers(carl, again(carl, plan))] == [False, True]


def test_nobody_signs_for_another_member_of_staff(cast: Any, carl: Viewer, plan: Any) -> None:
    with pytest.raises(ValidationError) as told:
        signing.sign(cast.viewer("recovery_worker"), plan, "staff")
    assert "signer" in told.value.message_dict
    assert RECORDS["signature"].objects.count() == 0


@pytest.mark.parametrize("role", ["group_leader", "program_director", "reviewer"])
def test_a_role_that_may_not_sign_is_refused(cast: Any, carl: Viewer, plan: Any, role: str) -> None:
    with pytest.raises(PermissionDenied):
        signing.sign(cast.viewer(role), plan, "individual")


def test_another_organization_signs_nothing_here(cast: Any, plan: Any) -> None:
    with pytest.raises((ChangedMeanwhileError, Http404)):
        signing.sign(cast.viewer("counselor", "lakeside"), plan, "individual")
    assert RECORDS["signature"].objects.count() == 0


def test_the_person_signs_before_a_witness(carl: Viewer, plan: Any) -> None:
    signing.sign(carl, plan, "individual")
    (told,) = signing.covers(carl, again(carl, plan))
    assert (told.signature.signer, told.signature.staff_id, told.way) == ("individual", None, "here")
    assert told.witness == carl.name


def test_a_refusal_needs_her_words_and_is_hers_alone(carl: Viewer, plan: Any) -> None:
    with pytest.raises(ValidationError) as told:
        signing.sign(carl, plan, "individual", refused=True)
    assert "words" in told.value.message_dict
    with pytest.raises(ValidationError) as told:
        signing.sign(carl, plan, "staff", refused=True, words="No")
    assert "signer" in told.value.message_dict
    signing.sign(carl, plan, "individual", refused=True, words="Three evenings are too many.")
    (kept,) = signing.covers(carl, again(carl, plan))
    assert kept.signature.refused
    assert kept.words == "Three evenings are too many."


def test_two_of_the_family_sign_but_neither_twice(carl: Viewer, plan: Any) -> None:
    signing.sign(carl, plan, "family", words="Her sister")
    signing.sign(carl, again(carl, plan), "family", words="Her mother")
    with pytest.raises(ValidationError):
        signing.sign(carl, again(carl, plan), "family", words="her sister")


def test_no_signature_is_dated_ahead_and_staff_sign_today(carl: Viewer, plan: Any) -> None:
    with pytest.raises(ValidationError):
        signing.sign(carl, plan, "individual", on=carl.today + DAY)
    with pytest.raises(ValidationError):
        signing.sign(carl, plan, "staff", on=carl.today - DAY)
    assert signing.sign(carl, plan, "individual", on=carl.today - DAY).signed_on == carl.today - DAY


def test_what_changed_since_it_was_shown_is_not_signed(carl: Viewer, plan: Any) -> None:
    seen = signing.content(carl, plan).seal
    writing.word(carl, plan, "discharge", "With her sister.")
    with pytest.raises(ChangedMeanwhileError):
        signing.sign(carl, plan, "staff", seen=seen)
    assert RECORDS["signature"].objects.count() == 0


def test_a_signature_without_a_seal_cannot_tell(carl: Viewer, plan: Any, write: Any) -> None:
    write("signature", plan_id="p1", signer="individual", signed_on=carl.today)
    assert [one.covers for one in signing.covers(carl, plan)] == [None]


def test_a_review_is_signed_with_who_took_part(cast: Any, carl: Viewer, plan: Any, write: Any) -> None:
    review = write("plan_review", plan_review_id="r1", episode_id="e1", reviewed_on=carl.today, reviewed_by="carl")
    write("review_participant", review_participant_id="w1", plan_review_id="r1", role="individual", took_part=True)
    signing.sign(carl, review, "staff")
    review = reading.one(carl, "plan_review", "r1")
    assert [one.covers for one in signing.covers(carl, review)] == [True]
    supervisor = cast.viewer("clinical_supervisor")
    took = reading.one(carl, "review_participant", "w1")
    writing.amend(supervisor, took, {"took_part": False}, reason="Mixed up")
    (told,) = signing.covers(carl, review)
    assert (told.covers, [one.what for one in told.altered]) == (False, ["review participant: took part"])


def test_goals_still_open_belong_to_the_next_version_and_ended_ones_do_not(carl: Viewer, plan: Any, write: Any) -> None:
    start = plan.effective_on
    write("goal", goal_id="g2", episode_id="e1", plan_id="p1", set_on=start, met_on=start + 5 * DAY)
    write("plan", plan_id="p2", episode_id="e1", effective_on=start + 10 * DAY)
    write("goal", goal_id="g3", episode_id="e1", plan_id="p2", set_on=start + 10 * DAY)
    named = {one: {goal.pk for goal in signing.goals_of(carl, reading.one(carl, "plan", one))} for one in ("p1", "p2")}
    assert named == {"p1": {"g1", "g2"}, "p2": {"g1", "g3"}}


def test_the_number_of_queries_does_not_grow_with_the_goals(
    carl: Viewer, plan: Any, write: Any, django_assert_max_num_queries: Any
) -> None:
    signing.sign(carl, plan, "staff")
    for number in range(12):
        write("goal", goal_id=f"more{number}", episode_id="e1", plan_id="p1", set_on=carl.today)
    with django_assert_max_num_queries(14):
        signing.covers(carl, again(carl, plan))
