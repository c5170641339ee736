"""The example, made once and opened in DuckDB with the views that look for its lapses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from handrail.example import example
from handrail.records.holding import Records
from handrail.records.schema import tables


@pytest.fixture(scope="session")
def records() -> Records:
    return example()


@pytest.fixture(scope="session")
def opened(records: Records) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for name in tables():
            connection.register(name, records.in_memory(name))
        connection.execute((Path(__file__).parent / "views.sql").read_text(encoding="utf-8"))
        yield connection
