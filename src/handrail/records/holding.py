"""Records as they are handed to the engine: each table either in memory or as Parquet files on disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa

from handrail.records.schema import tables

Held: TypeAlias = pa.Table | tuple[Path, ...]
"""Rows in memory, or the Parquet files that hold them."""


@dataclass(frozen=True)
class Records:
    """A set of record tables. A table that is not held has no rows; a column that is not held is empty.

    `held` maps table names to Arrow tables (columns as `schema.Table.arrow_schema` says, fewer allowed)
    or to Parquet files of the same columns.
    """

    held: Mapping[str, Held] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.held) - set(tables()))
        if unknown:
            raise ValueError(f"no such table of records: {', '.join(unknown)}")

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders in which files of records lie."""
        files = (file for held in self.held.values() if not isinstance(held, pa.Table) for file in held)
        return tuple(sorted({file.parent for file in files}))

    def in_memory(self, name: str) -> pa.Table:
        """This will give one table as Arrow with every declared column; only for tables held in memory."""
        table = tables()[name]
        held = self.held.get(name)
        if held is None:
            return table.empty()
        if not isinstance(held, pa.Table):
            raise TypeError(f"{name} is held in files, not in memory")
        if held.schema.equals(table.arrow_schema):
            return held
        columns = [
            held[column.name].cast(column.arrow_type)
            if column.name in held.column_names
            else pa.nulls(held.num_rows, column.arrow_type)
            for column in table.columns.values()
        ]
        return pa.table(columns, schema=table.arrow_schema)


def from_rows(rows: Mapping[str, list[dict[str, object]]]) -> Records:
    """This will hold Python rows (one list of dicts a table) in memory; for examples, cases and tests.

    Raises `pyarrow.ArrowInvalid` or `TypeError` where a value does not fit its column.
    """
    held = {}
    for name, some in rows.items():
        table = tables()[name]
        unknown = sorted({column for row in some for column in row} - set(table.columns))
        if unknown:
            raise ValueError(f"{name} has no column {', '.join(unknown)}")
        held[name] = pa.Table.from_pylist(some, schema=table.arrow_schema)
    return Records(held)
