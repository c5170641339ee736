"""Everything that can be wrong with a definition, found at once, before anything runs.

Each check has a stable code: see docs/definitions.md. A definition that passes can be compiled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

from handrail.definitions.case_checks import check_cases
from handrail.definitions.clause_checks import check_clauses
from handrail.definitions.decision_checks import check_decisions
from handrail.definitions.desk import ID, Desk
from handrail.definitions.document import Edition
from handrail.definitions.opening import open_yaml
from handrail.definitions.places import line_of
from handrail.definitions.row_checks import check_rows
from handrail.definitions.rulebook import Rulebook, load
from handrail.definitions.value_checks import check_values
from handrail.findings import Finding, FindingsError


def check(edition: Edition, *, with_cases: bool = True) -> list[Finding]:
    """This will check one edition and give every finding, sorted; none means it can be used."""
    desk = Desk(edition, open_yaml(Path(edition.file)).text)
    check_values(desk)
    check_clauses(desk)
    check_decisions(desk)
    check_rows(desk)
    if with_cases:
        check_cases(desk)
    return sorted(set(desk.found))


def check_definition(rulebook: Rulebook, definition: str) -> list[Finding]:
    """This will check every edition of a definition: its place, its content, and that no two judge one day."""
    found: list[Finding] = []
    editions: list[Edition] = []
    for file in rulebook.files[definition]:
        try:
            editions.append(load(file))
        except FindingsError as error:
            found += error.findings
    for edition in editions:
        found += check(edition)
        found += _misplaced(edition, definition)
    found += _overlapping(editions)
    return sorted(set(found))


def stray_files(folder: Path) -> list[Finding]:
    """This will find the files of a rulebook folder that nobody reads because of where they lie or how they end."""
    found = [
        Finding(str(file), 0, "H123", "", "The file ends in .yml and is not read.", f"Rename it to {file.stem}.yaml.")
        for file in sorted(folder.rglob("*.yml"))
    ]
    for cases in sorted(path for path in folder.rglob("cases") if path.is_dir()):
        editions = {file.stem for file in cases.parent.glob("*.yaml")} - {"cases"}
        if not editions:
            says = "The folder of worked examples lies beside no edition."
            found.append(Finding(str(cases), 0, "H123", "", says, "Put it beside the edition: <id>/cases/."))
        for own in sorted(path for path in cases.iterdir() if path.is_dir() and path.name not in editions):
            says = "The folder of worked examples is named after no edition beside it."
            mend = f"Name it after one of them ({', '.join(sorted(editions)) or 'none'}), or put its files into cases/."
            found.append(Finding(str(own), 0, "H123", "", says, mend))
    return found


def _misplaced(edition: Edition, folder: str) -> Iterator[Finding]:
    if not all(ID.fullmatch(part) for part in edition.definition.split("/")):
        says = "The id is not in small letters, digits, hyphens and points, with / between its parts."
        yield _at(edition, "definition", "H120", says, "For example: us-ne/intensive-outpatient-2.1.")
    if edition.definition != folder:
        where = f'lies under "{folder}"' if folder != "." else "lies in no folder of its own"
        says = f'The file {where} and says that it defines "{edition.definition}".'
        yield _at(
            edition,
            "definition",
            "H123",
            says,
            f"Move it to {edition.definition}/{edition.name}.yaml, or change the id.",
        )
    if Path(edition.file).stem != edition.name:
        says = f'The file is named "{Path(edition.file).stem}", and its first day in force is {edition.name}.'
        yield _at(edition, "effective", "H123", says, f"Rename it to {edition.name}.yaml, or change `from`.")


def _overlapping(editions: Sequence[Edition]) -> Iterator[Finding]:
    for edition in editions:
        since, until = edition.effective.since, edition.effective.until
        if until is not None and since != "undated" and until <= since:
            mend = "`until` is the first day on which it is no longer in force."
            yield _at(edition, "effective", "H112", "The edition ends before it begins.", mend)
    for one, other in combinations(sorted(editions, key=lambda edition: edition.file), 2):
        if one.effective.since == other.effective.since:
            says = f"Another edition begins on the same day ({one.name}): {one.file}."
            yield _at(other, "effective", "H112", says, "Give each edition its own first day.")
            continue
        first, second = sorted((one, other), key=lambda edition: (edition.name != "undated", edition.name))
        until = first.effective.until
        if until is not None and second.effective.since != "undated" and second.effective.since < until:
            says = f"The edition {first.name} is in force until {until}, and this one begins before that."
            yield _at(
                second, "effective", "H112", says, "End the earlier edition on the day on which the later begins."
            )


def _at(edition: Edition, key: str, code: str, says: str, mend: str) -> Finding:
    line = line_of(open_yaml(Path(edition.file)).text, [key])
    return Finding(edition.file, line, code, key, says, mend)
