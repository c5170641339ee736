"""Admission by both definitions in polars, lazy and streaming: Parquet to Parquet."""

from __future__ import annotations

import datetime
from pathlib import Path

import polars as pl

from benchmarks.peers.polars_carolina import SERVICE as CAROLINA
from benchmarks.peers.polars_carolina import carolina
from benchmarks.peers.polars_nebraska import SERVICE as NEBRASKA
from benchmarks.peers.polars_nebraska import nebraska
from benchmarks.peers.polars_records import Records


def run(folder: Path, out: dict[str, Path], as_of: datetime.date) -> None:
    """This will judge a folder of records by both definitions and write the answers of each into its file."""
    records = Records(folder, as_of)
    for service, judge in ((CAROLINA, carolina), (NEBRASKA, nebraska)):
        judge(records).sink_parquet(out[service], compression="zstd", engine="streaming")


def threads() -> int:
    """This will say how many threads polars uses: POLARS_MAX_THREADS, read when it is loaded."""
    return pl.thread_pool_size()
