"""The crosswalk: every row of the source leads to something, and what is missing is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from handrail.definitions.cases import load_cases
from handrail.definitions.document import Edition
from handrail.definitions.rulebook import load, packaged
from handrail.definitions.trace import Link, trace


def links(file: Path) -> list[Link]:
    edition = load(file)
    return trace(edition, load_cases(edition))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_row_leads_to_its_clause_its_subject_and_its_examples(edition: Edition) -> None:
    (link,) = [link for link in trace(edition, load_cases(edition)) if link.row == "EG-1"]
    assert (link.section, link.kind, link.name, link.subject) == ("Groups", "clause", "group-size", "session")
    assert link.examples == {"met": 4, "not met": 1, "cannot tell": 2, "not applicable": 1}
    assert link.missing == ()


def test_rows_come_in_the_order_of_the_source_and_decisions_last(edition: Edition) -> None:
    told = trace(edition, load_cases(edition))
    assert [link.row for link in told if link.row] == ["EG-1", "EG-2", "EG-3", "EG-4", "EG-5", "EG-6"]
    assert [link.kind for link in told][-3:] == ["informs", "unresolved", "decision"]
    assert told[-1].examples == {"yes": 2, "no": 1, "cannot tell": 1}


def test_nothing_is_missing_where_every_link_is_there(edition: Edition) -> None:
    assert [link.missing for link in trace(edition, load_cases(edition)) if link.missing] == []


def test_a_row_that_nothing_covers_is_named(definition_file: Path) -> None:
    change(definition_file, "    rows: [EG-2]\n", "")
    (link,) = [link for link in links(definition_file) if link.row == "EG-2"]
    assert link.kind == "nothing"
    assert link.missing == ("No clause, informs or unresolved covers this row.",)
    assert "right-place" in [link.name for link in links(definition_file)]


def test_a_clause_without_its_examples_is_named(definition_file: Path) -> None:
    change(definition_file.parent / "cases" / "session.yaml", "    not met: [{setting: home}]\n", "")
    (link,) = [link for link in links(definition_file) if link.name == "right-place"]
    assert link.missing == ("No worked example shows it not met.",)


def test_a_clause_whose_facts_are_never_unknown_needs_no_example_of_that(definition_file: Path) -> None:
    cases = definition_file.parent / "cases" / "session.yaml"
    change(cases, "    cannot tell: [{setting: unknown}]\n", "    never unknown: true\n")
    assert [link.missing for link in links(definition_file) if link.name == "right-place"] == [()]


def test_a_clause_of_a_subject_that_does_not_exist_is_named(definition_file: Path) -> None:
    change(definition_file, "    about: session\n    duty: should", "    about: meeting\n    duty: should")
    (link,) = [link for link in links(definition_file) if link.name == "right-place"]
    assert link.missing == ("There is no subject meeting.",)


@pytest.mark.parametrize("answer", ["yes", "no", "cannot tell"])
def test_a_decision_never_answered_so_is_named(answer: str, definition_file: Path) -> None:
    cases = definition_file.parent / "cases" / "session.yaml"
    lines = cases.read_text(encoding="utf-8").splitlines(keepends=True)
    start = lines.index("decisions:\n")
    kept = [line for number, line in enumerate(lines) if number < start or line.split(":")[0].strip(" '") != answer]
    cases.write_text("".join(kept).replace("good-session: yes by placed", ""), encoding="utf-8")
    assert links(definition_file)[-1].missing == (f"No worked example answers it {answer}.",)


def test_every_row_of_both_seeds_is_followed_through() -> None:
    for definition in ("us-nc/intensive-recovery-support", "us-ne/intensive-outpatient-2.1"):
        edition = packaged().edition(definition)
        missing = [(link.row, link.name, link.missing) for link in trace(edition, load_cases(edition)) if link.missing]
        assert missing == []
