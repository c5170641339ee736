"""One record of any table, with its history."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handrail.app.audit.models import Entry
from handrail.app.chart import writing
from handrail.app.chart.models import RECORDS, Change
from handrail.records.schema import tables

pytestmark = pytest.mark.django_db

HERE = "/records/diagnosis/d1"


@pytest.fixture
def diagnosis(ada: Any, write: Any) -> Any:
    return write(
        "diagnosis",
        diagnosis_id="d1",
        person_id="ada",
        code="F11.20",
        category="substance_use",
        diagnosed_on=datetime.date(2026, 3, 2),
        diagnosed_by="carl",
        recorded_on=datetime.date(2026, 3, 9),
    )


def _page(cast: Any, path: str = HERE, role: str = "counselor") -> str:
    page = cast.client(role).get(path)
    assert page.status_code == 200
    return str(page.content.decode())


def _typed(**more: str) -> dict[str, str]:
    return {
        "act": "amend",
        "version": "1",
        "code": "F11.21",
        "category": "substance_use",
        "diagnosed_on": "2026-03-02",
        "diagnosed_by": "carl",
        **more,
    }


def test_columns_stand_with_their_meanings(cast: Any, diagnosis: Any) -> None:
    page = _page(cast)
    for column in tables()["diagnosis"].columns.values():
        if column.name not in ("diagnosis_id", "recorded_on"):
            assert column.says.split(",")[0] in page
    assert "F11.20" in page
    assert '<a href="/records/staff/carl">Carl Example</a>' in page


def test_the_day_of_the_event_and_of_the_entry_stand_apart(cast: Any, diagnosis: Any) -> None:
    page = _page(cast)
    assert "Mon 2 Mar 2026" in page
    assert "Mon 9 Mar 2026" in page
    assert "7 days later" in page
    assert "Clinical Supervisor Example" in page


def test_reading_it_is_logged(cast: Any, diagnosis: Any) -> None:
    _page(cast)
    assert Entry.objects.filter(act="read", table="diagnosis", row_id="d1", person_id="ada").count() == 1


def test_a_change_stands_in_the_history_with_before_and_after(cast: Any, diagnosis: Any) -> None:
    assert cast.client("counselor").post(HERE, _typed()).status_code == 302
    assert RECORDS["diagnosis"].objects.get().version == 2
    page = _page(cast)
    assert "Code: F11.20 → F11.21" in page
    assert "Counselor Example" in page


def test_what_was_not_touched_stays_as_it_was(cast: Any, ada: Any, write: Any) -> None:
    write("child", child_id="c1", person_id="ada", birth_date="2020-05-05", lives_with_person=True)
    page = _page(cast, "/records/child/c1")
    assert '<option value="true" selected>' in page
    typed = {"act": "amend", "version": "1", "birth_date": "2020-05-06", "lives_with_person": "true", "custody": ""}
    cast.client("counselor").post("/records/child/c1", typed)
    assert RECORDS["child"].objects.get().lives_with_person is True
    assert RECORDS["child"].objects.get().birth_date == datetime.date(2020, 5, 6)


def test_an_error_keeps_what_was_typed(cast: Any, diagnosis: Any) -> None:
    page = cast.client("counselor").post(HERE, _typed(diagnosed_on="then", code="F11.29")).content.decode()
    assert "Enter a valid date" in page
    assert 'value="F11.29"' in page
    assert RECORDS["diagnosis"].objects.get().code == "F11.20"


def test_what_somebody_else_changed_meanwhile_is_not_written_over(cast: Any, diagnosis: Any) -> None:
    writing.amend(cast.viewer("counselor"), diagnosis, {"code": "F11.90"})
    page = cast.client("counselor").post(HERE, _typed()).content.decode()
    assert "Somebody else changed this" in page
    assert "F11.90" in page
    assert 'value="F11.21"' in page
    assert 'name="version" value="2"' in page
    assert RECORDS["diagnosis"].objects.get().code == "F11.90"


def test_what_is_signed_is_amended_with_a_reason_by_a_supervisor(cast: Any, diagnosis: Any) -> None:
    writing.lock(cast.viewer("counselor"), diagnosis)
    assert "A clinical supervisor may amend it" in _page(cast)
    assert cast.client("counselor").post(HERE, _typed()).status_code == 403
    supervisor = cast.client("clinical_supervisor")
    without = supervisor.post(HERE, _typed())
    assert "This field is required" in without.content.decode()
    assert RECORDS["diagnosis"].objects.get().code == "F11.20"
    assert supervisor.post(HERE, _typed(**{"amend-reason": "A slip of the pen."})).status_code == 302
    assert RECORDS["diagnosis"].objects.get().code == "F11.21"
    assert "A slip of the pen." in _page(cast)


def test_taking_back_needs_a_reason(cast: Any, diagnosis: Any) -> None:
    page = cast.client("counselor").post(HERE, {"act": "withdraw", "withdraw-reason": " "})
    assert page.status_code == 200
    assert '<details open id="withdraw">' in page.content.decode()
    assert not RECORDS["diagnosis"].objects.get().is_withdrawn


def test_what_is_taken_back_stays_in_the_history(cast: Any, diagnosis: Any) -> None:
    client = cast.client("counselor")
    assert client.post(HERE, {"act": "withdraw", "withdraw-reason": "Another person's."}).status_code == 302
    page = _page(cast)
    assert "taken back" in page
    assert "Another person&#x27;s." in page
    assert "F11.20" in page
    assert "Save the change" not in page
    assert Change.objects.filter(row_id="d1", kind="withdrawn").count() == 1
    assert cast.client("counselor", "lakeside").get(HERE).status_code == 404


@pytest.mark.parametrize("table", sorted(tables()))
def test_every_table_has_a_page(cast: Any, table: str) -> None:
    client = cast.client("clinical_supervisor")
    assert client.get(f"/records/{table}/nothing").status_code == 404


def test_a_table_that_nobody_declared_is_not_there(cast: Any) -> None:
    assert cast.client("counselor").get("/records/identity/ada").status_code == 404


def test_another_organization_sees_and_changes_nothing(cast: Any, diagnosis: Any) -> None:
    other = cast.client("clinical_supervisor", "lakeside")
    assert other.get(HERE).status_code == 404
    assert other.post(HERE, _typed()).status_code == 404
    assert RECORDS["diagnosis"].objects.get().code == "F11.20"


@pytest.mark.parametrize("role", ["reviewer", "administrator"])
def test_a_role_without_charts_is_refused(cast: Any, diagnosis: Any, role: str) -> None:
    assert cast.client(role).get(HERE).status_code == 403


def test_a_program_is_changed_only_by_who_writes_programs(cast: Any, ada: Any) -> None:
    assert "Save the change" not in _page(cast, "/records/program/iop")
    assert cast.client("counselor").post("/records/program/iop", {"act": "amend"}).status_code == 403
    assert "Save the change" in _page(cast, "/records/program/iop", role="administrator")


def test_a_judgement_is_changed_only_by_who_may_judge(cast: Any, ada: Any, write: Any) -> None:
    write("judgement", judgement_id="j1", episode_id="e1", kind="expects_progress", answer=True, judged_on="2026-03-02")
    there = "/records/judgement/j1"
    assert "Save the change" not in _page(cast, there, role="group_leader")
    assert cast.client("group_leader").post(there, {"act": "withdraw", "withdraw-reason": "No."}).status_code == 403
    assert '<option value="true" selected>' in _page(cast, there)


def test_a_role_that_only_reads_is_offered_no_change(cast: Any, diagnosis: Any) -> None:
    assert "Save the change" not in _page(cast, role="compliance_officer")
    assert cast.client("compliance_officer").post(HERE, _typed()).status_code == 403


def test_the_queries_do_not_grow_with_the_history(cast: Any, diagnosis: Any) -> None:
    client = cast.client("counselor")
    client.get(HERE)
    with CaptureQueriesContext(connection) as few:
        client.get(HERE)
    for number in range(20):
        writing.amend(cast.viewer("counselor"), diagnosis, {"code": f"F11.{number}"})
    with CaptureQueriesContext(connection) as many:
        client.get(HERE)
    assert len(many) <= len(few)
