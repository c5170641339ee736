"""Verdicts and decisions as plain data: the stable, documented form of every answer (docs/answers.md)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from handrail.definitions.document import Clause, Value
from handrail.definitions.tree import Leaf, Node
from handrail.engine.evaluate import Judged
from handrail.engine.evidence import Key, Record, Shown
from handrail.engine.judging import Answer, Verdict, numbered
from handrail.subjects.catalog import Subject

_ONE = re.compile(r"(?<![\d.])(1 (?:day|hour|minute|month|week|year|session|clinician|contact))s\b")
"""One day is not "1 days"; the pattern keeps the words without the s."""

Between = tuple[Any, Any]
"""The floor and the ceiling of a fact that is partly undocumented; None where there is none."""


@dataclass(frozen=True)
class Missing:
    """A fact that nobody recorded, the question that would settle it, and who can answer."""

    fact: str
    question: str
    ask: str


@dataclass(frozen=True)
class ClauseVerdict:
    """What one clause comes to for one row of its subject, and why."""

    definition: str
    edition: str
    hash: str
    clause: str
    duty: str
    subject: str
    key: Mapping[str, Any]
    judged_on: datetime.date
    context: Mapping[str, Any]
    verdict: Verdict
    facts: Mapping[str, Any]
    missing: tuple[Missing, ...] = ()
    evidence: tuple[Record, ...] = ()


@dataclass(frozen=True)
class DecisionAnswer:
    """What one decision comes to for one row of its subject. It recommends; a person decides."""

    definition: str
    edition: str
    hash: str
    decision: str
    subject: str
    key: Mapping[str, Any]
    judged_on: datetime.date
    context: Mapping[str, Any]
    answer: Answer
    paths: tuple[str, ...]
    deciding: tuple[str, ...]
    says: str
    missing: tuple[Missing, ...] = field(default=())


def verdicts(
    judged: Judged, evidence: Mapping[Key, Mapping[Shown, tuple[Record, ...]]] | None = None
) -> Iterator[ClauseVerdict]:
    """This will give every verdict of what was judged, row by row, each row's clauses in the order of the source."""
    told = judged.compiled
    for row in judged.rows.to_pylist():
        key = {name: row[name] for name in told.subject.key}
        records = (evidence or {}).get(tuple(key.values()), {})
        context = _context(row, judged)
        for clause in told.clauses:
            facts = told.facts[clause.id]
            shown = dict.fromkeys(pair for fact in facts for pair in told.subject.facts[fact].evidence.items())
            yield ClauseVerdict(
                definition=told.edition.definition,
                edition=told.edition.name,
                hash=told.edition.hash,
                clause=clause.id,
                duty=clause.duty.value,
                subject=told.subject.name,
                key=key,
                judged_on=row["judged_on"],
                context=context,
                verdict=Verdict(row[f"verdict:{clause.id}"]),
                facts={fact: _fact(told.subject, fact, row) for fact in facts},
                missing=tuple(_missing(told.subject, name) for name in (row[f"missing:{clause.id}"] or "").split()),
                evidence=tuple(dict.fromkeys(record for pair in shown for record in records.get(pair, ()))),
            )


def decisions(judged: Judged) -> Iterator[DecisionAnswer]:
    """This will give every answer of what was judged, row by row."""
    told = judged.compiled
    if not told.decisions:
        return
    for row in judged.rows.to_pylist():
        for name, decision in told.decisions.items():
            answer = Answer(row[f"answer:{name}"])
            deciding = tuple((row[f"deciding:{name}"] or "").split())
            gaps = {clause: tuple((row[f"missing:{clause}"] or "").split()) for clause in deciding}
            settling = (
                _facts_that_settle(decision.tree, row[f"branches:{name}"], gaps) if answer is Answer.CANNOT_TELL else ()
            )
            yield DecisionAnswer(
                definition=told.edition.definition,
                edition=told.edition.name,
                hash=told.edition.hash,
                decision=name,
                subject=told.subject.name,
                key={part: row[part] for part in told.subject.key},
                judged_on=row["judged_on"],
                context=_context(row, judged),
                answer=answer,
                paths=tuple((row[f"paths:{name}"] or "").split()) if answer is Answer.YES else (),
                deciding=deciding,
                says=_says(answer, decision.yes, decision.no, told.clauses, deciding),
                missing=tuple(_missing(told.subject, fact) for fact in settling),
            )


def sentence(clause: Clause, facts: Mapping[str, Any], values: Mapping[str, Value]) -> str:
    """This will write the clause's own sentence with the numbers in it, or nothing where it has none."""
    text = clause.shows or ""
    for name, value in facts.items():
        text = text.replace("{" + name + "}", spoken(_rounded(value)))
    for name, value in values.items():
        text = text.replace("{" + name + "}", spoken(value))
    return _ONE.sub(r"\1", text)


def _rounded(value: Any) -> Any:
    """At most one decimal, for reading. A limit is a round number, so what is only near one is said to be near it."""
    if isinstance(value, dict):
        return {end: _rounded(part) for end, part in value.items()}
    if not isinstance(value, (Decimal, float)):
        return value
    exact = Decimal(str(value))
    told = exact.quantize(Decimal("0.1"), ROUND_HALF_EVEN)
    if told == exact or told != told.to_integral_value():
        return told
    return f"just {'over' if exact > told else 'under'} {spoken(told + 0)}"


def spoken(value: Any) -> str:
    """This will say a value as a person would."""
    if value is None:
        return "not documented"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, dict):
        least, most = value["least"], value["most"]
        if least is None:
            return f"at most {spoken(most)}"
        return f"at least {spoken(least)}" if most is None else f"between {spoken(least)} and {spoken(most)}"
    if isinstance(value, (tuple, list)):
        return ", ".join(map(str, value))
    return str(value)


def plain(value: Any) -> Any:
    """This will give a value that JSON can hold: days as YYYY-MM-DD, exact numbers as numbers."""
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    return value


def as_json(answer: ClauseVerdict | DecisionAnswer) -> dict[str, Any]:
    """This will give one verdict or answer in the documented JSON form."""
    shared = {
        "definition": answer.definition,
        "edition": answer.edition,
        "hash": answer.hash,
        "subject": answer.subject,
        "key": plain(dict(answer.key)),
        "judged_on": answer.judged_on.isoformat(),
        **plain(dict(answer.context)),
        "missing": [{"fact": gap.fact, "question": gap.question, "ask": gap.ask} for gap in answer.missing],
    }
    if isinstance(answer, ClauseVerdict):
        evidence = [{"table": r.table, "id": r.id} | ({"late": True} if r.is_late else {}) for r in answer.evidence]
        return shared | {
            "clause": answer.clause,
            "duty": answer.duty,
            "verdict": answer.verdict.value,
            "facts": plain(dict(answer.facts)),
            "evidence": evidence,
        }
    return shared | {
        "decision": answer.decision,
        "answer": answer.answer.value,
        "paths": list(answer.paths),
        "deciding": list(answer.deciding),
        "says": answer.says,
    }


def _context(row: Mapping[str, Any], judged: Judged) -> dict[str, Any]:
    names = ("person_id", "episode_id", "program_id")
    return {name: row[name] for name in names if name in judged.compiled.context}


def _fact(about: Subject, name: str, row: Mapping[str, Any]) -> Any:
    fact = about.facts[name]
    if not fact.is_bounded:
        return row[name]
    least, most = (row[column] for column in fact.columns)
    return least if least == most else {"least": least, "most": most}


def _missing(about: Subject, name: str) -> Missing:
    fact = about.facts[name]
    return Missing(name, fact.question or f"{fact.says}", fact.ask)


def _facts_that_settle(tree: Node, letters: str, gaps: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The shortest list of facts by which an open decision could come to yes; what only time settles asks for none."""
    truths = {number: letter for (number, _, _), letter in zip(numbered(tree), letters, strict=True)}
    return _settling(tree, "0", truths, gaps, frozenset())[1]


def _settling(
    node: Node, number: str, truths: Mapping[str, str], gaps: Mapping[str, tuple[str, ...]], asked: frozenset[str]
) -> tuple[bool, tuple[str, ...]]:
    """Whether an open branch must also wait, and its facts: of as many open branches as it still needs, the easiest.

    `asked` are facts that are asked for anyway: a branch that needs no others is the easiest.
    """
    if isinstance(node, Leaf):
        return not gaps[node.clause], gaps[node.clause]
    places = {f"{number}.{place}": branch for place, branch in enumerate(node.branches)}
    open_ = {at: branch for at, branch in places.items() if truths[at] == "?"}
    needed = node.needed - sum(truths[at] == "T" for at in places)
    found: dict[str, tuple[bool, tuple[str, ...]]] = {}
    for at in sorted(open_, key=lambda at: not isinstance(open_[at], Leaf)):
        found[at] = _settling(open_[at], at, truths, gaps, asked)
        asked |= frozenset(found[at][1] if needed == len(open_) else ())
    easiest = sorted(found, key=lambda at: (found[at][0], not found[at][1], len(set(found[at][1]) - asked)))[:needed]
    facts = dict.fromkeys(fact for at in open_ if at in easiest for fact in found[at][1])
    return any(found[at][0] for at in easiest), tuple(facts)


def _says(answer: Answer, yes: str, no: str, clauses: Sequence[Clause], deciding: tuple[str, ...]) -> str:
    if answer is Answer.YES:
        return yes
    if answer is Answer.NO:
        hints = dict.fromkeys(clause.if_not for clause in clauses if clause.id in deciding and clause.if_not)
        return " ".join((no, *hints))
    return "It is not due yet." if answer is Answer.PENDING else "It cannot be told yet: something is not documented."
