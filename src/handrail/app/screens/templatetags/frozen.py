"""How frozen evidence is said on a page: facts by their meaning, records by their columns. See parts/frozen.html."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django import template

from handrail.app.consent.classes import said as said_classes
from handrail.app.screens.person.record import plainly
from handrail.engine.results import spoken
from handrail.records.schema import RECORDED_ON, Column, tables
from handrail.subjects.catalog import Fact, subjects

register = template.Library()

_MOST_SHOWN = 12
_ABOUT = ("person_id", "episode_id")
"""Columns that say the same in every record that goes along."""


class Known(NamedTuple):
    """One fact behind a verdict: what it means, what it was, in which unit."""

    says: str
    value: str
    unit: str


class Chip(NamedTuple):
    """One record as evidence, by where it stands on the page."""

    words: str
    at: str
    is_late: bool


class Sheet(NamedTuple):
    """The records of one table: the titles of the columns that say anything, and a line for each record."""

    table: str
    titles: list[tuple[str, str]]
    lines: list[dict[str, Any]]


@register.simple_tag
def frozen_facts(one: Mapping[str, Any], subject: str) -> list[Known]:
    """This will say the facts of a frozen verdict as the subject declares them."""
    declared = subjects()[subject].facts if subject in subjects() else {}
    return [fact_said(declared.get(name), name, value) for name, value in one["facts"].items()]


def fact_said(fact: Fact | None, name: str, value: Any) -> Known:
    """This will say one fact: days as days, a fact that is partly documented with its floor and its ceiling."""
    if isinstance(value, Mapping) and value.get("least") is None and value.get("most") is None:
        value = None
    if fact is not None and fact.type == "date" and isinstance(value, str):
        value = plainly(datetime.date.fromisoformat(value[:10]))
    unit = fact.unit if fact is not None and value is not None else ""
    return Known(fact.says.rstrip(".") if fact else name.replace("_", " "), spoken(value), unit)


@register.simple_tag
def frozen_chips(evidence: Sequence[Mapping[str, Any]], records: Mapping[str, Any]) -> list[Chip]:
    """This will make the chips of a frozen verdict: each leads to its record on the same page."""
    known = {(table, row["id"]): _about(table, row["told"]) for table, some in records.items() for row in some}
    return [
        Chip(
            f"{one['table'].replace('_', ' ')}{known.get((one['table'], one['id']), '')}",
            f"r-{one['table']}-{one['id']}" if (one["table"], one["id"]) in known else "",
            bool(one.get("late")),
        )
        for one in evidence[:_MOST_SHOWN]
    ]


@register.filter
def more_than_shown(evidence: Sequence[Any]) -> int:
    """This will count the records of a verdict that have no chip of their own."""
    return max(0, len(evidence) - _MOST_SHOWN)


@register.simple_tag
def frozen_sheets(records: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Sheet]:
    """This will lay frozen records out by table: only columns that say something, in the order of the declaration."""
    there = {(table, row["id"]) for table, rows in records.items() for row in rows}
    return [_sheet(table, rows, there) for table, rows in records.items() if table in tables()]


@register.filter
def classes_said(information: Iterable[str]) -> str:
    """This will say classes of information in plain words."""
    return said_classes(information)


@register.filter
def verdict_counts(verdicts: Iterable[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """This will count verdicts by word, the word as it first comes up."""
    told: dict[str, int] = {}
    for one in verdicts:
        told[one["verdict"]] = told.get(one["verdict"], 0) + 1
    return list(told.items())


def _sheet(table: str, rows: Sequence[Mapping[str, Any]], there: set[tuple[str, str]]) -> Sheet:
    shown = [
        column
        for column in tables()[table].columns.values()
        if column.name not in (tables()[table].key, RECORDED_ON, *_ABOUT)
        and any(_says(column, row["told"].get(column.name), there) for row in rows)
    ]
    lines = [
        {
            "at": f"r-{table}-{row['id']}",
            "id": row["id"],
            "cells": [_cell(column, row["told"].get(column.name), there) for column in shown],
            "recorded_on": row["told"].get(RECORDED_ON),
            "words": _words(row.get("words")),
        }
        for row in rows
    ]
    return Sheet(table, [(_title(column), column.says) for column in shown], lines)


def _title(column: Column) -> str:
    return column.name.removesuffix("_id").replace("_", " ").capitalize()


def _says(column: Column, value: Any, there: set[tuple[str, str]]) -> bool:
    """Whether a cell says anything: an id says something only where the record that it names goes along."""
    if column.type == "id":
        return (str(column.references), value) in there
    return value not in (None, "")


def _cell(column: Column, value: Any, there: set[tuple[str, str]]) -> tuple[str, str]:
    """What a cell says, and where on the page the record stands that it names."""
    if not _says(column, value, there):
        return ("not sent" if value and column.type == "id" else "not documented"), ""
    if column.type == "id":
        return str(column.references).replace("_", " "), f"r-{column.references}-{value}"
    if column.type == "code":
        return str(value).replace("_", " "), ""
    if column.type == "credential":
        return str(value).upper(), ""
    if column.type == "date":
        return plainly(datetime.date.fromisoformat(str(value)[:10])), ""
    if column.type == "time":
        return plainly(datetime.datetime.fromisoformat(str(value))), ""
    return plainly(value), ""


def _about(table: str, told: Mapping[str, Any]) -> str:
    """What sort of record it is (the first column that is needed and is a code or a number), and its day."""
    if table not in tables():
        return ""
    columns = tables()[table].columns.values()
    sort = next((one.name for one in columns if one.required and one.type in ("code", "integer")), "")
    about = str(told.get(sort) or "").replace("_", " ")
    return (f" {about}" if about else "") + _day_of(table, told)


def _day_of(table: str, told: Mapping[str, Any]) -> str:
    dated = tables()[table].dated[-1:]
    found = next((told[name] for name in dated if told.get(name)), None)
    return f", {plainly(datetime.date.fromisoformat(str(found)[:10]))}" if found else ""


def _words(told: Any) -> list[tuple[str, str]]:
    return [(part.replace("_", " "), text) for part, text in told.items()] if isinstance(told, Mapping) else []
