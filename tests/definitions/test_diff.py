"""Two editions compared: each difference is a sentence that a person can read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from handrail.definitions.diff import diff
from handrail.definitions.document import Edition
from handrail.definitions.rulebook import packaged

Changed = Callable[..., Edition]

DIFFERENCES = [
    (told["old"], told["new"], told["says"])
    for told in YAML(typ="safe").load(Path(__file__).with_name("differences.yaml"))
]


@pytest.mark.parametrize(("old", "new", "says"), DIFFERENCES, ids=[says[:40] for _, _, says in DIFFERENCES])
def test_a_difference_is_said_in_words(old: str, new: str, says: str, edition: Edition, changed: Changed) -> None:
    told = [change.says for change in diff(edition, changed((old, new)))]
    assert any(says in sentence for sentence in told), told


def test_an_edition_does_not_differ_from_itself(edition: Edition) -> None:
    assert diff(edition, edition) == []


def test_the_layout_of_the_sql_makes_no_difference(edition: Edition, changed: Changed) -> None:
    assert diff(edition, changed(("setting IN (:places)", "setting   in(:places)"))) == []


def test_clauses_that_come_and_go_are_told(edition: Edition, changed: Changed) -> None:
    lines = "  - id: {}\n    says: It is said.\n    cite: Rest\n    about: session\n    duty: must\n    holds: {}\n"
    other = changed(("\ndecisions:", f"{lines.format('new-one', 'is_skilled')}\ndecisions:"))
    (added,) = diff(edition, other)
    assert (added.name, added.kind) == ("new-one", "added")
    assert "must, about session" in added.says
    (removed,) = diff(other, edition)
    assert (removed.name, removed.kind, removed.before) == ("new-one", "removed", "It is said.")


def test_a_clause_under_a_new_id_is_renamed_also_in_its_decisions(edition: Edition, changed: Changed) -> None:
    (renamed,) = diff(edition, changed(("right-place", "suitable-place")))
    assert (renamed.kind, renamed.says) == ("renamed", "It is now called suitable-place.")


def test_a_number_needed_that_changes_is_told(changed: Changed) -> None:
    one = changed(("    all:\n", "    at least: 1\n    of:\n"), name="one")
    two = changed(("    all:\n", "    at least: 2\n    of:\n"), name="two")
    (change,) = diff(one, two)
    assert change.says == "At least 2 of those counted together must be met; before, 1."


def test_every_difference_between_the_definitions_of_the_package_is_a_sentence() -> None:
    one, other = (
        packaged().edition(name) for name in ("us-nc/intensive-recovery-support", "us-ne/intensive-outpatient-2.1")
    )
    changes = [*diff(one, other), *diff(other, one)]
    assert len(changes) > 200
    for change in changes:
        assert change.says.endswith((".", "?", '"')), change
        assert change.kind in ("added", "removed", "changed", "renamed")
