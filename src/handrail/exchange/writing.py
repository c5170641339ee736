"""Records written to a folder: one file a table, all of them or none."""

from __future__ import annotations

import csv
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from handrail.findings import Finding, FindingsError
from handrail.records.holding import Held, Records
from handrail.records.schema import Table, tables

Format = Literal["csv", "parquet"]
_AT_A_TIME = 65_536


def write_folder(records: Records, directory: Path, format: Format = "csv") -> dict[str, int]:  # noqa: A002
    """This will write one file for each table that is held, and give the rows written by table.

    The files appear in `directory` all at once: they are written into a sibling folder, which is then
    renamed. Empty cells are nulls, booleans are `true` and `false`, times `YYYY-MM-DDTHH:MM`.

    Raises: `FindingsError` (H401, H402) where the folder is not empty or cannot be written; then nothing is.
    """
    return write_tables(records.held, tables(), directory, format)


def write_tables(
    held: Mapping[str, Held],
    declared: Mapping[str, Table],
    directory: Path,
    format: Format = "csv",  # noqa: A002
) -> dict[str, int]:
    """This will write tables of any kind as `write_folder` does, each with every column that is declared for it."""
    target = directory.resolve()
    check_free(target)
    building = target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")
    try:
        building.mkdir(parents=True)
        written = {name: _write(declared[name], held[name], building, format) for name in declared if name in held}
        if target.exists():
            target.rmdir()
        building.rename(target)
    except OSError as error:
        raise FindingsError([cannot_write(directory, error)]) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return written


def check_free(directory: Path) -> None:
    """This will raise `FindingsError` (H401) unless the folder is absent or empty; long work asks it first."""
    try:
        is_free = not any(directory.iterdir()) if directory.is_dir() else not directory.is_symlink()
        if is_free and not directory.is_file():
            return
    except OSError as error:
        raise FindingsError([cannot_write(directory, error)]) from error
    what = "is a folder that already has files in it" if directory.is_dir() else "exists and is not a folder"
    finding = Finding(
        file=str(directory),
        line=0,
        code="H401",
        subject="output folder",
        says=f"{what}; writing here would mix two sets of records.",
        mend="Name a folder that does not exist yet, or empty this one first.",
    )
    raise FindingsError([finding])


def cannot_write(directory: Path, error: OSError) -> Finding:
    """This will say that a folder, or a file, cannot be written, and why."""
    return Finding(
        file=str(directory),
        line=0,
        code="H402",
        subject="output",
        says=f"cannot be written: {error.strerror or error}.",
        mend="Name one that does not exist yet, in a place with room where you may write.",
    )


def _write(table: Table, held: Held, folder: Path, ending: Format) -> int:
    return _WRITERS[ending](table, held, folder / f"{table.name}.{ending}")


def _write_csv(table: Table, held: Held, path: Path) -> int:
    rows = 0
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(table.columns)
        for batch in _batches(table, held):
            writer.writerows(zip(*(_as_text(column).to_pylist() for column in batch.columns), strict=True))
            rows += batch.num_rows
    return rows


def _write_parquet(table: Table, held: Held, path: Path) -> int:
    rows = 0
    with pyarrow.parquet.ParquetWriter(path, table.arrow_schema, compression="zstd") as writer:
        for batch in _batches(table, held):
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


_WRITERS: Mapping[Format, Callable[[Table, Held, Path], int]] = MappingProxyType(
    {"csv": _write_csv, "parquet": _write_parquet}
)


def _batches(table: Table, held: Held) -> Iterator[pa.RecordBatch]:
    """Give the rows in pieces, each with every declared column in declared order."""
    for piece in held.to_batches(max_chunksize=_AT_A_TIME) if isinstance(held, pa.Table) else _read(held):
        columns = [
            piece.column(column.name).cast(column.arrow_type)
            if column.name in piece.schema.names
            else pa.nulls(piece.num_rows, column.arrow_type)
            for column in table.columns.values()
        ]
        yield pa.record_batch(columns, schema=table.arrow_schema)


def _read(files: Sequence[Path]) -> Iterator[pa.RecordBatch]:
    """Give the rows of Parquet files in pieces. `pyarrow.dataset` would do it, and has every command load pandas."""
    for path in files:
        with pyarrow.parquet.ParquetFile(path) as file:
            yield from file.iter_batches(batch_size=_AT_A_TIME)


def _as_text(column: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(column.type):
        return pc.strftime(column, format="%Y-%m-%dT%H:%M")
    if pa.types.is_decimal(column.type):
        return pc.replace_substring_regex(column.cast(pa.string()), pattern=r"\.?0+$", replacement="")
    return column.cast(pa.string())
