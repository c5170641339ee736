"""The assessment: six dimensions in one form, signed and locked."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handrail.app.accounts.models import Membership
from handrail.app.chart.models import RECORDS, Change
from handrail.app.worklists import judging
from handrail.app.worklists.models import Verdict

pytestmark = pytest.mark.django_db

HERE = "/episodes/e1/assessment"


def _typed(**more: str) -> dict[str, str]:
    typed = {
        "act": "assess",
        "assessment-kind": "initial",
        "assessment-completed_on": "2026-03-02",
        "assessment-assessor": "carl",
        "assessment-asam_edition": "3",
        "screening-screened_on": "2026-03-02",
        "screening-positive": "false",
    }
    for number in range(1, 7):
        typed |= {
            f"d{number}-has_problem": "true" if number > 3 else "false",
            f"d{number}-rating": "2" if number > 3 else "0",
        }
    return typed | more


def test_signing_writes_and_locks_everything(cast: Any, ada: Any) -> None:
    page = cast.client("counselor").post(HERE, _typed())
    assert page.status_code == 302
    made = RECORDS["assessment"].objects.get()
    assert (made.episode_id, made.person_id) == ("e1", "ada")
    assert made.locked_at is not None
    ratings = RECORDS["dimension_rating"].objects.filter(assessment_id=made.pk)
    assert sorted(ratings.values_list("dimension", "rating")) == [(1, 0), (2, 0), (3, 0), (4, 2), (5, 2), (6, 2)]
    assert all(row.locked_at for row in ratings)
    assert RECORDS["screening"].objects.get().kind == "cooccurring"
    assert Change.objects.filter(kind="locked").count() == 8


def test_what_is_signed_is_judged_at_once(cast: Any, ada: Any) -> None:
    day = str(cast.viewer("counselor").today - datetime.timedelta(days=31))
    cast.client("counselor").post(HERE, _typed(**{"assessment-completed_on": day}))
    assert Verdict.objects.get(person_id="ada", clause="direct-need").verdict == "met"
    page = cast.client("counselor").get(HERE).content.decode()
    assert "What the definition asks of it" in page


def test_a_prior_assessment_is_attested_by_whoever_signs(cast: Any, ada: Any) -> None:
    Membership.objects.filter(pk=cast.member("counselor").pk).update(staff_id="carl")
    typed = _typed(
        **{"assessment-kind": "prior", "assessment-found_relevant": "true", "assessment-gives_level": "true"}
    )
    cast.client("counselor").post(HERE, typed)
    made = RECORDS["assessment"].objects.get()
    assert made.found_relevant is True
    assert made.relevance_attested_by_id == "carl"
    assert made.gives_level is True
    assert made.gives_diagnosis is None


def test_relevance_is_a_matter_of_prior_assessments_alone(cast: Any, ada: Any) -> None:
    cast.client("counselor").post(HERE, _typed(**{"assessment-found_relevant": "true"}))
    made = RECORDS["assessment"].objects.get()
    assert made.found_relevant is None
    assert made.relevance_attested_by_id is None


def test_an_addendum_rates_only_what_it_adds(cast: Any, ada: Any) -> None:
    typed = {name: value for name, value in _typed().items() if not name.startswith(("d", "screening"))}
    cast.client("counselor").post(HERE, typed | {"assessment-kind": "addendum", "d3-rating": "1"})
    assert RECORDS["dimension_rating"].objects.get().dimension == 3
    assert not RECORDS["screening"].objects.exists()


def test_answers_from_before_stand_beside_with_day_and_source(cast: Any, ada: Any) -> None:
    cast.client("counselor").post(HERE, _typed())
    page = cast.client("counselor").get(HERE).content.decode()
    assert "A problem, rating 2. Mon 2 Mar 2026, initial, Carl Example." in page
    assert "signed" in page


def test_an_error_keeps_everything_and_writes_nothing(cast: Any, ada: Any) -> None:
    page = cast.client("counselor").post(
        HERE, _typed(**{"d2-rating": "7", "screening-medical-tool": "An invented tool"})
    )
    told = page.content.decode()
    assert page.status_code == 200
    assert "Select a valid choice" in told
    assert 'role="alert"' in told
    assert 'value="2026-03-02"' in told
    assert 'value="An invented tool"' in told
    assert "This field is required" in told
    assert not RECORDS["assessment"].objects.exists()


def test_one_that_came_in_unsigned_can_be_signed(cast: Any, ada: Any, write: Any) -> None:
    write("assessment", assessment_id="a1", person_id="ada", episode_id="e1", kind="initial", completed_on="2026-03-02")
    write("dimension_rating", assessment_id="a1", dimension=1, rating=0)
    client = cast.client("counselor")
    assert "Sign<span" in client.get(HERE).content.decode()
    assert client.post(HERE, {"act": "sign", "assessment": "a1"}).status_code == 302
    assert RECORDS["assessment"].objects.get().locked_at is not None
    assert RECORDS["dimension_rating"].objects.get().locked_at is not None


def test_somebody_elses_assessment_cannot_be_signed_from_here(cast: Any, ada: Any, write: Any) -> None:
    write("person", person_id="bea", sex="female")
    write("assessment", assessment_id="b1", person_id="bea", kind="initial", completed_on="2026-03-02")
    assert cast.client("counselor").post(HERE, {"act": "sign", "assessment": "b1"}).status_code == 404
    assert RECORDS["assessment"].objects.get().locked_at is None


def test_a_referral_is_written_down(cast: Any, ada: Any) -> None:
    sent = {
        "act": "refer",
        "referral-purpose": "mental_health",
        "referral-referred_on": "2026-03-02",
        "referral-receiver_credential": "limhp",
    }
    assert cast.client("counselor").post(HERE, sent).status_code == 302
    assert RECORDS["referral"].objects.get().episode_id == "e1"
    wrong = (
        cast.client("counselor").post(HERE, {"act": "refer", "referral-receiver": "Somebody Example"}).content.decode()
    )
    assert 'value="Somebody Example"' in wrong
    assert '<details id="add-referral" open>' in wrong


def test_another_organization_sees_nothing(cast: Any, ada: Any) -> None:
    assert cast.client("counselor", "lakeside").get(HERE).status_code == 404
    assert cast.client("counselor", "lakeside").post(HERE, _typed()).status_code == 404


@pytest.mark.parametrize("role", ["reviewer", "administrator"])
def test_a_role_without_charts_is_refused(cast: Any, ada: Any, role: str) -> None:
    assert cast.client(role).get(HERE).status_code == 403


def test_a_role_that_only_reads_cannot_sign(cast: Any, ada: Any) -> None:
    assert "Sign and lock" not in cast.client("compliance_officer").get(HERE).content.decode()
    assert cast.client("compliance_officer").post(HERE, _typed()).status_code == 403


def test_the_queries_do_not_grow_with_the_assessments(cast: Any, ada: Any, write: Any) -> None:
    client = cast.client("counselor")

    def assess(number: int) -> None:
        write("assessment", assessment_id=f"a{number}", person_id="ada", episode_id="e1", kind="initial",
              completed_on="2026-03-02", assessor_id="carl")  # fmt: skip
        for dimension in range(1, 7):
            write("dimension_rating", assessment_id=f"a{number}", dimension=dimension, rating=1)
        write("screening", assessment_id=f"a{number}", kind="medical", screened_on="2026-03-02")

    assess(0)
    judging.judge_person("prairie", "ada")
    client.get(HERE)
    with CaptureQueriesContext(connection) as few:
        client.get(HERE)
    for number in range(1, 8):
        assess(number)
    judging.judge_person("prairie", "ada")
    with CaptureQueriesContext(connection) as many:
        client.get(HERE)
    assert len(many) <= len(few)
