"""Whom and what a change touches: people, programs and sessions, whose verdicts are to be judged anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Q

from handrail.app.chart.declared import attribute
from handrail.app.chart.models import RECORDS
from handrail.app.chart.owners import OF_THE_PROGRAM, concerned, ways_to
from handrail.records.schema import tables

TOUCH_PEOPLE = frozenset({"program", "program_closure", "staff", "credential"})
"""Tables about a program or its staff that what is judged of a person reads; a test holds this to the subjects."""

TOUCH_PROGRAMS = OF_THE_PROGRAM | {"episode", "session", "session_staff", "session_focus", "attendance"}
"""Tables that what is judged of a program, its weeks and its staff reads."""

TOUCH_SESSIONS = frozenset({"program", "credential", "session", "session_staff", "session_focus", "attendance"})
"""Tables that what is judged of a session reads."""

_AT_A_TIME = 500


@dataclass(frozen=True)
class Touched:
    """Ids of what a change touches. `whole` are programs of which every session is touched."""

    persons: frozenset[str] = frozenset()
    programs: frozenset[str] = frozenset()
    sessions: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()

    def __or__(self, other: Touched) -> Touched:
        """What either touches."""
        return Touched(
            self.persons | other.persons,
            self.programs | other.programs,
            self.sessions | other.sessions,
            self.whole | other.whole,
        )


def touched(rows: Iterable[Any]) -> Touched:
    """This will say what a change of rows of one table touches, as the database has them now: a few queries, however many."""
    held = list(rows)
    if not held:
        return Touched()
    table, ids = held[0].table, [row.pk for row in held]
    if table not in OF_THE_PROGRAM:
        return Touched(
            frozenset(concerned(held)), frozenset(_programs(table, ids)), frozenset(_sessions(table, held)), frozenset()
        )
    staff = _staff_of(table, held)
    programs = set(_programs(table, ids)) | _where_they_work(staff)
    persons: set[str] = set()
    if table in TOUCH_PEOPLE:
        persons = _whom_they_treat(staff) if staff else set(_among("episode", "program_id", programs, "person_id"))
    return Touched(
        frozenset(persons) - {""},
        frozenset(programs) - {""},
        frozenset(_among("session_staff", "staff_id", staff, "session_id")) if table in TOUCH_SESSIONS else frozenset(),
        frozenset(programs) if table == "program" else frozenset(),
    )


def _programs(table: str, ids: Sequence[str]) -> Iterator[str]:
    """The programs of rows that touch programs; a session touches those of its staff too."""
    if table not in TOUCH_PROGRAMS:
        return
    for way in ways_to("program", table):
        yield from _among(table, "pk", ids, way)
    of_session = {"session": "session_id", "session_staff": "pk"}.get(table)
    if of_session:
        yield from _among("session_staff", of_session, ids, "staff__program_id")


def _sessions(table: str, rows: Sequence[Any]) -> set[str]:
    if table not in TOUCH_SESSIONS:
        return set()
    return {row.pk if table == "session" else row.session_id for row in rows} - {None, ""}


def _staff_of(table: str, rows: Sequence[Any]) -> set[str]:
    """The staff whom rows are about, and those whom they supervise."""
    if table not in ("staff", "credential", "training"):
        return set()
    own = {row.pk if table == "staff" else row.staff_id for row in rows}
    return own | set(_among("credential", "supervisor_id", own, "staff_id"))


def _where_they_work(staff: set[str]) -> set[str]:
    return {
        *_among("staff", "pk", staff, "program_id"),
        *_among("session_staff", "staff_id", staff, "session__program_id"),
        *_among("on_call_shift", "staff_id", staff, "program_id"),
    }


def _whom_they_treat(staff: set[str]) -> set[str]:
    """Everybody about whom they wrote something, or at whose sessions they were."""
    found: set[str] = set()
    for table, column in _written_by():
        for way in ways_to("person", table):
            found |= set(_among(table, column, staff, way))
    sessions = set(_among("session_staff", "staff_id", staff, "session_id"))
    return found | set(_among("attendance", "session_id", sessions, "episode__person_id"))


@cache
def _written_by() -> tuple[tuple[str, str], ...]:
    """The columns that say which member of staff did something for a person."""
    return tuple(
        (table.name, f"{attribute(column)}_id")
        for table in tables().values()
        for column in table.columns.values()
        if column.references == "staff" and ways_to("person", table.name)
    )


def _among(table: str, where: str, ids: Iterable[str], gives: str) -> Iterator[str]:
    """What one way leads to from rows of a table, withdrawn ones included: they mattered once."""
    listed = sorted(one for one in set(ids) if one)
    for start in range(0, len(listed), _AT_A_TIME):
        some = RECORDS[table].objects.filter(Q(**{f"{where}__in": listed[start : start + _AT_A_TIME]}))
        yield from (one for one in some.order_by().values_list(gives, flat=True).distinct() if one)
