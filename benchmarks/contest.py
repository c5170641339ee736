"""Handrail and its peers on the same records, turn by turn in one run; a peer's time counts only if its answers agree."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq
from ruamel.yaml import YAML

from benchmarks.agreement import agreed
from benchmarks.process import ContenderError, Spent, run_alone
from benchmarks.worker import OURS, Task

SAMPLES: Mapping[str, int] = {"zen": 2_000, "cql": 300}
"""Those that judge one case after another are run on so many and scaled."""

LIMIT = "scan"
"""Reads and does not judge, so that there is nothing to agree about."""


@dataclass(frozen=True)
class Standing:
    """How one contender did: medians of its runs, scaled to all members where it judged a sample."""

    name: str
    seconds: float
    cpu: float
    peak_mb: float
    compared: str
    passed_over: str = ""
    compiling: float | None = None
    runs: Sequence[float] = field(default=())


def targets() -> Mapping[str, Mapping[str, float | str]]:
    """This will give what Handrail is held to beside each peer."""
    told: Mapping[str, Mapping[str, float | str]] = YAML(typ="safe").load(
        (Path(__file__).parent / "targets.yaml").read_text(encoding="utf-8")
    )
    return told


def contest(
    names: Sequence[str],
    task: Task,
    members: int,
    *,
    rounds: int,
    told: Callable[[str], None],
) -> list[Standing]:
    """This will run each contender once to warm up, compare the answers, then run all in turn so many times.

    Raises `DisagreementError` where a peer says something else than Handrail: then no time is worth printing.
    """
    out: dict[str, list[Spent]] = {name: [] for name in (OURS, *(name for name in names if name != OURS))}
    compared: dict[str, str] = {OURS: ""}
    passed_over: dict[str, str] = {}
    for turn in range(rounds + 1):
        for name in [name for name in out if name not in passed_over]:
            told(f"{'warming up' if not turn else f'round {turn} of {rounds}'}: {name}")
            try:
                spent = run_alone(
                    name, task.data, task.out, threads=task.threads, sample=SAMPLES.get(name, 0), memory=task.memory
                )
            except ContenderError as error:
                if name == OURS:
                    raise
                passed_over[name] = str(error)
                continue
            if name not in compared:
                compared[name] = _compare(name, task)
            if turn:
                out[name].append(spent)
    return [
        _standing(name, runs, members, compared.get(name, ""), passed_over.get(name, "")) for name, runs in out.items()
    ]


def _compare(name: str, task: Task) -> str:
    """What was compared and found equal, in a few words."""
    if name == LIMIT:
        return "reads only"
    rows = columns = 0
    for definition, file in task.answers(name).items():
        found = agreed(task.answers(OURS)[definition], file, is_sample=name in SAMPLES)
        rows, columns = rows + found.rows, columns + found.columns
    return f"{rows:,} rows, {columns} columns equal"


def _standing(name: str, runs: Sequence[Spent], members: int, compared: str, passed_over: str) -> Standing:
    if not runs:
        return Standing(name, 0, 0, 0, compared, passed_over or "no run")
    scale = members / (runs[0].judged or members)
    return Standing(
        name,
        statistics.median(run.seconds for run in runs) * scale,
        statistics.median(run.cpu for run in runs) * scale,
        max(run.peak_mb for run in runs),
        compared,
        compiling=statistics.median(run.compiling or 0 for run in runs) if runs[0].compiling is not None else None,
        runs=[run.seconds * scale for run in runs],
    )


def rows_judged(task: Task) -> int:
    """This will count the rows that Handrail answered."""
    return sum(pq.read_metadata(file).num_rows for file in task.answers(OURS).values())
