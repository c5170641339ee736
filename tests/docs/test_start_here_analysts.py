"""The page for analysts, typed from top to bottom: its files written, its commands run, its output compared."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from handrail.cli.main import app

PAGE = Path(__file__).resolve().parents[2] / "docs" / "start-here-analysts.md"
_BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<body>.*?)^```\n", re.DOTALL | re.MULTILINE)
_FILE = re.compile(r"`([^`]+\.\w+)`:$")
_COPY = re.compile(r"Copy `([^`]+)` to\s+`([^`]+)` and change")


@dataclass(frozen=True)
class Step:
    """One block of the page: a file to write, a change to make, or commands to type, with the paragraph before it."""

    kind: str
    before: str
    body: str


def steps() -> Iterator[Step]:
    page = PAGE.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(page):
        before = page[: found.start()].strip().rsplit("\n\n", 1)[-1]
        yield Step(found["kind"], before, found["body"])


def test_the_page_has_files_changes_and_commands() -> None:
    kinds = [step.kind for step in steps()]
    assert (kinds.count("yaml"), kinds.count("csv"), kinds.count("diff"), kinds.count("console")) == (4, 7, 1, 6)


def test_what_the_page_says_comes_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for step in steps():
        if step.kind == "console":
            _type(step.body)
        elif step.kind == "diff":
            _change(step)
        else:
            named = _FILE.search(step.before)
            assert named, f"no file name stands before: {step.body[:60]}"
            file = Path(named[1])
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(step.body, encoding="utf-8")


def _type(body: str) -> None:
    output = ""
    for line in body.splitlines():
        if line.startswith("$ handrail "):
            told = CliRunner().invoke(app, shlex.split(line.removeprefix("$ handrail ")))
            output = _squeezed(told.output)
            assert told.exit_code == 0, f"{line}\n{told.output}\n{told.exception!r}"
        else:
            assert _squeezed(line) in output, f"{line!r} is not in:\n{output}"


def _change(step: Step) -> None:
    named = _COPY.search(step.before)
    assert named, step.before
    text = Path(named[1]).read_text(encoding="utf-8")
    lines = step.body.splitlines()
    for gone, come in zip(lines[::2], lines[1::2], strict=True):
        assert gone.startswith("-")
        assert come.startswith("+")
        assert f"{gone[1:]}\n" in text, gone
        text = text.replace(f"{gone[1:]}\n", f"{come[1:]}\n")
    Path(named[2]).write_text(text, encoding="utf-8")


def _squeezed(text: str) -> str:
    return " ".join(text.split())
