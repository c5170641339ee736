"""Whose a row is: read off the references of the declared tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import prefetch_related_objects

from handrail.app.chart.declared import attribute
from handrail.records.schema import Table, tables

OF_THE_PROGRAM = frozenset(
    {"program", "facility_license", "program_closure", "staff", "credential", "training", "on_call_shift"}
)
"""Tables that are about no person: who reads a program may read them."""

_OF_A_SESSION = frozenset({"session", "session_staff", "session_focus"})


@cache
def ways_to(target: str, table: str) -> tuple[str, ...]:
    """This will give Django's lookups from a table to the id of a person, an episode or a program; the shortest ones.

    A signature is under a plan or under a review, so there may be two. Empty where the table is not about one.
    """
    if table == target:
        return ("pk",)
    if f"{target}_id" in tables()[table].columns:
        return (f"{target}_id",)
    found: list[str] = []
    for column in _owners(tables()[table]):
        if column.references and column.references != table:
            found += [f"{attribute(column)}__{way}" for way in ways_to(target, column.references)]
    shortest = min((way.count("__") for way in found), default=0)
    return tuple(way for way in found if way.count("__") == shortest)


def _owners(table: Table) -> list[Any]:
    """The references that say whose a row is, not who wrote it."""
    return [
        column
        for column in table.columns.values()
        if column.references and column.references != "staff" and column.name == f"{column.references}_id"
    ]


def person_of(row: Any) -> str:
    """This will give the id of the person whom a row is about; empty where it is about nobody, or several."""
    for way in ways_to("person", row.table):
        value: Any = row
        for part in way.split("__"):
            value = getattr(value, part, None) if value is not None else None
        if value:
            return str(value)
    return ""


def persons_of(table: str, rows: Sequence[Any]) -> list[str]:
    """This will give the person of each of many rows of one table, with a query for each step of the way, not for each row."""
    ways = [way.rpartition("__")[0] for way in ways_to("person", table) if "__" in way]
    for start in range(0, len(rows), 500) if ways else ():
        prefetch_related_objects(rows[start : start + 500], *ways)
    return [person_of(row) for row in rows]


def concerned(rows: Iterable[Any]) -> set[str]:
    """This will name the persons whom rows are about; a session is about everybody who was at it."""
    rows = list(rows)
    found = {person_of(row) for row in rows}
    sessions = {row.pk if row.table == "session" else row.session_id for row in rows if row.table in _OF_A_SESSION}
    held = sorted(session for session in sessions if session)
    for start in range(0, len(held), 500):
        came = apps.get_model("chart", "Attendance").objects.filter(
            session_id__in=held[start : start + 500], is_withdrawn=False
        )
        found |= set(came.values_list("episode__person_id", flat=True))
    return found - {""}
