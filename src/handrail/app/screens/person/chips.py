"""Evidence as links: which record, of which day, and whether it was written down late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handrail.app.accounts.access import Viewer
from handrail.app.chart import reading
from handrail.app.chart.owners import OF_THE_PROGRAM
from handrail.records.schema import tables

_MOST_SHOWN = 12


@dataclass(frozen=True)
class Chip:
    """One record as evidence."""

    table: str
    id: str
    is_late: bool
    day: Any = None
    about: str = ""

    @property
    def words(self) -> str:
        """The table in words, and what sort of record it is."""
        table = self.table.replace("_", " ")
        if not self.about:
            return table
        return (
            f"dimension {self.about}"
            if self.table == "dimension_rating"
            else f"{table}: {self.about.replace('_', ' ')}"
        )


def chips(
    evidence: Iterable[Mapping[str, Any]], days: Mapping[tuple[str, str], tuple[Any, str]] | None = None
) -> list[Chip]:
    """This will make the first chips of a verdict's evidence; `days` from `days_of`."""
    known = days or {}
    shown = list(evidence)[:_MOST_SHOWN]
    return [
        Chip(one["table"], one["id"], bool(one.get("late")), *known.get((one["table"], one["id"]), (None, "")))
        for one in shown
        if one["table"] in tables()
    ]


def may_open(viewer: Viewer, table: str) -> bool:
    """This will say whether the viewer may read a table."""
    return viewer.may("read program" if table in OF_THE_PROGRAM else "read chart")


def days_of(viewer: Viewer, several: Iterable[Sequence[Mapping[str, Any]]]) -> dict[tuple[str, str], tuple[Any, str]]:
    """This will find the day and the sort of each record that is shown as evidence; one query a table."""
    wanted: dict[str, set[str]] = {}
    for evidence in several:
        for one in evidence[:_MOST_SHOWN]:
            wanted.setdefault(one["table"], set()).add(one["id"])
    found = {}
    for table, ids in wanted.items():
        if table not in tables() or not may_open(viewer, table):
            continue
        dated, sort = tables()[table].dated[-1:], _sort_of(table)
        columns = [*dated, *sort]
        if not columns:
            continue
        for key, *told in reading.rows(viewer, table).filter(pk__in=ids).values_list("pk", *columns):
            found[table, key] = (told[0] if dated else None, str(told[-1] or "") if sort else "")
    return found


def _sort_of(table: str) -> tuple[str, ...]:
    """The column that says what sort of record it is: the first that is needed and is a code or a dimension."""
    columns = tables()[table].columns.values()
    return tuple(one.name for one in columns if one.required and one.type in ("code", "integer"))[:1]
