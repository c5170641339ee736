"""Measures over a payer's extract: all of them in 4 GB, the same on Spark, and five beside pandas and a bare scan."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from benchmarks.agreement import DisagreementError
from benchmarks.contest import targets
from benchmarks.extracts import Extract, extract
from benchmarks.process import Spent, run_alone

LINES = 1_000_000
FULL = 10_000_000
SPARK_LINES = 100_000
MOST_MB = 4_000
"""What the process may hold at the most, whatever the number of lines."""

MEMORY = "2500MB"
"""What DuckDB may hold, so that the statistics have room beside it below 4 GB."""

Told = Callable[[str], None]


@dataclass(frozen=True)
class Measuring:
    """How one job did. `share` is its time divided by ours on the same lines; None where it is ours, or alone."""

    what: str
    lines: int
    seconds: float
    cpu: float
    peak_mb: float | None
    share: float | None
    compared: str
    target: str
    is_reached: bool | None


def measure_claims(
    sizes: Sequence[int], scratch: Path, *, threads: int, rounds: int, told: Told
) -> Iterator[Measuring]:
    """This will measure each size by DuckDB, the smallest of all by Spark, and put the first size beside its peers.

    Raises `DisagreementError` where Spark or pandas counts otherwise.
    """
    for lines in sizes:
        made = extract(lines, told)
        told(f"all measures, {lines:,} claim lines")
        spent = _alone("measures", made, scratch, threads)
        within = spent.peak_mb <= MOST_MB
        yield Measuring(
            "all measures (DuckDB)", lines, spent.seconds, spent.cpu, spent.peak_mb, None, "", "at most 4 GB", within
        )
    yield from _beside_spark(extract(SPARK_LINES, told), scratch, threads, told)
    yield from _beside_pandas(extract(sizes[0], told), scratch, threads, rounds, told)


def _beside_spark(made: Extract, scratch: Path, threads: int, told: Told) -> Iterator[Measuring]:
    told(f"every count on DuckDB and on Spark, {made.lines:,} claim lines")
    ours, theirs = (_alone(name, made, scratch, threads) for name in ("counts", "spark"))
    compared = same_counts(_file(scratch, "counts", made), _file(scratch, "spark", made))
    yield _row("every count (DuckDB)", made, ours, None, "")
    # Its memory is that of Java, which is not measured here.
    yield replace(
        _row("every count (Spark, its start too)", made, theirs, theirs.seconds / ours.seconds, compared), peak_mb=None
    )


def _beside_pandas(made: Extract, scratch: Path, threads: int, rounds: int, told: Told) -> Iterator[Measuring]:
    names = {"handrail": "five counts (DuckDB)", "pandas": "five counts (pandas)", "scan": "bare scan: the limit"}
    runs: dict[str, list[Spent]] = {name: [] for name in names}
    compared = dict.fromkeys(names, "")
    for turn in range(rounds + 1):
        for name, what in names.items():
            told(f"{'warming up' if not turn else f'round {turn} of {rounds}'}: {what}")
            spent = _alone(name, made, scratch, threads)
            if turn:
                runs[name].append(spent)
        if not turn:
            compared["pandas"] = same_counts(_file(scratch, "handrail", made), _file(scratch, "pandas", made))
    middle = {name: _median(some) for name, some in runs.items()}
    for name, spent in middle.items():
        share = None if name == "handrail" else spent.seconds / middle["handrail"].seconds
        target = targets().get(f"{name}_oversight")
        is_reached = None if target is None or share is None else share >= float(target["least"])
        yield _row(names[name], made, spent, share, compared[name], str(target["says"]) if target else "", is_reached)


def _row(
    what: str,
    made: Extract,
    spent: Spent,
    share: float | None,
    compared: str,
    target: str = "",
    is_reached: bool | None = None,
) -> Measuring:
    return Measuring(what, made.lines, spent.seconds, spent.cpu, spent.peak_mb, share, compared, target, is_reached)


def _median(runs: Sequence[Spent]) -> Spent:
    return Spent(
        statistics.median(one.seconds for one in runs),
        statistics.median(one.cpu for one in runs),
        max(one.peak_mb for one in runs),
    )


def _alone(name: str, made: Extract, scratch: Path, threads: int) -> Spent:
    out = _file(scratch, name, made)
    return run_alone(name, made.folder, out, threads=threads, memory=MEMORY, module="benchmarks.oversight_worker")


def _file(scratch: Path, name: str, made: Extract) -> Path:
    return scratch / f"{name}-{made.lines}.parquet"


def same_counts(ours: Path, theirs: Path) -> str:
    """This will say what was compared and is equal. Raises `DisagreementError` where a count differs."""
    with duckdb.connect() as database:
        one, other = (
            f"(SELECT *, \"by\" AS kind, COALESCE(unit, '') AS who FROM read_parquet('{file}'))"
            for file in (ours, theirs)
        )
        differs = " OR ".join(
            f"o.{name} IS DISTINCT FROM t.{name}" for name in ("counted", "events", "exposure", "excluded")
        )
        rows = database.sql(
            f"SELECT COALESCE(o.measure, t.measure), count(*), count(*) FILTER ({differs}) "
            f"FROM {one} o FULL JOIN {other} t USING (measure, kind, who) GROUP BY 1 ORDER BY 1"
        ).fetchall()
    wrong = {measure: different for measure, _, different in rows if different}
    if wrong or not rows:
        says = ", ".join(f"{measure} in {different:,}" for measure, different in wrong.items())
        raise DisagreementError(f"{theirs.stem} counts otherwise: {says or 'there is nothing to compare'}")
    return f"{sum(count for _, count, _ in rows):,} units, {len(rows)} measures equal"
