"""Which records stand behind the facts of a row, and which of them were written down late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from sqlglot import exp

from handrail.engine.compiling import tables_in
from handrail.engine.evaluate import Engine, Judged
from handrail.records.schema import RECORDED_ON, tables
from handrail.subjects.catalog import subject

Key = tuple[Any, ...]
Shown = tuple[str, str]
"""A table, and the condition that narrows its records to those that show one fact (empty: all of them)."""


@dataclass(frozen=True, order=True)
class Record:
    """One record that shows a fact. `is_late`: written down after the day on which the row is judged."""

    table: str
    id: str
    is_late: bool = False


def evidence(engine: Engine, judged: Judged) -> Mapping[Key, Mapping[Shown, tuple[Record, ...]]]:
    """This will find the records behind every row judged: by the row's key, then by table and narrowing condition.

    The engine must still show the records as of the day judged. One query a table.
    """
    plan = judged.compiled
    about = plan.subject
    key = tuple(about.key)
    found: dict[Key, dict[Shown, set[Record]]] = defaultdict(lambda: defaultdict(set))
    source = f"{plan.rows_name}_context"
    engine.relate(source, judged.rows.select(plan.context))
    wanted = {fact for names in plan.facts.values() for fact in names}
    for table, condition in about.evidence.items():
        narrowings = sorted({told.evidence[table] for fact in wanted if table in (told := about.facts[fact]).evidence})
        if not narrowings:
            continue
        sql = plan.written(
            f"evidence {table}", engine.dialect, partial(_select, table, condition, narrowings, key, source)
        )
        for row in engine.query(sql).to_pylist():
            record = Record(table, row["record"], bool(row["is_late"]))
            at = found[tuple(row[part] for part in key)]
            for place, narrowing in enumerate(narrowings):
                if row[f"shows_{place}"]:
                    at[table, narrowing].add(record)
    engine.release(source)
    return {at: {shown: tuple(sorted(some)) for shown, some in by.items()} for at, by in found.items()}


def evidence_tables(judged: Judged) -> tuple[str, ...]:
    """This will name the record tables that `evidence` reads."""
    return _tables_of(judged.compiled.subject.name)


@cache
def _tables_of(name: str) -> tuple[str, ...]:
    shows = subject(name).evidence.items()
    conditions = (exp.select("1").from_(table).where(joining(text, "rows")) for table, text in shows)
    return tuple(sorted({table for sql in conditions for table in tables_in(sql)}))


def _select(table: str, text: str, narrowings: Iterable[str], key: Iterable[str], source: str) -> exp.Select:
    written = exp.column(RECORDED_ON, table=table)
    late = exp.paren(exp.GT(this=written, expression=exp.column("judged_on", table=source)))
    select = exp.select(*(exp.column(part, table=source) for part in key)).select(
        exp.alias_(exp.column(tables()[table].key, table=table), "record"),
        exp.alias_(exp.Coalesce(this=late, expressions=[exp.false()]), "is_late"),
    )
    for place, narrowing in enumerate(narrowings):
        shows = exp.paren(joining(narrowing, source)) if narrowing else exp.true()
        select = select.select(exp.alias_(shows, f"shows_{place}"), copy=False)
    return _joined(select.from_(source), table, joining(text, source))


def _joined(select: exp.Select, table: str, condition: exp.Expression) -> exp.Select:
    """Join a table by a condition. Spark takes no subquery about both sides of a join in ON, so those stand in WHERE."""
    parts = list(condition.flatten()) if isinstance(condition, exp.And) else [condition]
    asking = [part for part in parts if part.find(exp.Query)]
    plain = [part for part in parts if part not in asking]
    joined = select.join(table, on=exp.and_(*plain)) if plain else select.join(table, join_type="cross")
    return joined.where(*asking) if asking else joined


def joining(text: str, source: str) -> exp.Expression:
    """This will read a condition of the YAML, in which `row` is the subject's row."""
    return exp.condition(text.replace("row.", f"{source}."), dialect="duckdb")
