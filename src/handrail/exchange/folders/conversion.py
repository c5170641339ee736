"""From what stands in a file to the type that a column declares, as SQL: lossless, or not at all."""

from __future__ import annotations

from handrail.records.schema import Column

DAY = r"\d{4}-\d{2}-\d{2}"
"""A date as it must be written."""

CLOCK = r"\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
"""A time of day as it must be written."""

_CLOCK_WITHIN_A_DAY = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?"

_STORED = {
    "id": "VARCHAR",
    "text": "VARCHAR",
    "code": "VARCHAR",
    "level": "VARCHAR",
    "credential": "VARCHAR",
    "date": "DATE",
    "time": "TIMESTAMP",
    "integer": "BIGINT",
    "decimal": "DECIMAL(18,4)",
    "boolean": "BOOLEAN",
}

_WHOLE = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER"}) | {
    "UBIGINT",
    "UHUGEINT",
}
_FRACTIONS = frozenset({"FLOAT", "DOUBLE"})
_TIMES = frozenset({"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"})


def stored(column: Column) -> str:
    """This will give the DuckDB type that holds a column."""
    return _STORED[column.type]


def converted(column: Column, given: str, value: str) -> str | None:
    """This will give SQL for `value` (of the DuckDB type `given`) as the column's type.

    The SQL is NULL where the value does not fit without loss. None: values of this type never fit.
    """
    wanted = stored(column)
    if given == '"NULL"':
        return f"CAST(NULL AS {wanted})"
    if given == "VARCHAR":
        return _from_text(wanted, value)
    if given == wanted:
        return value
    if wanted == "VARCHAR":
        return f"CAST({value} AS VARCHAR)" if given in _WHOLE else None
    if wanted == "BOOLEAN":
        return f"CASE {value} WHEN 1 THEN TRUE WHEN 0 THEN FALSE END" if given in _WHOLE else None
    if wanted in ("BIGINT", "DECIMAL(18,4)"):
        return _number(wanted, given, value)
    if given in _TIMES:
        return _lossless(wanted, given, value)
    return None


def _from_text(wanted: str, value: str) -> str:
    match wanted:
        case "DATE":
            return _where(value, DAY, f"TRY_CAST({value} AS DATE)")
        case "TIMESTAMP":
            return _where(value, f"{DAY}[T ]{_CLOCK_WITHIN_A_DAY}", f"TRY_CAST({value} AS TIMESTAMP)")
        case "BIGINT":
            return _where(value, r"[+-]?\d+(\.0+)?", f"TRY_CAST(split_part({value}, '.', 1) AS BIGINT)")
        case "DECIMAL(18,4)":
            return _where(value, r"[+-]?\d+(\.\d{1,4}0*)?", f"TRY_CAST({value} AS DECIMAL(18,4))")
        case "BOOLEAN":
            yes, no = "('true', 'yes', '1')", "('false', 'no', '0')"
            return f"CASE WHEN lower({value}) IN {yes} THEN TRUE WHEN lower({value}) IN {no} THEN FALSE END"
        case _:
            return f"nullif({value}, '')"


def _where(value: str, pattern: str, then: str) -> str:
    return f"CASE WHEN regexp_full_match({value}, '{pattern}') THEN {then} END"


def _number(wanted: str, given: str, value: str) -> str | None:
    if given in _WHOLE:
        return f"TRY_CAST({value} AS {wanted})"
    if given in _FRACTIONS or given.startswith("DECIMAL"):
        return _lossless(wanted, given, value)
    return None


def _lossless(wanted: str, given: str, value: str) -> str:
    cast = f"TRY_CAST({value} AS {wanted})"
    return f"CASE WHEN TRY_CAST({cast} AS {given}) = {value} THEN {cast} END"
