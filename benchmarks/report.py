"""What came out, as tables for a reader and as JSON for a machine."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.app import Page
from benchmarks.cases import Latency
from benchmarks.compiling import Compiling
from benchmarks.contest import Standing, targets
from benchmarks.growth import MEMORY, Step, is_linear
from benchmarks.oversight import MEMORY as MEASURING_MEMORY
from benchmarks.oversight import Measuring
from benchmarks.worker import OURS

_TITLES: Mapping[str, str] = {
    OURS: "Handrail (DuckDB)",
    "polars": "polars, by hand, streaming",
    "pandas": "pandas, by hand",
    "zen": "zen-engine, clauses only, one thread, scaled",
    "cql": "cql-execution, one thread, scaled",
    "scan": "bare scan of the same columns: the limit",
}


def machine() -> dict[str, Any]:
    """This will say on what it ran."""
    packages = ("duckdb", "polars", "pandas", "zen-engine", "pyarrow")
    return {
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in packages},
        "load": round(os.getloadavg()[0], 1),
    }


def print_standings(console: Console, standings: Sequence[Standing], members: int, rows: int, threads: int) -> None:
    """This will print who took how long beside Handrail."""
    ours = next(one for one in standings if one.name == OURS)
    title = f"Admission by both definitions, {members:,} members, {rows:,} rows, Parquet to Parquet, {threads} threads"
    table = Table(title=title, title_justify="left", caption_justify="left")
    for name in ("", "wall s", "CPU s", "peak MB", "wall ÷ ours", "CPU ÷ ours", "target (wall)", "", "answers"):
        table.add_column(name, justify="left" if name in ("", "target (wall)", "answers") else "right")
    for one in standings:
        if one.passed_over:
            table.add_row(_TITLES[one.name], *["-"] * 5, "", "passed over", one.passed_over)
            continue
        target = targets().get(one.name)
        ratio = one.seconds / ours.seconds
        table.add_row(
            _TITLES[one.name],
            f"{one.seconds:,.2f}",
            f"{one.cpu:,.2f}",
            f"{one.peak_mb:,.0f}",
            f"{ratio:,.2f}",
            f"{one.cpu / ours.cpu:,.2f}",
            str(target["says"]) if target else "",
            _mark(ratio >= float(target["least"])) if target else "",
            one.compared,
        )
    console.print(table)
    if ours.compiling is not None:
        console.print(
            f"Of Handrail's seconds {ours.compiling:.2f} are compiling, whatever the members.", highlight=False
        )


def print_latencies(console: Console, latencies: Sequence[Latency], rounds: int) -> None:
    """This will print how long one case takes."""
    table = Table(title=f"One case: one thread, records in memory, {rounds} calls", title_justify="left")
    for name in ("", "definition", "median ms", "slowest ms", "CPU ms", "target ms", ""):
        table.add_column(name, justify="right" if name.endswith("ms") else "left")
    for one in latencies:
        figures = (f"{ms:,.1f}" for ms in (one.median, one.slowest, one.cpu))
        table.add_row(one.what, one.definition, *figures, f"{one.target:,.0f}", _mark(one.median <= one.target))
    console.print(table)


def print_compiling(console: Console, compiled: Sequence[Compiling]) -> None:
    """This will print how long definitions take to compile."""
    table = Table(title="Compiling, in a process that has just started", title_justify="left")
    for name in ("definition", "read ms", "admission ms", "all subjects ms", "subjects"):
        table.add_column(name, justify="left" if name == "definition" else "right")
    for one in compiled:
        table.add_row(
            one.definition, f"{one.reading:,.0f}", f"{one.admission:,.0f}", f"{one.whole:,.0f}", str(one.subjects)
        )
    console.print(table)


def print_growth(console: Console, steps: Sequence[Step]) -> None:
    """This will print how time grows with the number of members."""
    table = Table(title=f"Growth: admission by both definitions, DuckDB held to {MEMORY}", title_justify="left")
    for name in ("members", "wall s", "CPU s", "peak MB", "s a million"):
        table.add_column(name, justify="right")
    for one in steps:
        table.add_row(
            f"{one.members:,}",
            f"{one.seconds:,.2f}",
            f"{one.cpu:,.2f}",
            f"{one.peak_mb:,.0f}",
            f"{one.seconds_per_million:,.1f}",
        )
    console.print(table)
    console.print(f"The seconds a million must not rise: {_mark(is_linear(steps))}", highlight=False)


def print_pages(console: Console, pages: Sequence[Page]) -> None:
    """This will print how long the app's heaviest pages take."""
    table = Table(title="The app's heaviest pages, through all of its middleware", title_justify="left")
    for name in ("database", "page", "median ms", "slowest ms", "CPU ms", "queries", "kB", "target ms", ""):
        table.add_column(name, justify="left" if name in ("database", "page", "") else "right")
    for one in pages:
        figures = (f"{number:,.0f}" for number in (one.median, one.slowest, one.cpu, one.queries, one.kilobytes))
        table.add_row(one.database, one.page, *figures, f"{one.target:,.0f}", _mark(one.median <= one.target))
    console.print(table)
    if pages:
        console.print(f"Verdicts kept in the database: {max(one.verdicts for one in pages):,}", highlight=False)


def print_measuring(console: Console, jobs: Sequence[Measuring]) -> None:
    """This will print how long measures over a payer's extract take, and what was compared before."""
    table = Table(title=f"Measures over a payer's claims, DuckDB held to {MEASURING_MEMORY}", title_justify="left")
    for name in ("", "claim lines", "wall s", "CPU s", "peak MB", "wall ÷ ours", "target", "", "counts"):
        table.add_column(name, justify="left" if name in ("", "target", "counts") else "right")
    for one in jobs:
        table.add_row(
            one.what,
            f"{one.lines:,}",
            f"{one.seconds:,.1f}",
            f"{one.cpu:,.1f}",
            "" if one.peak_mb is None else f"{one.peak_mb:,.0f}",
            "" if one.share is None else f"{one.share:,.2f}",
            one.target,
            "" if one.is_reached is None else _mark(one.is_reached),
            one.compared,
        )
    console.print(table)


def as_plain(parts: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """This will give everything as plain data."""
    return {"machine": machine(), **{name: [asdict(one) for one in some] for name, some in parts.items()}}


def _mark(reached: bool) -> str:
    return "reached" if reached else "missed"
