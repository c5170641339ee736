"""The example is the same for the same seed, holds together, and lies within its half year."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
import pytest

from handrail.example import as_of, example
from handrail.exchange.folders.reading import read_folder
from handrail.exchange.writing import write_folder
from handrail.records.holding import Records
from handrail.records.schema import RECORDED_ON, Column, Table, tables

FUTURE_COLUMNS = {
    ("goal", "target_on"),
    ("credential", "expires_on"),
    ("facility_license", "expires_on"),
    ("service_authorization", "ends_on"),
    ("program_closure", "starts_on"),
    ("program_closure", "ends_on"),
    ("on_call_shift", "ends_at"),
}
ALL_COLUMNS = [(table, column) for table in tables().values() for column in table.columns.values()]


def test_the_same_seed_gives_the_same_records() -> None:
    one, other = example(seed=3, people=30), example(seed=3, people=30)
    assert all(one.in_memory(name).equals(other.in_memory(name)) for name in tables())


def test_another_seed_gives_other_records() -> None:
    one, other = example(seed=3, people=30), example(seed=4, people=30)
    assert not one.in_memory("episode").equals(other.in_memory("episode"))


def test_every_table_has_rows(records: Records) -> None:
    assert [name for name in tables() if not records.in_memory(name).num_rows] == []


def test_it_has_as_many_people_as_asked_for(records: Records) -> None:
    assert records.in_memory("person").num_rows == 200
    assert example(people=40).in_memory("person").num_rows == 40


def test_it_stays_small(records: Records) -> None:
    assert sum(records.in_memory(name).num_rows for name in tables()) < 60_000


@pytest.mark.parametrize("people", [10, 13, 26, 57])
def test_a_small_example_holds_together_too(people: int) -> None:
    small = example(people=people)
    assert small.in_memory("person").num_rows == people
    assert small.in_memory("session").num_rows > people


def test_too_few_people_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 10 people"):
        example(people=9)


@pytest.mark.parametrize("table", tables().values(), ids=tables())
def test_ids_are_unique(records: Records, table: Table) -> None:
    ids = records.in_memory(table.name)[table.key]
    assert pc.count_distinct(ids).as_py() == len(ids)


@pytest.mark.parametrize(
    ("table", "column"),
    [(table, column) for table, column in ALL_COLUMNS if column.references],
    ids=lambda value: value.name,
)
def test_references_resolve(records: Records, table: Table, column: Column) -> None:
    assert column.references is not None
    pointed = records.in_memory(column.references)[tables()[column.references].key]
    pointing = records.in_memory(table.name)[column.name].drop_null()
    assert pc.all(pc.is_in(pointing, value_set=pointed), min_count=0).as_py()


@pytest.mark.parametrize(("table", "column"), ALL_COLUMNS, ids=lambda value: value.name)
def test_values_are_as_declared(records: Records, table: Table, column: Column) -> None:
    values = records.in_memory(table.name)[column.name]
    if column.required:
        assert values.null_count == 0
    if column.values:
        assert set(values.drop_null().to_pylist()) <= set(column.values)
    for value in values.drop_null().to_pylist() if column.least is not None else ():
        assert column.least <= value <= (column.most if column.most is not None else value)


@pytest.mark.parametrize(
    ("table", "column"),
    [(table, column) for table, column in ALL_COLUMNS if (table.name, column.name) not in FUTURE_COLUMNS],
    ids=lambda value: value.name,
)
def test_nothing_lies_after_the_last_day(records: Records, table: Table, column: Column) -> None:
    values = records.in_memory(table.name)[column.name]
    latest: dict[pa.DataType, date] = {pa.date32(): as_of, pa.timestamp("us"): datetime(2026, 7, 6)}
    if values.type in latest:
        assert all(value <= latest[values.type] for value in values.drop_null().to_pylist())


@pytest.mark.parametrize("table", [table for table in tables().values() if table.dated], ids=lambda table: table.name)
def test_nothing_is_written_down_before_it_happened(records: Records, table: Table) -> None:
    for row in records.in_memory(table.name).to_pylist():
        happened = next((row[column] for column in table.dated if row[column] is not None), None)
        assert row[RECORDED_ON] is None or happened is None or row[RECORDED_ON] >= happened


def test_head_counts_are_those_who_came(opened: duckdb.DuckDBPyConnection) -> None:
    miscounted = opened.execute(
        """
        SELECT session_id FROM session JOIN attendance USING (session_id)
        WHERE session.status = 'held'
        GROUP BY session_id, head_count
        HAVING head_count <> COUNT(*) FILTER (WHERE attendance.status = 'attended')
        """
    ).fetchall()
    assert miscounted == []


def test_nobody_attends_outside_an_episode_but_the_assessment(opened: duckdb.DuckDBPyConnection) -> None:
    outside = opened.execute(
        """
        SELECT attendance_id FROM attendance JOIN session USING (session_id) JOIN episode USING (episode_id)
        WHERE session.type <> 'assessment' AND NOT held_on BETWEEN admitted_on AND COALESCE(discharged_on, held_on)
        """
    ).fetchall()
    assert outside == []


def test_women_step_from_intensive_treatment_into_recovery_support(opened: duckdb.DuckDBPyConnection) -> None:
    (count,) = opened.execute("SELECT COUNT(*) FROM irs JOIN iop USING (person_id)").fetchall()[0]
    assert count >= 10


def test_most_weeks_have_nine_hours(opened: duckdb.DuckDBPyConnection) -> None:
    (share,) = opened.execute(
        """
        WITH weeks AS (
            SELECT episode_id, date_trunc('week', held_on) AS monday, SUM(minutes) AS minutes
            FROM care JOIN iop USING (episode_id)
            WHERE care.status = 'attended'
                AND date_trunc('week', held_on) > admitted_on
                AND date_trunc('week', held_on) + INTERVAL 6 DAY < COALESCE(discharged_on, DATE '2026-07-06')
            GROUP BY 1, 2
        )
        SELECT AVG(CASE WHEN minutes >= 540 THEN 1 ELSE 0 END) FROM weeks
        """
    ).fetchall()[0]
    assert 0.75 <= share <= 0.95


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_the_written_example_reads_back_without_a_finding(
    records: Records, tmp_path: Path, kind: Literal["csv", "parquet"]
) -> None:
    folder = tmp_path / "example"
    write_folder(records, folder, kind)
    back = read_folder(folder)
    assert {name: _rows(back, name) for name in tables()} == {
        name: records.in_memory(name).num_rows for name in tables()
    }


def _rows(records: Records, name: str) -> int:
    held = records.held.get(name)
    if held is None:
        return 0
    if isinstance(held, pa.Table):
        return held.num_rows
    return sum(pa.parquet.read_metadata(path).num_rows for path in held)
