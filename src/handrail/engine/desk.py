"""DuckDB for one person after another: the statements stay prepared while the records under them change.

For one person, planning a SELECT takes far longer than running it. DuckDB keeps the plan of a prepared statement
until the catalog changes, so here the catalog never changes: every table is a slot, registered once, whose rows are
exchanged. See docs/decisions/0009.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

import pyarrow as pa

from handrail.engine.on_duckdb import DuckDB
from handrail.engine.seeing import seen
from handrail.records.holding import Records
from handrail.records.schema import tables

_MOST_PREPARED = 1000


class _Slot:
    """A relation whose rows can be exchanged; DuckDB asks for them anew at every run."""

    def __init__(self, rows: pa.Table) -> None:
        self.rows = rows

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        return self.rows.__arrow_c_stream__(requested_schema)


class Desk(DuckDB):
    """One sitting of DuckDB, with one thread, for many small questions over records in memory.

    Use it from one thread at a time: one for each worker of a web server. Records must be held in memory.
    """

    def __init__(self, *, memory: str = "1GB") -> None:
        super().__init__(threads=1, memory=memory)
        self._slots: dict[str, _Slot] = {}
        self._prepared: dict[str, str] = {}
        self._empty = {table.name: table.empty() for table in tables().values()}
        for name, rows in self._empty.items():
            self.relate(f"raw_{name}", rows)

    def hold(self, records: Records) -> None:
        """This will take up records, in place of those held before. Raises `TypeError` where they lie in files."""
        held = {name: records.in_memory(name) for name in records.held}
        for name in tables():
            self._slots[f"raw_{name}"].rows = held.get(name, self._empty[name])

    def show(self, names: Collection[str], as_of: datetime.date) -> None:
        """This will make tables visible as of a day, under their own names."""
        if as_of != self._as_of:
            self._forget()
            self._shown, self._as_of = set(), as_of
        for name in names:
            if name not in self._shown:
                table = tables()[name]
                sql = seen(table, f"raw_{name}", frozenset(table.columns), as_of)
                self._connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {sql}")
                self._shown.add(name)

    def query(self, sql: str) -> pa.Table:
        """This will run one SELECT and give its rows; its plan is kept for the next time."""
        if sql not in self._prepared:
            if len(self._prepared) >= _MOST_PREPARED:
                self._forget()
            name = f"kept_{len(self._prepared)}"
            self._connection.execute(f"PREPARE {name} AS {sql}")
            self._prepared[sql] = name
        return super().query(f"EXECUTE {self._prepared[sql]}")

    def relate(self, name: str, rows: pa.Table) -> None:
        """This will make rows available under a name; rows of the same columns only take the place of those before."""
        slot = self._slots.get(name)
        if slot is not None and slot.rows.schema.equals(rows.schema):
            slot.rows = rows
            return
        if slot is not None:
            self._forget()
        self._slots[name] = _Slot(rows)
        super().relate(name, self._slots[name])

    def release(self, name: str) -> None:
        """This will empty the slot of that name; the slot stays, and with it the plans that read it."""
        self._slots[name].rows = self._slots[name].rows.schema.empty_table()

    def _forget(self) -> None:
        """Let go of every plan: what one of them reads has another shape now, and it would not notice."""
        for name in self._prepared.values():
            self._connection.execute(f"DEALLOCATE {name}")
        self._prepared.clear()
