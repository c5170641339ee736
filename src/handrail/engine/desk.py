"""One person after another: SQLite for few records, DuckDB with its plans kept for more.

For one person, setting a SELECT up takes far longer than running it. DuckDB keeps the plan of a prepared statement
until the catalog changes, so here the catalog never changes: every table is a slot, registered once, whose rows are
exchanged (docs/decisions/0009). Even a kept plan costs DuckDB some milliseconds to start; SQLite hardly any, so it
answers what is asked again and again of few records (docs/decisions/0017).
"""

from __future__ import annotations

import datetime
import queue
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import pyarrow as pa

from handrail.engine.compiling import AS_OF
from handrail.engine.on_duckdb import DuckDB
from handrail.engine.on_sqlite import CannotHoldError, SQLite, type_name
from handrail.engine.seeing import seen
from handrail.engine.sqlite_shape import NotInSqliteError
from handrail.engine.sqlite_sql import Written, in_sqlite
from handrail.records.holding import Records
from handrail.records.schema import tables

_MOST_PREPARED = 1000
_Own = tuple[tuple[str, pa.Schema], ...]
"""The relations beside the records that a SELECT reads, each with its columns."""

_FEW = 300
"""So many rows in the tables of a SELECT that SQLite is still the quicker one (measured; benchmarks/cases.py)."""


class _Slot:
    """A relation whose rows can be exchanged; DuckDB asks for them anew at every run."""

    def __init__(self, rows: pa.Table) -> None:
        self.rows = rows

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        return self.rows.__arrow_c_stream__(requested_schema)


@dataclass
class _Known:
    """A SELECT that was asked before: what its rows are like and, once it was asked again, how SQLite is asked."""

    schema: pa.Schema
    written: Written | None = None
    is_for_duckdb: bool = False


class Desk(DuckDB):
    """One sitting, with one thread, for many small questions over records in memory.

    Use it from one thread at a time: one for each worker of a web server. Records must be held in memory.
    What is asked is DuckDB's SQL and comes to the same whichever of the two engines answers.
    `few` is up to how many rows SQLite is asked; 0 leaves everything to DuckDB. `answered_by_sqlite` counts what it
    answered. Where it may not `wait`, a SELECT is translated beside the work, and DuckDB answers until that is done.
    """

    def __init__(self, *, memory: str = "1GB", few: int = _FEW, wait: bool = True) -> None:
        super().__init__(threads=1, memory=memory)
        self._waits = wait
        self._slots: dict[str, _Slot] = {}
        self._prepared: dict[str, str] = {}
        self._known: dict[str, _Known] = {}
        self._sqlite = SQLite()
        self._few = few
        self.answered_by_sqlite = 0
        self._empty = {table.name: table.empty() for table in tables().values()}
        for name, rows in self._empty.items():
            self.relate(f"raw_{name}", rows)

    def close(self) -> None:
        """This will end the sitting."""
        self._sqlite.close()
        super().close()

    def hold(self, records: Records) -> None:
        """This will take up records, in place of those held before. Raises `TypeError` where they lie in files."""
        held = {name: records.in_memory(name) for name in records.held}
        for name in tables():
            self._slots[f"raw_{name}"].rows = held.get(name, self._empty[name])
        self._sqlite.hold(held)

    def show(self, names: Collection[str], as_of: datetime.date) -> None:
        """This will make tables visible as of a day, under their own names."""
        if as_of != self._as_of:
            self._forget_plans()
            self._shown, self._as_of = set(), as_of
        for name in names:
            if name not in self._shown:
                table = tables()[name]
                sql = seen(table, f"raw_{name}", frozenset(table.columns), as_of)
                self._connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {sql}")
                self._shown.add(name)

    def query(self, sql: str) -> pa.Table:
        """This will run one SELECT and give its rows; how it is run is kept for the next time."""
        on_any_day = sql.replace(_day(self._as_of.isoformat()), _day(AS_OF)) if self._as_of else sql
        known = self._known.get(on_any_day)
        if known is not None and not known.is_for_duckdb:
            found = self._ask_sqlite(on_any_day, known)
            if found is not None:
                return found
        found = self._ask_duckdb(sql)
        if known is None:
            if len(self._known) >= _MOST_PREPARED:
                self._known.clear()
            self._known[on_any_day] = _Known(found.schema)
        return found

    def relate(self, name: str, rows: pa.Table) -> None:
        """This will make rows available under a name; rows of the same columns only take the place of those before."""
        slot = self._slots.get(name)
        if slot is not None and slot.rows.schema.equals(rows.schema):
            slot.rows = rows
            return
        if slot is not None:
            self._forget_plans()
            self._known = {sql: known for sql, known in self._known.items() if name not in sql}
        self._slots[name] = _Slot(rows)
        super().relate(name, self._slots[name])

    def release(self, name: str) -> None:
        """This will empty the slot of that name; the slot stays, and with it the plans that read it."""
        self._slots[name].rows = self._slots[name].rows.schema.empty_table()
        self._sqlite.release(name)

    def _ask_duckdb(self, sql: str) -> pa.Table:
        if sql not in self._prepared:
            if len(self._prepared) >= _MOST_PREPARED:
                self._forget_plans()
            name = f"kept_{len(self._prepared)}"
            self._connection.execute(f"PREPARE {name} AS {sql}")
            self._prepared[sql] = name
        return super().query(f"EXECUTE {self._prepared[sql]}")

    def _ask_sqlite(self, sql: str, known: _Known) -> pa.Table | None:
        """The rows as SQLite finds them; None where DuckDB is to be asked."""
        if known.written is None:
            own = tuple((name, schema) for name, schema in self._related().items() if name in sql)
            if not self._waits and not _is_translated(sql, own):
                return None
            known.written = self._write(sql, own)
            known.is_for_duckdb = known.written is None
        if known.written is None:
            return None
        slots = {name: self._slots.get(f"raw_{name}") or self._slots[name] for name in known.written.reads}
        if sum(slot.rows.num_rows for slot in slots.values()) > self._few:
            return None
        records = [name for name in slots if name in self._empty]
        try:
            if self._as_of is not None:
                self._sqlite.show(records, self._as_of)
            for name in slots.keys() - set(records):
                self._sqlite.relate(name, slots[name].rows)
            found = self._sqlite.query(known.written.sql, known.schema)
        except CannotHoldError:
            return None
        self.answered_by_sqlite += 1
        return found

    def _related(self) -> Mapping[str, pa.Schema]:
        return {name: slot.rows.schema for name, slot in self._slots.items() if not name.startswith("raw_")}

    def _write(self, sql: str, own: _Own) -> Written | None:
        """The SELECT in SQLite's SQL; None where it cannot be had."""
        for name, schema in self._related().items():
            self._sqlite.relate(name, schema.empty_table())
        written = _in_sqlite(sql, own)
        return written if written is not None and self._sqlite.understands(written.sql) else None

    def _forget_plans(self) -> None:
        """Let go of every plan: what one of them reads has another shape now, and it would not notice."""
        for name in self._prepared.values():
            self._connection.execute(f"DEALLOCATE {name}")
        self._prepared.clear()


def _day(text: str) -> str:
    """A day as it is written in compiled SQL."""
    return f"CAST('{text}' AS DATE)"


def _is_translated(sql: str, own: _Own) -> bool:
    """Whether a SELECT is translated; where it is not, a thread beside the work begins with it."""
    with _asked_for.lock:
        if (sql, own) in _asked_for.done:
            return True
        if (sql, own) not in _asked_for.begun:
            _asked_for.begun.add((sql, own))
            _asked_for.queue.put((sql, own))
            if not _asked_for.is_running or not _asked_for.thread.is_alive():
                _asked_for.start()
    return False


class _Translating:
    """What waits to be translated, and the one thread that does it; it ends with the process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.queue: queue.SimpleQueue[tuple[str, _Own]] = queue.SimpleQueue()
        self.begun: set[tuple[str, _Own]] = set()
        self.done: set[tuple[str, _Own]] = set()
        self.is_running = False

    def start(self) -> None:
        """This will start the thread; after a fork, anew."""
        self.thread = threading.Thread(target=self._run, name="translate for SQLite", daemon=True)
        self.is_running = True
        self.thread.start()

    def _run(self) -> None:
        while True:
            sql, own = self.queue.get()
            _in_sqlite(sql, own)
            with self.lock:
                self.done.add((sql, own))


_asked_for = _Translating()


@lru_cache(maxsize=_MOST_PREPARED)
def _in_sqlite(sql: str, related: _Own) -> Written | None:
    """Written once for all desks of the process; it takes as long as compiling."""
    try:
        return in_sqlite(sql, {**_columns_of_records(), **{name: _columns(schema) for name, schema in related}})
    except NotInSqliteError:
        return None


@cache
def _columns_of_records() -> Mapping[str, Mapping[str, str]]:
    return {table.name: _columns(table.arrow_schema) for table in tables().values()}


def _columns(schema: pa.Schema) -> Mapping[str, str]:
    return {field.name: type_name(field.type) for field in schema}
