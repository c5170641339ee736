"""Facts from claims, worked out by hand, on DuckDB; Spark comes to the same."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from claims_world import AS_OF, FACTS, NAMES, SINCE, Row, cases, everything, run, tables, written
from ruamel.yaml import YAML

from handrail.engine.on_duckdb import DuckDB

KINDS = {
    "text": pa.string(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "decimal": pa.decimal128(18, 4),
}
WORKED = [(case, name) for case in cases() for name in case["expect"]]


@pytest.fixture(scope="module")
def duck() -> Iterator[DuckDB]:
    with DuckDB(threads=1) as engine:
        yield engine


@pytest.fixture(scope="module")
def found(duck: DuckDB) -> dict[str, list[Row]]:
    return {name: run(duck, everything(), name) for name in NAMES}


@pytest.mark.parametrize(("case", "name"), WORKED, ids=[f"{case['says']}: {name}" for case, name in WORKED])
def test_a_worked_case(found: dict[str, list[Row]], case: dict[str, Any], name: str) -> None:
    rows = [row for row in found[name] if row["person_id"] == case["says"]]
    expected = case["expect"][name]
    assert [{key: row[key] for key in told} for row, told in zip(rows, expected, strict=True)] == [
        {key: _as_found(value) for key, value in told.items()} for told in expected
    ]


def _as_found(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, float) else value


@pytest.mark.parametrize("name", NAMES)
def test_ids_are_unique(found: dict[str, list[Row]], name: str) -> None:
    ids = [row["case_id"] for row in found[name]]
    assert len(set(ids)) == len(ids) > 0


@pytest.mark.parametrize("name", NAMES)
def test_columns_are_those_that_are_declared(duck: DuckDB, name: str) -> None:
    declared = YAML(typ="safe").load((FACTS / f"{name}.yaml").read_text("utf-8"))["columns"]
    wanted = {key: KINDS[told["type"]] for key, told in declared.items() if "claims" in told.get("from", ["claims"])}
    run(duck, everything(), name)
    schema = duck.query(written(name, "duckdb")).schema
    assert dict(zip(schema.names, schema.types, strict=True)) == wanted


def test_the_three_begin_alike() -> None:
    """What a course is, is written in each of the files, and is the same."""
    texts = [(FACTS / "claims" / f"{name}.sql").read_text("utf-8") for name in NAMES]
    openings = {
        text[text.index("given AS (") : text.index("    GROUP BY person_id, family, provider, started_on\n),\n")]
        for text in texts
    }
    assert len(openings) == 1
    assert "MAX(gap_days) AS gap_days" in openings.pop()


def test_without_side_tables_nothing_is_known_of_them(duck: DuckDB) -> None:
    (row,) = run(duck, tables([{"says": "ada", "lines": [{"days": ["2026-02-02"]}]}]), "person_period")
    assert {name: row[name] for name in ("incidents", "severe_incidents", "grievances")} == dict.fromkeys(
        ("incidents", "severe_incidents", "grievances")
    )


def test_an_id_with_a_bar_is_not_taken_for_two() -> None:
    lines = [{"days": ["2026-02-02"], "billing_npi": "x|iop|y"}]
    others = [{"days": ["2026-02-02"], "billing_npi": "y"}]
    with DuckDB(threads=1) as engine:
        rows = run(
            engine, tables([{"says": "p", "lines": lines}, {"says": "p|iop|x", "lines": others}]), "episode_outcome"
        )
    assert len({row["case_id"] for row in rows}) == 2


def test_parameters_change_what_a_course_is(duck: DuckDB) -> None:
    one = tables([{"says": "ada", "lines": [{"days": ["2026-02-02", "2026-02-12"]}]}])
    assert len(run(duck, one, "episode_outcome")) == 1
    assert len(run(duck, one, "episode_outcome", course_gap_days=9)) == 2


def test_an_earlier_day_sees_less(duck: DuckDB) -> None:
    one = tables([{"says": "ada", "lines": [{"days": ["2026-02-02", "2026-02-12"]}]}])
    (row,) = run(duck, one, "episode_outcome", as_of=datetime.date(2026, 2, 11), since=SINCE)
    assert (row["contact_count"], row["is_ended"], row["on_date"]) == (1, False, datetime.date(2026, 2, 11))
    assert row["on_date"] < AS_OF
