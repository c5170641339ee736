"""How a clause comes to a verdict and a decision to an answer, written as SQL over rows of facts.

Layers, each a SELECT over the one before: facts, conditions, verdicts, branches of decisions, answers. What is
worked out once is a column, so that the SQL stays short and quick to plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from sqlglot import exp

from handrail.definitions.document import Decision
from handrail.definitions.tree import Group, Leaf, Node, paths
from handrail.engine.conditions import Condition


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


Conditions = Mapping[str, Mapping[str, Condition]]
"""By clause, then by part: `applies`, `holds`, `excused`, `settled`."""


def judged(
    rows: exp.Query, columns: Sequence[str], conditions: Conditions, decisions: Mapping[str, Decision]
) -> exp.Query:
    """This will judge rows of facts: their columns, then `verdict:<clause>`, then `answer:` and `paths:<decision>`."""
    kept = [exp.column(name) for name in columns]
    tested = exp.select(*kept).from_(rows.subquery("rows", copy=False), copy=False)
    for clause, parts in conditions.items():
        for part, told in parts.items():
            tested = tested.select(_named(told.sql, f"{part}:{clause}"), copy=False)
    told = exp.select(*kept).from_(tested.subquery("tested", copy=False), copy=False)
    for clause, parts in conditions.items():
        told = told.select(_named(_verdict(clause, parts), f"verdict:{clause}"), copy=False)
    if not decisions:
        return told
    verdicts = [*columns, *(f"verdict:{clause}" for clause in conditions)]
    can_wait = {clause for clause, parts in conditions.items() if "settled" in parts}
    branched = branches(told, decisions, can_wait)
    answered = exp.select(*(exp.column(name, quoted=True) for name in verdicts)).from_(
        branched.subquery("branched", copy=False), copy=False
    )
    for name, decision in decisions.items():
        answered = answered.select(_named(_answer(name, decision.tree, can_wait), f"answer:{name}"), copy=False)
        answered = answered.select(_named(_paths(name, decision.tree), f"paths:{name}"), copy=False)
    return answered


def branches(rows: exp.Query, decisions: Mapping[str, Decision], can_wait: Iterable[str] = ()) -> exp.Query:
    """This will add a column for each branch of each decision: its three-valued truth, from the leaves up."""
    can_wait = set(can_wait)
    nodes = [(name, *found) for name, decision in decisions.items() for found in numbered(decision.tree)]
    for height in range(max(_height(node) for _, _, node, _ in nodes) + 1):
        layer = exp.select("*").from_(rows.subquery("below", copy=False), copy=False)
        for name, number, node, within_any in nodes:
            if _height(node) != height:
                continue
            truth = _leaf(node.clause, within_any) if isinstance(node, Leaf) else _group(name, number, node)
            layer = layer.select(_named(truth, _truth(name, number)), copy=False)
        rows = layer
    return _unsure(rows, decisions, can_wait)


def numbered(tree: Node, within_any: bool = False, number: str = "0") -> list[tuple[str, Node, bool]]:
    """This will number the branches of a tree from the top down: each with its number and whether `any` holds it.

    A branch of one clause is that clause with a name: `any` holds it as if it had none.
    """
    found: list[tuple[str, Node, bool]] = [(number, tree, within_any)]
    if isinstance(tree, Group):
        for place, branch in enumerate(tree.branches):
            is_alone_within_any = within_any and len(tree.branches) == 1
            found += numbered(branch, tree.kind != "all" or is_alone_within_any, f"{number}.{place}")
    return found


def is_null(value: exp.Expression) -> exp.Expression:
    """This will ask whether a value is unknown."""
    return exp.Is(this=value.copy(), expression=exp.null())


def joined(pieces: Sequence[exp.Expression]) -> exp.Expression:
    """This will join the texts that are not NULL, separated by spaces; both engines pass over NULL."""
    if not pieces:
        return exp.Literal.string("")
    return exp.Anonymous(this="CONCAT_WS", expressions=[exp.Literal.string(" "), *pieces])


def truth_column(decision: str, number: str) -> exp.Column:
    """This will name the column that holds the truth of one branch."""
    return exp.column(_truth(decision, number), quoted=True)


def _verdict(clause: str, parts: Mapping[str, Condition]) -> exp.Expression:
    """The order of judging. Unknown never becomes no: what could still excuse or defer leaves it open."""
    case = exp.Case(ifs=[])
    part = {name: exp.column(f"{name}:{clause}", quoted=True) for name in parts}

    def when(test: exp.Expression, verdict: Verdict) -> None:
        case.append("ifs", exp.If(this=test, true=exp.Literal.string(verdict.value)))

    if "applies" in part:
        when(exp.Not(this=part["applies"].copy()), Verdict.NOT_APPLICABLE)
        when(is_null(part["applies"]), Verdict.CANNOT_TELL)
    when(part["holds"].copy(), Verdict.MET)
    if "excused" in part:
        when(part["excused"].copy(), Verdict.EXCUSED)
    if "settled" in part:
        when(exp.Not(this=part["settled"].copy()), Verdict.PENDING)
    for name in ("excused", "settled"):
        if name in part:
            when(is_null(part[name]), Verdict.CANNOT_TELL)
    when(exp.Not(this=part["holds"].copy()), Verdict.NOT_MET)
    case.set("default", exp.Literal.string(Verdict.CANNOT_TELL.value))
    return case


def _leaf(clause: str, within_any: bool) -> exp.Expression:
    """A clause within a decision. What does not apply asks nothing of `all` and gives nothing to `any`."""
    verdict = exp.column(f"verdict:{clause}", quoted=True)
    yes = [Verdict.MET, Verdict.EXCUSED] + ([] if within_any else [Verdict.NOT_APPLICABLE])
    no = [Verdict.NOT_MET] + ([Verdict.NOT_APPLICABLE] if within_any else [])
    return _case(
        (verdict.copy().isin(*(exp.Literal.string(v.value) for v in yes)), exp.true()),
        (verdict.copy().isin(*(exp.Literal.string(v.value) for v in no)), exp.false()),
    )


def _group(decision: str, number: str, node: Group) -> exp.Expression:
    truths = [truth_column(decision, f"{number}.{place}") for place in range(len(node.branches))]
    if node.kind == "all":
        return exp.and_(*truths)
    if node.kind == "any":
        return exp.or_(*truths)
    needed = exp.Literal.number(node.needed)
    possible = exp.Sub(
        this=exp.Literal.number(len(truths)), expression=exp.paren(_count(exp.Not(this=t) for t in truths))
    )
    return _case(
        (exp.GTE(this=exp.paren(_count(truths)), expression=needed), exp.true()),
        (exp.LT(this=possible, expression=needed.copy()), exp.false()),
    )


def _count(truths: Iterable[exp.Expression]) -> exp.Expression:
    one, zero = exp.Literal.number(1), exp.Literal.number(0)
    ones = [exp.Case(ifs=[exp.If(this=truth.copy(), true=one.copy())], default=zero.copy()) for truth in truths]
    total: exp.Expression = ones[0]
    for more in ones[1:]:
        total = exp.Add(this=total, expression=more)
    return total


def _unsure(rows: exp.Query, decisions: Mapping[str, Decision], can_wait: set[str]) -> exp.Query:
    """Where clauses can be pending: whether a branch is open because something is missing, not only because it is early."""
    nodes = [(name, *found) for name, decision in decisions.items() for found in numbered(decision.tree)]
    waiting = {name for name, _, node, _ in nodes if isinstance(node, Leaf) and node.clause in can_wait}
    nodes = [told for told in nodes if told[0] in waiting]
    for height in range(max((_height(node) for _, _, node, _ in nodes), default=-1) + 1):
        layer = exp.select("*").from_(rows.subquery("below", copy=False), copy=False)
        for name, number, node, _ in nodes:
            if _height(node) != height:
                continue
            if isinstance(node, Leaf):
                unsure: exp.Expression = exp.column(f"verdict:{node.clause}", quoted=True).eq(Verdict.CANNOT_TELL.value)
            else:
                below = (
                    exp.column(f"unsure:{name}:{number}.{place}", quoted=True) for place in range(len(node.branches))
                )
                unsure = exp.and_(is_null(truth_column(name, number)), exp.or_(*below))
            layer = layer.select(_named(unsure, f"unsure:{name}:{number}"), copy=False)
        rows = layer
    return rows


def _answer(name: str, tree: Node, can_wait: set[str]) -> exp.Expression:
    root = truth_column(name, "0")
    waits = any(isinstance(node, Leaf) and node.clause in can_wait for _, node, _ in numbered(tree))
    ways = [(root.copy(), _word(Answer.YES)), (exp.Not(this=root.copy()), _word(Answer.NO))]
    if waits:
        ways.append((exp.Not(this=exp.column(f"unsure:{name}:0", quoted=True)), _word(Answer.PENDING)))
    case = _case(*ways)
    case.set("default", _word(Answer.CANNOT_TELL))
    return case


def _paths(name: str, tree: Node) -> exp.Expression:
    """The names of the branches that are true, separated by spaces."""
    if not list(paths(tree)):
        return exp.Literal.string("")
    named = [(number, node.path) for number, node, _ in numbered(tree) if isinstance(node, Group) and node.path]
    return joined([_case((truth_column(name, number), exp.Literal.string(path))) for number, path in named])


def _word(answer: Answer) -> exp.Expression:
    return exp.Literal.string(answer.value)


def _height(node: Node) -> int:
    return 0 if isinstance(node, Leaf) else 1 + max(_height(branch) for branch in node.branches)


def _truth(decision: str, number: str) -> str:
    return f"truth:{decision}:{number}"


def _case(*ways: tuple[exp.Expression, exp.Expression]) -> exp.Case:
    return exp.Case(ifs=[exp.If(this=test, true=value) for test, value in ways])


def _named(value: exp.Expression, name: str) -> exp.Expression:
    return exp.alias_(value, name, quoted=True)
