"""When a clause is due, and whether what it asks for was done late: read off the clause itself, never decided here.

A clause with a deadline says `settled: ... days > :limit`: while the days count on, it is due on the day they reach the
limit. It says `holds: done AND days <= :limit`: where only the days stand in the way, it was done, and late.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlglot import exp
from sqlglot.optimizer.simplify import simplify

from handrail.definitions.document import Clause
from handrail.definitions.expressions import parse
from handrail.engine.conditions import fill, literal
from handrail.engine.evaluate import Judged

LATE, REPAIRED, DUE = "late", "repaired", "due"
WITHOUT_A_DAY = frozenset({"plan_review", "treatment_plan", "assessment"})
"""Subjects whose open clauses are work to do although no day is counted: by the second session, before treatment."""


@dataclass(frozen=True)
class Standing:
    """How one verdict stands in a list of things to do: `stands` is empty where there is nothing to do."""

    stands: str = ""
    due_on: datetime.date | None = None
    days_late: int | None = None


def standing(judged: Judged, clause: Clause, told: Any, as_of: datetime.date) -> Standing:
    """This will say how a verdict of a clause stands: late and still open, done late, or due. `told`: a ClauseVerdict."""
    verdict, subject = told.verdict.value, told.subject
    if clause.settled is None or verdict not in ("not met", "pending"):
        return Standing()
    counted = [name for name in told.facts if _counts_days(judged, name)]
    done = _over(judged, clause.holds, told.facts, counted, exp.LTE)
    is_done, over = done is not None, done
    if verdict == "not met" and is_done:
        return Standing(REPAIRED, None, over)
    if verdict == "not met" and told.judged_on != as_of:
        return Standing()
    over = _over(judged, clause.settled, told.facts, counted, exp.GT)
    due_on = None if over is None else told.judged_on - datetime.timedelta(days=over)
    if due_on is None and subject not in WITHOUT_A_DAY:
        return Standing()
    if verdict == "pending":
        return Standing(DUE, due_on)
    return Standing(LATE, due_on, over)


def _counts_days(judged: Judged, name: str) -> bool:
    fact = judged.compiled.subject.facts[name]
    return fact.type == "integer" and fact.unit == "days" and not fact.is_bounded


def _over(
    judged: Judged, sql: str, facts: Mapping[str, Any], counted: list[str], kind: type[exp.Expression]
) -> int | None:
    """By how many days a counter is over its limit, where all else is known; None where no counter decides."""
    found = []
    for name in counted:
        if facts[name] is None:
            continue
        known = tuple(sorted((fact, value) for fact, value in facts.items() if fact != name and _is_plain(value)))
        values = tuple(sorted(judged.compiled.values.items()))
        limit = _limit(sql, name, known, values, kind)
        if limit is not None:
            found.append(facts[name] - limit)
    return max(found, default=None)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, str))


@lru_cache(maxsize=10_000)
def _limit(
    sql: str,
    counter: str,
    known: tuple[tuple[str, Any], ...],
    values: tuple[tuple[str, Any], ...],
    kind: type[exp.Expression],
) -> int | None:
    """The number that a counter is compared with, once all other facts and parameters stand in the condition."""
    tree = fill(parse(sql).copy(), {name: literal(value) for name, value in values})
    facts = dict(known)

    def put(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Column) and node.name in facts:
            value = facts[node.name]
            return exp.false() if value is None else literal(value)
        return node

    left = simplify(tree.transform(put))
    return min(_numbers(left, counter, kind), default=None)


def _numbers(tree: exp.Expression, counter: str, kind: type[exp.Expression]) -> Iterator[int]:
    for found in tree.find_all(kind):
        if found.this.name == counter and isinstance(found.expression, exp.Literal):
            yield int(found.expression.this)
