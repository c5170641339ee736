"""The DuckDB connection that reads a folder: it sees the folder and the spool, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import duckdb

_MEMORY = "4GB"
_THREADS = 2
_MISLED_BY_NAN = "statistics_propagation,filter_pushdown"
"""Optimizers that believe the least and greatest values a Parquet file states, and so never see a NaN, which is
neither. A check must see every value."""


@contextmanager
def open_for(folder: Path, spool: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """This will open a database in memory that may read `folder`, read and write `spool`, and load no extension."""
    connection = duckdb.connect(
        config={
            "memory_limit": _MEMORY,
            "threads": min(os.cpu_count() or 1, _THREADS),
            "temp_directory": str(spool / "spilled"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
        }
    )
    try:
        allowed = f"{text(str(folder))}, {text(str(spool))}"
        run(connection, f"SET disabled_optimizers = {text(_MISLED_BY_NAN)}")
        run(connection, f"SET allowed_directories = [{allowed}]")
        run(connection, "SET enable_external_access = false")
        run(connection, "SET lock_configuration = true")
        yield connection
    finally:
        connection.close()


def run(database: duckdb.DuckDBPyConnection, statement: str) -> list[tuple[Any, ...]]:
    """This will run one statement to its end and give its rows.

    To its end, because DuckDB refuses further work, and has not yet told the broken lines, while rows are unread.
    """
    return cast(list[tuple[Any, ...]], database.execute(statement).fetchall())


def text(value: str) -> str:
    """This will write a string as a SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def name(column: str) -> str:
    """This will write a column's name as a SQL identifier."""
    return '"' + column.replace('"', '""') + '"'


def files(paths: Sequence[Path]) -> str:
    """This will write the paths as a SQL list of literals.

    A path that exists is taken as it is, even with signs such as `*` that would make it a pattern; a pattern would be
    refused, because it lies in no allowed folder.
    """
    return "[" + ", ".join(text(str(path.resolve())) for path in paths) + "]"
