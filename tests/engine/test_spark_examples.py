"""Every worked example of both definitions comes out on Apache Spark as it does on DuckDB."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.engine.worked import CASES, EDITIONS, NAMED, TOLD, TOLD_NAMED

from handrail.definitions.cases import Cases
from handrail.definitions.rulebook import InForce
from handrail.engine.cases import run_cases
from handrail.engine.on_spark import Spark

pytestmark = [pytest.mark.spark, pytest.mark.xdist_group("spark")]


@pytest.fixture(scope="module")
def spark() -> Iterator[Spark]:
    """A few rows a query: one part, and no code generated for rows that are gone before it is compiled."""
    few = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
    with Spark(master="local[2]", partitions=1, settings=few) as engine:
        yield engine


@pytest.mark.parametrize("told", EDITIONS, ids=NAMED)
def test_every_example_of_facts(spark: Spark, told: InForce) -> None:
    cases = CASES[told.edition.definition]
    outcomes = list(run_cases(spark, told.edition, Cases(cases.facts, (), cases.never_unknown)))
    assert len(outcomes) == len(cases.facts) > 100
    assert [f"{outcome.case}: {outcome.says}" for outcome in outcomes if outcome.says] == []


@pytest.mark.parametrize(("told", "name"), TOLD, ids=TOLD_NAMED)
def test_every_story(spark: Spark, told: InForce, name: str) -> None:
    cases = CASES[told.edition.definition]
    outcomes = list(run_cases(spark, told.edition, Cases((), cases.stories, cases.never_unknown), about=name))
    assert len(outcomes) == sum(story.about == name for story in cases.stories)
    assert [f"{outcome.case}: {outcome.says}" for outcome in outcomes if outcome.says] == []
