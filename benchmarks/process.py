"""Running one contender in a process of its own, and what it took of the machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Spent:
    """What one run took: seconds by the clock and of the processor, and the most memory the process held."""

    seconds: float
    cpu: float
    peak_mb: float
    judged: float | None = None


class ContenderError(Exception):
    """A contender could not run; the sentence says why."""


def run_alone(name: str, data: Path, out: Path, *, threads: int, sample: int = 0, memory: str = "4GB") -> Spent:
    """This will run one contender and wait for it. Raises `ContenderError` where it fails."""
    command = [sys.executable, "-m", "benchmarks.worker", name, "--data", str(data), "--out", str(out)]
    command += ["--threads", str(threads), "--sample", str(sample), "--memory", memory]
    env = {
        **os.environ,
        "POLARS_MAX_THREADS": str(threads),
        "OMP_NUM_THREADS": str(threads),
        "PYTHONWARNINGS": "ignore",
    }
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        child = subprocess.Popen(command, stdout=said, stderr=complained, env=env)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        complained.seek(0)
        if child.returncode:
            raise ContenderError(_reason(complained.read().decode(errors="replace")))
        told: dict[str, Any] = json.loads(said.read().decode().strip().splitlines()[-1])
    return Spent(told["seconds"], told["cpu"], used.ru_maxrss * _RSS_UNIT / 1_000_000, told.get("judged"))


def _reason(complaint: str) -> str:
    """The last line that a failing process wrote, without the name of the error's module."""
    lines = complaint.strip().splitlines() or ["it ended without a word"]
    return lines[-1].rsplit("Error: ", 1)[-1]
