"""One contender of the part `oversight`, in a process of its own: `python -m benchmarks.oversight_worker NAME ...`.

Prints one line of JSON: the seconds from an imported extract on disk to counts on disk, and the most memory held.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.extracts import SPAN
from benchmarks.process import peak_mb
from handrail.engine.evaluate import Engine
from handrail.engine.on_duckdb import DuckDB
from handrail.measures.cases import tallies
from handrail.measures.measure import Measure, packaged_measures
from handrail.measures.sources import ClaimsSource, lay_facts

FIVE = ("long_stay", "early_drop_out", "detox_after", "nine_hours", "emergency_visits")
"""Measures of every kind of facts that claims have: courses, their surroundings, weeks, and rates by the month."""

COUNTS = {"counted": pa.int64(), "events": pa.float64(), "exposure": pa.float64(), "excluded": pa.int64()}


@dataclass(frozen=True)
class Task:
    """The imported extract, where the counts go, and what of the machine may be used."""

    data: Path
    out: Path
    threads: int
    memory: str


def handrail(task: Task) -> None:
    """This will count five measures on DuckDB."""
    _on_duckdb(task, [packaged_measures()[name] for name in FIVE])


def pandas(task: Task) -> None:
    """This will count the same five in pandas."""
    from benchmarks.peers import pandas_oversight

    pandas_oversight.run(task.data, task.out, SPAN.since, SPAN.as_of)


def scan(task: Task) -> None:
    """This will read the columns that the facts read, and nothing more."""
    from benchmarks.peers import bare_scan

    bare_scan.run_claims(task.data, threads=task.threads)


def counts(task: Task) -> None:
    """This will count every measure that claims can tell, on DuckDB."""
    _on_duckdb(task, _told_by_claims())


def spark(task: Task) -> None:
    """This will count every measure that claims can tell, on Spark."""
    from handrail.engine.on_spark import Spark

    with Spark(master=f"local[{task.threads}]") as engine:
        _count(engine, task, _told_by_claims())


def measures(task: Task) -> None:
    """This will do all that `handrail oversight` does but write: facts, counts, comparisons, change over time."""
    from handrail.measures.running import run_measures
    from handrail.oversight.thresholds import load_thresholds

    source = ClaimsSource(task.data)
    limits, _ = load_thresholds(None)
    with _room(task) as room, _duckdb(task, Path(room)) as engine:
        run_measures(engine, source, packaged_measures(), SPAN, limits, Path(room))


def _told_by_claims() -> list[Measure]:
    return [one for one in packaged_measures().values() if not one.lacks("claims")]


def _room(task: Task) -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="facts-", dir=task.out.parent)


def _duckdb(task: Task, room: Path) -> DuckDB:
    folders = [*ClaimsSource(task.data).folders, room]
    return DuckDB(threads=task.threads, memory=task.memory, folders=folders, spill=task.out.parent)


def _on_duckdb(task: Task, some: Iterable[Measure]) -> None:
    with _room(task) as room, _duckdb(task, Path(room)) as engine:
        _count(engine, task, some, Path(room))


def _count(engine: Engine, task: Task, some: Iterable[Measure], room: Path | None = None) -> None:
    if room is None:
        with _room(task) as made:
            _count(engine, task, some, Path(made))
        return
    wanted = list(some)
    lay_facts(engine, ClaimsSource(task.data), SPAN, room, sorted({one.facts.name for one in wanted}))
    rows = []
    for measure in wanted:
        for by in measure.by:
            found = engine.query(tallies(measure, by).sql(dialect=engine.dialect)).to_pylist()
            rows += [
                {"measure": measure.name, "by": by, **{name: row[name] for name in ("unit", *COUNTS)}} for row in found
            ]
    names = {"measure": pa.string(), "by": pa.string(), "unit": pa.string(), **COUNTS}
    pq.write_table(pa.Table.from_pylist(rows, schema=pa.schema(names)), task.out)


CONTENDERS: Mapping[str, Callable[[Task], None]] = {
    "handrail": handrail, "pandas": pandas, "scan": scan, "counts": counts, "spark": spark, "measures": measures,
}  # fmt: skip


def main() -> None:
    """This will run one contender and print what it took."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=CONTENDERS)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", default="2500MB")
    asked = vars(parser.parse_args())
    run = CONTENDERS[asked.pop("name")]
    task = Task(**asked)
    started, cpu = time.perf_counter(), time.process_time()
    run(task)
    spent = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu}
    print(json.dumps({**spent, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main()
