"""What a page about an edition is made of: clauses by section, what each asks for, and decisions line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from handrail.definitions.changes import said
from handrail.definitions.document import Clause, Edition
from handrail.definitions.expressions import facts_in, parameters_in
from handrail.definitions.shown import names_shown
from handrail.definitions.tree import Leaf, Node
from handrail.subjects.catalog import Fact, subjects

WHERE: Mapping[str, str] = {
    "applies": "applies where",
    "holds": "met where",
    "excused": "excused where",
    "settled": "due once",
}
"""How each condition of a clause is introduced, in the order of judging."""


@dataclass(frozen=True)
class Line:
    """One line of a decision: a clause, or words for a group of branches. `depth` counts from 0."""

    depth: int
    words: str
    path: str = ""
    clause: str = ""


def by_section(edition: Edition) -> Mapping[str, tuple[Clause, ...]]:
    """This will group the clauses by the section of the source that they cite, in the order of the file."""
    grouped: dict[str, list[Clause]] = {}
    for clause in edition.clauses:
        grouped.setdefault(section_of(clause, edition), []).append(clause)
    return {section: tuple(clauses) for section, clauses in grouped.items()}


def section_of(clause: Clause, edition: Edition) -> str:
    """This will name the section that a clause cites first: one of the source's, else the words before the comma."""
    known = [section for section in edition.source.sections if clause.cite.startswith(section)]
    return max(known, key=len, default=clause.cite.split(",")[0].split(";")[0].strip())


def facts_asked(clause: Clause) -> tuple[tuple[str, Fact | None], ...]:
    """This will give the facts that a clause asks for or shows, each with what its subject says of it."""
    subject = subjects().get(clause.about)
    facts = subject.facts if subject else {}
    named = [name for sql in clause.conditions.values() for name in _names(sql, is_fact=True)]
    named += [name for name in names_shown(clause.shows or "") if name in facts]
    return tuple((name, facts.get(name)) for name in dict.fromkeys(named))


def values_named(clause: Clause, edition: Edition) -> Mapping[str, str]:
    """This will give the parameters and readings that a clause's conditions name, with their values in words."""
    named = [name for sql in clause.conditions.values() for name in _names(sql, is_fact=False)]
    return {name: value_of(name, edition) for name in dict.fromkeys(named)}


def value_of(name: str, edition: Edition) -> str:
    """This will say what a parameter or reading comes to under the readings chosen."""
    parameter = edition.parameters.get(name)
    if parameter is not None and parameter.value is not None:
        return said(parameter.value, parameter.unit)
    reading = edition.readings.get(parameter.reading if parameter is not None else name)
    unit = parameter.unit if parameter is not None else ""
    return said(reading.chosen, unit) if reading is not None else "not set"


def about_fact(fact: Fact | None) -> str:
    """This will say what a fact means, its unit, and what silence means."""
    if fact is None:
        return "Not a fact of this subject."
    parts = [fact.says]
    if fact.unit and fact.unit.split()[0].lower() not in fact.says.lower():
        parts.append(f"In {fact.unit}.")
    if fact.is_bounded:
        parts.append("Known by its floor and its ceiling.")
    if fact.silence_counts:
        parts.append("No record means no.")
    return " ".join(parts)


def in_force(edition: Edition) -> str:
    """This will say when the edition is in force by its own words."""
    since, until = edition.effective.since, edition.effective.until
    start = "undated: the source gives no day" if since == "undated" else f"from {since}"
    return f"{start}, before {until}" if until else start


def lines(node: Node, depth: int = 0) -> Iterator[Line]:
    """This will write a decision's tree line by line."""
    if isinstance(node, Leaf):
        yield Line(depth, "", clause=node.clause)
        return
    words = f"at least {node.needed} of" if node.kind == "at least" else f"{node.kind} of"
    yield Line(depth, words, path=node.path)
    for branch in node.branches:
        yield from lines(branch, depth + 1)


def _names(sql: str, *, is_fact: bool) -> tuple[str, ...]:
    try:
        return facts_in(sql) if is_fact else parameters_in(sql)
    except ValueError:
        return ()
