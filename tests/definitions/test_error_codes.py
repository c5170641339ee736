"""Every error code, provoked by one change to an invented definition, with the line it must name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from handrail.definitions.checking import check_definition, stray_files
from handrail.definitions.rulebook import Rulebook
from handrail.findings import Finding

ID = "example/evening-groups"
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong: `old` becomes `new` in a file, and `code` is found on the line in which `at` begins."""

    code: str
    name: str
    old: str
    new: str
    at: str
    suggests: str = ""
    file: str = "2026-01-01.yaml"


WRONG = [Wrong(**told) for told in YAML(typ="safe").load(Path(__file__).with_name("wrong.yaml"))]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong.code} {wrong.name}")
def test_what_is_wrong_is_found_on_its_line(wrong: Wrong, folder: Path) -> None:
    beside = folder / ID
    file = beside / wrong.file
    text = file.read_text(encoding="utf-8")
    assert wrong.old in text
    file.write_text(text.replace(wrong.old, wrong.new), encoding="utf-8")
    found = [finding for finding in check_definition(Rulebook((folder,)), ID) if finding.code == wrong.code]
    assert found, f"nothing of code {wrong.code}"
    assert any(_is_at(finding, wrong.at) for finding in found), "\n".join(map(str, found))
    assert any(wrong.suggests in f"{finding.says} {finding.mend}" for finding in found), "\n".join(map(str, found))


def _is_at(finding: Finding, begins: str) -> bool:
    """Whether the line of a finding is the one in which a piece of its file's text begins."""
    text = Path(finding.file).read_text(encoding="utf-8")
    return begins in text and finding.line == text.count("\n", 0, text.index(begins)) + 1


def test_the_invented_definition_has_nothing_wrong(folder: Path) -> None:
    assert check_definition(Rulebook((folder,)), ID) == []


def test_all_that_is_wrong_is_found_at_once(folder: Path) -> None:
    file = folder / ID / "2026-01-01.yaml"
    text = file.read_text(encoding="utf-8").replace("duty: should", "duty: could").replace("(:places)", "(:place)")
    file.write_text(text.replace("'{head_count} came", "'{heads} came"), encoding="utf-8")
    codes = {finding.code for finding in check_definition(Rulebook((folder,)), ID)}
    assert {"H105", "H114", "H115", "H119"} <= codes


def test_no_finding_repeats_a_value_of_an_example(folder: Path) -> None:
    file = folder / ID / "cases" / "session.yaml"
    text = file.read_text(encoding="utf-8").replace("head_count: 4}", "head_count: secret}")
    file.write_text(text, encoding="utf-8")
    found = check_definition(Rulebook((folder,)), ID)
    assert found
    assert not any("secret" in str(finding) for finding in found)


def test_two_editions_of_one_day_overlap(folder: Path) -> None:
    beside = folder / ID
    (beside / "again.yaml").write_text((beside / "2026-01-01.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    codes = [(finding.code, Path(finding.file).name) for finding in check_definition(Rulebook((folder,)), ID)]
    assert ("H112", "again.yaml") in codes


def test_two_undated_editions_overlap(folder: Path) -> None:
    beside = folder / ID
    text = (beside / "2026-01-01.yaml").read_text(encoding="utf-8").replace("{from: 2026-01-01}", "{from: undated}")
    (beside / "undated.yaml").write_text(text, encoding="utf-8")
    (beside / "also.yaml").write_text(text, encoding="utf-8")
    assert "H112" in {finding.code for finding in check_definition(Rulebook((folder,)), ID)}


def test_an_edition_that_lasts_into_the_next_overlaps(folder: Path) -> None:
    beside = folder / ID
    text = (beside / "2026-01-01.yaml").read_text(encoding="utf-8")
    later = text.replace("{from: 2026-01-01}", "{from: 2026-06-01}")
    (beside / "2026-06-01.yaml").write_text(later, encoding="utf-8")
    assert check_definition(Rulebook((folder,)), ID) == []
    lasting = text.replace("{from: 2026-01-01}", "{from: 2026-01-01, until: 2026-07-01}")
    (beside / "2026-01-01.yaml").write_text(lasting, encoding="utf-8")
    found = check_definition(Rulebook((folder,)), ID)
    assert [(finding.code, Path(finding.file).name, finding.line) for finding in found] == [
        ("H112", "2026-06-01.yaml", 3)
    ]


def test_files_that_nobody_reads_are_named(folder: Path) -> None:
    beside = folder / ID
    (beside / "2027-01-01.yml").write_text("", encoding="utf-8")
    (beside / "cases" / "2028-01-01").mkdir()
    (folder / "cases").mkdir()
    found = stray_files(folder)
    assert {finding.code for finding in found} == {"H123"}
    assert sorted(Path(finding.file).name for finding in found) == ["2027-01-01.yml", "2028-01-01", "cases"]


def test_a_file_outside_every_folder_is_misplaced(folder: Path) -> None:
    (folder / ID / "2026-01-01.yaml").rename(folder / "2026-01-01.yaml")
    found = [finding for finding in check_definition(Rulebook((folder,)), ".") if finding.code == "H123"]
    assert [finding.mend for finding in found] == [f"Move it to {ID}/2026-01-01.yaml, or change the id."]


def test_a_file_that_is_not_utf_8_is_named_with_its_line(folder: Path) -> None:
    file = folder / ID / "2026-01-01.yaml"
    file.write_bytes(file.read_bytes().replace(b"for people who work", "für alle".encode("latin-1")))
    found = check_definition(Rulebook((folder,)), ID)
    assert [(finding.code, finding.line) for finding in found] == [("H101", 2)]


def test_the_codes_tested_explained_and_raised_are_the_same() -> None:
    code = re.compile(r"\bH1\d\d\b")
    tested = {wrong.code for wrong in WRONG}
    raised = {
        found for file in (ROOT / "src/handrail/definitions").glob("*.py") for found in code.findall(file.read_text())
    }
    explained = set(code.findall((ROOT / "docs/definitions.md").read_text(encoding="utf-8")))
    assert tested == raised == explained
    assert tested == {f"H{number}" for number in range(101, 125)}
