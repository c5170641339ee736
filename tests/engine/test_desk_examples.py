"""Every worked example of both definitions comes out at a desk, where SQLite answers, as it does on DuckDB."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.engine.worked import CASES, EDITIONS, NAMED, TOLD, TOLD_NAMED

from handrail.definitions.cases import Cases
from handrail.definitions.rulebook import InForce
from handrail.engine.cases import run_cases
from handrail.engine.desk import Desk


@pytest.fixture(scope="module")
def ready() -> Iterator[Desk]:
    """A desk for any number of rows: SQLite answers whatever it is asked for the second time."""
    with Desk(few=10**9) as desk:
        yield desk


@pytest.mark.parametrize("told", EDITIONS, ids=NAMED)
def test_every_example_of_facts(ready: Desk, told: InForce) -> None:
    cases = CASES[told.edition.definition]
    number = 0
    for name in told.edition.subjects:
        for _ in range(2):
            before = ready.answered_by_sqlite
            outcomes = list(run_cases(ready, told.edition, Cases(cases.facts, (), cases.never_unknown), about=name))
            assert [f"{outcome.case}: {outcome.says}" for outcome in outcomes if outcome.says] == []
        number += len(outcomes)
        assert not outcomes or ready.answered_by_sqlite > before
    assert number == len(cases.facts) > 100


@pytest.mark.parametrize(("told", "name"), TOLD, ids=TOLD_NAMED)
def test_every_story(ready: Desk, told: InForce, name: str) -> None:
    cases = CASES[told.edition.definition]
    for _ in range(2):
        before = ready.answered_by_sqlite
        outcomes = list(run_cases(ready, told.edition, Cases((), cases.stories, cases.never_unknown), about=name))
        assert len(outcomes) == sum(story.about == name for story in cases.stories)
        assert [f"{outcome.case}: {outcome.says}" for outcome in outcomes if outcome.says] == []
    assert ready.answered_by_sqlite > before
