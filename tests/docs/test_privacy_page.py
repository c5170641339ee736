"""The page on privacy, held against the code: every test and file that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
TESTS = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests" / "app").glob("test_consent*.py"))
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| Section")]


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(test_\w+)`", PAGE))))
def test_every_test_that_it_names_is_there(name: str) -> None:
    assert f"def {name}(" in TESTS


@pytest.mark.parametrize("file", sorted(set(re.findall(r"`(consent/[\w.]+)`", PAGE))))
def test_every_file_that_it_names_is_there(file: str) -> None:
    assert (ROOT / "src" / "handrail" / "app" / file).is_file()


@pytest.mark.parametrize(
    "section", ["2.11", "2.12", "2.16", "2.22", "2.24", "2.25", "2.31", "2.32", "2.33", "2.51", "2.53"]
)
def test_every_section_of_the_issue_has_a_row(section: str) -> None:
    assert any(section in row.split("|")[1] for row in ROWS)


def test_every_row_names_a_test_or_says_that_it_is_not_here() -> None:
    assert [row for row in ROWS if "`test_" not in row and "Not in Handrail" not in row] == []
