"""Rows of the declared tables as they are gathered, held as Arrow so that many of them fit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

import pyarrow as pa

from handrail.exchange.fhir.notes import Notes
from handrail.exchange.fhir.reading import Found
from handrail.records.dates import EARLIEST, LATEST, intervals
from handrail.records.holding import Records
from handrail.records.schema import Column, Table, tables

_ROWS_AT_ONCE = 10_000
_LONGEST_TEXT = 10_000

_END_MAY_BE_UNKNOWN = ("person", "session", "attendance")
"""In these tables an end that is earlier than its beginning is left empty; elsewhere the row would say too much."""


class Rows:
    """Gathers rows by table, only such as the checks of a folder of records let through."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._open: defaultdict[str, list[dict[str, object]]] = defaultdict(list)
        self._closed: defaultdict[str, list[pa.Table]] = defaultdict(list)

    def add(self, found: Found, name: str, /, **columns: object) -> bool:
        """This will add one row that a resource gives; False, and a note, where its table cannot take it.

        A column that is not given, or given as an empty text, is empty. Raises: `ValueError` for a column that
        the table does not have.
        """
        table = tables()[name]
        unknown = sorted(set(columns) - set(table.columns))
        if unknown:
            raise ValueError(f"{name} has no column {', '.join(unknown)}")
        row = {column: value for column, value in columns.items() if value not in (None, "")}
        for column, why in [*_misfits(table, row), *_reversals(table, row)]:
            if table.columns[column].required or (why == _REVERSED and name not in _END_MAY_BE_UNKNOWN):
                self._notes.left_out(found.type, found.id, f"{column} of {name} {why}")
                return False
            self._notes.left_empty(found.type, found.id, f"{column} of {name} {why}")
            row.pop(column, None)
        self._open[name].append(row)
        if len(self._open[name]) >= _ROWS_AT_ONCE:
            self._close(name)
        return True

    def records(self) -> Records:
        """This will give the tables that have rows."""
        for name in list(self._open):
            self._close(name)
        return Records({name: pa.concat_tables(self._closed[name]) for name in tables() if name in self._closed})

    def _close(self, name: str) -> None:
        if rows := self._open.pop(name, []):
            self._closed[name].append(pa.Table.from_pylist(rows, schema=tables()[name].arrow_schema))


_REVERSED = "is earlier than its beginning"


def _misfits(table: Table, row: dict[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in row.items():
        if why := _misfit(table.columns[name], value):
            yield name, why


def _misfit(column: Column, value: object) -> str:
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        return "" if EARLIEST <= day <= LATEST else f"is before {EARLIEST} or after {LATEST}"
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        return "is too long"
    if column.values and value not in column.values:
        raise ValueError(f"{column.name} cannot be {value}")
    return ""


def _reversals(table: Table, row: dict[str, object]) -> Iterator[tuple[str, str]]:
    for begin, end in intervals(table):
        first, last = row.get(begin), row.get(end)
        if isinstance(first, date) and isinstance(last, date) and last < first:
            yield end, _REVERSED
