"""One meaning, two engines: Apache Spark comes to what DuckDB comes to, to the last NULL."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest

from handrail.definitions.cases import load_cases
from handrail.definitions.rulebook import InForce, packaged
from handrail.engine.cases import run_cases
from handrail.engine.evaluate import compiled, judge
from handrail.engine.on_duckdb import DuckDB
from handrail.engine.on_spark import Spark
from handrail.example import as_of, example
from handrail.records.holding import Records

pytestmark = [pytest.mark.spark, pytest.mark.xdist_group("spark")]
EDITIONS = [told for definition in packaged().files for told in packaged().in_force(definition)]
SUBJECTS = [(told, name) for told in EDITIONS for name in told.edition.subjects]


@pytest.fixture(scope="module")
def clinic() -> Records:
    return example(people=30)


@pytest.fixture(scope="module")
def spark(clinic: Records) -> Iterator[Spark]:
    with Spark(master="local[2]", partitions=2) as engine:
        engine.hold(clinic)
        yield engine


@pytest.fixture(scope="module")
def duck(clinic: Records) -> Iterator[DuckDB]:
    with DuckDB() as engine:
        engine.hold(clinic)
        yield engine


@pytest.mark.parametrize(
    ("told", "name"), SUBJECTS, ids=[f"{told.edition.definition[:5]} {name}" for told, name in SUBJECTS]
)
def test_every_subject_comes_out_equal(spark: Spark, duck: DuckDB, told: InForce, name: str) -> None:
    plan = compiled(told, name, candidates=name == "admission", every_fact=True)
    one, other = (judge(engine, plan, as_of=as_of) for engine in (duck, spark))
    assert one.rows.num_rows > 0
    assert other.rows.schema.names == one.rows.schema.names
    assert other.rows.to_pylist() == one.rows.to_pylist()


@pytest.mark.parametrize("told", EDITIONS, ids=[told.edition.definition[:5] for told in EDITIONS])
def test_every_worked_example_of_facts_comes_out_as_expected(spark: Spark, told: InForce) -> None:
    cases = load_cases(told.edition)
    outcomes = list(run_cases(spark, told.edition, type(cases)(cases.facts, (), cases.never_unknown)))
    assert len(outcomes) == len(cases.facts) > 100
    assert [f"{outcome.case}: {outcome.says}" for outcome in outcomes if outcome.says] == []


def test_an_earlier_day_comes_out_equal(spark: Spark, duck: DuckDB) -> None:
    day = as_of - datetime.timedelta(days=75)
    plan = compiled(EDITIONS[1], "service_week")
    assert judge(spark, plan, as_of=day).rows.to_pylist() == judge(duck, plan, as_of=day).rows.to_pylist()
