"""Every change of the chart keeps who, when, what was before and why; the database refuses to change that."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from tests.app.chart_world import DAY

from handrail.app.audit.log import faults
from handrail.app.audit.models import Entry
from handrail.app.chart import reading, writing
from handrail.app.chart.arrow import records_of
from handrail.app.chart.models import RECORDS, Change, Identity, Wording
from handrail.app.worklists import judging

pytestmark = pytest.mark.django_db


# --- history -----------------------------------------------------------------------------------------------------


def test_creating_keeps_who_when_and_what(cast: Any, world: dict[str, Any]) -> None:
    told = Change.objects.get(table="use_event")
    assert (told.kind, told.version, told.before) == ("created", 1, {})
    assert told.after["occurred_on"] == "2026-03-02"
    assert told.by_id == cast.member("clinical_supervisor").pk
    assert Entry.objects.filter(act="create", table="use_event", row_id="a-use_event", person_id="a-person").exists()


def test_amending_keeps_what_was_before(cast: Any, world: dict[str, Any]) -> None:
    with judging.wait():
        row = writing.amend(cast.viewer("counselor"), world["use_event"], {"source": "test"}, reason=" A slip. ")
    told = Change.objects.get(table="use_event", kind="amended")
    assert (row.version, told.version, told.reason) == (2, 2, "A slip.")
    assert (told.before["source"], told.after["source"]) == ("self_report", "test")
    assert Entry.objects.get(act="amend").detail == "source"
    assert list(faults()) == []


def test_amending_to_the_same_changes_nothing(cast: Any, world: dict[str, Any]) -> None:
    row = writing.amend(cast.viewer("counselor"), world["use_event"], {"source": "self_report"})
    assert row.version == 1
    assert not Change.objects.filter(kind="amended").exists()


def test_amending_what_somebody_changed_meanwhile_is_refused(cast: Any, world: dict[str, Any]) -> None:
    looking = cast.viewer("counselor")
    with judging.wait():
        writing.amend(looking, world["use_event"], {"source": "test"}, version=1)
        with pytest.raises(writing.ChangedMeanwhileError):
            writing.amend(looking, world["use_event"], {"source": "claim"}, version=1)
    assert RECORDS["use_event"].objects.get().source == "test"


def test_amending_to_something_wrong_changes_nothing(cast: Any, world: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        writing.amend(cast.viewer("counselor"), world["use_event"], {"source": "made up"})
    assert RECORDS["use_event"].objects.get().version == 1
    assert not Change.objects.filter(kind="amended").exists()


def test_a_row_keeps_its_id(cast: Any, world: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        writing.amend(cast.viewer("counselor"), world["use_event"], {"use_event_id": "another"})
    assert RECORDS["use_event"].objects.count() == 1


def test_a_locked_row_is_amended_only_with_a_reason_and_by_who_may(cast: Any, world: dict[str, Any]) -> None:
    counselor, supervisor = cast.viewer("counselor"), cast.viewer("clinical_supervisor")
    row = writing.lock(counselor, world["plan"])
    assert row.locked_at is not None
    assert writing.lock(counselor, row).locked_at == row.locked_at
    assert Change.objects.filter(kind="locked").count() == 1
    with pytest.raises(PermissionDenied):
        writing.amend(counselor, row, {"review_every_days": 14}, reason="A slip.")
    with pytest.raises(ValidationError):
        writing.amend(supervisor, row, {"review_every_days": 14}, reason="  ")
    with pytest.raises(PermissionDenied):
        writing.withdraw(counselor, row, reason="A slip.")
    with judging.wait():
        writing.amend(supervisor, row, {"review_every_days": 14}, reason="A slip.")
    assert RECORDS["plan"].objects.get().review_every_days == 14


def test_a_withdrawn_row_stays_and_is_no_longer_seen(cast: Any, world: dict[str, Any]) -> None:
    looking = cast.viewer("counselor")
    with pytest.raises(ValidationError):
        writing.withdraw(looking, world["use_event"], reason=" ")
    with judging.wait():
        writing.withdraw(looking, world["use_event"], reason="Another person's.")
    assert RECORDS["use_event"].objects.get().is_withdrawn
    assert not reading.rows(looking, "use_event").exists()
    assert records_of("prairie").in_memory("use_event").num_rows == 0
    told = Change.objects.get(kind="withdrawn")
    assert (told.reason, told.before["source"]) == ("Another person's.", "self_report")


def test_a_withdrawn_row_is_neither_amended_nor_withdrawn_again(cast: Any, world: dict[str, Any]) -> None:
    looking = cast.viewer("counselor")
    with judging.wait():
        writing.withdraw(looking, world["use_event"], reason="Another person's.")
        with pytest.raises(ValidationError):
            writing.amend(looking, world["use_event"], {"source": "test"})
        with pytest.raises(ValidationError):
            writing.withdraw(looking, world["use_event"], reason="Again.")


def test_words_keep_what_stood_before(cast: Any, world: dict[str, Any]) -> None:
    looking = cast.viewer("counselor")
    writing.word(looking, world["plan"], "problem", "First words.")
    writing.word(looking, world["plan"], "problem", "Second words.")
    writing.word(looking, world["plan"], "problem", "Second words.")
    assert reading.wordings(looking, "plan", "a-plan") == {("a-plan", "problem"): "Second words."}
    told = Change.objects.filter(table="wording").order_by("version")
    assert [(one.before.get("text"), one.after["text"]) for one in told] == [
        ("", "First words."),
        ("First words.", "Second words."),
    ]


@pytest.mark.parametrize("act", ["amend", "lock", "withdraw", "word", "name"])
def test_another_organizations_row_is_not_changed(cast: Any, world: dict[str, Any], act: str) -> None:
    other = cast.viewer("clinical_supervisor", "lakeside")
    before = (Change.objects.count(), Wording.objects.count(), Identity.objects.count())
    with pytest.raises(PermissionDenied):
        match act:
            case "amend":
                writing.amend(other, world["use_event"], {"source": "test"})
            case "lock":
                writing.lock(other, world["use_event"])
            case "withdraw":
                writing.withdraw(other, world["use_event"], reason="Not ours.")
            case "word":
                writing.word(other, world["plan"], "problem", "Words.")
            case _:
                writing.name(other, world["person"], given_name="Ada", family_name="Example")
    assert (Change.objects.count(), Wording.objects.count(), Identity.objects.count()) == before


@pytest.mark.parametrize("role", ["program_director", "compliance_officer", "reviewer", "policy_analyst"])
def test_a_role_that_may_not_write_charts_writes_none(cast: Any, world: dict[str, Any], role: str) -> None:
    with pytest.raises(PermissionDenied):
        writing.create(cast.viewer(role), "use_event", {"person_id": "a-person", "occurred_on": DAY})


@pytest.mark.parametrize(("model", "values"), [(Change, {"reason": "x"}), (Entry, {"act": "x"})])
def test_the_database_refuses_to_change_history_and_log(
    cast: Any, world: dict[str, Any], model: Any, values: Any
) -> None:
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        model.objects.update(**values)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        model.objects.all().delete()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {model._meta.db_table}")
