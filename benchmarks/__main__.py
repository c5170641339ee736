"""`python -m benchmarks`: Handrail beside its peers, one case, compiling, growth, the app and oversight; `make bench` runs it."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks import app, oversight, report
from benchmarks.agreement import DisagreementError
from benchmarks.cases import ROUNDS, latencies
from benchmarks.compiling import compile_times
from benchmarks.contest import contest, rows_judged
from benchmarks.growth import FULL, SIZES, grow
from benchmarks.members import cache, members
from benchmarks.process import ContenderError
from benchmarks.worker import CONTENDERS, Task

PARTS = ("peers", "case", "compile", "growth", "app", "oversight")


def main(arguments: Sequence[str] | None = None) -> None:
    """This will run the parts asked for, print a table for each, and write all as JSON where asked."""
    asked = _asked(arguments)
    console = Console(width=None if os.isatty(1) else 200, soft_wrap=False)
    quiet = Console(stderr=True)
    count = asked.members or (100_000 if asked.quick else 1_000_000)
    found: dict[str, Any] = {}
    cache().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="answers-", dir=cache()) as scratch:
        task = Task(cache(), Path(scratch), asked.threads, 0, asked.memory)

        def told(says: str) -> None:
            quiet.print(f"… {says}", highlight=False)

        if "compile" in asked.only:  # first, while the process is fresh
            found["compile"] = list(compile_times())
            report.print_compiling(console, found["compile"])
        if "case" in asked.only:
            told("one case")
            found["case"] = list(latencies(asked.calls))
            report.print_latencies(console, found["case"], asked.calls)
        if "peers" in asked.only:
            task = Task(members(count, asked.seed, told), task.out, task.threads, 0, task.memory)
            found["peers"] = contest(asked.peers, task, count, rounds=asked.rounds, told=told)
            report.print_standings(console, found["peers"], count, rows_judged(task), asked.threads)
        if "growth" in asked.only:
            sizes = [size for size in (*SIZES, FULL) if size <= count or (size == FULL and asked.full)]
            found["growth"] = list(grow(sizes, task, asked.seed, told))
            report.print_growth(console, found["growth"])
        if "app" in asked.only:
            sizes = {"episodes": app.EPISODES // 10, "attendances": app.ATTENDANCES // 10} if asked.quick else {}
            found["app"] = list(app.pages(told=told, **sizes))
            report.print_pages(console, found["app"])
        if "oversight" in asked.only:
            first = oversight.SPARK_LINES if asked.quick else oversight.LINES
            lines = [first, oversight.FULL] if asked.full else [first]
            jobs = oversight.measure_claims(lines, task.out, threads=asked.threads, rounds=asked.rounds, told=told)
            found["oversight"] = list(jobs)
            report.print_measuring(console, found["oversight"])
    if asked.out:
        asked.out.write_text(json.dumps(report.as_plain(found), indent=1) + "\n", encoding="utf-8")


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="only these parts")
    parser.add_argument("--peers", nargs="+", choices=CONTENDERS, default=list(CONTENDERS), help="only these peers")
    parser.add_argument("--quick", action="store_true", help="100,000 members or claim lines, growth up to there")
    parser.add_argument(
        "--full", action="store_true", help="growth up to 10 million members; measures over 10 million claim lines, too"
    )
    parser.add_argument("--members", type=int, help="so many members, instead of a million")
    parser.add_argument("--rounds", type=int, default=3, help="so many runs of each after one to warm up")
    parser.add_argument("--calls", type=int, default=ROUNDS, help="so many calls for one case")
    parser.add_argument(
        "--threads", type=int, default=os.cpu_count() or 1, help="threads for Handrail, polars and the scan"
    )
    parser.add_argument("--memory", default="4GB", help="what DuckDB may hold in memory")
    parser.add_argument("--seed", type=int, default=7, help="another number gives other members")
    parser.add_argument("--out", type=Path, help="write everything as JSON into this file, too")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    try:
        main()
    except (DisagreementError, ContenderError) as error:
        sys.exit(f"No time is worth printing: {error}")
