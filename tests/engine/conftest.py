"""What the tests of judging share: one example, both definitions compiled once, and one sitting of DuckDB."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from handrail.definitions.rulebook import InForce, packaged
from handrail.engine.compiling import Compiled
from handrail.engine.desk import Desk
from handrail.engine.evaluate import compiled
from handrail.engine.on_duckdb import DuckDB
from handrail.example import example
from handrail.records.holding import Records


@pytest.fixture(scope="session")
def records() -> Records:
    return example(people=40)


@pytest.fixture(scope="session")
def editions() -> list[InForce]:
    rulebook = packaged()
    return [in_force for definition in rulebook.files for in_force in rulebook.in_force(definition)]


@pytest.fixture(scope="session")
def plans(editions: list[InForce]) -> list[Compiled]:
    return [compiled(in_force, name) for in_force in editions for name in in_force.edition.subjects]


@pytest.fixture(scope="session")
def duck() -> Iterator[DuckDB]:
    with DuckDB(threads=1) as engine:
        yield engine


@pytest.fixture(scope="session")
def desk() -> Iterator[Desk]:
    """Keeps its plans, so that many small sets of records can be tried in turn."""
    with Desk() as engine:
        yield engine
