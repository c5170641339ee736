"""The rows of a person or an organization as Arrow tables, for the engine."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from django.db.models import Q, QuerySet

from handrail.app.chart.declared import attribute
from handrail.app.chart.models import RECORDS
from handrail.app.chart.owners import ways_to
from handrail.records.holding import Records
from handrail.records.schema import tables


def records_of(organization_id: str, person_id: str | None = None) -> Records:
    """This will read the records of an organization, or those that matter to one person of it.

    For one person: everything about her, all of her programs' sessions, and all that is not about a person.
    One query a table.
    """
    programs: list[str] | None = None
    if person_id is not None:
        own = RECORDS["episode"].objects.filter(holder_id=organization_id, person_id=person_id)
        programs = list(own.values_list("program_id", flat=True))
    held = {}
    for table in tables():
        rows = RECORDS[table].objects.filter(holder_id=organization_id, is_withdrawn=False)
        held[table] = _arrow(table, rows if person_id is None else _hers(rows, table, person_id, programs or []))
    return Records({table: rows for table, rows in held.items() if rows.num_rows})


def _hers(rows: QuerySet[Any], table: str, person_id: str, programs: list[str]) -> QuerySet[Any]:
    if ways := ways_to("person", table):
        test = Q()
        for way in ways:
            test |= Q(**{way: person_id})
        return rows.filter(test)
    if table == "session":
        return rows.filter(program_id__in=programs)
    if table.startswith("session_"):
        return rows.filter(session__program_id__in=programs)
    return rows


def _arrow(table: str, rows: QuerySet[Any]) -> pa.Table:
    """One table's rows with its declared columns and types."""
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
