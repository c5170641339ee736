"""One verdict with its reasons."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handrail.app.screens.person.settling import fact_of, field_id, given
from handrail.app.worklists import judging
from handrail.app.worklists.models import Verdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def judged(cast: Any, ada: Any) -> None:
    judging.judge_person("prairie", "ada")


def _verdict(clause: str) -> Verdict:
    return Verdict.objects.get(organization_id="prairie", clause=clause, subject="admission")


def _page(cast: Any, clause: str, role: str = "counselor") -> str:
    page = cast.client(role).get(f"/why/{_verdict(clause).pk}")
    assert page.status_code == 200
    return str(page.content.decode())


def test_it_says_the_sentence_and_where_it_stands(cast: Any, judged: None) -> None:
    page = _page(cast, "adult")
    assert "She is an adult." in page
    assert "36 years old; the service is for those of 19 and over" in page
    assert "Nebraska Department of Health and Human Services" in page
    assert _verdict("adult").seal in page


def test_facts_are_in_words_with_their_unit(cast: Any, judged: None) -> None:
    page = _page(cast, "adult")
    assert "Her age in full years on the day the service began" in page
    assert "36 years" in page


def test_a_record_behind_it_can_be_opened(cast: Any, judged: None) -> None:
    assert 'href="/records/person/ada"' in _page(cast, "adult")


def test_what_is_missing_says_who_can_supply_it_and_where(cast: Any, judged: None) -> None:
    page = _page(cast, "substance-diagnosis")
    assert "Is a substance use disorder diagnosed?" in page
    assert "Who can say: diagnosing clinician" in page
    assert "/episodes/e1/admission?asks=has_substance_diagnosis#id_diagnosis-code" in page
    assert "Somebody asked: there is none" in page


def test_a_dimension_is_rated_on_the_assessment(cast: Any, judged: None) -> None:
    assert "/episodes/e1/assessment?asks=d4_rating#id_d4-rating" in _page(cast, "dimension-4-held")


@pytest.mark.parametrize(
    ("name", "table", "field"),
    [
        ("expects_progress", "judgement", "id_judgement-answer"),
        ("has_minor_child", "child", "id_child-birth_date"),
        ("days_since_intensive", "outside_stay", "id_outside_stay-discharged_on"),
        ("coping_related", "functional_impairment", "id_functional_impairment-substance_related"),
        ("diagnosis_manual_was_current", "diagnosis", "id_diagnosis-manual"),
        ("d2_problem", "dimension_rating", "id_d2-has_problem"),
    ],
)
def test_a_fact_leads_to_the_field_that_settles_it(name: str, table: str, field: str) -> None:
    fact = fact_of("admission", name)
    assert fact is not None
    assert field_id(fact, table) == field


def test_what_a_record_must_say_is_read_off_the_subject() -> None:
    fact = fact_of("admission", "coping_limited")
    assert fact is not None
    assert given(fact, "functional_impairment") == {"activity": "coping_skills"}
    assert given(fact, "inquiry") == {"topic": "impairments"}


def test_a_verdict_of_another_organization_is_not_there(cast: Any, judged: None) -> None:
    assert cast.client("counselor", "lakeside").get(f"/why/{_verdict('adult').pk}").status_code == 404


@pytest.mark.parametrize("role", ["reviewer", "administrator"])
def test_a_role_without_charts_is_refused(cast: Any, judged: None, role: str) -> None:
    assert cast.client(role).get(f"/why/{_verdict('adult').pk}").status_code == 403


def test_a_verdict_about_the_program_needs_no_chart(cast: Any, ada: Any) -> None:
    judging.judge_everybody("prairie")
    told = Verdict.objects.filter(subject="staff_member", clause="trained-in-recovery").first()
    assert told is not None
    page = cast.client("administrator").get(f"/why/{told.pk}")
    assert page.status_code == 200
    assert "trained in recovery principles" in page.content.decode()


def test_a_question_that_is_no_longer_asked_is_said_to_be_gone(cast: Any, judged: None) -> None:
    page = cast.client("counselor").get(f"/why/{uuid.uuid4()}")
    assert page.status_code == 404
    assert "no longer there" in page.content.decode()


def test_an_address_outlives_the_judging_and_the_answer(cast: Any, judged: None, write: Any) -> None:
    client, address = cast.client("counselor"), f"/why/{_verdict('substance-diagnosis').pk}"
    assert "Is a substance use disorder diagnosed?" in client.get(address).content.decode()
    write("diagnosis", person_id="ada", code="F11.20", category="substance_use", diagnosed_on="2026-01-05")
    assert "being judged again" in client.get(address).content.decode()
    judging.judge_person("prairie", "ada")
    page = client.get(address).content.decode()
    assert "being judged again" not in page
    assert "/records/diagnosis/" in page
    assert "by the edition" in page


def test_the_queries_do_not_grow_with_the_evidence(cast: Any, ada: Any, write: Any) -> None:
    client = cast.client("counselor")
    write("diagnosis", person_id="ada", code="F11.20", category="substance_use", diagnosed_on="2026-01-05")
    judging.judge_person("prairie", "ada")
    client.get(f"/why/{_verdict('substance-diagnosis').pk}")
    with CaptureQueriesContext(connection) as few:
        client.get(f"/why/{_verdict('substance-diagnosis').pk}")
    for month in range(1, 10):
        write("diagnosis", person_id="ada", code="F11.20", category="substance_use", diagnosed_on=f"2025-0{month}-05")
    judging.judge_person("prairie", "ada")
    with CaptureQueriesContext(connection) as many:
        page = client.get(f"/why/{_verdict('substance-diagnosis').pk}")
    assert len(many) == len(few)
    assert page.content.decode().count('class="chip') == 10
