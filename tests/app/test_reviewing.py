"""A focused review from its opening to its end: who may, what is refused, what is kept, and what nobody sees yet."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.http import Http404
from tests.app import review_world as world
from tests.app.flushing import unseal
from tests.app.review_world import WEEK
from tests.app.test_second_wall import on_postgresql

from handrail.app.accounts import walls
from handrail.app.accounts.models import Membership
from handrail.app.audit.models import Entry
from handrail.app.authorizations.acting import ChangedMeanwhileError, NotNowError
from handrail.app.reviewing import cases, closing, frames, opening, recording, verifying
from handrail.app.reviewing.frames import Clause
from handrail.app.reviewing.models import Answer, CorrectiveAction, Finding, FocusedReview, ReviewCase, ReviewStep

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def ids(cast: Any, write: Any) -> tuple[list[str], list[str]]:
    return world.people(cast, write)


@pytest.fixture
def review(cast: Any, ids: Any) -> FocusedReview:
    return world.opened(cast, ids)


@pytest.fixture
def lead(cast: Any) -> Any:
    return cast.viewer("clinical_supervisor")


def acts(review: FocusedReview) -> list[tuple[str, str, str]]:
    return list(review.steps.order_by("place").values_list("act", "status_before", "status_after"))


def test_a_review_is_drawn_so_that_anybody_can_draw_it_again(review: FocusedReview, cast: Any, ids: Any) -> None:
    work_list = list(review.cases.order_by("place").values_list("reference", flat=True))
    assert review.seed == review.number
    assert opening.drawn_again(FocusedReview.objects.get()).work_list == tuple(work_list)
    assert len(set(work_list) & set(ids[0])) == len(set(work_list) & set(ids[1])) == 3
    assert set(review.cases.filter(is_flagged=True).values_list("reference", flat=True)) <= set(ids[0])
    assert review.before == {WEEK.key: [4, 10, 0]}
    again = world.opened(cast, (ids[0][::-1], ids[1][::-1]), seed=review.seed)
    assert list(again.cases.order_by("place").values_list("reference", flat=True)) == work_list
    other = world.opened(cast, ids, seed="another seed")
    assert list(other.cases.order_by("place").values_list("reference", flat=True)) != work_list


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"title": " "}, "title"),
        ({"why": ""}, "why"),
        ({"kind": "suspicion"}, "kind"),
        ({"flagged": ["f0"], "unflagged": ["f0"]}, "unflagged"),
        ({"flagged": ["of somebody else"]}, "flagged"),
        ({"flagged": [], "unflagged": []}, "flagged"),
        ({"flagged_wanted": -1}, "flagged_wanted"),
        ({"flagged_wanted": 101}, "flagged_wanted"),
        ({"clauses": []}, "is_blinded"),
        ({"since": datetime.date(2026, 3, 2), "until": datetime.date(2026, 3, 1)}, "until"),
        ({"points_to": ("incident", "nobodys")}, "points_to"),
        ({"points_to": ("grievance", "nobodys")}, "points_to"),
        ({"points_to": ("person", "p-f0")}, "points_to"),
    ],
)
def test_what_is_wrong_with_a_review_is_said_and_nothing_is_opened(cast: Any, ids: Any, more: Any, where: str) -> None:
    with pytest.raises(ValidationError) as told:
        world.opened(cast, ids, **more)
    assert where in told.value.message_dict
    assert not FocusedReview.objects.exists()


@pytest.mark.parametrize("role", ["program_director", "counselor", "administrator", "policy_analyst"])
def test_only_who_may_write_reviews_opens_one(cast: Any, ids: Any, role: str) -> None:
    with pytest.raises(PermissionDenied):
        opening.open_review(cast.viewer(role), title="x", kind="other", why="x", flagged=ids[0], unflagged=[])


def test_another_organizations_review_is_as_absent_as_none(review: FocusedReview, cast: Any) -> None:
    stranger = cast.viewer("clinical_supervisor", "lakeside")
    assert not recording.reviews_of(stranger).exists()
    with pytest.raises(Http404):
        recording.review_of(stranger, review.pk)
    with pytest.raises(PermissionDenied):
        closing.close(stranger, review, "Not ours.")
    with pytest.raises(PermissionDenied), transaction.atomic():
        cases.take(stranger, review.cases.first())
    assert len(acts(review)) == 1


def test_what_the_engine_said_is_kept_as_on_the_day(review: FocusedReview, ids: Any) -> None:
    case = review.cases.filter(is_flagged=True).first()
    assert case is not None
    (told,) = case.kept
    assert (told["verdict"], told["clause"], told["edition"]) == ("not met", WEEK.clause, "undated")
    world.Verdict.objects.filter(pk=told["verdict_id"]).update(verdict="met")
    case.refresh_from_db()
    assert case.kept[0]["verdict"] == "not met"
    assert case.clinician == "carl"


def test_a_finding_needs_the_case_in_hand_words_and_a_clause_the_engine_judged(review: FocusedReview, lead: Any, cast: Any) -> None:  # fmt: skip
    case = review.cases.first()
    with pytest.raises(NotNowError, match="Take the case"):
        cases.find(lead, case, WEEK, "confirmed", "Seen.")
    cases.take(lead, case)
    for clause, outcome, words, where in (
        (Clause(WEEK.definition, "another"), "confirmed", "Seen.", "clause"),
        (WEEK, "guilty", "Seen.", "outcome"),
        (WEEK, "confirmed", " ", "words"),
        (WEEK, "cannot tell", "", "words"),
    ):
        with pytest.raises(ValidationError) as told:
            cases.find(lead, case, clause, outcome, words)
        assert where in told.value.message_dict
    with pytest.raises(ValidationError, match="1 clauses wait"):
        cases.looked(lead, case, "")
    other = cast.viewer("compliance_officer")
    with pytest.raises(NotNowError, match="Take the case"):
        cases.find(other, case, WEEK, "not confirmed", "")
    first = cases.find(lead, case, WEEK, "confirmed", "Too few hours.")
    last = cases.find(lead, case, WEEK, "not confirmed", "")
    assert recording.last_findings(review)[case.pk, WEEK.definition, WEEK.clause] == last
    assert Finding.objects.filter(pk=first.pk, outcome="confirmed").exists()
    cases.looked(lead, case, "")
    with pytest.raises(NotNowError, match="was looked at"):
        cases.find(lead, case, WEEK, "confirmed", "After all.")


def test_nobody_reviews_a_case_of_ones_own(review: FocusedReview, cast: Any) -> None:
    Membership.objects.filter(pk=cast.member("clinical_supervisor").pk).update(staff_id="carl")
    with pytest.raises(PermissionDenied, match="You gave most"):
        cases.take(cast.viewer("clinical_supervisor"), review.cases.first())


def test_a_role_without_charts_sees_no_case(review: FocusedReview, cast: Any) -> None:
    with pytest.raises(PermissionDenied):
        recording.case_of(cast.viewer("policy_analyst"), review, review.cases.first().pk)
    with pytest.raises(PermissionDenied):
        cases.take(cast.viewer("medical_director"), review.cases.first())


def test_the_key_opens_after_every_look_and_answers_are_asked_for_after_that(review: FocusedReview, lead: Any, cast: Any) -> None:  # fmt: skip
    with pytest.raises(NotNowError, match="6 cases"):
        cases.unblind(lead, review)
    with pytest.raises(NotNowError, match="Open the key"):
        cases.ask(lead, review, lead.today)
    with pytest.raises(NotNowError, match="blinded"):
        closing.by_clause(review)
    with pytest.raises(NotNowError, match="Open the key"):
        closing.add_action(lead, review, "Teach", "Carl", lead.today)
    world.look_at_all(cast, review)
    with pytest.raises(ChangedMeanwhileError):
        cases.unblind(lead, review, version=1)
    cases.unblind(lead, review, version=review.version)
    with pytest.raises(NotNowError, match="is open"):
        cases.unblind(lead, review)
    (told,) = closing.by_clause(review)
    assert (told.flagged, told.unflagged) == ({"confirmed": 3}, {"not confirmed": 3})
    assert told.not_met == told.flagged
    with pytest.raises(ValidationError):
        cases.ask(lead, review, lead.today - DAY)
    assert review.status == "in review"


def test_only_who_gave_most_of_the_care_answers_and_only_once_asked(review: FocusedReview, lead: Any, cast: Any) -> None:  # fmt: skip
    carl = world.clinician(cast)
    world.look_at_all(cast, review)
    cases.unblind(lead, review)
    assert not closing.own_findings(carl).exists()
    cases.ask(lead, review, lead.today)
    asked = list(closing.own_findings(carl))
    assert len(asked) == 3
    with pytest.raises(PermissionDenied):
        closing.own_findings(lead)
    dora = world.clinician(cast, "dora")
    assert not closing.own_findings(dora).exists()
    with pytest.raises(PermissionDenied):
        closing.answer(dora, asked[0], "agrees", "Not mine.")
    carl = world.clinician(cast)
    for stance, words in (("denies", "x"), ("agrees", "")):
        with pytest.raises(ValidationError):
            closing.answer(carl, asked[0], stance, words)
    for one in asked:
        assert review.status == "in review"
        closing.answer(carl, one, "explains", "She was ill that week.")
        review.refresh_from_db()
    assert review.status == "answered"


def test_a_review_closes_only_when_nothing_is_left(review: FocusedReview, lead: Any, cast: Any) -> None:
    with pytest.raises(ValidationError):
        closing.close(lead, review, " ")
    with pytest.raises(NotNowError, match="6 cases still"):
        closing.close(lead, review, "Done.")
    world.look_at_all(cast, review)
    cases.unblind(lead, review)
    with pytest.raises(NotNowError, match="ask the clinicians"):
        closing.close(lead, review, "Done.")
    cases.ask(lead, review, lead.today)
    with pytest.raises(NotNowError, match="without an answer"):
        closing.close(lead, review, "Done.")
    action = closing.add_action(lead, review, "Teach the minutes", "Carl", lead.today)
    for what, who, due in (("", "x", lead.today), ("x", "", lead.today), ("x", "x", lead.today - DAY)):
        with pytest.raises(ValidationError):
            closing.add_action(lead, review, what, who, due)
    FocusedReview.objects.filter(pk=review.pk).update(answers_by=lead.today - DAY)
    review.refresh_from_db()
    with pytest.raises(NotNowError, match="1 action neither"):
        closing.close(lead, review, "Done.")
    for done, words in ((lead.today + DAY, "x"), (lead.today, ""), (None, " ")):
        with pytest.raises(ValidationError):
            closing.end_action(lead, action, done, words)
    closing.end_action(lead, action, None, "The rule changes next month.")
    with pytest.raises(NotNowError, match="ended"):
        closing.end_action(lead, action, lead.today, "Done after all.")
    closing.close(lead, review, "Three weeks were short; the minutes were not written down.")
    review.refresh_from_db()
    assert (review.status, review.closed_by_id) == ("closed", lead.membership_id)
    for act in (
        lambda: cases.take(lead, review.cases.first()),
        lambda: closing.add_action(lead, review, "x", "x", lead.today),
        lambda: closing.close(lead, review, "Again."),
    ):
        with pytest.raises(NotNowError, match="closed"):
            act()


def ready(cast: Any, review: FocusedReview, done: datetime.date) -> CorrectiveAction:
    """A review whose one action was done on a day."""
    lead = cast.viewer("clinical_supervisor")
    world.look_at_all(cast, review)
    cases.unblind(lead, review)
    action = closing.add_action(lead, review, "Teach", "Carl", lead.today)
    closing.end_action(lead, action, done, "Taught.")
    review.refresh_from_db()
    return action


def test_the_second_sample_is_of_as_many_days_after_the_action_and_says_when_it_cannot_tell(cast: Any, write: Any, lead: Any) -> None:  # fmt: skip
    ids = world.people(cast, write, ago=6)
    for one in (*ids[0], *ids[1]):
        world.verdict(one, "met", lead.today - DAY)
    review = world.opened(cast, ids, since=lead.today - 7 * DAY, until=lead.today - 5 * DAY)
    with pytest.raises(NotNowError, match="after the actions"):
        closing.retest(lead, review, lead.today, 10)
    ready(cast, review, lead.today - 2 * DAY)
    for since, wanted, where in (
        (lead.today - 3 * DAY, 10, "first day is"),
        (lead.today, 10, "are over on"),
        (lead.today - 2 * DAY, 0, "From 1"),
    ):
        with pytest.raises(ValidationError, match=where):
            closing.retest(lead, review, since, wanted)
    assert closing.retested(review) == []
    assert closing.retest(lead, review, lead.today - 2 * DAY, 8) == 8
    review.refresh_from_db()
    assert review.status == "re-test"
    assert (review.retest_available, set(review.cases.filter(round=2).values_list("is_flagged"))) == (10, {(None,)})
    with pytest.raises(NotNowError, match="was drawn"):
        closing.retest(lead, review, lead.today - 2 * DAY, 8)
    (told,) = closing.retested(review)
    assert (told.before.failing, told.before.judged) == (4, 10)
    assert (told.after.failing, told.after.judged) == (0, 8)
    assert told.shares is None
    assert told.says == "cannot tell: too few cases"
    with pytest.raises(NotNowError, match="8 cases still"):
        closing.close(lead, review, "Done.")


def test_days_that_were_looked_at_before_are_not_looked_at_again(cast: Any, ids: Any, lead: Any) -> None:
    review = world.opened(cast, ids, since=lead.today, until=lead.today)
    ready(cast, review, lead.today - DAY)
    assert closing.retest_from(review) == lead.today + DAY
    with pytest.raises(ValidationError, match="first day is"):
        closing.retest(lead, review, lead.today, 8)


def test_with_enough_cases_the_shares_stand_side_by_side(cast: Any, write: Any, lead: Any) -> None:
    ids = world.people(cast, write, failing=20, fine=5, ago=1)
    review = world.opened(cast, ids, since=lead.today - DAY, until=lead.today - DAY)
    ready(cast, review, lead.today)
    for one in (*ids[0], *ids[1]):
        world.verdict(one, "met", lead.today)
    closing.retest(lead, review, lead.today, 25)
    review.refresh_from_db()
    (told,) = closing.retested(review)
    assert told.shares is not None
    assert (told.shares.before, told.shares.after) == (0.8, 0.0)
    assert told.says == "lower than before"
    assert told.percents == ("80.0% (59.3% to 93.2%)", "0.0% (0.0% to 13.7%)")


def test_a_review_without_clauses_is_not_measured_again(cast: Any, ids: Any, lead: Any) -> None:
    review = world.opened(cast, ids, clauses=[], is_blinded=False)
    with pytest.raises(ValidationError, match="no clause"):
        closing.retest(lead, review, lead.today, 5)


def test_every_sentinel_incident_needs_a_review_of_one_case(cast: Any, ids: Any, write: Any, lead: Any) -> None:
    for name, episode, severity in (("i1", "f0", "sentinel"), ("i2", None, "sentinel"), ("i3", "f1", "severe")):
        write("incident", incident_id=name, program_id="iop", episode_id=episode, occurred_on=lead.today, severity=severity)  # fmt: skip
    assert {one.incident.pk for one in opening.sentinels(lead) if one.is_open} == {"i1", "i2"}
    made = opening.open_sentinel(lead, "i1")
    assert opening.open_sentinel(lead, "i1") == made
    assert [one.reference for one in made.cases.all()] == ["f0"]
    assert [told["verdict"] for told in made.cases.get().kept] == ["not met"]
    assert len([one for one in opening.sentinels(lead) if one.is_open]) == 2
    other = opening.open_sentinel(lead, "i2")
    assert other.cases.get().episode_id == ""
    for name in ("i3", "nobodys"):
        with pytest.raises(Http404):
            opening.open_sentinel(lead, name)
    with pytest.raises(PermissionDenied):
        opening.open_sentinel(cast.viewer("program_director"), "i1")
    case = other.cases.get()
    cases.take(lead, case)
    with pytest.raises(ValidationError, match="Say what you saw"):
        cases.looked(lead, case, "")
    cases.looked(lead, case, "The door was open.")
    closing.close(lead, other, "The door is mended.")
    assert {one.incident.pk for one in opening.sentinels(lead) if one.is_open} == {"i1"}


def test_cases_by_clause_come_from_kept_verdicts_and_the_same_programs_and_months(cast: Any, ids: Any, lead: Any) -> None:  # fmt: skip
    world.verdict("u5", "met", lead.today - 100 * DAY)
    world.Verdict.objects.filter(episode_id="u4").update(program_id="irs")
    world.Verdict.objects.filter(episode_id="u3").update(verdict="cannot tell")
    world.Verdict.objects.filter(episode_id="u2").update(verdict="not applicable")
    found = frames.by_clauses(lead, [WEEK], "", lead.today - 120 * DAY, lead.today)
    assert found.flagged == tuple(ids[0])
    assert set(found.unflagged) == {"u0", "u1", "u3", "u5"}
    assert frames.by_clauses(lead, [WEEK], "irs", lead.today, lead.today).flagged == ()
    assert set(frames.beside(lead, ["f0"])) == {*ids[0], *ids[1]} - {"f0"}
    assert WEEK in frames.clauses_judged(lead)
    assert frames.clauses_judged(cast.viewer("clinical_supervisor", "lakeside")) == []


def test_a_payers_review_has_ids_and_no_charts(cast: Any) -> None:
    director = cast.viewer("medical_director", "plan")
    made = opening.open_review(
        director, title="Long stays", kind="signal", why="x", flagged=["p1|iop|1"], unflagged=["p2|iop|1"], is_blinded=False
    )  # fmt: skip
    assert {one.episode_id for one in made.cases.all()} == {""}
    cases.take(director, made.cases.first())


@on_postgresql
def test_rows_of_a_review_are_seen_by_its_organization_only(review: FocusedReview, lead: Any, cast: Any) -> None:
    ready(cast, review, lead.today)
    cases.ask(lead, review, lead.today)
    closing.answer(world.clinician(cast), recording.confirmed(review)[0], "agrees", "So it was.")
    models = (FocusedReview, ReviewCase, Finding, Answer, CorrectiveAction, ReviewStep)
    for who, sees in (("prairie", True), ("lakeside", False), ("plan", False), (walls.NOBODY, False)):
        with walls.within(who):
            assert [model.objects.exists() for model in models] == [sees] * len(models), who


def test_every_act_is_a_sealed_step_in_the_log(review: FocusedReview, lead: Any, cast: Any) -> None:
    world.look_at_all(cast, review)
    assert [one[0] for one in acts(review)][:4] == ["open", "take case", "finding", "looked"]
    assert acts(review)[1][1:] == ("open", "in review")
    logged = Entry.objects.filter(act="keep review step").count()
    assert logged == ReviewStep.objects.count() == len(acts(review))
    assert verifying.faults() == []
    for model in (ReviewStep, Finding):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(words="changed")
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all().delete()
    with transaction.atomic():
        unseal("reviewing_reviewstep")
        ReviewStep.objects.filter(place=2).update(words="changed")
        ReviewStep.objects.filter(place=3).delete()
        FocusedReview.objects.update(status="closed", closed_at="2026-01-01T00:00Z", closing="x")
        assert len(verifying.faults()) == 3
        transaction.set_rollback(True)
