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


CLAIMS = {
    "oversight/service_line.parquet": (
        "person_id", "family", "starts_on", "ends_on", "units", "billing_npi", "rendering_npi", "diagnosis_code",
        "bill_type", "paid_amount", "allowed_amount",
    ),
    "person.parquet": ("person_id", "birth_date", "sex"),
    "coverage.parquet": ("person_id", "starts_on", "ends_on"),
    "oversight/episode.parquet": ("person_id", "level_of_care", "program", "admission_date", "discharge_date", "discharge_reason"),
}  # fmt: skip
"""What the facts of claims read of an imported extract."""


def run_claims(folder: Path, *, threads: int) -> None:
    """This will read every column of an imported extract that its facts read, once."""
    with duckdb.connect(config={"threads": threads}) as database:
        for file, columns in CLAIMS.items():
            seen = ", ".join(f"max({name})" for name in columns)
            database.execute(f"SELECT {seen} FROM read_parquet('{folder / file}')").fetchall()
