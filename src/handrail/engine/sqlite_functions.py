"""What SQLite has no function for, as DuckDB means it. Used only where plain SQL will not do."""

from __future__ import annotations

import datetime
import math
import sqlite3
from collections.abc import Callable
from statistics import median

Value = str | int | float | None


def add(connection: sqlite3.Connection) -> None:
    """This will make the functions known to a connection."""
    functions: tuple[tuple[str, int, Callable[..., Value]], ...] = (
        ("handrail_max", -1, greatest),
        ("handrail_min", -1, least),
        ("handrail_divisor", 1, divisor),
        ("handrail_decimal", 1, to_decimal),
        ("handrail_whole", 1, to_whole),
        ("handrail_months", 2, add_months),
        ("handrail_quarter", 1, quarter_start),
        ("handrail_upper", 1, upper),
        ("handrail_bit_count", 1, bit_count),
    )
    for name, arguments, function in functions:
        connection.create_function(name, arguments, function, deterministic=True)
    connection.create_aggregate("handrail_list", 2, _List)  # type: ignore[arg-type]
    connection.create_aggregate("handrail_median", 1, _Median)  # type: ignore[arg-type]
    connection.create_aggregate("handrail_bits", 1, _Bits)  # type: ignore[arg-type]


def greatest(*values: Value) -> Value:
    """This will give the greatest of the values that are not NULL."""
    known = [value for value in values if value is not None]
    return max(known) if known else None


def least(*values: Value) -> Value:
    """This will give the least of the values that are not NULL."""
    known = [value for value in values if value is not None]
    return min(known) if known else None


def divisor(value: Value) -> Value:
    """This will give the value again. Raises `ZeroDivisionError` where it is zero, and DuckDB is asked instead."""
    if value == 0:
        raise ZeroDivisionError
    return value


def to_decimal(value: float | None) -> float | None:
    """This will round to four places as DuckDB casts DOUBLE to DECIMAL(18, 4): halves away from zero."""
    if value is None:
        return None
    part, whole = math.modf(value * 10_000)
    if abs(part) >= 0.5:
        whole += math.copysign(1, part)
    return (whole + 0.0) / 10_000


def to_whole(value: float | None) -> int | None:
    """This will round as DuckDB casts DOUBLE to BIGINT: halves to the even number."""
    return None if value is None else round(value)


def add_months(day: str | None, months: int) -> str | None:
    """This will go so many months on; a day that the month lacks becomes its last."""
    if day is None:
        return None
    year, month = divmod(int(day[:4]) * 12 + int(day[5:7]) - 1 + months, 12)
    following = datetime.date(year + month // 11, (month + 1) % 12 + 1, 1)
    last = (following - datetime.timedelta(days=1)).day
    return f"{year:04}-{month + 1:02}-{min(int(day[8:10]), last):02}"


def quarter_start(day: str | None) -> str | None:
    """This will give the first day of the quarter."""
    return None if day is None else f"{day[:4]}-{(int(day[5:7]) - 1) // 3 * 3 + 1:02}-01"


def upper(text: str | None) -> str | None:
    """This will write capitals, character by character: none becomes two."""
    if text is None or text.isascii():
        return text and text.upper()
    return "".join(_CAPITALS.get(character) or _capital(character) for character in text)


_CAPITALS = {"ß": "ẞ"}


def _capital(character: str) -> str:
    several = (character.upper(), character.title(), character)
    return next(capital for capital in several if len(capital) == 1)


def bit_count(value: int | None) -> int | None:
    """This will count the bits that are set."""
    return None if value is None else value.bit_count()


class _List:
    """STRING_AGG(value, separator ORDER BY value)."""

    def __init__(self) -> None:
        self._values: list[str] = []
        self._separator = ","

    def step(self, value: str | None, separator: str) -> None:
        self._separator = separator
        if value is not None:
            self._values.append(value)

    def finalize(self) -> str | None:
        return self._separator.join(sorted(self._values)) if self._values else None


class _Median:
    """MEDIAN of whole numbers."""

    def __init__(self) -> None:
        self._values: list[int] = []

    def step(self, value: int | None) -> None:
        if value is not None:
            self._values.append(value)

    def finalize(self) -> float | None:
        return float(median(self._values)) if self._values else None


class _Bits:
    """BIT_OR."""

    def __init__(self) -> None:
        self._value: int | None = None

    def step(self, value: int | None) -> None:
        if value is not None:
            self._value = value if self._value is None else self._value | value

    def finalize(self) -> int | None:
        return self._value
