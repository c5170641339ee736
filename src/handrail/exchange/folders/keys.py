"""Rows that share one key, and references to rows that do not exist."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

import duckdb

from handrail.exchange.folders.connection import run
from handrail.exchange.folders.landing import Landed
from handrail.exchange.folders.scan import places
from handrail.exchange.folders.troubles import SHOWN, Place, Trouble
from handrail.records.schema import Column


def repeated_keys(landed: Landed, database: duckdb.DuckDBPyConnection) -> Iterator[Trouble]:
    """This will find the rows whose key an earlier row of the table has already."""
    key = landed.source.table.key
    if key not in landed.source.columns:
        return
    values = landed.values(key)
    twice = f"(SELECT value, count(*) AS times FROM {values} WHERE value IS NOT NULL GROUP BY value HAVING times > 1)"
    count = _number(database, f"SELECT sum(times - 1) FROM {twice}")
    if not count:
        return
    rows = run(
        database,
        f"""
        SELECT in_file, in_row, first_file, first_row FROM (
            SELECT in_file, in_row, row_number() OVER same AS nth,
                first_value(in_file) OVER same AS first_file, first_value(in_row) OVER same AS first_row
            FROM {values} SEMI JOIN {twice} USING (value)
            WINDOW same AS (PARTITION BY value ORDER BY in_file, in_row))
        WHERE nth > 1 ORDER BY in_file, in_row LIMIT {SHOWN}
        """,
    )
    files = [file for part in landed.source.parts for file in part.files]
    firsts = places(files, [row[2:] for row in rows])
    where = tuple(replace(place, of=first) for place, first in zip(places(files, rows), firsts, strict=True))
    says = f"is the key of {landed.source.table.name} and stands in more than one row."
    mend = "Give each row its own key; where the rows are the same one twice, keep one."
    yield Trouble("H341", key, says, mend, count, where)


def lost_references(
    landed: Landed, others: Mapping[str, Landed], given: Collection[str], database: duckdb.DuckDBPyConnection
) -> Iterator[Trouble]:
    """This will find the values that name no row of the table they refer to.

    `others` are the tables that could be read whole, `given` all tables that the folder holds: what refers to a
    table that is given and broken is left alone until that table is mended.
    """
    for name in landed.source.columns:
        column = landed.source.table.columns[name]
        target = column.references
        if target is None:
            continue
        if target not in given:
            yield from _to_no_table(landed, column, target, database)
        elif target in others:
            yield from _to_no_row(landed, column, others[target], database)


def _to_no_row(landed: Landed, column: Column, other: Landed, database: duckdb.DuckDBPyConnection) -> Iterator[Trouble]:
    table = other.source.table
    keys = f"(SELECT value FROM {other.values(table.key)} WHERE value IS NOT NULL) AS keys"
    lost = f"FROM {landed.values(column.name)} AS mine ANTI JOIN {keys} USING (value) WHERE value IS NOT NULL"
    count, where = _found(landed, lost, database)
    if count:
        says = f"names a row that {table.name} does not have."
        mend = f"Correct it, or add the row to {table.name}: {table.says}"
        yield Trouble("H342", column.name, says, mend, count, where)


def _to_no_table(landed: Landed, column: Column, target: str, database: duckdb.DuckDBPyConnection) -> Iterator[Trouble]:
    count, where = _found(landed, f"FROM {landed.values(column.name)} WHERE value IS NOT NULL", database)
    if count:
        says = f"names rows of {target}, and the folder has no {target}.csv or {target}.parquet."
        mend = f"Add {target}.csv. `handrail schema {target}` lists its columns."
        yield Trouble("H343", column.name, says, mend, count, where)


def _found(landed: Landed, lost: str, database: duckdb.DuckDBPyConnection) -> tuple[int, tuple[Place, ...]]:
    count = _number(database, f"SELECT count(*) {lost}")
    if not count:
        return 0, ()
    rows = run(database, f"SELECT in_file, in_row {lost} ORDER BY in_file, in_row LIMIT {SHOWN}")
    files = [file for part in landed.source.parts for file in part.files]
    return count, places(files, rows)


def _number(database: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(run(database, query)[0][0] or 0)
