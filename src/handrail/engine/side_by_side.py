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

from handrail.engine.compiling import Compiled
from handrail.engine.evaluate import Engine
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
    def is_same(self) -> bool:
        """Whether both sides are one and the same SELECT, so that nothing can differ."""
        return self.before is self.after

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
        sets = [(f"a:{name}",) if self.is_same else (f"a:{name}", f"b:{name}") for name in self.both]
        sets += [(f"a:{name}",) for name in self.columns(self.before) if name not in self.both]
        sets += [(f"b:{name}",) for name in self.columns(self.after) if name not in self.both]
        if not sets:
            return []
        named = list(dict.fromkeys(name for one in sets for name in one))
        columns = ", ".join(_quoted(name, engine) for name in named)
        grouped = ", ".join(f"({', '.join(_quoted(name, engine) for name in one)})" for one in sets)
        pairs = f"({self._pairs(engine, as_of)}) AS pairs"
        found = []
        sql = f"SELECT {columns}, COUNT(*) AS {ROWS} FROM {pairs} GROUP BY GROUPING SETS ({grouped})"
        for row in self._run(engine, sql, as_of).to_pylist():
            told = [name for name in named if row[name] is not None]
            values = {name[:1]: row[name] for name in told}
            if self.is_same:
                values["b"] = values["a"]
            found.append(
                {"column": told[0][2:], "before": values.get("a"), "after": values.get("b"), "rows": row[ROWS]}
            )
        return found

    def changed(self, engine: Engine, as_of: datetime.date, columns: Sequence[str], limit: int | None) -> pa.Table:
        """This will give the rows in which at least one of these columns differs, the first of them where limited."""
        tests = " OR ".join(f"{_quoted(f'a:{name}', engine)} <> {_quoted(f'b:{name}', engine)}" for name in columns)
        sql = f"SELECT * FROM ({self._pairs(engine, as_of)}) AS pairs WHERE {tests} ORDER BY {', '.join(self.key)}"
        return self._run(engine, sql if limit is None else f"{sql} LIMIT {limit}", as_of)

    def _pairs(self, engine: Engine, as_of: datetime.date) -> str:
        """The SELECT that puts both sides into one row for each key."""
        given_sides = {"a": self.before, "b": None if self.is_same else self.after}
        sides = {side: told for side, told in given_sides.items() if told is not None}
        columns = []
        for name in self.context:
            given = [f"{side}.{name}" for side, told in sides.items() if name in told.context]
            columns.append(f"COALESCE({', '.join(given)}) AS {name}")
        for side, told in sides.items():
            for name in self.columns(told):
                value = f"COALESCE({side}.{_quoted(name, engine)}, '{NO_ROW}')"
                columns.append(f"{value} AS {_quoted(f'{side}:{name}', engine)}")
        sources = [f"({told.text(engine.dialect, as_of)}) AS {side}" for side, told in sides.items()]
        same = " AND ".join(f"a.{part} = b.{part}" for part in self.key)
        joined = " FULL JOIN ".join(sources) + (f" ON {same}" if len(sources) > 1 else "")
        return f"SELECT {', '.join(columns)} FROM {joined}"

    def _run(self, engine: Engine, sql: str, as_of: datetime.date) -> pa.Table:
        for told in (self.before, self.after):
            if told is not None:
                engine.show(told.tables, as_of)
        return engine.query(sql)


def _quoted(name: str, engine: Engine) -> str:
    return str(exp.to_identifier(name, quoted=True).sql(dialect=engine.dialect))
