"""A definition as a page of text: what a policy analyst reads first."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from handrail.definitions.changes import said
from handrail.definitions.document import Clause, Edition
from handrail.definitions.outline import (
    WHERE,
    about_fact,
    by_section,
    facts_asked,
    in_force,
    lines,
    value_of,
    values_named,
)


def as_text(edition: Edition, width: int = 80) -> str:
    """This will write an edition as a page of text, wrapped to a width."""
    parts = [
        *_head(edition),
        *_parameters(edition),
        *_clauses(edition),
        *_decisions(edition),
        *_readings(edition),
        *_notes(edition),
    ]
    return "\n".join(line for text, indent, hanging in parts for line in _wrapped(text, indent, hanging, width)) + "\n"


Part = tuple[str, int, int]
"""A paragraph, its indent, and how much further its other lines are indented."""


def _wrapped(text: str, indent: int, hanging: int, width: int) -> list[str]:
    first, other = " " * indent, " " * (indent + hanging)
    room = max(width, indent + hanging + 30)
    return wrap(
        text, room, initial_indent=first, subsequent_indent=other, break_long_words=False, break_on_hyphens=False
    ) or [""]


def _title(text: str, line: str = "-") -> Iterator[Part]:
    yield "", 0, 0
    yield text, 0, 0
    yield line * min(len(text), 78), 0, 0


def _head(edition: Edition) -> Iterator[Part]:
    yield edition.title, 0, 0
    yield "=" * min(len(edition.title), 78), 0, 0
    yield f"{edition.definition}, edition {edition.name}", 0, 0
    yield f"In force     {in_force(edition)}", 0, 13
    yield f"Source       {edition.source.document}", 0, 13
    yield f"Authority    {edition.source.authority}", 0, 13
    yield f"Hash         {edition.hash}", 0, 13


def _parameters(edition: Edition) -> Iterator[Part]:
    if edition.parameters:
        yield from _title("Parameters")
    for name, parameter in edition.parameters.items():
        yield f"{name} = {value_of(name, edition)}", 2, 4
        where = [parameter.cite] if parameter.cite else []
        where += [f"by the reading {parameter.reading}"] if parameter.reading else []
        yield "; ".join(where), 6, 0


def _clauses(edition: Edition) -> Iterator[Part]:
    yield from _title("Clauses")
    for section, clauses in by_section(edition).items():
        yield "", 0, 0
        rows = ", ".join(edition.source.sections.get(section, ()))
        yield f"{section}{f'  ({rows})' if rows else ''}", 0, 4
        for clause in clauses:
            yield "", 0, 0
            yield from _clause(edition, clause)


def _clause(edition: Edition, clause: Clause) -> Iterator[Part]:
    rows = f", {', '.join(clause.rows)}" if clause.rows else ""
    yield f"{clause.id}  ({clause.duty}, about {clause.about}; {clause.cite}{rows})", 2, 4
    yield clause.says, 4, 0
    for part, sql in clause.conditions.items():
        yield f"{WHERE[part]:<15}{sql}", 4, 15
    for name, value in values_named(clause, edition).items():
        yield f"{':' + name} = {value}", 19, 4
    if clause.shows:
        yield f"{'shows':<15}{clause.shows}", 4, 15
    if clause.if_not:
        yield f"{'if not met':<15}{clause.if_not}", 4, 15
    asked = facts_asked(clause)
    if asked:
        yield "asks for", 4, 0
    for name, fact in asked:
        yield f"{name}: {about_fact(fact)}", 6, 4


def _decisions(edition: Edition) -> Iterator[Part]:
    if edition.decisions:
        yield from _title("Decisions")
    for name, decision in edition.decisions.items():
        yield "", 0, 0
        yield f"{name}: {decision.says}  (about {decision.about})", 2, 4
        for line in lines(decision.tree):
            text = line.clause or f"{f'{line.path}: ' if line.path else ''}{line.words}"
            yield text, 4 + 2 * line.depth, 2
        yield f"Yes: {decision.yes}", 4, 5
        yield f"No: {decision.no}", 4, 4


def _readings(edition: Edition) -> Iterator[Part]:
    if edition.readings:
        yield from _title("Readings: what the source leaves open, and how it is read here")
    for name, reading in edition.readings.items():
        yield "", 0, 0
        yield f"{name}: {reading.question}", 2, 4
        yield f"chosen    {said(reading.chosen)}", 4, 10
        yield f"instead   {'; '.join(map(said, reading.instead)) or 'nothing is offered'}", 4, 10
        yield f"because   {reading.because}", 4, 10


def _notes(edition: Edition) -> Iterator[Part]:
    if edition.informs:
        yield from _title("What only informs: permission or context, nothing is judged by it")
    for informs in edition.informs:
        yield f"{informs.row}  {informs.says} ({informs.cite})", 2, 4
        yield f"because {informs.because}", 6, 0
    if edition.unresolved:
        yield from _title("What stays unresolved: the source leaves it unsaid or takes it from elsewhere")
    for unresolved in edition.unresolved:
        yield f"{f'{unresolved.row}  ' if unresolved.row else ''}{unresolved.says} ({unresolved.cite})", 2, 4
