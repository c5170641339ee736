"""From an edition and a subject to one SELECT: facts, then a verdict for each clause, then the decisions."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import count

from sqlglot import exp

from handrail.definitions.document import Clause, Decision, Edition, Value
from handrail.definitions.rulebook import InForce
from handrail.definitions.tree import leaves
from handrail.engine.conditions import Condition, condition, fill, literal
from handrail.engine.judging import Conditions, judged
from handrail.engine.pruning import prune
from handrail.records.schema import tables
from handrail.subjects.catalog import CONTEXT, Subject, subject

AS_OF = "0001-01-01"
"""Stands for the as-of date in compiled SQL, until it is run."""


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
    conditions: Conditions
    facts: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Value]
    context: tuple[str, ...]
    number: int = field(default_factory=count().__next__)
    _written: dict[tuple[str, str], str] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """The record tables that the SELECT reads."""
        return tables_in(self.sql)

    @property
    def is_apart(self) -> bool:
        """Each row is about one person and compares with nobody else's, so people may be judged in portions."""
        return "person_id" in self.context and not self.subject.compares_rows

    @property
    def rows_name(self) -> str:
        """The name under which an engine is shown the rows that this came to; no two compiled SELECTs share it."""
        return f"judged_row_{self.number}"

    def text(self, dialect: str, as_of: datetime.date) -> str:
        """This will write the SELECT for one engine and one day."""
        return self.written("rows", dialect, lambda: self.sql).replace(AS_OF, as_of.isoformat())

    def written(self, what: str, dialect: str, make: Callable[[], exp.Expression]) -> str:
        """This will write a SELECT that belongs to this one for one engine, and remember it under `what`."""
        if (what, dialect) not in self._written:
            self._written[what, dialect] = make().sql(dialect=dialect, comments=False)
        return self._written[what, dialect]


def tables_in(sql: exp.Expression) -> tuple[str, ...]:
    """This will name the record tables that an SQL expression reads."""
    return tuple(sorted({table.name for table in sql.find_all(exp.Table)} & set(tables())))


def compile_subject(
    in_force: InForce,
    name: str,
    *,
    values: Mapping[str, Value],
    candidates: bool = False,
    only: str | None = None,
    every_fact: bool = False,
) -> Compiled:
    """This will compile what an edition says about one subject.

    `values` are the parameters under the readings chosen. `only` limits it to one decision and its clauses.
    `every_fact` keeps the facts that no clause asks for.
    """
    edition = in_force.edition
    about = subject(name)
    decisions = {key: told for key, told in edition.decisions.items() if told.about == name and only in (None, key)}
    wanted = tuple(clause for clause in edition.clauses if clause.about == name)
    if only is not None:
        named = {leaf.clause for told in decisions.values() for leaf in leaves(told.tree)}
        wanted = tuple(clause for clause in wanted if clause.id in named)
    conditions = conditions_of(wanted, about, values)
    facts = {clause.id: _facts_of(clause, conditions[clause.id], about) for clause in wanted}
    asked = set(about.facts) if every_fact else {fact for some in facts.values() for fact in some}
    whole = subject_sql(about, values, edition.definition, candidates)
    context = tuple(name for name in dict.fromkeys((*about.key, *CONTEXT)) if name in whole.named_selects)
    columns = (*context, *(column for fact in about.facts.values() if fact.name in asked for column in fact.columns))
    columns = tuple(dict.fromkeys(columns))
    sql = judged(_rows(in_force, whole, columns), columns, conditions, decisions)
    return Compiled(edition, about, sql, wanted, decisions, conditions, facts, values, context)


def conditions_of(clauses: Iterable[Clause], about: Subject, values: Mapping[str, Value]) -> Conditions:
    """This will make the conditions of clauses ready to run, by clause and part."""
    return {
        clause.id: {part: condition(sql, values, about.facts, clause.id) for part, sql in clause.conditions.items()}
        for clause in clauses
    }


def compile_facts(edition: Edition, name: str, values: Mapping[str, Value], source: str) -> Compiled:
    """This will compile clauses for facts that are given, not derived from records.

    `source` is a relation with every fact of the subject, and `number`, as columns.
    """
    about = subject(name)
    wanted = tuple(clause for clause in edition.clauses if clause.about == name)
    decisions = {key: told for key, told in edition.decisions.items() if told.about == name}
    conditions = conditions_of(wanted, about, values)
    columns = ("number", *(column for fact in about.facts.values() for column in fact.columns))
    sql = judged(exp.select("*").from_(source), columns, conditions, decisions)
    return Compiled(edition, about, sql, wanted, decisions, conditions, {}, values, ("number",))


def subject_sql(about: Subject, values: Mapping[str, Value], service: str, candidates: bool) -> exp.Query:
    """This will give a subject's own SELECT with its parameters filled in, a definition's values first."""
    given: dict[str, exp.Expression] = {
        name: literal(values.get(name, parameter.value)) for name, parameter in about.parameters.items()
    }
    given |= {
        "as_of": exp.cast(exp.Literal.string(AS_OF), "date"),
        "service": literal(service),
        "candidates": literal(candidates),
    }
    tree = fill(_parsed(about.name).copy(), given)
    assert isinstance(tree, exp.Query)
    return tree


@lru_cache
def _parsed(name: str) -> exp.Expression:
    return exp.maybe_parse(subject(name).sql, dialect="duckdb")


def _facts_of(clause: Clause, conditions: Mapping[str, Condition], about: Subject) -> tuple[str, ...]:
    named = [
        fact
        for part in ("applies", "holds", "excused", "settled")
        if part in conditions
        for fact in conditions[part].facts
    ]
    shown = [name for name in shown_names(clause) if name in about.facts]
    return tuple(dict.fromkeys((*named, *shown)))


def shown_names(clause: Clause) -> tuple[str, ...]:
    """This will give the facts and parameters that a clause's `shows` sentence names."""
    pieces = (clause.shows or "").split("{")[1:]
    return tuple(piece.split("}")[0] for piece in pieces)


def _rows(in_force: InForce, whole: exp.Query, columns: Sequence[str]) -> exp.Query:
    """The subject's rows, narrowed to the columns asked for, to the definition's own and to the edition's days."""
    rows = exp.select(*(exp.column(name) for name in columns)).from_(
        prune(whole, columns).subquery("facts", copy=False), copy=False
    )
    rows = rows.where(exp.column("service").eq(in_force.edition.definition), copy=False)
    if in_force.since:
        rows = rows.where(
            exp.column("judged_on") >= exp.cast(exp.Literal.string(in_force.since.isoformat()), "date"), copy=False
        )
    if in_force.until:
        rows = rows.where(
            exp.column("judged_on") < exp.cast(exp.Literal.string(in_force.until.isoformat()), "date"), copy=False
        )
    return rows
