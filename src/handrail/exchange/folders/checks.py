"""What must hold of each value and each row, as SQL conditions that find where it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from handrail.exchange.folders import conversion
from handrail.exchange.folders.connection import name, text
from handrail.records.dates import EARLIEST, LATEST, alternatives, intervals
from handrail.records.describe import WRITTEN, example
from handrail.records.schema import Column, Table

_LONGEST_TEXT = 10_000


@dataclass(frozen=True)
class Check:
    """A condition that is true where something is wrong.

    In it, `r_<column>` is the value as the file has it (NULL: empty) and `t_<column>` the value as its declared
    type (NULL: empty, or it does not fit).
    """

    code: str
    subject: str
    when: str
    says: str
    mend: str


def checks(table: Table, given: Mapping[str, str]) -> list[Check]:
    """This will give every check of a table for the columns that a file has, by their DuckDB types."""
    found = [check for column in given for check in _of_value(table.columns[column], given[column])]
    return found + list(_of_row(table, given))


def raw(column: str) -> str:
    """This will name the value as the file has it."""
    return name(f"r_{column}")


def typed(column: str) -> str:
    """This will name the value as its declared type."""
    return name(f"t_{column}")


def _of_value(column: Column, given: str) -> Iterator[Check]:
    r, t = raw(column.name), typed(column.name)
    is_text = given == "VARCHAR"
    if column.required:
        empty = f"({r} IS NULL OR trim({r}) = '')" if is_text else f"{r} IS NULL"
        says = f"is empty, and must not be: {column.says}"
        yield Check("H331", column.name, empty, says, f"Write it, for example {example(column)}.")
    if is_text and conversion.stored(column) == "VARCHAR":
        yield from _of_text(column)
    else:
        told_empty = f" AND trim({r}) <> ''" if is_text and column.required else ""
        yield from _of_type(column, given, f"({r} IS NOT NULL AND {t} IS NULL{told_empty})")
    yield from _of_limits(column)


def _of_text(column: Column) -> Iterator[Check]:
    r = raw(column.name)
    strange = f"contains({r}, chr(0))"
    if column.type == "text":
        says = f"holds more than {_LONGEST_TEXT:,} signs, or a zero byte; a quote before it may never be closed."
        mend = "Look for a double quote without its partner; inside a value, write it twice."
        yield Check("H339", column.name, f"({strange} OR length({r}) > {_LONGEST_TEXT})", says, mend)
    elif column.type == "id":
        says = "begins or ends with a space, or breaks the line, so it would match nothing."
        mend = f"Take the space away. A valid value: {example(column)}."
        loose = f"regexp_matches({r}, '^\\s|\\s$|[\\r\\n]')"
        yield Check("H339", column.name, f"({strange} OR (trim({r}) <> '' AND {loose}))", says, mend)


def _of_type(column: Column, given: str, misfit: str) -> Iterator[Check]:
    r = raw(column.name)
    mend = f"Write for example {example(column)}. {_empty(column)}"
    if given in ("FLOAT", "DOUBLE"):
        odd = f"NOT isfinite({r})"
        yield Check("H338", column.name, f"({misfit} AND {odd})", "is not a number (NaN) or is infinite.", mend)
        yield _misfit(column, f"({misfit} AND NOT {odd})")
    elif given != "VARCHAR":
        yield _misfit(column, misfit)
    elif column.type in ("integer", "decimal"):
        odd = f"regexp_full_match(trim({r}), '[+-]?(nan|inf|infinity)', 'i')"
        yield Check("H338", column.name, f"({misfit} AND {odd})", "is not a number (NaN) or is infinite.", mend)
        yield _misfit(column, f"({misfit} AND NOT {odd})")
    elif column.type in ("date", "time"):
        yield from _of_moment(column, misfit, mend)
    else:
        yield _misfit(column, misfit)


def _of_moment(column: Column, misfit: str, mend: str) -> Iterator[Check]:
    r = raw(column.name)
    shape = conversion.DAY if column.type == "date" else f"{conversion.DAY}[T ]{conversion.CLOCK}"
    shaped = f"regexp_full_match({r}, '{shape}')"
    says = f"is a {column.type} that no calendar or clock has."
    yield Check("H333", column.name, f"({misfit} AND {shaped})", says, f"Correct it, for example {example(column)}.")
    rest = f"{misfit} AND NOT {shaped}"
    if column.type == "time":
        zoned = f"regexp_full_match({r}, '{shape} ?(Z|[+-]\\d{{2}}(:?\\d{{2}})?)', 'i')"
        says = "carries a time zone; times here are local wall-clock times, as on the clock in the room."
        local = f"Write the local time alone, for example {example(column)}."
        yield Check("H334", column.name, f"({rest} AND {zoned})", says, local)
        rest = f"{rest} AND NOT {zoned}"
    yield Check("H332", column.name, f"({rest})", f"is not {_sort(column)}.", mend)


def _misfit(column: Column, when: str) -> Check:
    mend = f"Write for example {example(column)}. {_empty(column)}"
    return Check("H332", column.name, when, f"is not {_sort(column)}.", mend)


def _of_limits(column: Column) -> Iterator[Check]:
    t = typed(column.name)
    if column.values:
        listed = ", ".join(text(value) for value in column.values)
        blank = f" AND trim({t}) <> ''" if column.required else ""
        mend = f"Write one of: {', '.join(column.values)}. {_empty(column)}"
        says = "is not one of the codes of this column."
        yield Check("H336", column.name, f"({t} NOT IN ({listed}){blank})", says, mend)
    outside = [f"{t} < {column.least}"] if column.least is not None else []
    outside += [f"{t} > {column.most}"] if column.most is not None else []
    if outside:
        mend = f"Write for example {example(column)}. {_empty(column)}"
        yield Check("H337", column.name, f"({' OR '.join(outside)})", f"is out of range: {_limits(column)}.", mend)
    if column.type in ("date", "time"):
        says = f"is before {EARLIEST} or after {LATEST}."
        mend = f"Correct the year, for example {example(column)}. {_empty(column)}"
        when = f"(CAST({t} AS DATE) NOT BETWEEN DATE '{EARLIEST}' AND DATE '{LATEST}')"
        yield Check("H335", column.name, when, says, mend)


def _of_row(table: Table, given: Mapping[str, str]) -> Iterator[Check]:
    for begin, end in intervals(table):
        if begin in given and end in given:
            says = f"{end} is earlier than {begin}."
            mend = "Correct the one that is wrong; they may be equal."
            yield Check("H344", end, f"({typed(end)} < {typed(begin)})", says, mend)
    some = alternatives(table)
    if some:
        empty = [f"{raw(column)} IS NULL" for column in some if column in given]
        says = f"none of {', '.join(some)} is given, so this {table.name} has no place in time."
        mend = f"Write at least one of them, for example {example(table.columns[some[0]])} as {some[0]}."
        yield Check("H345", some[0], f"({' AND '.join(empty) or 'TRUE'})", says, mend)


def _empty(column: Column) -> str:
    return "It may not be empty." if column.required else "Where nothing is documented, leave it empty."


def _sort(column: Column) -> str:
    return WRITTEN[column.type].says


def _limits(column: Column) -> str:
    if column.least is None:
        return f"at most {column.most}"
    return f"{column.least} or more" if column.most is None else f"{column.least} to {column.most}"
