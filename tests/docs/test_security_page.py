"""The page on security, held against the code: every test and file that it names is there, and every chapter has a row."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
TESTS = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
ROWS = [line for line in PAGE.splitlines() if line.startswith("| V")]


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(test_\w+)`", PAGE))))
def test_every_test_that_it_names_is_there(name: str) -> None:
    assert f"def {name}(" in TESTS


@pytest.mark.parametrize("file", sorted(set(re.findall(r"`((?:\w+/)?\w+\.(?:py|yaml))`", PAGE))))
def test_every_file_that_it_names_is_there(file: str) -> None:
    assert (ROOT / "src" / "handrail" / "app" / file).is_file()


@pytest.mark.parametrize("number", range(1, 18))
def test_every_chapter_has_a_row(number: int) -> None:
    assert any(re.search(rf"V{number}\b", row.split("|")[1]) for row in ROWS)


def test_every_row_names_a_test_or_says_that_it_is_not_used() -> None:
    assert [row for row in ROWS if "`test_" not in row and "Not used" not in row] == []
