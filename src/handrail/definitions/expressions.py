"""A condition of a clause: one line of SQL over facts, parsed, restricted and typed.

Only comparison, logic, arithmetic and a few functions are understood. There are no subqueries, no way to
turn "unknown" into "no" (`IS NULL`, `COALESCE`), and nothing with an effect.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from handrail.definitions.document import Value
from handrail.subjects.catalog import Fact

_KINDS = {
    "integer": "number",
    "decimal": "number",
    "boolean": "truth value",
    "date": "date",
    "text": "text",
    "clauses": "truth value",  # asked by a clause: is this clause among them?
}
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div)
ALLOWED = "comparisons, AND, OR, NOT, BETWEEN, IN, + - * / and ABS"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a condition: a stable code, a sentence, and how to mend it."""

    code: str
    says: str
    mend: str = ""


@lru_cache(maxsize=4096)
def parse(sql: str) -> exp.Expression:
    """This will parse one condition. Raises `ValueError` where it is not one SQL expression.

    The tree is shared: copy it before changing it.
    """
    try:
        parsed = sqlglot.parse_one(sql, into=exp.Condition, read="duckdb")
    except SqlglotError as error:
        told = error.errors[0] if getattr(error, "errors", None) else {}
        raise ValueError(told.get("description") or str(error).splitlines()[0]) from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if parsed is None or isinstance(parsed, (exp.Query, exp.Block)):
        raise ValueError("it is not one condition")
    return _without_empty_aliases(parsed)


def _without_empty_aliases(tree: exp.Expression) -> exp.Expression:
    """DuckDB knows `alias: value`, so sqlglot wraps `((:name ...))` into an alias that has no name; unwrap it."""
    return tree.transform(
        lambda node: node.this if isinstance(node, exp.Alias) and not node.args.get("alias") else node, copy=False
    )


def facts_in(sql: str) -> tuple[str, ...]:
    """This will give the facts that a condition names, each once, in order."""
    return tuple(dict.fromkeys(column.name for column in parse(sql).find_all(exp.Column, bfs=False)))


def parameters_in(sql: str) -> tuple[str, ...]:
    """This will give the parameters that a condition names, each once, in order."""
    return tuple(dict.fromkeys(mark.name for mark in parse(sql).find_all(exp.Placeholder, bfs=False)))


def faults(sql: str, facts: Mapping[str, Fact], values: Mapping[str, Value | None], subject: str) -> list[Fault]:
    """This will check one condition against the facts of its subject and the values of the definition's parameters.

    A parameter whose value is None is known by name only: what is wrong with its value is said elsewhere.
    """
    checker = _Checker(facts, values, subject, [])
    try:
        kind = checker.kind(parse(sql))
    except ValueError as error:
        return [Fault("H121", f"The line is not SQL that can be read: {error}.", f"Use {ALLOWED}.")]
    except RecursionError:
        return [Fault("H121", "The line is nested too deeply to be read.", "Name a fact for a part of it.")]
    if kind not in ("truth value", None):
        says = f"The line comes to a {kind}, and a condition must come to yes or no."
        checker.found.append(Fault("H107", says, "Compare it: `... >= 3`."))
    return checker.found


@dataclass
class _Checker:
    """Walks a condition and notes every fault; `kind` gives what a node comes to, or None where that is unclear."""

    facts: Mapping[str, Fact]
    values: Mapping[str, Value | None]
    subject: str
    found: list[Fault]

    def kind(self, node: exp.Expression) -> str | None:
        if isinstance(node, exp.Paren):
            return self.kind(node.this)
        if isinstance(node, (exp.And, exp.Or, exp.Not)):
            for side in _operands(node):
                self._expect(side, "truth value")
            return "truth value"
        if isinstance(node, _COMPARISONS):
            self._alike([node.this, node.expression])
            self._bounded_once(node)
            return "truth value"
        if isinstance(node, exp.Between) and not node.args.get("symmetric"):
            self._alike([node.this, node.args["low"], node.args["high"]])
            self._bounded_once(node)
            return "truth value"
        if isinstance(node, exp.In) and node.expressions:
            return self._in(node)
        return self._operand(node)

    def _bounded_once(self, comparison: exp.Expression) -> None:
        names = [column.name for column in comparison.find_all(exp.Column)]
        bounded = [name for name in names if name in self.facts and self.facts[name].is_bounded]
        if len(bounded) > 1:
            self.found.append(
                Fault(
                    "H118",
                    f"The line compares {' with '.join(bounded)}, and both have a floor and a ceiling.",
                    "Compare each with a number, or name a fact for their difference.",
                )
            )

    def _operand(self, node: exp.Expression) -> str | None:
        if isinstance(node, exp.Column):
            return self._fact(node)
        if isinstance(node, exp.Placeholder):
            return self._parameter(node)
        if isinstance(node, exp.Boolean):
            return "truth value"
        if isinstance(node, exp.Literal):
            return "text" if node.is_string else "number"
        if isinstance(node, exp.Neg):
            return self._expect(node.this, "number")
        if isinstance(node, _ARITHMETIC):
            return self._arithmetic(node)
        if isinstance(node, exp.Abs) and isinstance(node.this, exp.Expression):
            return self._expect(node.this, "number")
        says = f"The line uses {_spoken(node)}, which a clause may not use."
        self.found.append(Fault("H106", says, f"Use {ALLOWED}, or name a fact for it."))
        return None

    def _fact(self, node: exp.Column) -> str | None:
        fact = self.facts.get(node.name)
        if fact is None or node.table:
            self.found.append(
                Fault(
                    "H104",
                    f'The line asks for the fact "{node.sql()}", which the subject "{self.subject}" does not have.',
                    f"{near(node.name, self.facts)}Facts are declared in subjects/{self.subject}.yaml.",
                )
            )
            return None
        if fact.is_bounded and not _stands_alone(node):
            self.found.append(
                Fault(
                    "H118",
                    f'The fact "{fact.name}" has a floor and a ceiling and can only be compared as it stands.',
                    f"Bring it alone to one side: `{fact.name} >= ...`.",
                )
            )
        return _KINDS[fact.type]

    def _parameter(self, node: exp.Placeholder) -> str | None:
        if node.name not in self.values:
            self.found.append(
                Fault(
                    "H105",
                    f'The line asks for the parameter ":{node.name}", which the definition does not have.',
                    f"{near(node.name, self.values)}Add it under `parameters:` or `readings:`.",
                )
            )
            return None
        value = self.values[node.name]
        return None if value is None else kind_of(value)

    def _in(self, node: exp.In) -> str:
        wanted = self.kind(node.this)
        for item in node.expressions:
            kind = "text" if (told := self.kind(item)) == "list of text" else told
            if kind not in (wanted, None) and wanted is not None:
                self._unlike(wanted, kind)
        return "truth value"

    def _arithmetic(self, node: exp.Expression) -> str | None:
        left, right = self.kind(node.this), self.kind(node.expression)
        if left == "date" and right in ("number", None) and isinstance(node, (exp.Add, exp.Sub)):
            return "date"
        for kind in (left, right):
            if kind not in ("number", None):
                self._unlike("number", kind)
        if isinstance(node, exp.Div) and any(node.expression.find_all(exp.Column)):
            self.found.append(
                Fault(
                    "H106",
                    "The line divides by a fact, which can be nothing.",
                    "Multiply the other side instead: `a >= 2 * b`, not `a / b >= 2`.",
                )
            )
        return "number"

    def _alike(self, nodes: Iterable[exp.Expression]) -> str | None:
        kinds = [kind for kind in map(self.kind, nodes) if kind is not None]
        for kind in kinds[1:]:
            if kind != kinds[0]:
                self._unlike(kinds[0], kind)
        return kinds[0] if kinds else None

    def _expect(self, node: exp.Expression, wanted: str) -> str:
        kind = self.kind(node)
        if kind not in (wanted, None):
            self._unlike(wanted, kind)
        return wanted

    def _unlike(self, wanted: str, got: str | None) -> None:
        fault = Fault("H108", f"The line puts a {got} where a {wanted} belongs.", "Compare like with like.")
        if fault not in self.found:
            self.found.append(fault)


def kind_of(value: Value) -> str:
    """This will say what kind of thing a parameter's value is."""
    if isinstance(value, bool):
        return "truth value"
    if isinstance(value, (int, Decimal)):
        return "number"
    return "text" if isinstance(value, str) else "list of text"


def near(name: str, known: Iterable[str]) -> str:
    """This will suggest the nearest known name, as a sentence with a space after it, or nothing."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f'Did you mean "{close[0]}"? ' if close else ""


def _operands(node: exp.Expression) -> list[exp.Expression]:
    return [node.this] if isinstance(node, exp.Not) else [node.left, node.right]


def _stands_alone(node: exp.Expression) -> bool:
    parent = node.parent
    while isinstance(parent, exp.Paren):
        node, parent = parent, parent.parent
    if isinstance(parent, exp.Between):
        return parent.this is node
    if not isinstance(parent, _COMPARISONS):
        return False
    other = parent.expression if parent.this is node else parent.this
    return isinstance(other, exp.Expression)


def _spoken(node: exp.Expression) -> str:
    if isinstance(node, (exp.Subquery, exp.Query, exp.Exists)) or (isinstance(node, exp.In) and node.args.get("query")):
        return "a subquery"
    if isinstance(node, exp.In):
        return "IN without a list in parentheses"
    if isinstance(node, exp.Between):
        return "BETWEEN SYMMETRIC"
    if isinstance(node, (exp.Is, exp.Coalesce, exp.Null)):
        return "IS NULL, NULL or COALESCE (unknown never becomes no in a clause)"
    if isinstance(node, (exp.Least, exp.Greatest)):
        return f"{node.key.upper()} (it passes over what is unknown)"
    if isinstance(node, exp.Anonymous):
        return f"the function {node.name}"
    return f"the function or operator {node.key.upper()}"
