"""Invented members by the million as a folder of records in Parquet: the same for the same number and seed.

Each table is a folder of several files. They are made stretch by stretch, so that memory does not grow with their
number, and kept in a temporary folder for the next run.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.generate.chunk import draw_chunk
from benchmarks.generate.columns import AS_OF
from benchmarks.generate.history import make_diagnoses, make_stays
from benchmarks.generate.people import make_children, make_impairments, make_inquiries, make_persons
from benchmarks.generate.providers import make_credentials, make_programs, make_staff
from benchmarks.generate.requests import make_requests
from handrail.records.holding import Records
from handrail.records.schema import tables

__all__ = ["AS_OF", "cache", "members", "records_of", "write_members"]

MOST_AT_ONCE = 250_000
"""So many members are made, and stand in one file of each table, at most."""


def cache() -> Path:
    """This will name the folder in which generated members are kept; HANDRAIL_BENCH_CACHE names another."""
    told = os.environ.get("HANDRAIL_BENCH_CACHE")
    return Path(told) if told else Path(tempfile.gettempdir()) / "handrail-benchmarks"


def members(count: int, seed: int = 7, told: Callable[[str], None] = lambda _says: None) -> Path:
    """This will give the folder of so many members, and make it where it is not there yet."""
    folder = cache() / f"members-{count}-{seed}-{_made_by()}"
    if not folder.is_dir():
        told(f"making the records of {count:,} members in {folder}")
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
        try:
            write_members(scratch, count, seed)
            scratch.rename(folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return folder


def write_members(folder: Path, count: int, seed: int) -> None:
    """This will write the records of so many members into a folder that exists."""
    providers = np.random.default_rng((seed, 0))
    for name, make in (("program", make_programs), ("staff", make_staff), ("credential", make_credentials)):
        _write(folder, name, 0, make(providers, count))
    for part, (first, many) in enumerate(_stretches(count)):
        rng = np.random.default_rng((seed, 1, part))
        for name, rows in _stretch(rng, count, first, many).items():
            _write(folder, name, part, rows.take(pa.array(rng.permutation(rows.num_rows))))


def records_of(folder: Path) -> Records:
    """This will hold the files of a folder of members, unread."""
    return Records({table.name: tuple(sorted(table.glob("*.parquet"))) for table in sorted(folder.iterdir())})


def _stretches(count: int) -> Iterator[tuple[int, int]]:
    most = min(MOST_AT_ONCE, -(-count // 4))
    for first in range(0, count, most):
        yield first, min(most, count - first)


def _stretch(rng: np.random.Generator, members: int, first: int, count: int) -> Mapping[str, pa.Table]:
    chunk = draw_chunk(rng, members, first, count)
    return {
        "person": make_persons(rng, chunk),
        "child": make_children(rng, chunk),
        "inquiry": make_inquiries(rng, chunk),
        "functional_impairment": make_impairments(rng, chunk),
        "diagnosis": make_diagnoses(rng, chunk),
        "outside_stay": make_stays(rng, chunk),
        **make_requests(rng, chunk),
    }


def _write(folder: Path, name: str, part: int, rows: pa.Table) -> None:
    """The columns in their declared types and order, those that the table lacks left out."""
    declared = [field for field in tables()[name].arrow_schema if field.name in rows.column_names]
    (folder / name).mkdir(exist_ok=True)
    pq.write_table(
        rows.select([field.name for field in declared]).cast(pa.schema(declared)),
        folder / name / f"part-{part:04}.parquet",
        compression="zstd",
        row_group_size=120_000,
    )


def _made_by() -> str:
    """What made the members: another generator makes others."""
    here = Path(__file__).parent
    sources = [Path(__file__), *sorted((here / "generate").glob("*.py"))]
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:8]
