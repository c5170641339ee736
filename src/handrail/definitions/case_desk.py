"""One file of worked examples being checked: what it may name, and how its values must look."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handrail.definitions.cases import UNKNOWN
from handrail.definitions.document import Edition
from handrail.definitions.expressions import near
from handrail.definitions.places import line_of
from handrail.findings import Finding
from handrail.records.schema import Column
from handrail.subjects.catalog import Fact, Subject

_KINDS: Mapping[str, tuple[type, ...]] = {
    "integer": (int,),
    "decimal": (int, float),
    "boolean": (bool,),
    "date": (datetime.date,),
    "text": (str,),
    "clauses": (str,),
}
_WRITTEN = {
    "integer": "a whole number",
    "decimal": "a number",
    "boolean": "true or false",
    "date": "a day as 2026-07-01",
    "time": "a time as 2026-07-01T09:00",
    "text": "a text",
    "clauses": "the ids of clauses with spaces between them, '' for none",
}


@dataclass(frozen=True)
class CaseDesk:
    """One file of worked examples, its text (for line numbers) and its findings, all of them H124."""

    edition: Edition
    file: Path
    text: str
    found: list[Finding] = field(default_factory=list)

    def note(self, place: Sequence[object], subject: str, says: str, mend: str = "") -> None:
        """This will put down one finding at a place of the file."""
        self.found.append(Finding(str(self.file), line_of(self.text, place), "H124", subject, says, mend.strip()))

    def mapping(self, place: Sequence[object], told: Any, *, needed: bool = False) -> Mapping[Any, Any]:
        """This will give names with values, or note that there are none; nothing at all is empty, unless `needed`."""
        if not isinstance(told, Mapping) and (needed or told is not None):
            mend = "Write `name: value`, or {name: value}."
            self.note(place, _last(place), "Here names with values are needed.", mend)
        return told if isinstance(told, Mapping) else {}

    def sequence(self, place: Sequence[object], told: Any, *, needed: bool = False) -> Sequence[Any]:
        """This will give a list, or note that there is none; nothing at all is empty, unless `needed`."""
        if not isinstance(told, list) and (needed or told is not None):
            mend = "Write `[...]`, or each on its own line after `- `."
            self.note(place, _last(place), "Here a list is needed.", mend)
        return told if isinstance(told, list) else []

    def known_words(self, place: Sequence[object], told: Mapping[Any, Any], known: Iterable[str]) -> None:
        """This will note every key that is none of the known words."""
        words = list(known)
        for key in told:
            if key not in words:
                mend = f"{near(str(key), words)}Known here: {', '.join(words)}."
                self.note([*place, key], str(key), f'"{key}" is not a word that examples know here.', mend)

    def facts(
        self, place: Sequence[object], told: Mapping[Any, Any], about: Subject, *, with_reading: bool = False
    ) -> None:
        """This will check that facts exist, and that their values can be theirs."""
        for name, value in told.items():
            if name == "reading" and with_reading:
                self.readings([*place, name], value)
                continue
            fact = about.facts.get(name)
            if fact is None:
                says = f'The subject "{about.name}" has no such fact.'
                self.note([*place, name], str(name), says, near(str(name), about.facts))
            elif not _fits_fact(fact, value):
                wanted = f"{_WRITTEN[fact.type]}, or unknown"
                if fact.is_bounded:
                    wanted += ", or [floor, ceiling]"
                self.note([*place, name], str(name), f"The value must be {wanted}.")

    def readings(self, place: Sequence[object], told: Any) -> None:
        """This will check that readings exist and offer the answers asked for."""
        for name, value in self.mapping(place, told, needed=True).items():
            reading = self.edition.readings.get(name)
            if reading is None:
                self.note(
                    [*place, name],
                    str(name),
                    "The definition has no such reading.",
                    near(str(name), self.edition.readings),
                )
            elif _plain(value) not in (offered := [_plain(answer) for answer in (reading.chosen, *reading.instead)]):
                self.note(
                    [*place, name],
                    str(name),
                    f"The reading does not offer {value}.",
                    f"It offers: {', '.join(offered)}.",
                )

    def value(self, place: Sequence[object], column: Column, value: Any) -> None:
        """This will check that a value of a record can stand in its column."""
        if not _fits_column(column, value):
            written = _WRITTEN.get(column.type, "a text")
            self.note(
                place, column.name, f"The value must be {written}.", "Put numbers in quotes where a text is meant."
            )


def _fits_fact(fact: Fact, value: Any) -> bool:
    if fact.is_bounded and isinstance(value, list):
        return len(value) == 2 and all(_fits(fact.type, end) for end in value)
    return _fits(fact.type, value)


def _fits(kind: str, value: Any) -> bool:
    if value is None or value == UNKNOWN:
        return True
    if isinstance(value, (bool, datetime.datetime)):
        return isinstance(value, bool) and kind == "boolean"
    return isinstance(value, _KINDS[kind])


def _fits_column(column: Column, value: Any) -> bool:
    if value is None:
        return True
    if column.type == "time":
        if isinstance(value, datetime.datetime):
            return True
        try:
            return isinstance(value, str) and datetime.datetime.fromisoformat(value) is not None
        except ValueError:
            return False
    if column.type in _KINDS and column.type != "text":
        return value != UNKNOWN and _fits(column.type, value)
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _last(place: Sequence[object]) -> str:
    return str(place[-1]) if place else ""
