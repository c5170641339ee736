"""The crosswalk: from each row of the source to its clause, subject and worked examples, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from handrail.definitions.case_checks import lacking_answers, lacking_verdicts
from handrail.definitions.cases import ANSWERS, VERDICTS, Cases
from handrail.definitions.document import Edition
from handrail.definitions.tree import leaves
from handrail.subjects.catalog import subjects


@dataclass(frozen=True)
class Link:
    """One step of the crosswalk.

    `kind` is `clause`, `informs`, `unresolved`, `decision` or `nothing`; `name` the clause's or decision's id, or what
    the note says. `examples` counts the worked examples for each verdict (for a decision, each answer). `missing` are
    sentences on what the crosswalk lacks here; it is complete when there are none.
    """

    section: str
    row: str
    kind: str
    name: str
    subject: str = ""
    examples: Mapping[str, int] | None = None
    missing: tuple[str, ...] = ()


def trace(edition: Edition, cases: Cases) -> list[Link]:
    """This will follow every row of the source to what encodes it, in the order of the source, then the decisions."""
    links: list[Link] = []
    for section, rows in edition.source.sections.items():
        for row in rows:
            links += list(_of_row(edition, cases, section, row)) or [_uncovered(section, row)]
    traced = {link.name for link in links if link.kind == "clause"}
    links += [
        _clause(edition, cases, clause.cite, "", clause.id) for clause in edition.clauses if clause.id not in traced
    ]
    links += [Link(told.cite, "", "unresolved", told.says) for told in edition.unresolved if not told.row]
    links += [_decision(edition, cases, name) for name in edition.decisions]
    return links


def _of_row(edition: Edition, cases: Cases, section: str, row: str) -> Iterator[Link]:
    for clause in edition.clauses:
        if row in clause.rows:
            yield _clause(edition, cases, section, row, clause.id)
    for informs in edition.informs:
        if informs.row == row:
            yield Link(section, row, "informs", informs.says)
    for unresolved in edition.unresolved:
        if unresolved.row == row:
            yield Link(section, row, "unresolved", unresolved.says)


def _uncovered(section: str, row: str) -> Link:
    return Link(section, row, "nothing", "", missing=("No clause, informs or unresolved covers this row.",))


def _clause(edition: Edition, cases: Cases, section: str, row: str, name: str) -> Link:
    clause = edition.clause(name)
    missing = []
    if clause.about not in subjects():
        missing.append(f"There is no subject {clause.about}.")
    if lacking := lacking_verdicts(clause, cases):
        missing.append(f"No worked example shows it {' or '.join(lacking)}.")
    counts = cases.verdicts_of(name)
    examples = {verdict: counts[verdict] for verdict in VERDICTS if counts[verdict]}
    return Link(section, row, "clause", name, clause.about, examples, tuple(missing))


def _decision(edition: Edition, cases: Cases, name: str) -> Link:
    decision = edition.decisions[name]
    known = {clause.id for clause in edition.clauses}
    missing = [
        f"It rests on {clause}, which is no clause."
        for clause in dict.fromkeys(leaf.clause for leaf in leaves(decision.tree))
        if clause not in known
    ]
    if lacking := lacking_answers(name, decision, cases):
        missing.append(f"No worked example answers it {' or '.join(lacking)}.")
    counts = cases.answers_of(name)
    examples = {answer: counts[answer] for answer in ANSWERS if counts[answer]}
    return Link("Decisions", "", "decision", name, decision.about, examples, tuple(missing))
