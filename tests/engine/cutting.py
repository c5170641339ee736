"""Records cut by hand: some people or programs left out, or everything after a day gone; read off the declarations."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from handrail.records.holding import Records
from handrail.records.schema import Column, Table, tables


def without(records: Records, gone: Mapping[str, set[str]]) -> Records:
    """This will leave out rows by table and id, and all that points to one of them, and so on."""
    ids = {name: set(some) for name, some in gone.items()}
    held = dict(records.held)
    before = -1
    while before != sum(map(len, ids.values())):
        before = sum(map(len, ids.values()))
        for table in tables().values():
            rows = records.in_memory(table.name)
            points = [pc.is_in(rows[table.key], value_set=pa.array(sorted(ids.get(table.name, ())), pa.string()))]
            for column in table.columns.values():
                if column.references in ids:
                    wanted = pa.array(sorted(ids[column.references]), pa.string())
                    points.append(pc.and_(pc.is_valid(rows[column.name]), pc.is_in(rows[column.name], wanted)))
            leaves = points[0]
            for more in points[1:]:
                leaves = pc.or_(leaves, more)
            found = set(rows.filter(leaves)[table.key].to_pylist())
            if found:
                ids.setdefault(table.name, set()).update(found)
            held[table.name] = rows.filter(pc.invert(leaves))
    return Records(held)


def seen_by(records: Records, day: datetime.date) -> Records:
    """This will give what somebody could have read on a day, row by row."""
    return Records({name: _table(tables()[name], records.in_memory(name), day) for name in records.held})


def _table(table: Table, rows: pa.Table, day: datetime.date) -> pa.Table:
    seen = []
    for row in rows.to_pylist():
        happened = next((row[name] for name in table.dated if row[name] is not None), None)
        if any(date is not None and date > day for date in (row["recorded_on"], happened)):
            continue
        seen.append({name: None if _hidden(column, row, day) else row[name] for name, column in table.columns.items()})
    return pa.Table.from_pylist(seen, schema=table.arrow_schema)


def _hidden(column: Column, row: Mapping[str, Any], day: datetime.date) -> bool:
    if column.is_event and row[column.name] is not None and row[column.name] > day:
        return True
    for name in column.seen_from:
        if row[name] is None and not name.endswith("recorded_on"):
            return True
        if row[name] is not None and row[name] > day:
            return True
    return False
