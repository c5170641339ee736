"""The files of one table as relations that can be checked: CSV as text, Parquet as it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet

from handrail.exchange.folders import checks, connection, conversion
from handrail.exchange.folders.columns import compare, usable
from handrail.exchange.folders.header import LONGEST_LINE, read_header
from handrail.exchange.folders.layout import Given, Kind
from handrail.findings import Finding
from handrail.records.schema import Table

MOST_REJECTS = 100_000
"""So many broken lines of one file are looked at; a file with more is no table."""


EVERY = "every_column"
"""A value made of every column of a CSV file.

DuckDB checks the encoding only of columns that a query uses, and each broken line moves the count of rows. Where rows
are counted, every column is used, so that the n-th row is always the same row.
"""

BLANK = "has_blank_text"
"""Whether a row of a Parquet file has text that is empty instead of absent."""

_PLACES = frozenset({"filename", "file_row_number"})


@dataclass(frozen=True)
class Part:
    """Files with the same columns. `given` maps each declared column they have to its DuckDB type.

    `positions` are all columns of a CSV file, in its order.
    """

    table: Table
    kind: Kind
    files: tuple[Path, ...]
    given: Mapping[str, str]
    positions: tuple[str, ...] = ()

    @property
    def has_strays(self) -> bool:
        """Whether a CSV file has columns that cannot be read as declared ones."""
        return len(self.positions) > len(self.given)

    @property
    def is_as_declared(self) -> bool:
        """Whether every column is stored as its declared type already."""
        columns = self.table.columns
        return self.kind is Kind.PARQUET and all(conversion.stored(columns[at]) == self.given[at] for at in self.given)

    def rows(self, *, placed: bool = False) -> str:
        """This will give SQL for the rows: `r_` and `t_` columns, and with `placed` where each stands.

        Broken lines of a CSV file are passed over, and added to the table `reject_errors`. They are collected every
        time, because without that DuckDB passes over other lines (after a stray quote, over all).
        """
        values = [f"{self._raw(column)} AS {checks.raw(column)}" for column in self.given]
        if self.kind is Kind.CSV and (placed or self.has_strays):
            values.append(f"hash({', '.join(f'c{at}' for at in range(len(self.positions)))}) AS {EVERY}")
        if self.kind is Kind.PARQUET:
            texts = [connection.name(column) for column, kind in self.given.items() if kind == "VARCHAR"]
            blank = " OR ".join(f"coalesce({column} = '', FALSE)" for column in texts)
            values.append(f"({blank or 'FALSE'}) AS {BLANK}")
        if placed:
            row = "row_number() OVER ()" if self.kind is Kind.CSV else "file_row_number + 1"
            file = connection.text(str(self.files[0].resolve())) if self.kind is Kind.CSV else "filename"
            values += [f"{file} AS in_file", f"{row} AS in_row"]
        typed = [f"{self._typed(column)} AS {checks.typed(column)}" for column in self.given]
        scan = self._scan_csv() if self.kind is Kind.CSV else self._scan_parquet()
        return f"(SELECT {', '.join(['*', *typed])} FROM (SELECT {', '.join(values)} FROM {scan}))"

    def _raw(self, column: str) -> str:
        at = f"c{self.positions.index(column)}" if self.kind is Kind.CSV else connection.name(column)
        return f"nullif({at}, '')" if self.given[column] == "VARCHAR" else at

    def _typed(self, column: str) -> str:
        declared = self.table.columns[column]
        made = conversion.converted(declared, self.given[column], checks.raw(column))
        return made or f"CAST(NULL AS {conversion.stored(declared)})"

    def _scan_parquet(self) -> str:
        return f"read_parquet({connection.files(self.files)}, hive_partitioning = false)"

    def _scan_csv(self) -> str:
        columns = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(len(self.positions)))
        return (
            f"read_csv({connection.files(self.files)}, auto_detect = false, header = true, delim = ',', "
            f"""quote = '"', escape = '"', strict_mode = true, columns = {{{columns}}}, """
            f"max_line_size = {LONGEST_LINE}, "
            f"store_rejects = true, rejects_limit = {MOST_REJECTS}, rejects_line_size_limit = 1)"
        )


@dataclass(frozen=True)
class Source:
    """The rows of one table as they were given. Unless it `is_whole`, there are rows that cannot be read."""

    table: Table
    kind: Kind
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...]
    is_whole: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """The declared columns that any of its files has, in declared order."""
        return tuple(name for name in self.table.columns if any(name in part.given for part in self.parts))

    @property
    def is_as_declared(self) -> bool:
        """Whether all of it is Parquet with the same columns, each stored as its declared type already."""
        return all(part.is_as_declared and len(part.given) == len(self.columns) for part in self.parts)


def open_source(table: Table, given: Given, database: duckdb.DuckDBPyConnection) -> Source:
    """This will look at the columns of a table's files, and at nothing below the first line."""
    return _of_csv(table, given.files[0]) if given.kind is Kind.CSV else _of_parquet(table, given.files, database)


def _of_csv(table: Table, file: Path) -> Source:
    header = read_header(file, table)
    if not header.names:
        return Source(table, Kind.CSV, (), header.findings, is_whole=False)
    known = dict.fromkeys(usable(table, header.names), "VARCHAR")
    parts = (Part(table, Kind.CSV, (file,), known, header.names),) if known else ()
    return Source(table, Kind.CSV, parts, header.findings, is_whole=bool(parts))


def _of_parquet(table: Table, files: tuple[Path, ...], database: duckdb.DuckDBPyConnection) -> Source:
    groups: dict[tuple[tuple[str, str], ...], list[Path]] = {}
    findings: list[Finding] = []
    for file in files:
        try:
            names = pyarrow.parquet.read_schema(file).names
            rows = connection.run(database, f"DESCRIBE FROM read_parquet({connection.files([file])})")
        except (OSError, pa.ArrowException, duckdb.Error):
            findings.append(_unreadable(file))
            continue
        types = {str(name): str(kind) for name, kind, *_ in rows}
        given = {name: types[name] for name in usable(table, names)}
        findings += compare(str(file), table, names, line=0)
        findings += [_unfit(file, table, name, kind) for name, kind in given.items() if not _fits(table, name, kind)]
        fitting = {name: kind for name, kind in given.items() if _fits(table, name, kind)}
        if fitting and not _PLACES & {name.lower() for name in names}:
            groups.setdefault(tuple(fitting.items()), []).append(file)
    parts = tuple(Part(table, Kind.PARQUET, tuple(some), dict(given)) for given, some in groups.items())
    return Source(table, Kind.PARQUET, parts, tuple(findings), is_whole=sum(map(len, groups.values())) == len(files))


def _fits(table: Table, name: str, kind: str) -> bool:
    return conversion.converted(table.columns[name], kind, "x") is not None


def _unreadable(file: Path) -> Finding:
    says = "cannot be read as Parquet: it is damaged, cut short, encrypted or something else."
    return Finding(str(file), 0, "H312", "file", says, "Write or copy the file again, and compare its size.")


def _unfit(file: Path, table: Table, name: str, kind: str) -> Finding:
    zone = kind == "TIMESTAMP WITH TIME ZONE"
    wanted = table.columns[name].arrow_type
    told = "times with a time zone; times here are local wall-clock times" if zone else f"values of type {kind.lower()}"
    return Finding(
        file=str(file),
        line=0,
        code="H313",
        subject=name,
        says=f"holds {told}, which cannot be read as {table.columns[name].type} without loss.",
        mend=f"Write the column as the Arrow type {wanted}" + (" in local time." if zone else "."),
    )
