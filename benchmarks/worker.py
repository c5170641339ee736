"""One contender's run in a process of its own: `python -m benchmarks.worker NAME --data DIR --out DIR`.

Prints one line of JSON: the seconds from records on disk to answers on disk, and for how many members that was. What
a tool takes to start and to be imported is outside; what it takes to compile a definition is inside.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.generate.columns import AS_OF
from benchmarks.generate.providers import CAROLINA, NEBRASKA
from benchmarks.process import peak_mb

OURS = "handrail"


@dataclass(frozen=True)
class Task:
    """What is to be done: the records, where answers go, and where Handrail's lie."""

    data: Path
    out: Path
    threads: int
    sample: int
    memory: str

    def answers(self, name: str) -> dict[str, Path]:
        """The file of a contender's answers by definition."""
        return {
            definition: self.out / f"{name}-{definition.split('/')[0]}.parquet" for definition in (CAROLINA, NEBRASKA)
        }


def handrail(task: Task) -> Mapping[str, Any]:
    """This will judge everybody by Handrail."""
    from benchmarks import handrail_admission

    compiling = 0.0

    def work() -> None:
        nonlocal compiling
        compiling = handrail_admission.run(
            task.data, task.answers(OURS), AS_OF, threads=task.threads, memory=task.memory
        )

    return _timed(work) | {"compiling": compiling}


def polars(task: Task) -> Mapping[str, Any]:
    """This will judge everybody by polars."""
    from benchmarks.peers import polars_admission

    return _timed(lambda: polars_admission.run(task.data, task.answers("polars"), AS_OF))


def pandas(task: Task) -> Mapping[str, Any]:
    """This will judge everybody by pandas."""
    from benchmarks.peers import pandas_admission

    return _timed(lambda: pandas_admission.run(task.data, task.answers("pandas"), AS_OF))


def zen(task: Task) -> Mapping[str, Any]:
    """This will judge a sample of the facts that Handrail found."""
    from benchmarks.peers import zen_admission

    seconds, rows = zen_admission.run(task.answers(OURS), task.answers("zen"), task.sample)
    return {"seconds": seconds, "cpu": seconds, "judged": rows / 2}


def cql(task: Task) -> Mapping[str, Any]:
    """This will judge a sample of people by cql-execution."""
    from benchmarks.peers import cql_admission

    seconds, people = cql_admission.run(task.data, task.answers("cql"), AS_OF, task.sample)
    return {"seconds": seconds, "cpu": seconds, "judged": people / 2}


def scan(task: Task) -> Mapping[str, Any]:
    """This will read the columns and nothing more."""
    from benchmarks.peers import bare_scan

    return _timed(lambda: bare_scan.run(task.data, threads=task.threads))


def _timed(work: Callable[[], object]) -> dict[str, float]:
    started, cpu = time.perf_counter(), time.process_time()
    work()
    return {"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu}


CONTENDERS: Mapping[str, Callable[[Task], Mapping[str, Any]]] = {
    OURS: handrail, "polars": polars, "pandas": pandas, "zen": zen, "cql": cql, "scan": scan,
}  # fmt: skip


def main() -> None:
    """This will run one contender and print what it took."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=CONTENDERS)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--memory", default="4GB")
    asked = vars(parser.parse_args())
    name = asked.pop("name")
    print(json.dumps({**CONTENDERS[name](Task(**asked)), "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main()
