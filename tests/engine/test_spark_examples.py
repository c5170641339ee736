"""Every worked example of both definitions comes out on Apache Spark as it does on DuckDB."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from handrail.definitions.cases import Cases, load_cases
from handrail.definitions.rulebook import InForce, packaged
from handrail.engine.cases import run_cases
from handrail.engine.on_spark import Spark

pytestmark = [pytest.mark.spark, pytest.mark.xdist_group("spark")]
EDITIONS = [told for definition in packaged().files for told in packaged().in_force(definition)]
CASES = {told.edition.definition: load_cases(told.edition) for told in EDITIONS}
TOLD = [
    (told, name)
    for told in EDITIONS
    for name in told.edition.subjects
    if any(story.about == name for story in CASES[told.edition.definition].stories)
]


@pytest.fixture(scope="module")
def spark() -> Iterator[Spark]:
    """A few rows a query: one part, and no code generated for rows that are gone before it is compiled."""
    few = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
    with Spark(master="local[2]", partitions=1, settings=few) as engine:
        yield engine


@pytest.mark.parametrize("told", EDITIONS, ids=[told.edition.definition[:5] for told in EDITIONS])
def test_every_example_of_facts(spark: Spark, told: InForce) -> None:
    cases = CASES[told.edition.definition]
    outcomes = list(run_cases(spark, told.edition, Cases(cases.facts, (), cases.never_unknown)))
    assert len(outcomes) == len(cases.facts) > 100
    assert [f"{outcome.case}: {outcome.says}" for outcome in outcomes if outcome.says] == []


@pytest.mark.parametrize(("told", "name"), TOLD, ids=[f"{told.edition.definition[:5]} {name}" for told, name in TOLD])
def test_every_story(spark: Spark, told: InForce, name: str) -> None:
    cases = CASES[told.edition.definition]
    outcomes = list(run_cases(spark, told.edition, Cases((), cases.stories, cases.never_unknown), about=name))
    assert len(outcomes) == sum(story.about == name for story in cases.stories)
    assert [f"{outcome.case}: {outcome.says}" for outcome in outcomes if outcome.says] == []
