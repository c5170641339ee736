"""The admission, clause by clause, and what can be added there."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handrail.app.chart import writing
from handrail.app.chart.models import RECORDS, Wording
from handrail.app.screens.person.source import edition_of, outside_paths
from handrail.app.worklists import judging
from handrail.app.worklists.models import Verdict

pytestmark = pytest.mark.django_db

HERE = "/episodes/e1/admission"


def _page(cast: Any, path: str = HERE, role: str = "counselor") -> str:
    judging.judge_person("prairie", "ada")
    page = cast.client(role).get(path)
    assert page.status_code == 200
    return str(page.content.decode())


def test_clauses_stand_in_the_order_of_the_source(cast: Any, ada: Any) -> None:
    shown = re.findall(r'<tr id="c-([a-z0-9-]+)">', _page(cast))
    edition = edition_of("us-ne/intensive-outpatient-2.1")
    assert edition is not None
    assert shown == [clause.id for clause in edition.clauses if clause.about == "admission"]


def test_a_clause_has_its_sentence_and_where_it_stands(cast: Any, ada: Any) -> None:
    page = _page(cast)
    assert "A clinician expects that she can make significant progress." in page
    assert "Admission guidelines, 6" in page


def test_the_other_definition_is_shown_for_its_own_episodes(cast: Any, ada: Any, write: Any) -> None:
    write("episode", episode_id="e2", person_id="ada", program_id="irs", requested_on="2026-03-02")
    page = _page(cast, "/episodes/e2/admission")
    assert "She has a child under 18." in page
    assert "Public supports" in page
    assert "dimension-1-held" not in page


def test_the_decision_is_counted_path_by_path(cast: Any, ada: Any) -> None:
    page = _page(cast)
    assert "May she be admitted to this level of care?" in page
    assert "On every path" in page
    for path in ("Direct", "Step down", "Step up"):
        assert path in page
    told = Verdict.objects.filter(person_id="ada", subject="admission")
    met, open_ = told.filter(verdict="met").count(), told.filter(verdict="cannot tell").count()
    assert f"<b>{met}</b> met" in page
    assert f"<b>{open_}</b> cannot tell" in page


def test_clauses_of_no_path_are_on_every_path() -> None:
    edition = edition_of("us-nc/intensive-recovery-support")
    assert edition is not None
    found = outside_paths(edition.decisions["admission"].tree)
    assert "woman" in found
    assert "impaired-coping" not in found


def test_readings_and_what_is_unresolved_are_shown(cast: Any, ada: Any) -> None:
    page = _page(cast)
    assert "The title says adult and gives no age." in page
    assert "Title 471, chapter 20" in page


def test_something_missing_opens_its_form_with_what_is_known_of_it(cast: Any, ada: Any) -> None:
    page = _page(cast, f"{HERE}?asks=has_substance_diagnosis")
    assert '<details id="add-diagnosis" open>' in page
    assert '<option value="substance_use" selected>' in page
    assert '<details id="add-child">' in page


def test_judgements_are_asked_as_questions(cast: Any, ada: Any) -> None:
    page = _page(cast, f"{HERE}?asks=expects_progress")
    assert '<option value="expects_progress" selected>Can she make significant progress?' in page
    assert 'value="override"' not in page


ADDED = [
    (
        "diagnosis",
        {"category": "substance_use", "code": "F11.20", "diagnosed_on": "2026-03-02", "diagnosed_by": "carl"},
    ),
    ("outside_stay", {"level": "3.5", "admitted_on": "2026-01-02", "discharged_on": "2026-02-02"}),
    ("child", {"birth_date": "2020-05-05"}),
    ("functional_impairment", {"activity": "finances", "limits_activity": "true", "observed_on": "2026-03-02"}),
    ("inquiry", {"topic": "children", "asked_on": "2026-03-02"}),
    ("coverage", {"payer_type": "medicaid", "starts_on": "2026-01-01"}),
    ("judgement", {"kind": "expects_progress", "answer": "true", "judged_on": "2026-03-02"}),
]


@pytest.mark.parametrize(("table", "typed"), ADDED)
def test_what_is_added_is_written_and_the_page_comes_back(
    cast: Any, ada: Any, table: str, typed: dict[str, str]
) -> None:
    sent = {"act": table, **{f"{table}-{name}": value for name, value in typed.items()}}
    page = cast.client("counselor").post(HERE, sent)
    assert page.status_code == 302
    assert page["Location"] == HERE
    made = RECORDS[table].objects.get()
    assert "ada" in (getattr(made, "person_id", ""), getattr(getattr(made, "episode", None), "person_id", ""))


def test_a_judgement_settles_its_clause(cast: Any, ada: Any) -> None:
    sent = {
        "act": "judgement",
        "judgement-kind": "expects_progress",
        "judgement-answer": "true",
        "judgement-judged_on": str(cast.viewer("counselor").today - datetime.timedelta(days=31)),
    }
    assert cast.client("counselor").post(HERE, sent).status_code == 302
    judging.judge_person("prairie", "ada")
    assert Verdict.objects.get(person_id="ada", clause="capacity-to-progress").verdict == "met"


def test_an_error_keeps_what_was_typed_at_its_form(cast: Any, ada: Any) -> None:
    sent = {"act": "diagnosis", "diagnosis-code": "F11.20", "diagnosis-category": "", "diagnosis-diagnosed_on": "then"}
    page = cast.client("counselor").post(HERE, sent).content.decode()
    assert '<details id="add-diagnosis" open>' in page
    assert 'value="F11.20"' in page
    assert "Enter a valid date" in page
    assert "This field is required" in page
    assert not RECORDS["diagnosis"].objects.exists()


def test_a_departure_has_its_clause_and_its_reason(cast: Any, ada: Any) -> None:
    sent = {
        "act": "departure",
        "departure-clause": "direct-need",
        "departure-judged_on": "2026-03-02",
        "departure-reason": "An invented reason.",
    }
    assert cast.client("counselor").post(HERE, sent).status_code == 302
    made = RECORDS["judgement"].objects.get(kind="override")
    assert made.about == "direct-need"
    assert Wording.objects.get(table="judgement", row_id=made.pk, part="reason").text == "An invented reason."
    page = _page(cast)
    assert "An invented reason." in page
    assert "Departures from guidance" in page


def test_a_departure_without_a_reason_is_not_kept(cast: Any, ada: Any) -> None:
    sent = {"act": "departure", "departure-clause": "direct-need", "departure-judged_on": "2026-03-02"}
    page = cast.client("counselor").post(HERE, sent)
    assert page.status_code == 200
    assert not RECORDS["judgement"].objects.exists()


def test_only_guidance_can_be_departed_from(cast: Any, ada: Any) -> None:
    page = _page(cast)
    assert '<option value="direct-need">' in page
    assert '<option value="substance-diagnosis">' not in page


def test_who_may_not_judge_is_neither_offered_nor_heard(cast: Any, ada: Any) -> None:
    assert "Write down a clinical judgement" not in _page(cast, role="group_leader")
    sent = {"act": "judgement", "judgement-kind": "expects_progress", "judgement-answer": "true"}
    assert cast.client("group_leader").post(HERE, sent).status_code == 403


def test_an_act_that_nobody_knows_is_refused(cast: Any, ada: Any) -> None:
    page = cast.client("counselor").post(HERE, {"act": "person"})
    assert page.status_code == 400


def test_the_service_is_started_once(cast: Any, ada: Any, write: Any) -> None:
    write("episode", episode_id="e2", person_id="ada", program_id="irs", requested_on="2026-03-02")
    there = "/episodes/e2/admission"
    assert "Start the service" in _page(cast, there)
    early = cast.client("counselor").post(there, {"act": "start", "start-admitted_on": "2026-03-01"})
    assert "cannot be before" in early.content.decode()
    assert cast.client("counselor").post(there, {"act": "start", "start-admitted_on": "2026-03-04"}).status_code == 302
    assert RECORDS["episode"].objects.get(pk="e2").admitted_on == datetime.date(2026, 3, 4)
    assert "Start the service" not in _page(cast, there)


def test_another_organization_sees_no_episode(cast: Any, ada: Any) -> None:
    assert cast.client("counselor", "lakeside").get(HERE).status_code == 404
    assert cast.client("counselor", "lakeside").post(HERE, {"act": "child"}).status_code == 404
    assert not RECORDS["child"].objects.exists()


@pytest.mark.parametrize("role", ["reviewer", "administrator"])
def test_a_role_without_charts_is_refused(cast: Any, ada: Any, role: str) -> None:
    assert cast.client(role).get(HERE).status_code == 403


def test_a_role_that_only_reads_is_offered_no_form(cast: Any, ada: Any) -> None:
    assert "Add what is known" not in _page(cast, role="compliance_officer")
    assert cast.client("compliance_officer").post(HERE, {"act": "child"}).status_code == 403


def test_the_queries_do_not_grow_with_the_records(cast: Any, ada: Any, write: Any) -> None:
    client = cast.client("counselor")
    staff = cast.viewer("counselor")
    writing.create(
        staff,
        "diagnosis",
        {"person_id": "ada", "code": "F11.20", "category": "substance_use", "diagnosed_on": "2026-01-05"},
    )
    _page(cast)
    client.get(HERE)
    with CaptureQueriesContext(connection) as few:
        client.get(HERE)
    for day in range(1, 20):
        told = {"person_id": "ada", "code": "F11.20", "category": "substance_use", "diagnosed_on": f"2025-03-{day:02d}"}
        writing.create(staff, "diagnosis", told)
    judging.judge_person("prairie", "ada")
    with CaptureQueriesContext(connection) as many:
        page = client.get(HERE)
    assert len(many) == len(few)
    assert "and 8 more" in page.content.decode()
