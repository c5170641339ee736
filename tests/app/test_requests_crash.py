"""On a home of its own: a process that is killed in the middle of a save, and two processes that decide one request."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 180


def at_work(home: Path, *arguments: str) -> subprocess.Popen[str]:
    ours = ("HANDRAIL_", "DJANGO_", "DATABASE_URL", "PYTEST_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    told = {"HANDRAIL_HOME": str(home), "HANDRAIL_DEMO": "1", "DJANGO_SETTINGS_MODULE": "handrail.app.settings"}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.app.at_work", *arguments],
        cwd=ROOT, env=environment | told, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def said(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err[-2000:]
    return out


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("home")
    said(at_work(made, "begin"))
    return made


def counted(home: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(said(at_work(home, "count")))
    return told


def test_what_was_confirmed_before_a_kill_is_there_and_the_log_is_whole(home: Path) -> None:
    process = at_work(home, "save")
    assert process.stdout is not None
    confirmed = [int(process.stdout.readline()) for _ in range(25)]
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate(timeout=PATIENCE)
    confirmed += [int(one) for one in rest.split("\n")[:-1]]
    assert process.returncode == -signal.SIGKILL
    told = counted(home)
    assert told["saved"][: len(confirmed)] == confirmed
    assert len(told["saved"]) - len(confirmed) in (0, 1)  # the one that was under way is whole, or not there
    assert told["worded"] - len(confirmed) in (0, 1)
    assert told["faults"] == []


def test_of_two_who_decide_at_once_exactly_one_does(home: Path, tmp_path: Path) -> None:
    start = tmp_path / "now"
    both = [at_work(home, "decide", role, str(start)) for role in ("reviewer", "medical_director")]
    for one in both:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    start.touch()
    came = sorted(said(one).strip() for one in both)
    assert came in (["NotNowError", "done"], ["ChangedMeanwhileError", "done"])
    told = counted(home)
    assert (told["determinations"], told["decisions"], told["faults"]) == (1, 1, [])
