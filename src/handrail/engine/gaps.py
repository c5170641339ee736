"""What is missing, and on what an answer rests: asked of rows already judged, and only where something is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from handrail.definitions.document import Decision
from handrail.definitions.tree import Leaf
from handrail.engine.conditions import Condition
from handrail.engine.judging import Conditions, Verdict, branches, is_null, joined, numbered, truth_column

if TYPE_CHECKING:
    from handrail.engine.evaluate import Engine, Judged


def with_gaps(engine: Engine, told: Judged) -> Judged:
    """This will add to what was judged: `missing:<clause>` and `deciding:<decision>`, names separated by spaces.

    `branches:<decision>` says what each branch came to, in the order of `judging.numbered`: T, F or ? for open.
    """
    rows = told.rows
    plan = told.compiled
    if rows.num_rows and (plan.decisions or any(_is_open(rows, clause.id) for clause in told.clauses)):
        engine.relate(plan.rows_name, rows.append_column("row_number", pa.array(range(rows.num_rows), pa.int64())))
        sql = plan.written("gaps", engine.dialect, lambda: gaps(plan.conditions, plan.decisions, plan.rows_name))
        found = engine.query(sql).sort_by("row_number")
        engine.release(plan.rows_name)
        for name in found.column_names[1:]:
            rows = rows.append_column(name, found[name].cast(pa.string()))
    else:
        for name in _columns(plan.conditions, plan.decisions):
            rows = rows.append_column(name, pa.repeat("", rows.num_rows))
    return replace(told, rows=rows)


def gaps(conditions: Conditions, decisions: Mapping[str, Decision], source: str) -> exp.Query:
    """This will write the SELECT over judged rows that names the missing facts and the deciding clauses."""
    rows: exp.Query = exp.select("*").from_(source)
    if decisions:
        rows = branches(rows, decisions)
    asked = exp.select("row_number").from_(rows.subquery("branched", copy=False), copy=False)
    for clause, parts in conditions.items():
        asked = asked.select(exp.alias_(_missing(clause, parts), f"missing:{clause}", quoted=True), copy=False)
    for name, decision in decisions.items():
        asked = asked.select(exp.alias_(_deciding(name, decision), f"deciding:{name}", quoted=True), copy=False)
        asked = asked.select(exp.alias_(_branches(name, decision), f"branches:{name}", quoted=True), copy=False)
    return asked


def _columns(conditions: Conditions, decisions: Mapping[str, Decision]) -> list[str]:
    missing = [f"missing:{clause}" for clause in conditions]
    return missing + [f"{what}:{name}" for name in decisions for what in ("deciding", "branches")]


def _is_open(rows: pa.Table, clause: str) -> bool:
    return bool(pc.any(pc.equal(rows[f"verdict:{clause}"], Verdict.CANNOT_TELL.value)).as_py())


def _missing(clause: str, parts: Mapping[str, Condition]) -> exp.Expression:
    """The facts whose absence leaves the clause open: first those that say whether it applies at all."""
    sql = {name: exp.paren(part.sql) for name, part in parts.items()}
    pieces: list[exp.Expression] = []

    def ask(name: str, when: Sequence[exp.Expression]) -> None:
        for gap in parts[name].gaps:
            test = exp.and_(*when, gap.matters)
            pieces.append(exp.Case(ifs=[exp.If(this=test, true=exp.Literal.string(gap.fact))]))

    applies = [sql["applies"]] if "applies" in sql else []
    if applies:
        ask("applies", [is_null(sql["applies"])])
    ask("holds", [*applies, is_null(sql["holds"])])
    for name in ("excused", "settled"):
        if name in sql:
            ask(
                name,
                [
                    *applies,
                    is_null(sql[name]),
                    exp.Not(this=exp.Coalesce(this=sql["holds"].copy(), expressions=[exp.false()])),
                ],
            )
    open_ = exp.column(f"verdict:{clause}", quoted=True).eq(Verdict.CANNOT_TELL.value)
    return exp.Case(ifs=[exp.If(this=open_, true=joined(pieces))], default=exp.Literal.string(""))


def _deciding(name: str, decision: Decision) -> exp.Expression:
    """The clauses on which the answer rests: every branch from the top down to them has the answer's own truth."""
    root = truth_column(name, "0")
    tests: dict[str, exp.Expression] = {}
    for number, node, _ in numbered(decision.tree):
        if not isinstance(node, Leaf):
            continue
        parts = number.split(".")
        way = [".".join(parts[: depth + 1]) for depth in range(1, len(parts))]
        test = exp.and_(*(exp.NullSafeEQ(this=truth_column(name, at), expression=root.copy()) for at in way))
        tests[node.clause] = exp.or_(tests[node.clause], test) if node.clause in tests else test
    return joined(
        [exp.Case(ifs=[exp.If(this=test, true=exp.Literal.string(clause))]) for clause, test in tests.items()]
    )


def _branches(name: str, decision: Decision) -> exp.Expression:
    """What each branch came to, a letter each."""
    letters = [
        exp.Case(
            ifs=[
                exp.If(this=truth_column(name, number), true=exp.Literal.string("T")),
                exp.If(this=exp.Not(this=truth_column(name, number)), true=exp.Literal.string("F")),
            ],
            default=exp.Literal.string("?"),
        )
        for number, _, _ in numbered(decision.tree)
    ]
    return exp.Anonymous(this="CONCAT", expressions=letters)
