"""The checked tables of an extract, written as records and as tables for oversight."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import duckdb

from handrail.exchange.claims.families import Families
from handrail.exchange.claims.input import inputs
from handrail.exchange.folders import connection, conversion
from handrail.exchange.folders.connection import run, text
from handrail.records.schema import tables

OVERSIGHT = "oversight"
"""The folder inside the records that holds the tables for oversight; the engine does not read it."""

SIDE_TABLES = ("episode", "assessment", "incident", "grievance", "clinician")


def write_tables(
    database: duckdb.DuckDBPyConnection, given: Sequence[str], families: Families, out: Path
) -> dict[str, int]:
    """This will write every table from the views named after the tables of the extract, and give the rows of each."""
    rows = {"person": _record(database, "person", out)}
    if "eligibility" in given:
        rows["coverage"] = _record(database, "coverage", out)
    run(database, f"CREATE TEMP VIEW line AS {sql('line')}")
    rows["claim_line"] = _record(database, "claim_line", out)
    rules = families.sql()
    run(database, f"CREATE TEMP TABLE rules AS SELECT * FROM {rules}")
    run(database, f"CREATE TEMP TABLE signature AS {sql('signature')}")
    rows[f"{OVERSIGHT}/service_line"] = _write(database, sql("service_line"), out / OVERSIGHT / "service_line.parquet")
    for name in SIDE_TABLES:
        if name in given:
            columns = ", ".join(inputs()[name].table.columns)
            query = f"SELECT {columns} FROM {name}"
            rows[f"{OVERSIGHT}/{name}"] = _write(database, query, out / OVERSIGHT / f"{name}.parquet")
    return rows


@cache
def sql(name: str) -> str:
    """This will give the text of one SQL file."""
    return files(__package__).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def _record(database: duckdb.DuckDBPyConnection, name: str, out: Path) -> int:
    """Write a declared table; columns are cast to what the records declare, so that a drift fails."""
    declared = tables()[name].columns
    told = [row[0] for row in run(database, f"DESCRIBE {sql(name)}")]
    columns = ", ".join(
        f"CAST({connection.name(column)} AS {conversion.stored(declared[column])}) AS {connection.name(column)}"
        for column in told
    )
    return _write(database, f"SELECT {columns} FROM ({sql(name)})", out / f"{name}.parquet")


def _write(database: duckdb.DuckDBPyConnection, query: str, file: Path) -> int:
    copied = run(database, f"COPY ({query}) TO {text(str(file))} (FORMAT parquet, COMPRESSION zstd)")
    return int(copied[0][0])
