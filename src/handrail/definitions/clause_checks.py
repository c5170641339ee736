"""Checks of the clauses of an edition: ids, subject, conditions, the sentence shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp

from handrail.definitions.desk import ID, Desk
from handrail.definitions.document import Clause, Reading
from handrail.definitions.expressions import Fault, faults, near, parse
from handrail.definitions.shown import has_paired_braces, names_shown
from handrail.subjects.catalog import Subject, subjects


def check_clauses(desk: Desk) -> None:
    """This will check every clause by itself."""
    seen: set[str] = set()
    known = subjects()
    for number, clause in enumerate(desk.edition.clauses):
        place = ["clauses", number]
        if clause.id in seen:
            desk.note("H103", [*place, "id"], clause.id, "Two clauses have this id.", "Give each its own.")
        seen.add(clause.id)
        if not ID.fullmatch(clause.id):
            desk.note(
                "H120",
                [*place, "id"],
                clause.id,
                "The id is not in small letters with hyphens.",
                "For example: weekly-hours.",
            )
        if not clause.cite.strip():
            mend = "Add `cite:` with the section, and the number of the paragraph."
            desk.note(
                "H110", [*place, "cite"], clause.id, "The clause does not say where it stands in the source.", mend
            )
        if clause.about in known:
            _conditions(desk, place, clause, known[clause.about])
            _shown(desk, place, clause, known[clause.about])
        else:
            mend = f"{near(clause.about, known)}Known: {', '.join(known)}."
            desk.note("H109", [*place, "about"], clause.id, f'There is no subject "{clause.about}".', mend)


def _conditions(desk: Desk, place: Sequence[object], clause: Clause, about: Subject) -> None:
    values = desk.values()
    for part, sql in clause.conditions.items():
        found = faults(sql, about.facts, values, about.name)
        for fault in found or _answers_not_offered(sql, desk.edition.readings):
            desk.note(fault.code, [*place, part], clause.id, fault.says, fault.mend)


def _answers_not_offered(sql: str, readings: Mapping[str, Reading]) -> Iterator[Fault]:
    """A text that a reading is compared with, and that is none of its answers: that branch could never come true."""
    for node in parse(sql).find_all(exp.EQ, exp.NEQ, exp.In):
        sides = node.expressions if isinstance(node, exp.In) else [node.this, node.expression]
        names = [
            side.name for side in (node.this, *sides) if isinstance(side, exp.Placeholder) and side.name in readings
        ]
        texts = [side.name for side in (node.this, *sides) if isinstance(side, exp.Literal) and side.is_string]
        for name in dict.fromkeys(names):
            offered = [str(answer) for answer in (readings[name].chosen, *readings[name].instead)]
            for text in dict.fromkeys(texts):
                if text not in offered:
                    says = f'The line compares the reading "{name}" with "{text}", which is none of its answers.'
                    yield Fault("H122", says, f"{near(text, offered)}It offers: {', '.join(offered)}.")


def _shown(desk: Desk, place: Sequence[object], clause: Clause, about: Subject) -> None:
    sentence = clause.shows or ""
    if not has_paired_braces(sentence):
        says = "The braces of the sentence do not pair up."
        desk.note("H119", [*place, "shows"], clause.id, says, "Write each name as {attended_minutes}.")
    known = [*about.facts, *desk.values()]
    for name in names_shown(sentence):
        if name not in known:
            says = f'The sentence shows "{name}", which is neither fact nor parameter.'
            desk.note(
                "H119", [*place, "shows"], clause.id, says, f"{near(name, known)}Use the name of a fact or a parameter."
            )
