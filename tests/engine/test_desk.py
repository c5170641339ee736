"""A desk keeps its plans: one person after another must come out as at a fresh sitting, also on another day."""

from __future__ import annotations

import datetime
import time

import pyarrow as pa
import pytest
from cutting import without

from handrail.engine.compiling import Compiled
from handrail.engine.desk import Desk
from handrail.engine.evaluate import judge
from handrail.engine.on_duckdb import DuckDB
from handrail.example import as_of
from handrail.records.holding import Records

ASKED = ("admission", "assessment", "service_week", "plan_review", "care_team", "episode_outcome", "discharge")


@pytest.fixture(scope="module")
def people(records: Records) -> list[Records]:
    everybody = set(records.in_memory("person")["person_id"].to_pylist())
    return [without(records, {"person": everybody - {person}}) for person in sorted(everybody)[::11]]


def test_one_person_after_another_comes_out_as_at_a_fresh_sitting(people: list[Records], plans: list[Compiled]) -> None:
    told = [plan for plan in plans if plan.subject.name in ASKED]
    days = (as_of, as_of - datetime.timedelta(days=60))
    with Desk() as desk:
        for day in days:
            for records in people:
                desk.hold(records)
                with DuckDB(threads=1) as fresh:
                    fresh.hold(records)
                    for plan in told:
                        assert judge(desk, plan, as_of=day).rows.equals(judge(fresh, plan, as_of=day).rows)


def test_nobody_is_left_at_the_desk_when_the_next_comes(people: list[Records], plans: list[Compiled]) -> None:
    plan = next(plan for plan in plans if plan.subject.name == "admission")
    with Desk() as desk:
        desk.hold(people[0])
        judge(desk, plan, as_of=as_of)
        desk.hold(Records())
        assert judge(desk, plan, as_of=as_of).rows.num_rows == 0


def test_records_in_files_are_refused(tmp_path: object) -> None:
    with Desk() as desk, pytest.raises(TypeError, match="held in files"):
        desk.hold(Records({"person": ()}))


def test_rows_shown_under_one_name_may_change_their_columns() -> None:
    with Desk() as desk:
        desk.relate("shown", pa.table({"a": [1]}))
        assert desk.query("SELECT * FROM shown").to_pylist() == [{"a": 1}]
        desk.relate("shown", pa.table({"a": [2]}))
        assert desk.query("SELECT * FROM shown").to_pylist() == [{"a": 2}]
        desk.relate("shown", pa.table({"b": ["x"]}))
        assert desk.query("SELECT * FROM shown").to_pylist() == [{"b": "x"}]


def test_more_questions_than_can_be_kept_are_still_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handrail.engine.desk._MOST_PREPARED", 3)
    with Desk() as desk:
        for _ in range(2):
            for number in range(10):
                assert desk.query(f"SELECT {number} AS n").to_pylist() == [{"n": number}]


def test_a_desk_that_may_not_wait_answers_the_same_before_and_after_the_translation(
    people: list[Records], plans: list[Compiled]
) -> None:
    plan = next(plan for plan in plans if plan.subject.name == "admission")
    with Desk() as patient, Desk(wait=False) as desk:
        until = time.monotonic() + 60
        while desk.answered_by_sqlite == 0 and time.monotonic() < until:
            for records in people[:3]:
                desk.hold(records)
                patient.hold(records)
                assert judge(desk, plan, as_of=as_of).rows.equals(judge(patient, plan, as_of=as_of).rows)
        assert desk.answered_by_sqlite > 0
