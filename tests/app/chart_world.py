"""A row of every table, for the tests of the chart: `world` writes them, `kept` reads one back."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from handrail.app.chart.arrow import records_of
from handrail.records.schema import Column, Table, tables

DAY = datetime.date(2026, 3, 2)


def first_value(table: Table, column: Column) -> Any:
    """This will give a value that a column may hold; of a reference, the id that `world` gave the row."""
    match column.type:
        case "id":
            return f"a-{column.references or table.name}"
        case "text":
            return "some words"
        case "code" | "level" | "credential":
            return column.values[0]
        case "date":
            return DAY
        case "time":
            return datetime.datetime(2026, 3, 2, 9, 0)
        case "integer":
            return column.least or 0
        case "decimal":
            return Decimal("1.5000")
    return False


def kept(table: str, row_id: str) -> dict[str, Any]:
    """This will give a row as the engine is given it."""
    return next(row for row in records_of("prairie").in_memory(table).to_pylist() if row[tables()[table].key] == row_id)
