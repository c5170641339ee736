"""One kind of trouble in one column, in however many rows, told as one finding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from handrail.findings import Finding

SHOWN = 20
"""So many places of one kind of trouble are named; the rest are counted."""


@dataclass(frozen=True, order=True)
class Place:
    """A row: in a CSV file its line, in a Parquet file its number; both from 1.

    `of` is the row that this one repeats, where it repeats one.
    """

    file: Path
    line: int
    of: Place | None = None


@dataclass(frozen=True)
class Trouble:
    """What is wrong with `subject` in `count` rows, the first of which stand at `places`."""

    code: str
    subject: str
    says: str
    mend: str
    count: int
    places: tuple[Place, ...]


def merge(troubles: Iterable[Trouble]) -> list[Trouble]:
    """This will join the troubles of one kind in one column that were found in several parts of a table."""
    joined: dict[tuple[str, str, str], Trouble] = {}
    for trouble in troubles:
        key = (trouble.code, trouble.subject, trouble.says)
        before = joined.get(key)
        joined[key] = _both(before, trouble) if before else trouble
    return list(joined.values())


def _both(one: Trouble, other: Trouble) -> Trouble:
    places = tuple(sorted(one.places + other.places)[:SHOWN])
    return replace(one, count=one.count + other.count, places=places)


def finding(trouble: Trouble, unit: str) -> Finding:
    """This will tell one trouble as a finding at its first place; `unit` is "line" or "row"."""
    first = trouble.places[0]
    says = trouble.says
    if trouble.count > 1 or first.of is not None:
        named = ", ".join(_told(place, first, unit) for place in trouble.places)
        rest = trouble.count - len(trouble.places)
        where = f"In {trouble.count:,} {unit}s" if trouble.count > 1 else unit.capitalize()
        says = f"{says} {where}: {named}{f' and {rest:,} more' if rest else ''}."
    return Finding(str(first.file), first.line, trouble.code, trouble.subject, says, trouble.mend)


def _told(place: Place, first: Place, unit: str) -> str:
    where = str(place.line) if place.file == first.file else f"{place.file.name} {unit} {place.line}"
    if place.of is None:
        return where
    of = str(place.of.line) if place.of.file == place.file else f"{place.of.file.name} {unit} {place.of.line}"
    return f"{where} repeats {of}"
