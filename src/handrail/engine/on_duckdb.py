"""The embedded engine: DuckDB in the process, shut off from everything but the records it is given."""

from __future__ import annotations

import datetime
import os
import tempfile
import warnings
from collections.abc import Collection
from pathlib import Path
from types import TracebackType

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from handrail.engine.seeing import seen
from handrail.records.holding import Records
from handrail.records.schema import tables

# The relational way (`connection.sql`) that the warning recommends plans each SELECT twice. Planning is most of what
# one person costs, and the copy it warns of is of the few rows that come out.
warnings.filterwarnings("ignore", message="Arrow output on a DB-API result", category=UserWarning)

_SETTINGS = {
    "preserve_insertion_order": "false",  # nobody relies on the order of rows, and keeping it holds them in memory
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "TimeZone": "UTC",
}


class DuckDB:
    """One sitting of DuckDB over one set of records on one day.

    `threads` defaults to the cores of the machine; give 1 for one person or a web worker. What does not fit in
    `memory` is spilled to a temporary folder that goes with the sitting. `folders` are the only ones it may touch.
    """

    dialect = "duckdb"

    def __init__(
        self,
        *,
        threads: int | None = None,
        memory: str = "4GB",
        folders: Collection[Path] = (),
        spill: Path | None = None,
    ) -> None:
        self._spill = tempfile.TemporaryDirectory(prefix="handrail-", dir=spill)
        self._connection = duckdb.connect(
            config={
                "threads": threads or os.cpu_count() or 1,
                "memory_limit": memory,
                "temp_directory": self._spill.name,
            }
        )
        self._sources: dict[str, tuple[str, frozenset[str]]] = {}
        self._shown: set[str] = set()
        self._as_of: datetime.date | None = None
        allowed = [str(folder.resolve()) + "/" for folder in (Path(self._spill.name), *folders)]
        for name, value in _SETTINGS.items():
            self._connection.execute(f"SET {name} = '{value}'")
        self._connection.execute("SET allowed_directories = ?", [allowed])
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def __enter__(self) -> DuckDB:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """This will end the sitting and remove what it spilled."""
        self._connection.close()
        self._spill.cleanup()

    def hold(self, records: Records) -> None:
        """This will take up records, in place of those held before."""
        for source, _ in self._sources.values():
            if source.startswith("raw_"):
                self._connection.unregister(source)
        self._sources = {}
        self._shown = set()
        for name, held in records.held.items():
            if isinstance(held, pa.Table):
                self._connection.register(f"raw_{name}", held)
                self._sources[name] = (f"raw_{name}", frozenset(held.column_names))
            else:
                files = ", ".join("'" + str(file).replace("'", "''") + "'" for file in held)
                columns = {column for file in held for column in pq.read_schema(file).names}
                self._sources[name] = (f"read_parquet([{files}], union_by_name = true)", frozenset(columns))

    def show(self, names: Collection[str], as_of: datetime.date) -> None:
        """This will make tables visible as of a day, under their own names."""
        if as_of != self._as_of:
            self._shown, self._as_of = set(), as_of
        for name in names:
            if name not in self._shown:
                source, columns = self._sources.get(name, (None, frozenset()))
                self._connection.execute(
                    f"CREATE OR REPLACE TEMP VIEW {name} AS {seen(tables()[name], source, columns, as_of)}"
                )
                self._shown.add(name)

    def query(self, sql: str) -> pa.Table:
        """This will run one SELECT and give its rows."""
        return self._connection.execute(sql).to_arrow_table()

    def relate(self, name: str, rows: pa.Table) -> None:
        """This will make rows available to the next SELECT under a name."""
        self._connection.register(name, rows)

    def release(self, name: str) -> None:
        """This will let go of rows that were made available under a name."""
        self._connection.unregister(name)

    def write(self, sql: str, file: Path) -> int:
        """This will run one SELECT straight into a Parquet file, without holding the rows; gives their number."""
        path = str(file).replace("'", "''")
        done = self._connection.execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)").fetchone()
        return int(done[0]) if done else 0
