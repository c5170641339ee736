"""Which records stand behind the facts of a row, and which of them were written down late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlglot import exp

from handrail.engine.evaluate import Engine, Judged, needed_tables
from handrail.engine.gaps import ROWS
from handrail.records.schema import RECORDED_ON, tables

Key = tuple[Any, ...]


@dataclass(frozen=True, order=True)
class Record:
    """One record that shows a fact. `is_late`: written down after the day on which the row is judged."""

    table: str
    id: str
    is_late: bool = False


def evidence(engine: Engine, judged: Judged) -> Mapping[Key, Mapping[str, tuple[Record, ...]]]:
    """This will find the records behind every row judged: by the row's key, then by table.

    The engine must still show the records as of the day judged.
    """
    about = judged.compiled.subject
    key = tuple(about.key)
    found: dict[Key, dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    wanted = {table for names in judged.compiled.facts.values() for fact in names for table in about.facts[fact].evidence}
    engine.relate(ROWS, judged.rows.select(judged.compiled.context))
    for table in sorted(wanted):
        sql = _select(table, about.evidence[table], key)
        for row in engine.query(sql.sql(dialect=engine.dialect)).to_pylist():
            record = Record(table, row["record"], bool(row["is_late"]))
            found[tuple(row[part] for part in key)][table].append(record)
    return {at: {table: tuple(sorted(set(some))) for table, some in by.items()} for at, by in found.items()}


def evidence_tables(judged: Judged) -> tuple[str, ...]:
    """This will name the record tables that `evidence` reads."""
    about = judged.compiled.subject
    conditions = (exp.select("1").from_(name).where(_condition(text)) for name, text in about.evidence.items())
    return tuple(sorted({table for sql in conditions for table in needed_tables(sql)}))


def _select(table: str, text: str, key: Iterable[str]) -> exp.Select:
    written = exp.column(RECORDED_ON, table=table)
    late = exp.Coalesce(this=exp.paren(exp.GT(this=written, expression=exp.column("judged_on", table=ROWS))), expressions=[exp.false()])
    return (
        exp.select(*(exp.column(part, table=ROWS) for part in key))
        .select(exp.alias_(exp.column(tables()[table].key, table=table), "record"), exp.alias_(late, "is_late"))
        .from_(ROWS)
        .join(table, on=_condition(text))
    )


@lru_cache(maxsize=256)
def _parsed(text: str) -> exp.Expression:
    return exp.condition(text.replace("row.", f"{ROWS}."), dialect="duckdb")


def _condition(text: str) -> exp.Expression:
    return _parsed(text).copy()
