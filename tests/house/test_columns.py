"""Each subject's SQL and its YAML say the same, and each row is what its grain promises."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from handrail.engine.compiling import AS_OF, subject_sql
from handrail.engine.evidence import joining
from handrail.engine.on_duckdb import DuckDB
from handrail.example import as_of, example
from handrail.records.holding import Records
from handrail.records.schema import tables
from handrail.subjects.catalog import CONTEXT, Subject, subjects

KINDS = {
    "integer": "int64",
    "decimal": ("decimal", "double"),
    "boolean": "bool",
    "date": "date32",
    "text": "string",
    "clauses": "string",
}
SERVICES = ("us-ne/intensive-outpatient-2.1", "us-nc/intensive-recovery-support")


@pytest.fixture(scope="module")
def duck() -> Iterator[DuckDB]:
    with DuckDB(threads=2) as engine:
        engine.hold(example(people=60))
        engine.show(list(tables()), as_of)
        yield engine


def whole(about: Subject, service: str) -> str:
    return subject_sql(about, {}, service, candidates=True).sql(dialect="duckdb").replace(AS_OF, as_of.isoformat())


@pytest.mark.parametrize("name", subjects())
def test_the_sql_returns_its_key_the_context_and_the_declared_facts_in_order(duck: DuckDB, name: str) -> None:
    about = subjects()[name]
    names = duck.query(f"SELECT * FROM ({whole(about, SERVICES[0])}) AS whole LIMIT 0").column_names
    declared = [column for fact in about.facts.values() for column in fact.columns]
    assert {"service", "judged_on", *about.key} <= set(names)
    assert [column for column in names if column not in (*about.key, *CONTEXT) or column in declared] == declared


@pytest.mark.parametrize("name", subjects())
def test_the_sql_returns_the_declared_types(duck: DuckDB, name: str) -> None:
    about = subjects()[name]
    schema = duck.query(f"SELECT * FROM ({whole(about, SERVICES[0])}) AS whole LIMIT 0").schema
    for fact in about.facts.values():
        for column in fact.columns:
            assert str(schema.field(column).type).startswith(KINDS[fact.type]), (
                f"{column} is {schema.field(column).type}"
            )


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("name", subjects())
def test_there_is_exactly_one_row_for_each_key_and_no_key_is_empty(duck: DuckDB, name: str, service: str) -> None:
    about = subjects()[name]
    rows = duck.query(whole(about, service)).select([*about.key, "service", "judged_on"]).to_pylist()
    keys = [tuple(row[part] for part in about.key) for row in rows]
    assert len(keys) == len(set(keys))
    assert all(part is not None for key in keys for part in key)
    assert all(row["judged_on"] is not None and row["judged_on"] <= as_of for row in rows)


@pytest.mark.parametrize("name", subjects())
def test_a_subject_of_no_records_has_no_rows(name: str) -> None:
    with DuckDB(threads=1) as engine:
        engine.hold(Records())
        engine.show(list(tables()), as_of)
        assert engine.query(whole(subjects()[name], SERVICES[0])).num_rows == 0


@pytest.mark.parametrize("name", subjects())
def test_every_fact_says_what_it_means_and_whom_to_ask(name: str) -> None:
    for fact in subjects()[name].facts.values():
        assert fact.says.strip().endswith((".", "?", ")")), fact.name
        assert bool(fact.question) == bool(fact.ask), fact.name


@pytest.mark.parametrize("name", subjects())
def test_the_evidence_of_every_fact_is_declared_and_can_be_looked_up(duck: DuckDB, name: str) -> None:
    about = subjects()[name]
    sql = whole(about, SERVICES[0])
    for table, condition in about.evidence.items():
        assert table in tables()
        narrowings = {fact.evidence[table] for fact in about.facts.values() if table in fact.evidence} - {""}
        tests = [condition, *narrowings]
        for test in tests:
            where = joining(test, "one").sql(dialect="duckdb")
            duck.query(f"SELECT COUNT(*) FROM ({sql}) AS one JOIN {table} ON {where}")
    for fact in about.facts.values():
        assert set(fact.evidence) <= set(about.evidence), fact.name


def test_duckdb_is_the_version_that_the_traps_were_measured_on() -> None:
    assert duckdb.__version__.startswith("2.")
