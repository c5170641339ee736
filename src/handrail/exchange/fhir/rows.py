"""Rows of the declared tables as they are gathered, held as Arrow so that many of them fit."""

from __future__ import annotations

from collections import defaultdict

import pyarrow as pa

from handrail.records.holding import Records
from handrail.records.schema import tables

_ROWS_AT_ONCE = 10_000


class Rows:
    """Gathers rows by table. A column that is not given, or given as an empty text, is empty."""

    def __init__(self) -> None:
        self._open: defaultdict[str, list[dict[str, object]]] = defaultdict(list)
        self._closed: defaultdict[str, list[pa.Table]] = defaultdict(list)

    def add(self, table: str, **columns: object) -> None:
        """This will add one row. Raises: `ValueError` for a column that the table does not have."""
        declared = tables()[table].columns
        unknown = sorted(set(columns) - set(declared))
        if unknown:
            raise ValueError(f"{table} has no column {', '.join(unknown)}")
        self._open[table].append({name: value for name, value in columns.items() if value not in (None, "")})
        if len(self._open[table]) >= _ROWS_AT_ONCE:
            self._close(table)

    def records(self) -> Records:
        """This will give the tables that have rows."""
        for table in list(self._open):
            self._close(table)
        return Records({name: pa.concat_tables(self._closed[name]) for name in tables() if name in self._closed})

    def _close(self, table: str) -> None:
        if rows := self._open.pop(table, []):
            self._closed[table].append(pa.Table.from_pylist(rows, schema=tables()[table].arrow_schema))
