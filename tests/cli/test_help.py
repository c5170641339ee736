"""What `handrail` says of itself: its commands in the order in which one meets them, and each with its help."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from handrail.cli.main import app

COMMANDS = [
    "demo", "evaluate", "explain", "definitions", "show", "check", "test", "trace", "diff",
    "simulate", "oversight", "cases", "subjects", "schema", "template", "example",
    "serve", "organization", "judge", "clock", "backup", "backup-key", "restore", "drill", "import", "audit",
]  # fmt: skip
Handrail = Callable[..., subprocess.CompletedProcess[str]]
runner = CliRunner(env={"COLUMNS": "100"})


def test_the_commands_stand_in_the_order_of_use() -> None:
    assert list(get_command(app).commands) == COMMANDS  # type: ignore[attr-defined]
    told = runner.invoke(app, ["--help"]).output
    listed = [line.split()[0] for line in told[told.index("Commands:") :].splitlines()[1:] if line.startswith("  ")]
    assert [name for name in listed if name in COMMANDS] == COMMANDS


@pytest.mark.parametrize("name", [*COMMANDS[:-2], "import fhir", "audit verify"])
def test_every_command_says_in_one_sentence_what_it_does(name: str) -> None:
    told = runner.invoke(app, [*name.split(), "--help"])
    assert told.exit_code == 0
    sentence = next(line.strip() for line in told.output.splitlines()[1:] if line.strip())
    assert sentence.endswith((".", "?")) or len(sentence) > 60


def test_without_a_command_the_help_is_printed(handrail: Handrail) -> None:
    done = handrail()
    assert done.returncode == 2
    assert "evaluate" in done.stdout + done.stderr


def test_a_word_that_is_no_command_is_refused(handrail: Handrail) -> None:
    done = handrail("evaluat")
    assert done.returncode == 2
    assert "evaluat" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_module_and_the_command_are_the_same() -> None:
    done = subprocess.run([sys.executable, "-m", "handrail.cli", "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "Run the service definitions" in done.stdout
