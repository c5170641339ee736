"""Every worked example of both definitions comes out at a desk, where SQLite answers, as it does on DuckDB."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from handrail.definitions.cases import Cases, load_cases
from handrail.definitions.rulebook import InForce, packaged
from handrail.engine.cases import run_cases
from handrail.engine.desk import Desk

EDITIONS = [told for definition in packaged().files for told in packaged().in_force(definition)]
CASES = {told.edition.definition: load_cases(told.edition) for told in EDITIONS}
TOLD = [
    (told, name)
    for told in EDITIONS
    for name in told.edition.subjects
    if any(story.about == name for story in CASES[told.edition.definition].stories)
]


@pytest.fixture(scope="module")
def ready() -> Iterator[Desk]:
    """A desk for any number of rows: SQLite answers whatever it is asked for the second time."""
    with Desk(few=10**9) as desk:
        yield desk


@pytest.mark.parametrize("told", EDITIONS, ids=[told.edition.definition[:5] for told in EDITIONS])
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


@pytest.mark.parametrize(("told", "name"), TOLD, ids=[f"{told.edition.definition[:5]} {name}" for told, name in TOLD])
def test_every_story(ready: Desk, told: InForce, name: str) -> None:
    cases = CASES[told.edition.definition]
    for _ in range(2):
        before = ready.answered_by_sqlite
        outcomes = list(run_cases(ready, told.edition, Cases((), cases.stories, cases.never_unknown), about=name))
        assert len(outcomes) == sum(story.about == name for story in cases.stories)
        assert [f"{outcome.case}: {outcome.says}" for outcome in outcomes if outcome.says] == []
    assert ready.answered_by_sqlite > before
