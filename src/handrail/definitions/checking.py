"""Everything that can be wrong with an edition, found at once, before anything runs.

Each check has a stable code: see docs/definitions.md. A definition that passes can be compiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from handrail.definitions.cases import Cases, load_cases
from handrail.definitions.document import Clause, Decision, Duty, Edition, Value
from handrail.definitions.expressions import Fault, facts_in, faults, kind_of, near, parameters_in
from handrail.definitions.places import line_of
from handrail.definitions.rulebook import Rulebook
from handrail.definitions.tree import leaves
from handrail.findings import Finding, FindingsError
from handrail.subjects.catalog import subjects

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SHOWN = re.compile(r"\{([^{}]*)\}")


@dataclass
class _Desk:
    """The edition being checked and what was found so far."""

    edition: Edition
    text: str
    found: list[Finding]

    def note(self, code: str, place: Sequence[int | str], subject: str, says: str, mend: str = "") -> None:
        self.found.append(Finding(self.edition.file, line_of(self.text, place), code, subject, says, mend))


def check(edition: Edition, *, with_cases: bool = True) -> list[Finding]:
    """This will check one edition and give every finding, sorted; none means it can be used."""
    desk = _Desk(edition, Path(edition.file).read_text(encoding="utf-8"), [])
    _ids(desk)
    _values(desk)
    for number, clause in enumerate(edition.clauses):
        _clause(desk, number, clause)
    for name, decision in edition.decisions.items():
        _decision(desk, name, decision)
    _rows(desk)
    _unused(desk)
    if with_cases:
        _cases(desk)
    return sorted(set(desk.found))


def check_definition(rulebook: Rulebook, definition: str) -> list[Finding]:
    """This will check every edition of a definition, and that no two of them are in force on one day."""
    found: list[Finding] = []
    editions: list[Edition] = []
    for file in rulebook.files[definition]:
        try:
            from handrail.definitions.rulebook import load

            editions.append(load(file))
        except FindingsError as error:
            found += error.findings
    for edition in editions:
        found += check(edition)
        if edition.definition != definition:
            says = f'The file lies under "{definition}" and says "{edition.definition}".'
            found.append(Finding(edition.file, 1, "H120", "definition", says, "Move the file or change the id."))
    found += _overlaps(editions)
    return sorted(set(found))


def _overlaps(editions: Sequence[Edition]) -> Iterator[Finding]:
    for edition in editions:
        since, until = edition.effective.since, edition.effective.until
        if until is not None and since != "undated" and until <= since:
            says = "The edition ends before it begins."
            yield Finding(edition.file, 0, "H112", "effective", says, "`until` is the first day it is no longer in force.")
        for other in editions:
            if other is edition or other.effective.since == "undated":
                continue
            if other.effective.since == since and other.file > edition.file:
                says = f"Two editions begin on {since}."
                yield Finding(other.file, 0, "H112", "effective", says, "Give each its own first day.")
            elif until is not None and since != "undated" and since < other.effective.since < until:
                says = f"The edition of {since} is in force until {until}, and that of {other.effective.since} begins before."
                yield Finding(other.file, 0, "H112", "effective", says, "End the earlier edition on the day the later begins.")


def _ids(desk: _Desk) -> None:
    seen: set[str] = set()
    for number, clause in enumerate(desk.edition.clauses):
        place = ["clauses", number, "id"]
        if clause.id in seen:
            desk.note("H103", place, clause.id, "Two clauses have this id.", "Give each its own.")
        seen.add(clause.id)
        if not _ID.fullmatch(clause.id):
            desk.note("H120", place, clause.id, "The id is not in small letters with hyphens.", "For example: weekly-hours.")
    for name in (*desk.edition.parameters, *desk.edition.readings):
        if not _NAME.fullmatch(name):
            section = "parameters" if name in desk.edition.parameters else "readings"
            desk.note("H120", [section, name], name, "The name is not in small letters with underscores.", "For example: weekly_minutes.")


def _values(desk: _Desk) -> None:
    edition = desk.edition
    for name, parameter in edition.parameters.items():
        place = ["parameters", name]
        if parameter.reading and parameter.reading not in edition.readings:
            mend = f"{near(parameter.reading, edition.readings)}Readings stand under `readings:`."
            desk.note("H117", place, name, f'The parameter names the reading "{parameter.reading}", which is not there.', mend)
        elif parameter.value is None and not parameter.reading:
            desk.note("H117", place, name, "The parameter has no value.", "Give `value:`, or name the `reading:` that sets it.")
        elif not parameter.cite and not parameter.reading:
            desk.note("H110", place, name, "The parameter does not say where its value stands.", "Add `cite:`.")
        if name in edition.readings:
            desk.note("H103", place, name, "A reading has the same name.", "Name one of them otherwise.")
    for name, reading in edition.readings.items():
        for other in reading.instead:
            if kind_of(other) != kind_of(reading.chosen):
                says = f"An alternative is a {kind_of(other)}, and the answer chosen a {kind_of(reading.chosen)}."
                desk.note("H122", ["readings", name, "instead"], name, says, "Alternatives are of one kind.")


def _given(edition: Edition, about: str) -> dict[str, Value]:
    """The values of every parameter that can be worked out; faults in the others are noted elsewhere."""
    values: dict[str, Value] = {name: reading.chosen for name, reading in edition.readings.items()}
    for name, parameter in edition.parameters.items():
        value = parameter.value if parameter.value is not None else values.get(parameter.reading)
        if value is not None:
            values[name] = value
    return values


def _clause(desk: _Desk, number: int, clause: Clause) -> None:
    place: list[int | str] = ["clauses", number]
    if not clause.cite.strip():
        desk.note("H110", [*place, "cite"], clause.id, "The clause does not say where it stands in the source.", "Add `cite:`.")
    known = subjects()
    if clause.about not in known:
        mend = f"{near(clause.about, known)}Known: {', '.join(known)}."
        desk.note("H109", [*place, "about"], clause.id, f'There is no subject "{clause.about}".', mend)
        return
    about = known[clause.about]
    values = _given(desk.edition, clause.about)
    for part, sql in clause.conditions.items():
        for fault in faults(sql, about.facts, values, about.name):
            _fault(desk, [*place, part], clause.id, fault)
    for name in _SHOWN.findall(clause.shows or ""):
        if name not in about.facts and name not in values:
            mend = f"{near(name, [*about.facts, *values])}Use the name of a fact or a parameter."
            desk.note("H119", [*place, "shows"], clause.id, f'The sentence shows "{name}", which is neither fact nor parameter.', mend)
    for name, parameter in about.parameters.items():
        if name in values and kind_of(values[name]) != kind_of(parameter.value):
            says = f'The parameter "{name}" is a {kind_of(values[name])}; the subject "{about.name}" needs a {kind_of(parameter.value)}.'
            section = "parameters" if name in desk.edition.parameters else "readings"
            desk.note("H122", [section, name], name, says)


def _fault(desk: _Desk, place: Sequence[int | str], clause: str, fault: Fault) -> None:
    desk.note(fault.code, place, clause, fault.says, fault.mend)


def _decision(desk: _Desk, name: str, decision: Decision) -> None:
    clauses = {clause.id: clause for clause in desk.edition.clauses}
    place = ["decisions", name]
    if not _ID.fullmatch(name):
        desk.note("H120", place, name, "The id is not in small letters with hyphens.", "For example: continued-stay.")
    for leaf in leaves(decision.tree):
        clause = clauses.get(leaf.clause)
        if clause is None:
            desk.note("H113", place, name, f'The decision names the clause "{leaf.clause}", which is not there.', near(leaf.clause, clauses))
        elif clause.about != decision.about:
            says = f'The clause "{leaf.clause}" is about {clause.about}, and the decision about {decision.about}.'
            desk.note("H114", place, name, says, "All clauses of a decision are about one subject.")
        elif clause.duty is Duty.COULD:
            says = f'The clause "{leaf.clause}" is a remark (could), and a decision cannot rest on it.'
            desk.note("H114", place, name, says, "Make it `must` or `should`, or leave it out.")


def _rows(desk: _Desk) -> None:
    """The crosswalk: every row of the source is covered, and nothing names a row that the source does not have."""
    edition = desk.edition
    listed = {row: section for section, rows in edition.source.sections.items() for row in rows}
    named = [(row, f"clauses {clause.id}", ["clauses", i, "rows"]) for i, clause in enumerate(edition.clauses) for row in clause.rows]
    named += [(told.row, "informs", ["informs", i, "row"]) for i, told in enumerate(edition.informs)]
    named += [(told.row, "unresolved", ["unresolved", i, "row"]) for i, told in enumerate(edition.unresolved) if told.row]
    for row, by, place in named:
        if row not in listed:
            desk.note("H116", place, row, f"{by} names this row, and no section of the source lists it.", near(row, listed))
    for row in sorted(set(listed) - {row for row, _, _ in named}):
        says = "No clause, `informs` or `unresolved` covers this row of the source."
        desk.note("H116", ["source", "sections", listed[row]], row, says, "Name it under `rows:` of the clause that says it.")


def _unused(desk: _Desk) -> None:
    edition = desk.edition
    used = {name for clause in edition.clauses for sql in clause.conditions.values() for name in _safe(parameters_in, sql)}
    used |= {name for clause in edition.clauses for name in _SHOWN.findall(clause.shows or "")}
    used |= {name for about in edition.subjects if about in subjects() for name in subjects()[about].parameters}
    read = {parameter.reading for parameter in edition.parameters.values()}
    for name in edition.parameters:
        if name not in used:
            desk.note("H115", ["parameters", name], name, "No clause and no subject uses this parameter.", "Use it or take it out.")
    for name in edition.readings:
        if name not in used | read:
            desk.note("H115", ["readings", name], name, "No clause and no parameter uses this reading.", "Use it or take it out.")


def _safe(find, sql: str) -> tuple[str, ...]:  # type: ignore[no-untyped-def]
    try:
        return find(sql)  # type: ignore[no-any-return]
    except ValueError:
        return ()


def _cases(desk: _Desk) -> None:
    try:
        cases = load_cases(desk.edition)
    except FindingsError as error:
        desk.found += error.findings
        return
    for number, clause in enumerate(desk.edition.clauses):
        lacking = lacking_cases(clause, cases)
        if lacking:
            says = f"No worked example shows it {' or '.join(lacking)}."
            desk.note("H111", ["clauses", number], clause.id, says, f"Add one under cases/{clause.about}.yaml.")


def lacking_cases(clause: Clause, cases: Cases) -> list[str]:
    """This will say which of the three main verdicts the examples of a clause do not show."""
    wanted = ["met", "not met"] + ([] if clause.id in cases.never_unknown else ["cannot tell"])
    return [verdict for verdict in wanted if verdict not in cases.verdicts_of(clause.id)]


def uses(clause: Clause) -> tuple[str, ...]:
    """This will give the facts that a clause's conditions name."""
    return tuple(dict.fromkeys(fact for sql in clause.conditions.values() for fact in _safe(facts_in, sql)))
