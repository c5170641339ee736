"""The limit: DuckDB reads the same columns and does nothing with them but look at every value."""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks.reading import columns_read


def run(folder: Path, *, threads: int) -> None:
    """This will read every column that admission reads, once."""
    with duckdb.connect(config={"threads": threads}) as database:
        for table, columns in columns_read().items():
            seen = ", ".join(f"max({name})" for name in columns)
            database.execute(f"SELECT {seen} FROM read_parquet('{folder / table}/*.parquet')").fetchall()
