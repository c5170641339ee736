"""Conditions made ready to run: parameters filled in, floors and ceilings compared, gaps that matter found.

Everything here is three-valued: a condition comes to true, false, or NULL for "cannot tell".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlglot import exp

from handrail.definitions.document import Value
from handrail.definitions.expressions import parse
from handrail.subjects.catalog import Fact

_TRUE = exp.true()
_FALSE = exp.false()
_MIRRORED: Mapping[type[exp.Expression], type[exp.Expression]] = {
    exp.GT: exp.LT,
    exp.GTE: exp.LTE,
    exp.LT: exp.GT,
    exp.LTE: exp.GTE,
    exp.EQ: exp.EQ,
    exp.NEQ: exp.NEQ,
}


@dataclass(frozen=True)
class Gap:
    """A fact that is missing, and the condition under which knowing it could change the outcome."""

    fact: str
    matters: exp.Expression


@dataclass(frozen=True)
class Condition:
    """One condition, ready to run (`sql`), and the gaps that can leave it unknown."""

    sql: exp.Expression
    gaps: tuple[Gap, ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that can still matter under the readings chosen."""
        return tuple(dict.fromkeys(gap.fact for gap in self.gaps))


def literal(value: Value) -> exp.Expression:
    """This will write a parameter's value as SQL; a list becomes a tuple of literals."""
    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    if isinstance(value, (int, Decimal)):
        return exp.Literal.number(str(value))
    if isinstance(value, str):
        return exp.Literal.string(value)
    return exp.Tuple(expressions=[exp.Literal.string(item) for item in value])


def fill(tree: exp.Expression, values: Mapping[str, exp.Expression]) -> exp.Expression:
    """This will replace every `:name` of a tree, in place, and give the tree. Lists fill `IN (:name)`."""
    for mark in list(tree.find_all(exp.Placeholder)):
        value = values[mark.name].copy()
        if isinstance(value, exp.Tuple) and isinstance(mark.parent, exp.In):
            mark.parent.set("expressions", value.expressions)
        elif mark is tree:
            tree = value
        else:
            mark.replace(value)
    return tree


def condition(sql: str, values: Mapping[str, Value], facts: Mapping[str, Fact], clause: str = "") -> Condition:
    """This will make one condition of a checked clause ready to run; `clause` is its id, for facts that name clauses."""
    filled = fill(parse(sql).copy(), {name: literal(value) for name, value in values.items()})
    ready = _fold(_without_between(_asked_of(clause, filled, facts), facts))
    gaps: dict[str, exp.Expression] = {}
    for gap in _gaps(ready, _TRUE, facts):
        gaps[gap.fact] = exp.or_(gaps[gap.fact], gap.matters, copy=False) if gap.fact in gaps else gap.matters
    return Condition(_bounded(ready, facts), tuple(Gap(fact, matters) for fact, matters in gaps.items()))


def _asked_of(clause: str, tree: exp.Expression, facts: Mapping[str, Fact]) -> exp.Expression:
    """Ask of a fact that names clauses whether it names this one."""

    def change(node: exp.Expression) -> exp.Expression:
        fact = facts.get(node.name) if isinstance(node, exp.Column) else None
        if fact is None or fact.type != "clauses":
            return node
        space = exp.Literal.string(" ")
        spaced = exp.DPipe(this=exp.DPipe(this=space, expression=node.copy()), expression=space.copy())
        return exp.paren(exp.Like(this=exp.paren(spaced), expression=exp.Literal.string(f"% {clause} %")), copy=False)

    return tree.transform(change, copy=False)


def _without_between(tree: exp.Expression, facts: Mapping[str, Fact]) -> exp.Expression:
    """Write `bounded BETWEEN a AND b` as two comparisons, each of which is three-valued by itself."""

    def change(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Between) and _bounded_fact(node.this, facts):
            this, low, high = node.this, node.args["low"], node.args["high"]
            both = exp.and_(exp.GTE(this=this.copy(), expression=low), exp.LTE(this=this.copy(), expression=high))
            return exp.paren(both, copy=False)
        return node

    return tree.transform(change, copy=False)


def _fold(node: exp.Expression) -> exp.Expression:
    """Settle what the parameters alone decide, so that readings not chosen leave no trace."""
    if isinstance(node, exp.Paren):
        inner = _fold(node.this)
        return inner if isinstance(inner, (exp.Boolean, exp.Column, exp.Literal)) else exp.paren(inner, copy=False)
    if isinstance(node, exp.Not):
        inner = _fold(node.this)
        return exp.false() if inner == _TRUE else exp.true() if inner == _FALSE else exp.Not(this=inner)
    if isinstance(node, (exp.And, exp.Or)):
        left, right = _fold(node.left), _fold(node.right)
        neutral, final = (_TRUE, _FALSE) if isinstance(node, exp.And) else (_FALSE, _TRUE)
        if final in (left, right):
            return final.copy()
        if left == neutral:
            return right
        return left if right == neutral else type(node)(this=left, expression=right)
    if isinstance(node, (exp.EQ, exp.NEQ)):
        left, right = _constant(node.this), _constant(node.expression)
        if left is not None and right is not None:
            return exp.true() if (left == right) is isinstance(node, exp.EQ) else exp.false()
    return node


def _constant(node: exp.Expression) -> bool | Decimal | str | None:
    """What a node says by itself, None where it is no constant; 30 and 30.0 are the same number."""
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Literal):
        return str(node.this) if node.is_string else Decimal(node.this)
    return None


def _bounded_fact(node: exp.Expression, facts: Mapping[str, Fact]) -> Fact | None:
    node = node.unnest()
    fact = facts.get(node.name) if isinstance(node, exp.Column) else None
    return fact if fact is not None and fact.is_bounded else None


def _bounded(tree: exp.Expression, facts: Mapping[str, Fact]) -> exp.Expression:
    def change(node: exp.Expression) -> exp.Expression:
        kind = type(node)
        if kind not in _MIRRORED:
            return node
        if fact := _bounded_fact(node.this, facts):
            return _compare(fact, kind, node.expression)
        if fact := _bounded_fact(node.expression, facts):
            return _compare(fact, _MIRRORED[kind], node.this)
        return node

    return tree.copy().transform(change, copy=False)


def _compare(fact: Fact, kind: type[exp.Expression], other: exp.Expression) -> exp.Expression:
    """A comparison of something between a floor and a ceiling: true or false only where both agree."""
    least, most = (exp.column(name) for name in fact.columns)

    def is_(operator: type[exp.Expression], side: exp.Expression) -> exp.Expression:
        return operator(this=side.copy(), expression=exp.paren(other.copy()))

    sure: dict[type[exp.Expression], tuple[exp.Expression, exp.Expression]] = {
        exp.GTE: (is_(exp.GTE, least), is_(exp.LT, most)),
        exp.GT: (is_(exp.GT, least), is_(exp.LTE, most)),
        exp.LTE: (is_(exp.LTE, most), is_(exp.GT, least)),
        exp.LT: (is_(exp.LT, most), is_(exp.GTE, least)),
        exp.EQ: (exp.and_(is_(exp.EQ, least), is_(exp.EQ, most)), exp.or_(is_(exp.GT, least), is_(exp.LT, most))),
    }
    if kind is exp.NEQ:
        no, yes = sure[exp.EQ]
    else:
        yes, no = sure[kind]
    return exp.Case(ifs=[exp.If(this=yes, true=exp.true()), exp.If(this=no, true=exp.false())])


def _gaps(node: exp.Expression, matters: exp.Expression, facts: Mapping[str, Fact]) -> list[Gap]:
    """The missing facts below a node, each with the condition that no sibling has settled the matter already."""
    if isinstance(node, exp.Paren):
        return _gaps(node.this, matters, facts)
    if isinstance(node, exp.Not):
        return _gaps(node.this, matters, facts)
    if isinstance(node, (exp.And, exp.Or)):
        found: list[Gap] = []
        for side, sibling in ((node.left, node.right), (node.right, node.left)):
            found += _gaps(side, _both(matters, _unsettled(sibling, isinstance(node, exp.And), facts)), facts)
        return found
    names = dict.fromkeys(column.name for column in node.find_all(exp.Column, bfs=False))
    return [Gap(name, _both(matters, _is_missing(facts[name]))) for name in names]


def _both(left: exp.Expression, right: exp.Expression) -> exp.Expression:
    return right if left == _TRUE else exp.and_(left, right)


def _unsettled(sibling: exp.Expression, is_and: bool, facts: Mapping[str, Fact]) -> exp.Expression:
    value = exp.Coalesce(this=exp.paren(_bounded(sibling, facts)), expressions=[exp.true() if is_and else exp.false()])
    return value if is_and else exp.Not(this=value)


def _is_missing(fact: Fact) -> exp.Expression:
    first = exp.column(fact.columns[0])
    missing: exp.Expression = exp.Is(this=first.copy(), expression=exp.null())
    if fact.is_bounded:
        gap = exp.NullSafeNEQ(this=first.copy(), expression=exp.column(fact.columns[1]))
        missing = exp.paren(exp.or_(missing, gap))
    return missing
