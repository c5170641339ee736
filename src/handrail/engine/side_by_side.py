"""Two judgements of one subject side by side: a row for each key, with the answers and verdicts of both.

Columns: the key and context, then `a:` and `b:` before `verdict:<clause>` and `answer:<decision>`. Where only one
edition gives the row, the other's columns say that there is no row.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
from sqlglot import exp

from handrail.engine.compiling import AS_OF, Compiled
from handrail.engine.evaluate import Engine, needed_tables
from handrail.subjects.catalog import Subject

NO_ROW = "no row"
"""What a clause or decision comes to for a key that one of the editions does not know."""

ROWS = "rows"
"""The column that counts rows."""


@dataclass(frozen=True)
class SideBySide:
    """One subject judged twice; either side may be missing where one edition does not speak of the subject."""

    subject: Subject
    before: Compiled | None
    after: Compiled | None

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that identify a row of the subject."""
        return tuple(self.subject.key)

    @property
    def context(self) -> tuple[str, ...]:
        """The key, the day judged and the ids that the subject gives."""
        return tuple(dict.fromkeys(name for told in (self.before, self.after) if told for name in told.context))

    def columns(self, told: Compiled | None) -> tuple[str, ...]:
        """What one side answers: its decisions, then its clauses."""
        if told is None:
            return ()
        return (*(f"answer:{name}" for name in told.decisions), *(f"verdict:{clause.id}" for clause in told.clauses))

    @property
    def both(self) -> tuple[str, ...]:
        """What both sides answer."""
        after = self.columns(self.after)
        return tuple(name for name in self.columns(self.before) if name in after)

    def counts(self, engine: Engine, as_of: datetime.date) -> list[dict[str, object]]:
        """This will count, in one pass, the rows of each pair of answers: `column`, `before`, `after`, `rows`."""
        sets = [(f"a:{name}", f"b:{name}") for name in self.both]
        sets += [(f"a:{name}",) for name in self.columns(self.before) if name not in self.both]
        sets += [(f"b:{name}",) for name in self.columns(self.after) if name not in self.both]
        if not sets:
            return []
        names = list(dict.fromkeys(name for one in sets for name in one))
        grouped = exp.Group(
            grouping_sets=[exp.GroupingSets(expressions=[exp.Tuple(expressions=[_quoted(n) for n in s]) for s in sets])]
        )
        query = exp.select(*map(_quoted, names), exp.alias_(exp.Count(this=exp.Star()), ROWS)).from_(
            self._joined().subquery("pairs")
        )
        query.set("group", grouped)
        found = []
        for row in self._run(engine, query, as_of).to_pylist():
            told = [name for name in names if row[name] is not None]
            values = {name[:1]: row[name] for name in told}
            found.append(
                {"column": told[0][2:], "before": values.get("a"), "after": values.get("b"), "rows": row[ROWS]}
            )
        return found

    def changed(self, engine: Engine, as_of: datetime.date, columns: Sequence[str], limit: int | None) -> pa.Table:
        """This will give the rows in which at least one of these columns differs, the first of them where limited."""
        tests = [exp.NEQ(this=_quoted(f"a:{name}"), expression=_quoted(f"b:{name}")) for name in columns]
        query = exp.select("*").from_(self._joined().subquery("pairs")).where(exp.or_(*tests))
        query = query.order_by(*(exp.column(name) for name in self.key))
        return self._run(engine, query.limit(limit) if limit is not None else query, as_of)

    def _joined(self) -> exp.Select:
        sides = {side: told for side, told in (("a", self.before), ("b", self.after)) if told is not None}
        query = exp.select()
        for name in self.context:
            given = [exp.column(name, table=side) for side, told in sides.items() if name in told.context]
            value = given[0] if len(given) == 1 else exp.Coalesce(this=given[0], expressions=given[1:])
            query = query.select(exp.alias_(value, name), copy=False)
        for side, told in sides.items():
            for name in self.columns(told):
                value = exp.Coalesce(
                    this=exp.column(name, table=side, quoted=True), expressions=[exp.Literal.string(NO_ROW)]
                )
                query = query.select(exp.alias_(value, f"{side}:{name}", quoted=True), copy=False)
        first, *second = sides.items()
        query = query.from_(_source(*first))
        for side, told in second:
            same = exp.and_(*(exp.column(part, table="a").eq(exp.column(part, table="b")) for part in self.key))
            query = query.join(_source(side, told), on=same, join_type="full")
        return query

    def _run(self, engine: Engine, query: exp.Query, as_of: datetime.date) -> pa.Table:
        engine.show(needed_tables(query), as_of)
        return engine.query(query.sql(dialect=engine.dialect).replace(AS_OF, as_of.isoformat()))


def _source(side: str, told: Compiled) -> exp.Subquery:
    return exp.Subquery(this=told.sql.copy(), alias=exp.TableAlias(this=exp.to_identifier(side)))


def _quoted(name: str) -> exp.Column:
    return exp.column(name, quoted=True)
