"""Running one contender in a process of its own, and what it took of the machine."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Spent:
    """What one run took: seconds by the clock and of the processor, and the most memory the process held.

    `compiling` are those of the seconds that do not grow with the members, where a contender tells them apart;
    `judged` is how many members it judged, where that was a sample.
    """

    seconds: float
    cpu: float
    peak_mb: float
    compiling: float | None = None
    judged: float | None = None


class ContenderError(Exception):
    """A contender could not run; the sentence says why."""


def run_alone(
    name: str,
    data: Path,
    out: Path,
    *,
    threads: int,
    sample: int | None = None,
    memory: str = "4GB",
    module: str = "benchmarks.worker",
) -> Spent:
    """This will run one contender of a module and wait for it. Raises `ContenderError` where it fails."""
    command = [sys.executable, "-m", module, name, "--data", str(data), "--out", str(out)]
    command += ["--threads", str(threads), "--memory", memory]
    command += [] if sample is None else ["--sample", str(sample)]
    limits = {"POLARS_MAX_THREADS": str(threads), "OMP_NUM_THREADS": str(threads), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **limits})
    if done.returncode:
        raise ContenderError(_reason(done.stderr))
    return Spent(**json.loads(done.stdout.strip().splitlines()[-1]))


def peak_mb() -> float:
    """This will give the most memory that this process, or a process that it waited for, has held.

    Linux passes the peak of the process that starts another on to it in getrusage, so its own file is asked there.
    """
    unit = 1 if sys.platform == "darwin" else 1024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    status = Path("/proc/self/status")
    if status.is_file():
        own = next(int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    waited_for = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit
    return max(own, waited_for) / 1_000_000


def _reason(complaint: str) -> str:
    """The last line that a failing process wrote, without the name of the error's module."""
    lines = complaint.strip().splitlines() or ["it ended without a word"]
    return lines[-1].rsplit("Error: ", 1)[-1]
