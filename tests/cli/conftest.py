"""What the tests of commands share: an invented clinic on disk, and a way to run `handrail` as a person would."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from handrail.example import example
from handrail.exchange.writing import write_folder

Done = subprocess.CompletedProcess[str]


@pytest.fixture(scope="session")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clinic") / "records"
    write_folder(example(people=20), folder, format="csv")
    return folder


@pytest.fixture
def handrail(tmp_path: Path) -> Callable[..., Done]:
    def run(*arguments: object) -> Done:
        command = [sys.executable, "-m", "handrail.cli", *map(str, arguments)]
        environment = os.environ | {"COLUMNS": "100", "PYTHONWARNINGS": "error"}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    return run
