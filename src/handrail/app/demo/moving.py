"""Bringing the example's half year up to today: all dates by whole weeks, and nothing that has not happened yet."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from handrail.records.schema import RECORDED_ON, Table, tables

Rows = dict[str, list[dict[str, Any]]]

FORESEEN = frozenset({"program_closure", "on_call_shift"})
"""Tables whose days are known ahead: closed days are announced, and a rota is drawn up."""


def moved(rows: Rows, last_day: datetime.date, today: datetime.date) -> Rows:
    """This will move every date and time by the whole weeks after which `last_day` is today or the first day after it.

    Weekdays stay what they are, so groups meet on the days on which they met.
    """
    by = datetime.timedelta(weeks=-(-(today - last_day).days // 7))
    return {
        table: [
            {name: value + by if isinstance(value, datetime.date) else value for name, value in row.items()}
            for row in some
        ]
        for table, some in rows.items()
    }


def until(rows: Rows, today: datetime.date) -> Rows:
    """This will leave out what is dated or written down after today, and whatever refers to it; and empty later events."""
    held = {
        table: [_emptied(tables()[table], row, today) for row in some if not _is_later(tables()[table], row, today)]
        for table, some in rows.items()
    }
    while True:
        keys = {table: {row[tables()[table].key] for row in some} for table, some in held.items()}
        kept = {table: [row for row in some if _stands(tables()[table], row, keys)] for table, some in held.items()}
        if all(len(kept[table]) == len(held[table]) for table in held):
            return kept
        held = kept


def dates_of(table: Table, row: Mapping[str, Any]) -> Iterator[tuple[str, datetime.date]]:
    """This will give the columns of a row that say when it happened, was written down or ended, with their days."""
    for name in _own_days(table):
        if row[name] is not None:
            yield name, _day(row[name])
    for column in table.columns.values():
        if row[column.name] is not None and (
            column.name == RECORDED_ON or column.is_event or _is_end(table, column.name)
        ):
            yield column.name, _day(row[column.name])


def _is_later(table: Table, row: Mapping[str, Any], today: datetime.date) -> bool:
    own = [_day(row[name]) for name in _own_days(table) if row[name] is not None]
    written = row[RECORDED_ON]
    return (bool(own) and min(own) > today) or (written is not None and written > today)


def _own_days(table: Table) -> tuple[str, ...]:
    """The columns that date a row: those that are declared, or else its first day."""
    if table.dated or table.name in FORESEEN:
        return table.dated
    return tuple(column.name for column in table.columns.values() if column.type in ("date", "time"))[:1]


def _is_end(table: Table, name: str) -> bool:
    """A last day that is known only once it has come: the end of a membership of a team, a discharge."""
    conditions = {condition for column in table.columns.values() for condition in column.seen_from}
    return name in conditions or (table.name == "team_member" and name == "ends_on")


def _emptied(table: Table, row: Mapping[str, Any], today: datetime.date) -> dict[str, Any]:
    later = {
        column.name
        for column in table.columns.values()
        if (column.is_event or _is_end(table, column.name))
        and row[column.name] is not None
        and _day(row[column.name]) > today
    }
    hidden = {column.name for column in table.columns.values() if later & set(column.seen_from)}
    return {name: None if name in later | hidden else value for name, value in row.items()}


def _stands(table: Table, row: Mapping[str, Any], keys: Mapping[str, set[Any]]) -> bool:
    return all(
        row[column.name] is None or row[column.name] in keys[column.references]
        for column in table.columns.values()
        if column.references
    )


def _day(value: datetime.date) -> datetime.date:
    return value.date() if isinstance(value, datetime.datetime) else value
