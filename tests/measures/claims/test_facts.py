"""Facts from claims, worked out by hand, on DuckDB; Spark comes to the same."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from claims_world import NAMES, Row, cases, everything, facts, tables

from handrail.engine.on_duckdb import DuckDB
from handrail.measures import sources
from handrail.measures.facts.catalog import FactParameter, fact_parameters, fact_sets

KINDS = {
    "text": pa.string(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "decimal": pa.decimal128(18, 4),
}
WORKED = [(case, name) for case in cases() for name in case["expect"]]
COURSE = {"says": "ada", "lines": [{"days": ["2026-02-02", "2026-02-12"]}]}


@pytest.fixture
def duck(tmp_path: Path) -> Iterator[DuckDB]:
    with DuckDB(threads=1, folders=[tmp_path]) as engine:
        yield engine


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, pa.Table]:
    room = tmp_path_factory.mktemp("facts")
    with DuckDB(threads=1, folders=[room]) as engine:
        return facts(engine, everything(), room)


@pytest.mark.parametrize(("case", "name"), WORKED, ids=[f"{case['says']}: {name}" for case, name in WORKED])
def test_a_worked_case(found: Mapping[str, pa.Table], case: Mapping[str, Any], name: str) -> None:
    rows = [row for row in found[name].to_pylist() if row["person_id"] == case["says"]]
    expected = case["expect"][name]
    assert [{key: row[key] for key in told} for row, told in zip(rows, expected, strict=True)] == [
        {key: Decimal(str(value)) if isinstance(value, float) else value for key, value in told.items()}
        for told in expected
    ]


@pytest.mark.parametrize("name", NAMES)
def test_ids_are_unique(found: Mapping[str, pa.Table], name: str) -> None:
    ids = found[name]["case_id"].to_pylist()
    assert len(set(ids)) == len(ids) > 0


@pytest.mark.parametrize("name", NAMES)
def test_columns_are_those_that_are_declared(found: Mapping[str, pa.Table], name: str) -> None:
    declared = fact_sets()[name]
    wanted = [(column, KINDS[declared.columns[column].type]) for column in declared.columns_of("claims")]
    assert [(field.name, field.type) for field in found[name].schema] == wanted


def test_a_month_counts_the_contacts_of_its_course(found: Mapping[str, pa.Table]) -> None:
    """Courses are found once; months and weeks place the lines in them again, and lose none."""
    months: dict[str, int] = {}
    for row in found["person_period"].to_pylist():
        months[row["course_id"]] = months.get(row["course_id"], 0) + row["contacts"]
    courses = [row for row in found["episode_outcome"].to_pylist() if row["started_on"].year == 2026]
    assert {row["case_id"]: row["contact_count"] for row in courses} == {
        row["case_id"]: months[row["case_id"]] for row in courses
    }


def test_without_side_tables_nothing_is_known_of_them(duck: DuckDB, tmp_path: Path) -> None:
    (row,) = facts(duck, tables([COURSE]), tmp_path)["person_period"].to_pylist()
    told = ("incidents", "severe_incidents", "grievances")
    assert {name: row[name] for name in told} == dict.fromkeys(told)


def test_an_id_with_a_bar_is_not_taken_for_two(duck: DuckDB, tmp_path: Path) -> None:
    lines: list[Row] = [{"days": ["2026-02-02"], "billing_npi": npi} for npi in ("x|iop|y", "y")]
    some = [{"says": "p", "lines": lines[:1]}, {"says": "p|iop|x", "lines": lines[1:]}]
    ids = facts(duck, tables(some), tmp_path)["episode_outcome"]["case_id"].to_pylist()
    assert len(set(ids)) == 2


def test_parameters_change_what_a_course_is(duck: DuckDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = fact_parameters()
    shorter = {"course_gap_days": FactParameter(9, "", "", "")}
    monkeypatch.setattr(sources, "fact_parameters", lambda: {**usual, **shorter})
    assert facts(duck, tables([COURSE]), tmp_path)["episode_outcome"].num_rows == 2


def test_an_earlier_day_sees_less(duck: DuckDB, tmp_path: Path) -> None:
    day = datetime.date(2026, 2, 11)
    (row,) = facts(duck, tables([COURSE]), tmp_path, as_of=day)["episode_outcome"].to_pylist()
    assert (row["contact_count"], row["is_ended"], row["on_date"]) == (1, False, day)
