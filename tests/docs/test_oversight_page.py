"""docs/oversight.md and the numbers of the facts in docs/methods.md, held against the code."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from handrail.cli.oversight import oversight
from handrail.findings import FindingsError
from handrail.measures.facts.catalog import fact_parameters, fact_sets
from handrail.measures.measure import packaged_measures, read_measures

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "oversight.md").read_text(encoding="utf-8")


def rows(head: str) -> list[list[str]]:
    """The cells of the table that begins with this head."""
    lines = PAGE.split(head, 1)[1].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[: lines.index("")]]


def test_every_number_of_the_facts_stands_in_the_methods_with_its_reason_and_owner() -> None:
    methods = (DOCS / "methods.md").read_text(encoding="utf-8").split("## 14.")[1]
    told = [
        f"| `{name}` | {one.says} | {one.value} | {one.owner} | {one.why} |" for name, one in fact_parameters().items()
    ]
    assert [line for line in methods.splitlines() if line.startswith("| `")] == told


def complaint(told: str, tmp_path: Path) -> str:
    (tmp_path / "mine.yaml").write_text(told, encoding="utf-8")
    with pytest.raises(FindingsError) as refused:
        read_measures(tmp_path)
    return str(refused.value)


def test_every_key_of_a_measure_stands_there_and_the_needed_ones_have_a_star(tmp_path: Path) -> None:
    keys = [key for row in rows("| key |") for key in re.findall(r"`(\w+)`(\*?)", row[0])]
    needed = re.search(r"It does not say ([\w, ]+)\.", complaint("notes: []", tmp_path))
    assert needed
    assert {name for name, star in keys if star} == set(needed[1].split(", "))
    all_of_them = "".join(f"{name}: []\n" for name in needed[1].split(", "))
    known = re.search(r"Known: ([\w, ]+)\.", complaint(f"{all_of_them}colour: red\n", tmp_path))
    assert known
    assert {name for name, _ in keys} == set(known[1].split(", "))


def test_the_measure_on_the_page_is_ours_word_for_word(tmp_path: Path) -> None:
    text = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert text
    (tmp_path / "long_stay.yaml").write_text(text[1], encoding="utf-8")
    assert read_measures(tmp_path)["long_stay"].told == packaged_measures()["long_stay"].told


def test_every_option_of_the_command_stands_there() -> None:
    options = {f"--{name.replace('_', '-')}" for name in inspect.signature(oversight).parameters}
    named = {cell for row in rows("| option |") for cell in re.findall(r"`(--[a-z-]+)`", row[0])}
    assert named == options - {"--pictures"} | {"--no-pictures"}


def test_every_set_of_facts_stands_there_as_it_says_itself() -> None:
    assert [row[0].strip("`") for row in rows("| facts |")] == list(fact_sets())
