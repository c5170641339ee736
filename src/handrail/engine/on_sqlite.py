"""SQLite in the process, for the records of few people: it sets a SELECT up in a fraction of the time DuckDB takes.

Dates and times are ISO texts, booleans 0 and 1, decimals doubles to four places. What would not be exact in that form
is refused with `CannotHoldError`; see docs/decisions/0017.
"""

from __future__ import annotations

import datetime
import decimal
import sqlite3
from collections.abc import Collection, Mapping
from functools import lru_cache

import pyarrow as pa

from handrail.engine import sqlite_functions
from handrail.engine.seeing import seen
from handrail.engine.sqlite_shape import NUMBERS
from handrail.engine.sqlite_sql import in_sqlite
from handrail.records.schema import tables

_FIRST, _LAST = "1900-01-01", "2199-12-31"
_MOST = 10**8
_MOST_PREPARED = 1000
_MOST_WEEKS = 16_000
"""More than the weeks from the first day that is held to the last."""


class CannotHoldError(Exception):
    """Some rows have a value that SQLite would not hold exactly, or more than it is quick with."""


class SQLite:
    """One sitting of SQLite, in memory, over rows and records that are exchanged from one person to the next."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect(
            ":memory:", cached_statements=_MOST_PREPARED, isolation_level=None, check_same_thread=False
        )
        sqlite_functions.add(self._connection)
        self._connection.execute("PRAGMA case_sensitive_like = ON")
        self._connection.execute("PRAGMA temp_store = MEMORY")  # nothing about a person is written to disk
        self._connection.execute(f"CREATE TABLE {NUMBERS} (number INTEGER PRIMARY KEY)")
        self._connection.executemany(f"INSERT INTO {NUMBERS} VALUES (?)", ((n,) for n in range(_MOST_WEEKS)))
        self._held: Mapping[str, pa.Table] = {}
        self._as_of = ""
        self._raw: set[str] = set()
        self._refused: set[str] = set()
        self._shown: set[str] = set()
        self._schemas: dict[str, pa.Schema] = {}
        self._related: dict[str, pa.Table] = {}
        for table in tables().values():
            self._create(f"raw_{table.name}", table.arrow_schema)
            self._create(table.name, table.arrow_schema)

    def close(self) -> None:
        """This will end the sitting."""
        self._connection.close()

    def hold(self, held: Mapping[str, pa.Table]) -> None:
        """This will take up records, in place of those held before."""
        for name in self._shown:
            self._connection.execute(f'DELETE FROM "{name}"')
        for name in self._raw:
            self._connection.execute(f'DELETE FROM "raw_{name}"')
        self._held = held
        self._raw, self._shown, self._refused = set(), set(), set()

    def show(self, names: Collection[str], as_of: datetime.date) -> None:
        """This will fill the tables of these names with what can be seen as of a day. Raises `CannotHoldError`."""
        day = as_of.isoformat()
        if not _FIRST <= day <= _LAST:
            raise CannotHoldError(day)
        if day != self._as_of:
            for name in self._shown:
                self._connection.execute(f'DELETE FROM "{name}"')
            self._shown, self._as_of = set(), day
        for name in names:
            if name in self._refused:
                raise CannotHoldError(name)
            if name in self._shown:
                continue
            self._shown.add(name)
            rows = self._held.get(name)
            if rows is None or not rows.num_rows:
                continue
            if name not in self._raw:
                self._take(name, rows)
            self._connection.execute(_show(name), {"as_of": day})

    def query(self, sql: str, schema: pa.Schema) -> pa.Table:
        """This will run one SELECT and give its rows, in columns of these names and types.

        Raises `CannotHoldError` where it comes to something on the way that SQLite has no exact value for.
        """
        try:
            rows = self._connection.execute(sql, {"as_of": self._as_of}).fetchall()
        except sqlite3.OperationalError as error:
            raise CannotHoldError(str(error)) from error
        columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
        return pa.Table.from_arrays(
            [_array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
        )

    def relate(self, name: str, rows: pa.Table) -> None:
        """This will make rows available under a name, in place of those before. Raises `CannotHoldError`."""
        if self._related.get(name) is rows:
            return
        known = self._schemas.get(name)
        if known is None or not known.equals(rows.schema):
            self._connection.execute(f'DROP TABLE IF EXISTS "{name}"')
            self._create(name, rows.schema)
        else:
            self.release(name)
        self._fill(name, rows)
        self._related[name] = rows

    def release(self, name: str) -> None:
        """This will let go of rows that were made available under a name, if it was taken up here."""
        if self._related.pop(name, None) is not None:
            self._connection.execute(f'DELETE FROM "{name}"')

    def understands(self, sql: str) -> bool:
        """This will say whether SQLite can set a SELECT up: some are nested more deeply than it has room for."""
        try:
            self._connection.execute(f"EXPLAIN {sql}", {"as_of": self._as_of})
        except sqlite3.OperationalError:
            return False
        return True

    def _take(self, name: str, rows: pa.Table) -> None:
        self._raw.add(name)
        try:
            self._fill(f"raw_{name}", rows)
        except CannotHoldError:
            self._refused.add(name)
            raise

    def _create(self, name: str, schema: pa.Schema) -> None:
        columns = ", ".join(f'"{field.name}" {_affinity(field.type)}' for field in schema)
        self._connection.execute(f'CREATE TABLE "{name}" ({columns})')
        self._schemas[name] = schema

    def _fill(self, name: str, rows: pa.Table) -> None:
        if rows.num_rows:
            marks = ", ".join("?" * rows.num_columns)
            columns = [_values(column) for column in rows.columns]
            self._connection.execute("BEGIN")
            self._connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', zip(*columns, strict=True))
            self._connection.execute("COMMIT")


@lru_cache
def _show(name: str) -> str:
    table = tables()[name]
    mark = datetime.date(1, 1, 1)
    schema = {f"raw_{name}": {field.name: type_name(field.type) for field in table.arrow_schema}}
    return f'INSERT INTO "{name}" ' + in_sqlite(seen(table, f"raw_{name}", frozenset(table.columns), mark), schema).sql


def type_name(kind: pa.DataType) -> str:
    """This will say a type of Arrow in SQL."""
    if pa.types.is_date(kind):
        return "DATE"
    if pa.types.is_timestamp(kind):
        return "TIMESTAMP"
    if pa.types.is_boolean(kind):
        return "BOOLEAN"
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    if pa.types.is_floating(kind):
        return "DOUBLE"
    return "BIGINT" if pa.types.is_integer(kind) else "TEXT"


def _affinity(kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind):
        return "INTEGER"
    return "REAL" if pa.types.is_decimal(kind) or pa.types.is_floating(kind) else "TEXT"


def _values(column: pa.ChunkedArray) -> list[object]:
    """The values of a column as SQLite holds them. Raises `CannotHoldError` where that would not be exact."""
    kind = column.type
    if column.null_count == len(column):
        return [None] * len(column)
    if pa.types.is_date(kind):
        texts: list[object] = column.cast(pa.string()).to_pylist()
        _within(texts, _FIRST, _LAST)
        return texts
    if pa.types.is_timestamp(kind):
        times = [None if time is None else time.isoformat(" ") for time in column.to_pylist()]
        _within(times, _FIRST, f"{_LAST} 99")
        return times
    if pa.types.is_decimal(kind):
        if kind.scale > 4:
            raise CannotHoldError(str(kind))
        numbers = column.to_pylist()
        _within(numbers, -_MOST, _MOST)
        return [None if number is None else float(number) for number in numbers]
    values: list[object] = column.to_pylist()
    if pa.types.is_integer(kind):
        _within(values, -_MOST, _MOST)
    if pa.types.is_string(kind) and any("\0" in str(value) for value in values):
        raise CannotHoldError("a text with a NUL, at which some functions of SQLite stop")
    return values


def _within(values: list[object], least: object, most: object) -> None:
    known = [value for value in values if value is not None]
    if known and not (least <= min(known) and max(known) <= most):  # type: ignore[operator,type-var]
        raise CannotHoldError(f"a value lies outside {least} to {most}")


def _array(values: tuple[object, ...], kind: pa.DataType) -> pa.Array:
    if pa.types.is_boolean(kind):
        return pa.array(values, pa.int8()).cast(kind)
    if pa.types.is_date(kind):
        return pa.array(values, pa.string()).cast(kind)
    if pa.types.is_timestamp(kind):
        return pa.array(values, pa.string()).cast(kind)
    if pa.types.is_decimal(kind):
        exact = [None if value is None else decimal.Decimal(f"{value:.{kind.scale}f}") for value in values]
        return pa.array(exact, kind)
    return pa.array(values, kind)
