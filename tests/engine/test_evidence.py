"""Every verdict points to the records behind it, and marks those that were written down late."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from clinic import FIRST, LAST, SERVICE, clinic

from handrail.definitions.rulebook import InForce, packaged
from handrail.engine.compiling import Compiled
from handrail.engine.evaluate import compiled, judge
from handrail.engine.evidence import Record, evidence, evidence_tables
from handrail.engine.on_duckdb import DuckDB
from handrail.engine.results import ClauseVerdict, verdicts
from handrail.example import as_of
from handrail.records.holding import Records
from handrail.records.schema import tables

SUNDAY = FIRST + datetime.timedelta(days=6)


@pytest.fixture(scope="module")
def nebraska() -> InForce:
    (in_force,) = packaged().in_force(SERVICE)
    return in_force


def shown(duck: DuckDB, plan: Compiled, day: datetime.date) -> list[ClauseVerdict]:
    judged = judge(duck, plan, as_of=day)
    duck.show(evidence_tables(judged), day)
    return list(verdicts(judged, evidence(duck, judged)))


def first_week(duck: DuckDB, in_force: InForce, day: datetime.date = LAST, **more: list[dict[str, Any]]) -> set[Record]:
    duck.hold(clinic(**more))
    told = shown(duck, compiled(in_force, "service_week"), day)
    return set(next(one for one in told if one.clause == "weekly-hours-attended").evidence)


def test_every_record_shown_is_there_and_shown_once(duck: DuckDB, plans: list[Compiled], records: Records) -> None:
    duck.hold(records)
    ids = {name: set(records.in_memory(name)[tables()[name].key].to_pylist()) for name in records.held}
    count = 0
    for plan in plans:
        for one in shown(duck, plan, as_of):
            count += len(one.evidence)
            assert len(set(one.evidence)) == len(one.evidence)
            for record in one.evidence:
                assert record.id in ids[record.table], (one.clause, record)
    assert count > 10_000


def test_a_verdict_that_is_met_or_not_met_by_records_shows_them(duck: DuckDB, nebraska: InForce) -> None:
    assert first_week(duck, nebraska) == {Record("episode", "e1"), *(Record("attendance", f"a{n}") for n in range(3))}


def test_only_the_tables_behind_the_facts_of_a_clause_are_shown(duck: DuckDB, nebraska: InForce) -> None:
    duck.hold(clinic())
    for plan in (compiled(nebraska, "session"), compiled(nebraska, "staff_member")):
        for one in shown(duck, plan, LAST):
            behind = {table for fact in plan.facts[one.clause] for table in plan.subject.facts[fact].evidence}
            assert {record.table for record in one.evidence} <= behind


@pytest.mark.parametrize(("written", "is_late"), [(None, False), (SUNDAY, False), (LAST, True)])
def test_a_record_written_after_the_day_judged_is_marked_late(
    duck: DuckDB, nebraska: InForce, written: datetime.date | None, is_late: bool
) -> None:
    told = first_week(duck, nebraska, attendance=[{"attendance_id": "a0", "recorded_on": written}])
    assert {record.id: record.is_late for record in told if record.table == "attendance"} == {
        "a0": is_late,
        "a1": False,
        "a2": False,
    }


def test_a_record_that_was_not_written_yet_is_not_shown(duck: DuckDB, nebraska: InForce) -> None:
    late = [{"attendance_id": "a0", "recorded_on": LAST}]
    before = LAST - datetime.timedelta(days=1)
    assert Record("attendance", "a0") not in first_week(duck, nebraska, before, attendance=late)


def test_a_late_entry_is_used_all_the_same(duck: DuckDB, nebraska: InForce) -> None:
    duck.hold(clinic(attendance=[{"attendance_id": "a0", "recorded_on": LAST}]))
    first = judge(duck, compiled(nebraska, "service_week"), as_of=LAST).rows.to_pylist()[0]
    assert first["attended_minutes_least"] == 570
    before = LAST - datetime.timedelta(days=1)
    first = judge(duck, compiled(nebraska, "service_week"), as_of=before).rows.to_pylist()[0]
    assert first["attended_minutes_least"] == 380


def test_without_rows_there_is_no_evidence(duck: DuckDB, nebraska: InForce) -> None:
    duck.hold(Records())
    assert shown(duck, compiled(nebraska, "service_week"), LAST) == []
