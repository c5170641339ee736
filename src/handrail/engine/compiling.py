"""From an edition and a subject to one SELECT: facts, then a verdict for each clause, then the decisions."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from sqlglot import exp

from handrail.definitions.document import Clause, Decision, Edition, Value
from handrail.definitions.rulebook import InForce
from handrail.definitions.tree import Group, Leaf, Node, leaves, paths
from handrail.engine.conditions import Condition, condition, fill, literal
from handrail.engine.pruning import prune
from handrail.subjects.catalog import CONTEXT, Subject, subject

AS_OF = "0001-01-01"
"""Stands for the as-of date in compiled SQL, until it is run."""


class Verdict(StrEnum):
    """What a clause comes to for one row of its subject."""

    MET = "met"
    NOT_MET = "not met"
    CANNOT_TELL = "cannot tell"
    PENDING = "pending"
    NOT_APPLICABLE = "not applicable"
    EXCUSED = "excused"


class Answer(StrEnum):
    """What a decision comes to for one row of its subject."""

    YES = "yes"
    NO = "no"
    CANNOT_TELL = "cannot tell"
    PENDING = "pending"


@dataclass(frozen=True)
class Compiled:
    """One SELECT for one edition and one subject, and what its columns are.

    `facts` maps each clause to the facts that can matter to it under the readings chosen; `context` are the
    columns that say which row it is: the key, the service, the day judged and the ids that the subject gives.
    """

    edition: Edition
    subject: Subject
    sql: exp.Expression
    clauses: tuple[Clause, ...]
    decisions: Mapping[str, Decision]
    facts: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Value]
    context: tuple[str, ...]
    _written: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def text(self, dialect: str, as_of: datetime.date) -> str:
        """This will write the SELECT for one engine and one day."""
        if dialect not in self._written:
            self._written[dialect] = self.sql.sql(dialect=dialect)
        return self._written[dialect].replace(AS_OF, as_of.isoformat())


def compile_subject(
    in_force: InForce,
    name: str,
    *,
    values: Mapping[str, Value],
    in_full: bool = False,
    candidates: bool = False,
    clauses: frozenset[str] | None = None,
    only: str | None = None,
    every_fact: bool = False,
) -> Compiled:
    """This will compile what an edition says about one subject.

    `values` are the parameters under the readings chosen. `in_full` adds which facts are missing and which
    clauses decide. `clauses` limits it to some clauses; `only` to one decision and its clauses. `every_fact`
    keeps the facts that no clause asks for.
    """
    edition = in_force.edition
    about = subject(name)
    decisions = {key: told for key, told in edition.decisions.items() if told.about == name and only in (None, key)}
    if only is not None:
        clauses = frozenset(leaf.clause for told in decisions.values() for leaf in leaves(told.tree))
    wanted = tuple(c for c in edition.clauses if c.about == name and (clauses is None or c.id in clauses))
    if clauses is not None:
        decisions = {key: d for key, d in decisions.items() if all(leaf.clause in clauses for leaf in leaves(d.tree))}
    conditions = {
        clause.id: {part: condition(sql, values, about.facts) for part, sql in clause.conditions.items()} for clause in wanted
    }
    facts = {clause.id: _facts_of(clause, conditions[clause.id], about) for clause in wanted}
    asked = dict.fromkeys(about.facts if every_fact else (fact for some in facts.values() for fact in some))
    whole = subject_sql(about, values, edition.definition, candidates)
    context = tuple(name for name in dict.fromkeys((*about.key, *CONTEXT)) if name in whole.named_selects)
    judged = _judged(_rows(in_force, about, whole, context, asked), conditions, in_full)
    return Compiled(edition, about, _decided(judged, decisions, in_full), wanted, decisions, facts, values, context)


def judge_facts(rows: exp.Query, edition: Edition, name: str, values: Mapping[str, Value]) -> exp.Query:
    """This will judge facts that are given, not derived from records: `rows` has every fact as a column."""
    about = subject(name)
    conditions = {
        clause.id: {part: condition(sql, values, about.facts) for part, sql in clause.conditions.items()}
        for clause in edition.clauses
        if clause.about == name
    }
    decisions = {key: told for key, told in edition.decisions.items() if told.about == name}
    return _decided(_judged(rows, conditions, True), decisions, True)


def subject_sql(about: Subject, values: Mapping[str, Value], service: str, candidates: bool) -> exp.Query:
    """This will give a subject's own SELECT with its parameters filled in, a definition's values first."""
    given: dict[str, exp.Expression] = {
        name: literal(values.get(name, parameter.value)) for name, parameter in about.parameters.items()
    }
    given |= {"as_of": exp.cast(exp.Literal.string(AS_OF), "date"), "service": literal(service), "candidates": literal(candidates)}
    tree = fill(_parsed(about.name).copy(), given)
    assert isinstance(tree, exp.Query)
    return tree


@lru_cache
def _parsed(name: str) -> exp.Expression:
    return exp.maybe_parse(subject(name).sql, dialect="duckdb")


def _facts_of(clause: Clause, conditions: Mapping[str, Condition], about: Subject) -> tuple[str, ...]:
    named = [fact for part in ("applies", "holds", "excused", "settled") if part in conditions for fact in conditions[part].facts]
    shown = [name for name in shown_names(clause) if name in about.facts]
    return tuple(dict.fromkeys((*named, *shown)))


def shown_names(clause: Clause) -> tuple[str, ...]:
    """This will give the facts and parameters that a clause's `shows` sentence names."""
    pieces = (clause.shows or "").split("{")[1:]
    return tuple(piece.split("}")[0] for piece in pieces)


def _rows(
    in_force: InForce, about: Subject, whole: exp.Query, context: tuple[str, ...], facts: Iterable[str]
) -> exp.Query:
    """The subject's rows, narrowed to the facts asked for, to the definition's own and to the edition's days."""
    asked = set(facts)
    columns = [*context, *(column for fact in about.facts.values() if fact.name in asked for column in fact.columns)]
    rows = exp.select(*(exp.column(name) for name in dict.fromkeys(columns))).from_(prune(whole, columns).subquery("facts"))
    rows = rows.where(exp.column("service").eq(in_force.edition.definition))
    if in_force.since:
        rows = rows.where(exp.column("judged_on") >= exp.cast(exp.Literal.string(in_force.since.isoformat()), "date"))
    if in_force.until:
        rows = rows.where(exp.column("judged_on") < exp.cast(exp.Literal.string(in_force.until.isoformat()), "date"))
    return rows


def _judged(rows: exp.Query, conditions: Mapping[str, Mapping[str, Condition]], in_full: bool) -> exp.Query:
    judged = exp.select("*").from_(rows.subquery("rows"))
    for clause, parts in conditions.items():
        judged = judged.select(exp.alias_(_verdict(parts), f"verdict:{clause}", quoted=True), copy=False)
        if in_full:
            judged = judged.select(exp.alias_(_missing(parts), f"missing:{clause}", quoted=True), copy=False)
    return judged


def _verdict(parts: Mapping[str, Condition]) -> exp.Expression:
    """The order of judging. Unknown never becomes no: what could still excuse or defer leaves it open."""
    case = exp.Case(ifs=[])

    def when(test: exp.Expression, verdict: Verdict) -> None:
        case.append("ifs", exp.If(this=test, true=exp.Literal.string(verdict.value)))

    sql = {name: exp.paren(part.sql) for name, part in parts.items()}
    if "applies" in sql:
        when(exp.Not(this=sql["applies"].copy()), Verdict.NOT_APPLICABLE)
        when(_is_null(sql["applies"]), Verdict.CANNOT_TELL)
    when(sql["holds"].copy(), Verdict.MET)
    if "excused" in sql:
        when(sql["excused"].copy(), Verdict.EXCUSED)
    if "settled" in sql:
        when(exp.Not(this=sql["settled"].copy()), Verdict.PENDING)
    for name in ("excused", "settled"):
        if name in sql:
            when(_is_null(sql[name]), Verdict.CANNOT_TELL)
    when(exp.Not(this=sql["holds"].copy()), Verdict.NOT_MET)
    case.set("default", exp.Literal.string(Verdict.CANNOT_TELL.value))
    return case


def _missing(parts: Mapping[str, Condition]) -> exp.Expression:
    """The names of the facts whose absence leaves the clause open, separated by spaces."""
    sql = {name: exp.paren(part.sql) for name, part in parts.items()}
    pieces: list[exp.Expression] = []

    def ask(name: str, when: Sequence[exp.Expression]) -> None:
        for gap in parts[name].gaps:
            test = exp.and_(*when, gap.matters)
            pieces.append(exp.Case(ifs=[exp.If(this=test, true=exp.Literal.string(gap.fact))]))

    open_: list[exp.Expression] = []
    if "applies" in parts:
        ask("applies", [_is_null(sql["applies"])])
        open_.append(sql["applies"])
    if "excused" in parts:
        open_.append(exp.Not(this=exp.Coalesce(this=sql["excused"].copy(), expressions=[exp.false()])))
    if "settled" in parts:
        open_.append(exp.Coalesce(this=sql["settled"].copy(), expressions=[exp.true()]))
    ask("holds", [*open_, _is_null(sql["holds"])])
    for name in ("excused", "settled"):
        if name in parts:
            ask(name, [*open_, exp.Not(this=sql["holds"].copy()), _is_null(sql[name])])
    return _joined(pieces)


def _joined(pieces: Sequence[exp.Expression]) -> exp.Expression:
    """The pieces that are not NULL, separated by spaces; both engines pass over NULL."""
    if not pieces:
        return exp.Literal.string("")
    return exp.Anonymous(this="CONCAT_WS", expressions=[exp.Literal.string(" "), *pieces])


def _is_null(value: exp.Expression) -> exp.Expression:
    return exp.Is(this=value.copy(), expression=exp.null())


def _decided(judged: exp.Query, decisions: Mapping[str, Decision], in_full: bool) -> exp.Query:
    if not decisions:
        return judged
    decided = exp.select("*").from_(judged.subquery("judged"))
    for name, decision in decisions.items():
        decided = decided.select(exp.alias_(_answer(decision.tree), f"answer:{name}", quoted=True), copy=False)
        decided = decided.select(exp.alias_(_paths(decision.tree), f"paths:{name}", quoted=True), copy=False)
        if in_full:
            deciding = exp.alias_(_deciding(decision.tree), f"deciding:{name}", quoted=True)
            decided = decided.select(deciding, copy=False)
    return decided


def _truth(node: Node, within_any: bool = False) -> exp.Expression:
    """The three-valued truth of a branch. What does not apply asks nothing of `all` and gives nothing to `any`."""
    if isinstance(node, Leaf):
        verdict = exp.column(f"verdict:{node.clause}", quoted=True)
        yes = [Verdict.MET, Verdict.EXCUSED] + ([] if within_any else [Verdict.NOT_APPLICABLE])
        no = [Verdict.NOT_MET] + ([Verdict.NOT_APPLICABLE] if within_any else [])
        return exp.Case(
            ifs=[
                exp.If(this=verdict.copy().isin(*(v.value for v in yes)), true=exp.true()),
                exp.If(this=verdict.copy().isin(*(v.value for v in no)), true=exp.false()),
            ]
        )
    branches = [_truth(branch, node.kind != "all") for branch in node.branches]
    if node.kind == "all":
        return exp.paren(exp.and_(*branches))
    if node.kind == "any":
        return exp.paren(exp.or_(*branches))
    sure = _count(branches, exp.true())
    possible = exp.Sub(this=exp.Literal.number(len(branches)), expression=exp.paren(_count(branches, exp.false())))
    needed = exp.Literal.number(node.needed)
    return exp.Case(
        ifs=[
            exp.If(this=exp.GTE(this=sure, expression=needed), true=exp.true()),
            exp.If(this=exp.LT(this=possible, expression=needed.copy()), true=exp.false()),
        ]
    )


def _count(branches: list[exp.Expression], value: exp.Expression) -> exp.Expression:
    ones = [
        exp.Case(
            ifs=[exp.If(this=exp.NullSafeEQ(this=branch.copy(), expression=value.copy()), true=exp.Literal.number(1))],
            default=exp.Literal.number(0),
        )
        for branch in branches
    ]
    total: exp.Expression = ones[0]
    for one in ones[1:]:
        total = exp.Add(this=total, expression=one)
    return exp.paren(total)


def _answer(tree: Node) -> exp.Expression:
    truth = _truth(tree)
    unsure = [exp.and_(*(_is_null(_truth(*at)) for at in way), _is_verdict(leaf, Verdict.CANNOT_TELL)) for leaf, way in _ways(tree)]
    return exp.Case(
        ifs=[
            exp.If(this=truth.copy(), true=exp.Literal.string(Answer.YES.value)),
            exp.If(this=exp.Not(this=truth.copy()), true=exp.Literal.string(Answer.NO.value)),
            exp.If(this=exp.or_(*unsure), true=exp.Literal.string(Answer.CANNOT_TELL.value)),
        ],
        default=exp.Literal.string(Answer.PENDING.value),
    )


def _paths(tree: Node) -> exp.Expression:
    """The names of the branches that are true, separated by spaces."""
    named = list(paths(tree))
    pieces = [exp.Case(ifs=[exp.If(this=_truth(group), true=exp.Literal.string(group.path))]) for group in named]
    return _joined(pieces)


def _deciding(tree: Node) -> exp.Expression:
    """The clauses on which the answer rests: every branch from the top down to them has the answer's own truth."""
    root = _truth(tree)
    tests: dict[str, exp.Expression] = {}
    for leaf, way in _ways(tree):
        test = exp.and_(*(exp.NullSafeEQ(this=_truth(*at), expression=root.copy()) for at in way[1:])) if way[1:] else exp.true()
        tests[leaf.clause] = exp.or_(tests[leaf.clause], test) if leaf.clause in tests else test
    pieces = [exp.Case(ifs=[exp.If(this=test, true=exp.Literal.string(clause))]) for clause, test in tests.items()]
    return _joined(pieces)


def _ways(node: Node, within_any: bool = False) -> list[tuple[Leaf, list[tuple[Node, bool]]]]:
    """Each leaf with the branches from the top down to it, itself included."""
    if isinstance(node, Leaf):
        return [(node, [(node, within_any)])]
    assert isinstance(node, Group)
    here = (node, within_any)
    return [(leaf, [here, *way]) for branch in node.branches for leaf, way in _ways(branch, node.kind != "all")]


def _is_verdict(leaf: Leaf, verdict: Verdict) -> exp.Expression:
    return exp.column(f"verdict:{leaf.clause}", quoted=True).eq(verdict.value)
