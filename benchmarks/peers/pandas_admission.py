"""Admission by both definitions in pandas: Parquet to Parquet."""

from __future__ import annotations

import datetime
from pathlib import Path

from benchmarks.peers.pandas_carolina import carolina
from benchmarks.peers.pandas_nebraska import nebraska
from benchmarks.peers.pandas_records import Records
from benchmarks.peers.polars_carolina import SERVICE as CAROLINA
from benchmarks.peers.polars_nebraska import SERVICE as NEBRASKA


def run(folder: Path, out: dict[str, Path], as_of: datetime.date) -> None:
    """This will judge a folder of records by both definitions and write the answers of each into its file."""
    records = Records(folder, as_of)
    for service, judge in ((CAROLINA, carolina), (NEBRASKA, nebraska)):
        told = judge(records)
        told["judged_on"] = told["judged_on"].dt.date
        told.to_parquet(out[service], compression="zstd", index=False)
