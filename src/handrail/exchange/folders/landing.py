"""The rows of a table as Parquet of the declared types: landed from CSV, or as they were given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from handrail.exchange.folders import checks, connection
from handrail.exchange.folders.layout import Kind
from handrail.exchange.folders.source import EVERY, Source


@dataclass(frozen=True)
class Landed:
    """The rows of one table, by declared type. `copy` is the Parquet file they were written to, if they were."""

    source: Source
    copy: Path | None = None

    def values(self, column: str) -> str:
        """This will give SQL for one column as `value`, with `in_file` and `in_row`, where it stands."""
        name = connection.name(column)
        if self.copy is not None:
            file = connection.text(str(self.source.parts[0].files[0].resolve()))
            scan = f"read_parquet({connection.files([self.copy])})"
            return f"(SELECT {name} AS value, {file} AS in_file, file_row_number + 1 AS in_row FROM {scan})"
        parts = [
            f"SELECT {checks.typed(column)} AS value, in_file, in_row FROM {part.rows(placed=True)}"
            for part in self.source.parts
            if column in part.given
        ]
        return f"({' UNION ALL '.join(parts)})"

    def rows(self) -> str:
        """This will give SQL for all rows with the declared columns that any file has, by their names."""
        if self.copy is not None:
            return f"SELECT {self._columns()} FROM read_parquet({connection.files([self.copy])})"
        return f"SELECT {self._columns()} FROM ({_together(self.source)})"

    def in_memory(self, database: duckdb.DuckDBPyConnection) -> pa.Table:
        """This will give the rows as an Arrow table."""
        schema = pa.schema([self.source.table.arrow_schema.field(name) for name in self.source.columns])
        return database.sql(self.rows()).to_arrow_table().cast(schema)

    def on_disk(self, database: duckdb.DuckDBPyConnection, work: Path, *, as_given: bool) -> tuple[Path, ...]:
        """This will give Parquet files with the rows: the files themselves where `as_given`, else a copy."""
        if self.copy is not None:
            return (self.copy,)
        if as_given:
            return tuple(file.resolve() for part in self.source.parts for file in part.files)
        return (_write(database, self.rows(), work / f"{self.source.table.name}.parquet"),)

    def _columns(self) -> str:
        return ", ".join(connection.name(column) for column in self.source.columns)


def land(source: Source, database: duckdb.DuckDBPyConnection, work: Path) -> Landed:
    """This will write the rows of a CSV file as Parquet into `work`; Parquet stays where it is.

    A value that does not fit its column is written as empty, so this is for use after the checks.
    """
    if source.kind is Kind.PARQUET or not source.parts:
        return Landed(source)
    return Landed(source, _write(database, _together(source), work / f"{source.table.name}.parquet"))


def _together(source: Source) -> str:
    parts = []
    for part in source.parts:
        columns = [f"{checks.typed(column)} AS {connection.name(column)}" for column in part.given]
        columns += [EVERY] if part.kind is Kind.CSV and part.has_strays else []
        parts.append(f"SELECT {', '.join(columns)} FROM {part.rows()}")
    return " UNION ALL BY NAME ".join(parts)


def _write(database: duckdb.DuckDBPyConnection, rows: str, file: Path) -> Path:
    connection.run(database, f"COPY ({rows}) TO {connection.text(str(file))} (FORMAT parquet)")
    return file
