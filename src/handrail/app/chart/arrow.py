"""The rows of a person or an organization as Arrow tables, for the engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from django.db.models import Q, QuerySet

from handrail.app.chart.declared import attribute
from handrail.app.chart.models import RECORDS
from handrail.app.chart.owners import OF_THE_PROGRAM, ways_to
from handrail.records.holding import Records
from handrail.records.schema import tables


def records_of(organization_id: str, *person_ids: str) -> Records:
    """This will read the records of an organization, or those that matter to some people of it.

    For some people: everything about them, all of their programs' sessions, and all that is not about a person.
    One query a table, however many people.
    """
    programs: list[str] = []
    if person_ids:
        own = RECORDS["episode"].objects.filter(holder_id=organization_id, person_id__in=person_ids)
        programs = list(own.values_list("program_id", flat=True).distinct())
    held = {}
    for table in tables():
        rows = RECORDS[table].objects.filter(holder_id=organization_id, is_withdrawn=False)
        held[table] = as_arrow(table, _theirs(rows, table, person_ids, programs) if person_ids else rows)
    return Records({table: rows for table, rows in held.items() if rows.num_rows})


def records_of_sessions(organization_id: str, session_ids: Sequence[str]) -> Records:
    """This will read some sessions with their attendances and staff, and what is recorded about programs and staff."""
    held = {}
    for table in ("session", "session_staff", "session_focus", "attendance", *sorted(OF_THE_PROGRAM)):
        rows = RECORDS[table].objects.filter(holder_id=organization_id, is_withdrawn=False)
        if table not in OF_THE_PROGRAM:
            rows = rows.filter(**{"pk__in" if table == "session" else "session_id__in": session_ids})
        held[table] = as_arrow(table, rows)
    return Records(held)


def records_of_programs(organization_id: str, program_ids: Sequence[str]) -> Records:
    """This will read what some programs themselves are judged by: their sessions, and all that their staff held elsewhere."""
    led = RECORDS["session_staff"].objects.filter(holder_id=organization_id, staff__program_id__in=program_ids)
    programs = sorted({*program_ids, *led.order_by().values_list("session__program_id", flat=True).distinct()})
    held = {}
    for table in ("session", "session_staff", "session_focus", "attendance", "episode", *sorted(OF_THE_PROGRAM)):
        rows = RECORDS[table].objects.filter(holder_id=organization_id, is_withdrawn=False)
        if table == "session":
            rows = rows.filter(program_id__in=programs)
        elif table == "episode":
            came = RECORDS["attendance"].objects.filter(session__program_id__in=programs)
            rows = rows.filter(Q(program_id__in=programs) | Q(pk__in=came.values("episode_id")))
        elif table not in OF_THE_PROGRAM:
            rows = rows.filter(session__program_id__in=programs)
        held[table] = as_arrow(table, rows)
    return Records(held)


def _theirs(rows: QuerySet[Any], table: str, person_ids: Sequence[str], programs: list[str]) -> QuerySet[Any]:
    if ways := ways_to("person", table):
        test = Q()
        for way in ways:
            test |= Q(**{f"{way}__in": person_ids})
        return rows.filter(test)
    if table == "session":
        return rows.filter(program_id__in=programs)
    if table.startswith("session_"):
        return rows.filter(session__program_id__in=programs)
    return rows


def as_arrow(table: str, rows: QuerySet[Any]) -> pa.Table:
    """This will give rows of one table with its declared columns and types."""
    declared = tables()[table]
    model = RECORDS[table]
    names = [
        "pk" if column.name == declared.key else model._meta.get_field(attribute(column)).attname
        for column in declared.columns.values()
    ]
    columns = list(zip(*rows.order_by("pk").values_list(*names), strict=True)) or [()] * len(names)
    return pa.table(
        [pa.array(values, field.type) for values, field in zip(columns, declared.arrow_schema, strict=True)],
        schema=declared.arrow_schema,
    )
