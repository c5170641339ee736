"""Why: the page a reviewer would want about one person or one episode, as data that a screen or a terminal can lay out."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handrail.definitions.document import Clause, Decision, Edition, Value
from handrail.definitions.rulebook import InForce
from handrail.definitions.tree import Leaf, Node
from handrail.engine.evaluate import Engine, Judged, Scope, compiled, judge, readings_of
from handrail.engine.evidence import Key, Record, Shown, evidence, evidence_tables
from handrail.engine.judging import Answer, Verdict
from handrail.engine.results import ClauseVerdict, DecisionAnswer, decisions, sentence, spoken, verdicts

TO_LOOK_AT = (Verdict.NOT_MET, Verdict.CANNOT_TELL, Verdict.PENDING, Verdict.EXCUSED)
"""Verdicts that a reviewer wants to see for each row; the others are counted."""


@dataclass(frozen=True)
class ClauseLine:
    """One clause for one row: what it asks, what it came to, the numbers in a sentence, and the records behind it."""

    clause: Clause
    verdict: Verdict
    sentence: str
    missing: tuple[tuple[str, str], ...]
    records: tuple[Record, ...]


@dataclass(frozen=True)
class Row:
    """One row of a subject with its clauses in the order of the source."""

    key: Mapping[str, Any]
    judged_on: datetime.date
    lines: tuple[ClauseLine, ...]


@dataclass(frozen=True)
class Told:
    """One decision for one row, with the row's clauses by id, for laying out path by path."""

    name: str
    decision: Decision
    answer: DecisionAnswer
    lines: Mapping[str, ClauseLine]


@dataclass(frozen=True)
class Part:
    """What one subject shows: its decisions, its rows, and how often each clause came to what."""

    subject: str
    says: str
    decisions: tuple[Told, ...]
    rows: tuple[Row, ...]
    counts: Mapping[str, Mapping[Verdict, int]]
    clauses: tuple[Clause, ...]
    is_of_program: bool


@dataclass(frozen=True)
class Explanation:
    """Everything one edition has to say about the person or episode asked for."""

    edition: Edition
    readings: Mapping[str, Value]
    parts: tuple[Part, ...]


def explain(
    engine: Engine,
    editions: Sequence[InForce],
    *,
    scope: Scope,
    as_of: datetime.date,
    readings: Mapping[str, Value] | None = None,
    candidates: bool = False,
) -> Iterator[Explanation]:
    """This will explain a person or an episode by every edition that has something to say about it.

    Subjects of the program (its weeks, staff, sessions) are told for the programs of the episodes found, in short.
    """
    for in_force in editions:
        own = readings_of(in_force.edition, editions, readings or {})
        judged: list[tuple[Judged, bool]] = []
        programs: dict[str, None] = {}
        later: list[str] = []
        for name in in_force.edition.subjects:
            plan = compiled(in_force, name, readings=own, candidates=candidates)
            if not set(scope.columns) <= set(plan.context):
                later.append(name)
                continue
            one = judge(engine, plan, as_of=as_of, scope=scope)
            judged.append((one, False))
            if "program_id" in plan.context:
                programs |= dict.fromkeys(value for value in one.rows["program_id"].to_pylist() if value is not None)
        if not any(one.rows.num_rows for one, _ in judged):
            continue
        for name in later:
            plan = compiled(in_force, name, readings=own)
            if "program_id" in plan.context:
                judged += [
                    (judge(engine, plan, as_of=as_of, scope=Scope(program_id=program)), True) for program in programs
                ]
        order = {name: place for place, name in enumerate(_by_decision(in_force.edition))}
        judged.sort(key=lambda pair: order[pair[0].compiled.subject.name])
        parts = tuple(_part(engine, one, is_of_program, as_of) for one, is_of_program in judged if one.rows.num_rows)
        chosen = {
            name: value for name, value in in_force.edition.values(own).items() if name in in_force.edition.readings
        }
        yield Explanation(in_force.edition, chosen, parts)


def _by_decision(edition: Edition) -> tuple[str, ...]:
    """Subjects in the order to read them: those with a decision first, then the order of the source."""
    return tuple(dict.fromkeys((*(decision.about for decision in edition.decisions.values()), *edition.subjects)))


def _part(engine: Engine, judged: Judged, is_of_program: bool, as_of: datetime.date) -> Part:
    found: Mapping[Key, Mapping[Shown, tuple[Record, ...]]] = {}
    if not is_of_program:
        engine.show(evidence_tables(judged), as_of)
        found = evidence(engine, judged)
    values = judged.compiled.values
    rows: dict[tuple[Any, ...], list[ClauseLine]] = {}
    heads: dict[tuple[Any, ...], tuple[Mapping[str, Any], datetime.date]] = {}
    counts: dict[str, Counter[Verdict]] = {clause.id: Counter() for clause in judged.clauses}
    for verdict in verdicts(judged, found):
        key = tuple(verdict.key.values())
        heads[key] = (verdict.key, verdict.judged_on)
        rows.setdefault(key, []).append(_line(judged, verdict, values))
        counts[verdict.clause][verdict.verdict] += 1
    told = tuple(
        Told(
            answer.decision,
            judged.compiled.decisions[answer.decision],
            answer,
            {line.clause.id: line for line in rows[tuple(answer.key.values())]},
        )
        for answer in decisions(judged)
    )
    about = judged.compiled.subject
    laid = tuple(Row(*heads[key], tuple(lines)) for key, lines in rows.items())
    return Part(about.name, about.says, told, laid, counts, judged.clauses, is_of_program)


def _line(judged: Judged, verdict: ClauseVerdict, values: Mapping[str, Value]) -> ClauseLine:
    clause = judged.compiled.edition.clause(verdict.clause)
    text = sentence(clause, verdict.facts, values)
    if not text and verdict.verdict is Verdict.NOT_MET:
        text = "; ".join(f"{_words(fact)}: {spoken(value)}" for fact, value in verdict.facts.items())
    missing = tuple((gap.question, gap.ask) for gap in verdict.missing)
    return ClauseLine(clause, verdict.verdict, text, missing, verdict.evidence)


def _words(name: str) -> str:
    return name.replace("_", " ")


def is_true(node: Node, told: Told) -> bool:
    """This will say whether a named branch is among those by which the decision came to yes."""
    return (
        not isinstance(node, Leaf)
        and bool(node.path)
        and told.answer.answer is Answer.YES
        and node.path in told.answer.paths
    )
