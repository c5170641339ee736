"""How Handrail's time grows with the number of members, the whole process in 4 GB."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.members import members
from benchmarks.process import Spent, run_alone
from benchmarks.worker import OURS, Task

SIZES = (10_000, 100_000, 1_000_000)
FULL = 10_000_000
MEMORY = "3500MB"
"""What DuckDB may hold, so that the process with all else it needs stays below 4 GB."""

NOISE = 1.15
"""So much more a million may take at the next size before it counts as rising."""


@dataclass(frozen=True)
class Step:
    """What so many members took."""

    members: int
    seconds: float
    cpu: float
    peak_mb: float

    @property
    def seconds_per_million(self) -> float:
        """What a million of them takes."""
        return self.seconds / self.members * 1_000_000


def grow(sizes: Sequence[int], task: Task, seed: int, told: Callable[[str], None]) -> Iterator[Step]:
    """This will judge more and more members, each number in a process of its own; the small ones once before, to warm up."""
    for size in sizes:
        folder = members(size, seed, told)
        told(f"growth: {size:,} members")
        spent = _run(replace(task, data=folder), warm=size <= SIZES[1])
        yield Step(size, spent.seconds, spent.cpu, spent.peak_mb)


def is_linear(steps: Sequence[Step]) -> bool:
    """This will say whether a million members take no longer among more of them."""
    pairs = zip(steps, steps[1:], strict=False)
    return all(after.seconds_per_million <= before.seconds_per_million * NOISE for before, after in pairs)


def _run(task: Task, *, warm: bool) -> Spent:
    if warm:
        _once(task)
    return _once(task)


def _once(task: Task) -> Spent:
    """Judge into a folder that was not there before: the answers of many people are a folder, those of few a file."""
    with tempfile.TemporaryDirectory(dir=task.out) as empty:
        return run_alone(OURS, task.data, Path(empty), threads=task.threads, memory=MEMORY)
