"""The embedded engine: DuckDB in the process, shut off from everything but the records it is given."""

from __future__ import annotations

import datetime
import os
import shutil
import tempfile
import warnings
import weakref
from collections.abc import Collection
from pathlib import Path
from types import TracebackType

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from handrail.engine.portions import WHOLE, Portion, portions
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

_BYTES_A_PERSON = 2_300
"""What judging one more person's admission takes in memory (measured with a million)."""

_SAMPLE = 20_000
_UNITS = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40}


def _bytes(memory: str) -> int:
    """The bytes that a size like 4GB says."""
    number = memory.strip().rstrip("BKMGTIbkmgti ")
    return int(float(number) * _UNITS[memory.strip()[len(number) :].strip().upper()])


class DuckDB:
    """One sitting of DuckDB over one set of records on one day.

    `threads` defaults to the cores of the machine; give 1 for one person or a web worker. What does not fit in
    `memory` is spilled to a temporary folder that goes with the sitting. `folders` are the only ones it may touch.
    `people_at_once` is how many people `write` judges at a time where their records lie in files; by default as many
    as fit into `memory`.
    """

    dialect = "duckdb"

    def __init__(
        self,
        *,
        threads: int | None = None,
        memory: str = "4GB",
        folders: Collection[Path] = (),
        spill: Path | None = None,
        people_at_once: int | None = None,
    ) -> None:
        spilled = tempfile.mkdtemp(prefix="handrail-", dir=spill)
        self._clean_up = weakref.finalize(self, shutil.rmtree, spilled, ignore_errors=True)
        self._connection = duckdb.connect(
            config={
                "threads": threads or os.cpu_count() or 1,
                "memory_limit": memory,
                "temp_directory": spilled,
            }
        )
        self._sources: dict[str, tuple[str, frozenset[str]]] = {}
        self._shown: set[str] = set()
        self._as_of: datetime.date | None = None
        self._portion = WHOLE
        self._people_at_once = people_at_once or max(1, _bytes(memory) // _BYTES_A_PERSON)
        allowed = [str(folder.resolve()) + "/" for folder in (Path(spilled), *folders)]
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
        self._clean_up()

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
                only = self._portion.condition(name, self._sources)
                view = seen(tables()[name], source, columns, as_of, only)
                self._connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {view}")
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

    def lay(self, name: str, files: Collection[Path]) -> None:
        """This will make Parquet files of one kind available under a name, without reading them into memory."""
        told = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
        sql = f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM read_parquet([{told}], union_by_name = true)"
        self._connection.execute(sql)

    def write(self, sql: str, file: Path, *, apart: bool = False) -> int:
        """This will run one SELECT straight into a Parquet file, without holding the rows; gives their number.

        `apart`: the rows of different persons have nothing to do with each other. Then more people than fit into
        memory are judged portion by portion, and `file` becomes a folder with a Parquet file for each portion.
        """
        several = self._portions() if apart else [WHOLE]
        if len(several) == 1:
            return self._copy(sql, file)
        file.mkdir()
        try:
            return sum(
                self._narrow(portion)._copy(sql, file / f"portion-{number:04}.parquet")
                for number, portion in enumerate(several)
            )
        finally:
            self._narrow(WHOLE)

    def _portions(self) -> list[Portion]:
        source, _ = self._sources.get("person", ("raw_person", frozenset()))
        if source.startswith("raw_"):
            return [WHOLE]
        found = self._connection.execute(f"SELECT COUNT(*) FROM {source}").fetchone()
        number = -(-(found[0] if found else 0) // self._people_at_once)
        if number <= 1:
            return [WHOLE]
        sample = self._connection.execute(f"SELECT person_id FROM {source} USING SAMPLE {_SAMPLE} ROWS").fetchall()
        return portions([row[0] for row in sample], number)

    def _narrow(self, portion: Portion) -> DuckDB:
        """Show only the records of some persons, until told otherwise."""
        self._portion = portion
        shown, self._shown = self._shown, set()
        if self._as_of is not None:
            self.show(shown, self._as_of)
        return self

    def _copy(self, sql: str, file: Path) -> int:
        path = str(file).replace("'", "''")
        done = self._connection.execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)").fetchone()
        return int(done[0]) if done else 0
