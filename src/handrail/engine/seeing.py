"""What can be seen of the records on a day: rows and dates that came later are hidden, once, for every subject."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from handrail.records.schema import RECORDED_ON, Column, Table

_SQL_TYPES = {
    "integer": "BIGINT",
    "decimal": "DECIMAL(18, 4)",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "time": "TIMESTAMP",
}


def seen(table: Table, source: str | None, columns: Collection[str], as_of: datetime.date, only: str = "") -> str:
    """This will write the SELECT (DuckDB's SQL) that shows one table as of a day.

    `source` is the relation that holds the rows, None where nobody holds any; `columns` are those it has.
    A column that the source lacks is empty. `only` is a condition that narrows the rows further.
    """
    day = f"DATE '{as_of.isoformat()}'"
    if source is None:
        nothing = ", ".join(f"CAST(NULL AS {_sql_type(c)}) AS {c.name}" for c in table.columns.values())
        return f"SELECT {nothing} WHERE FALSE"
    shown = ", ".join(f"{_shown(column, columns, day)} AS {column.name}" for column in table.columns.values())
    tests = [f"({RECORDED_ON} IS NULL OR {RECORDED_ON} <= {day})"] if RECORDED_ON in columns else []
    dated = [name for name in table.dated if name in columns]
    if dated:
        happened = dated[0] if len(dated) == 1 else f"COALESCE({', '.join(dated)})"
        tests.append(f"({happened} IS NULL OR {happened} <= {day})")
    tests += [only] if only else []
    where = f" WHERE {' AND '.join(tests)}" if tests else ""
    return f"SELECT {shown} FROM {source}{where}"


def _sql_type(column: Column) -> str:
    return _SQL_TYPES.get(column.type, "TEXT")


def _shown(column: Column, held: Collection[str], day: str) -> str:
    if column.name not in held:
        return f"CAST(NULL AS {_sql_type(column)})"
    tests = [f"{column.name} <= {day}"] if column.is_event else []
    for name in column.seen_from:
        if name in held:
            tests.append(
                f"{name} <= {day}"
                if name != RECORDED_ON and not _may_be_empty(name)
                else f"({name} IS NULL OR {name} <= {day})"
            )
    return f"CASE WHEN {' AND '.join(tests)} THEN {column.name} END" if tests else column.name


def _may_be_empty(name: str) -> bool:
    """The day of writing may be empty, and then says nothing; the day of happening may not."""
    return name.endswith("recorded_on")
