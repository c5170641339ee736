"""A folder of records, read, checked and handed on."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from handrail.exchange.folders import connection, telling
from handrail.exchange.folders.keys import lost_references, repeated_keys
from handrail.exchange.folders.landing import Landed, land
from handrail.exchange.folders.layout import Layout, look_into
from handrail.exchange.folders.lines import Count
from handrail.exchange.folders.scan import broken_files, scan
from handrail.exchange.folders.source import Source, open_source
from handrail.exchange.folders.troubles import Trouble, merge
from handrail.findings import Finding, FindingsError
from handrail.records.holding import Held, Records
from handrail.records.schema import tables

MOST_IN_MEMORY = 200_000_000
"""Folders with fewer bytes, unpacked, are held in memory."""

_NOT_THE_FILE = (
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ConversionException,
    duckdb.OutOfMemoryException,
    duckdb.ParserException,
    duckdb.PermissionException,
)
_UNPACKED = {".csv": 1, ".gz": 8, ".parquet": 4}


def read_folder(
    directory: Path, *, trust: bool = False, spool: Path | None = None, most_in_memory: int = MOST_IN_MEMORY
) -> Records:
    """This will read and check every table of a folder; small folders into memory, large ones as Parquet files.

    A large CSV file is written as checked Parquet into a new folder inside `spool`; without `spool`, into a
    temporary one that is removed when the program ends. Large Parquet files stay where they are. `trust` passes over
    the rows of Parquet files whose columns have the declared types already: for files that were checked before.

    Raises: `FindingsError` with everything that is wrong (H301 to H351); then nothing is left behind.
    """
    layout = look_into(directory)
    if not layout.given:
        raise FindingsError(layout.findings)
    work = _work_folder(spool)
    is_kept = False
    try:
        with connection.open_for(directory.resolve(), work) as database:
            held = _hold(_check(layout, database, work, trust=trust), database, work, most_in_memory)
        files = [file for rows in held.values() if isinstance(rows, tuple) for file in rows]
        is_kept = any(file.is_relative_to(work) for file in files)
        if is_kept and spool is None:
            atexit.register(shutil.rmtree, work, ignore_errors=True)
        return Records(held)
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        raise FindingsError([telling.no_room(str(work.parent), error)]) from error
    finally:
        if not is_kept:
            shutil.rmtree(work, ignore_errors=True)


@dataclass(frozen=True)
class _Checked:
    """One table after its own rows were checked. `is_whole` says that every row could be read."""

    landed: Landed
    troubles: tuple[Trouble, ...] = ()
    findings: tuple[Finding, ...] = ()
    count: Count | None = None
    has_blank_text: bool = False
    is_whole: bool = True
    is_trusted: bool = False


def _work_folder(spool: Path | None) -> Path:
    try:
        if spool is not None:
            spool.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix="handrail-", dir=spool)).resolve()
    except OSError as error:
        raise FindingsError([telling.no_room(str(spool or tempfile.gettempdir()), error)]) from error


def _check(layout: Layout, database: duckdb.DuckDBPyConnection, work: Path, *, trust: bool) -> list[_Checked]:
    """Check every table, then their references; raise everything found."""
    sources = (open_source(tables()[given.table], given, database) for given in layout.given)
    checked = [_check_table(source, database, work, trust=trust) for source in sources]
    whole = {one.landed.source.table.name: one.landed for one in checked if one.is_whole}
    findings = list(layout.findings)
    for one in checked:
        lost = () if one.is_trusted else lost_references(one.landed, whole, layout.named, database)
        findings += [*one.findings, *_tell(one, (*one.troubles, *lost))]
    if findings:
        raise FindingsError(findings)
    return checked


def _check_table(source: Source, database: duckdb.DuckDBPyConnection, work: Path, *, trust: bool) -> _Checked:
    if trust and source.is_as_declared and source.is_whole and not source.findings:
        return _Checked(Landed(source), is_trusted=True)
    try:
        scans = [scan(part, database) for part in source.parts]
    except _NOT_THE_FILE:
        raise
    except duckdb.Error:
        findings = [*source.findings, *(telling.unreadable(file) for file in broken_files(source.parts, database))]
        return _Checked(Landed(replace(source, parts=())), findings=tuple(findings), is_whole=False)
    landed = land(source, database, work)
    troubles = merge(trouble for one in scans for trouble in one.troubles)
    count = next((one.count for one in scans), None)
    has_key = all(source.table.key in part.given for part in source.parts)
    return _Checked(
        landed=landed,
        troubles=(*troubles, *repeated_keys(landed, database)),
        findings=source.findings,
        count=count,
        has_blank_text=any(one.has_blank_text for one in scans),
        is_whole=source.is_whole and has_key and not (count and count.broken),
    )


def _tell(one: _Checked, troubles: Sequence[Trouble]) -> list[Finding]:
    if one.count is None:
        return telling.of_parquet(troubles)
    return telling.of_csv(troubles, one.count, len(one.landed.source.parts[0].positions))


def _hold(
    checked: Sequence[_Checked], database: duckdb.DuckDBPyConnection, work: Path, most_in_memory: int
) -> dict[str, Held]:
    """Take up the rows that were checked: into memory, or as files where they are many."""
    files = [file for one in checked for part in one.landed.source.parts for file in part.files]
    is_large = sum(file.stat().st_size * _UNPACKED[file.suffix] for file in files) >= most_in_memory
    held: dict[str, Held] = {}
    for one in checked:
        source = one.landed.source
        as_given = source.is_as_declared and not one.has_blank_text
        held[source.table.name] = (
            one.landed.on_disk(database, work, as_given=as_given) if is_large else one.landed.in_memory(database)
        )
    return held
