"""Where editions lie, which one is in force, and how one is named."""

from __future__ import annotations

import datetime
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from handrail.definitions.rulebook import Rulebook, load, packaged
from handrail.findings import FindingsError

ID = "example/evening-groups"


def dated(folder: Path, day: str, until: str = "") -> None:
    """Writes another edition beside the first."""
    beside = folder / ID
    text = (beside / "2026-01-01.yaml").read_text(encoding="utf-8")
    ends = f", until: {until}" if until else ""
    (beside / f"{day}.yaml").write_text(text.replace("{from: 2026-01-01}", f"{{from: {day}{ends}}}"), encoding="utf-8")


def test_the_package_brings_both_definitions() -> None:
    assert set(packaged().files) >= {"us-nc/intensive-recovery-support", "us-ne/intensive-outpatient-2.1"}


def test_a_folder_of_ones_own_stands_beside_the_package(folder: Path) -> None:
    assert ID in packaged(folder).files
    assert "us-ne/intensive-outpatient-2.1" in packaged(folder).files


def test_worked_examples_are_no_editions(folder: Path) -> None:
    (folder / ID / "cases.yaml").write_text("clauses: {}\n", encoding="utf-8")
    assert [file.name for file in Rulebook((folder,)).files[ID]] == ["2026-01-01.yaml"]


def test_editions_come_in_the_order_of_their_days(folder: Path) -> None:
    dated(folder, "2027-01-01")
    dated(folder, "undated")
    assert [edition.name for edition in Rulebook((folder,)).editions(ID)] == ["undated", "2026-01-01", "2027-01-01"]


def test_each_edition_judges_until_the_next_begins(folder: Path) -> None:
    dated(folder, "undated")
    dated(folder, "2027-01-01")
    told = [(one.edition.name, one.since, one.until) for one in Rulebook((folder,)).in_force(ID)]
    new_year, next_year = datetime.date(2026, 1, 1), datetime.date(2027, 1, 1)
    assert told == [
        ("undated", None, new_year),
        ("2026-01-01", new_year, next_year),
        ("2027-01-01", next_year, None),
    ]


def test_an_edition_with_a_last_day_leaves_a_gap(folder: Path) -> None:
    dated(folder, "2027-01-01")
    text = (folder / ID / "2026-01-01.yaml").read_text(encoding="utf-8")
    ending = text.replace("{from: 2026-01-01}", "{from: 2026-01-01, until: 2026-07-01}")
    (folder / ID / "2026-01-01.yaml").write_text(ending, encoding="utf-8")
    assert Rulebook((folder,)).in_force(ID)[0].until == datetime.date(2026, 7, 1)


def test_an_edition_is_found_by_id_by_day_and_by_path(folder: Path, definition_file: Path) -> None:
    dated(folder, "2027-01-01")
    rulebook = Rulebook((folder,))
    assert rulebook.edition(ID).name == "2027-01-01"
    assert rulebook.edition(f"{ID}@2026-01-01").name == "2026-01-01"
    assert rulebook.edition(str(definition_file)).name == "2026-01-01"
    for unknown in ("example/none", f"{ID}@2025-01-01", "nowhere.yaml"):
        with pytest.raises(KeyError):
            rulebook.edition(unknown)


def test_the_hash_does_not_depend_on_how_lines_end(definition_file: Path) -> None:
    unix = load(definition_file).hash
    definition_file.write_bytes(definition_file.read_bytes().replace(b"\n", b"\r\n"))
    assert load(definition_file).hash == unix


def test_a_changed_word_changes_the_hash(definition_file: Path) -> None:
    before = load(definition_file).hash
    definition_file.write_text(definition_file.read_text(encoding="utf-8").replace("Tea", "Milk"), encoding="utf-8")
    assert load(definition_file).hash != before


def test_yes_and_no_need_no_quotes(definition_file: Path) -> None:
    definition_file.write_text(f"%YAML 1.1\n---\n{definition_file.read_text(encoding='utf-8')}", encoding="utf-8")
    assert load(definition_file).decisions["good-session"].yes.startswith("The records show")


_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("abc :{}", max_size=6) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(["definition", "effective", "source", "parameters", "readings", "clauses", "decisions", "informs"]),
    _PLAIN,
)
def test_a_part_of_any_shape_is_read_or_refused_with_findings(part: str, told: object) -> None:
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "2026-01-01.yaml"
        whole = YAML(typ="safe").load(_TEXT) | {part: told}
        with file.open("w", encoding="utf-8") as stream:
            YAML(typ="safe").dump(whole, stream)
        try:
            load(file)
        except FindingsError as error:
            assert all(finding.code in ("H101", "H102", "H110") for finding in error.findings)
            assert all(finding.says for finding in error.findings)


_TEXT = """\
definition: example/small
title: Small
effective: {from: undated}
source: {document: A text, authority: An agency, sections: {}}
clauses: []
"""
