"""The code maps: which code of which system means what here. The maps themselves are the CSV files in `maps/`."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from handrail.exchange.fhir.elements import Element, parts, text

Meaning = Mapping[str, str]
"""One line of a map: what the code means here, by column."""


@dataclass(frozen=True)
class Coding:
    """One code of one system; the system by its short name where `maps/systems.csv` has one."""

    system: str
    code: str

    def __str__(self) -> str:
        """Give system and code, as people write them."""
        return f"{self.system} {self.code}".strip()


@dataclass(frozen=True)
class CodeMap:
    """One map. Its systems are tried in the order in which the file first names them, its lines from the top."""

    lines: tuple[Meaning, ...]
    exact: Mapping[Coding, Meaning]
    systems: tuple[str, ...]

    def line(self, coding: Coding) -> Meaning | None:
        """This will give what one code means here, None where the map does not have it."""
        plain = _plain(coding)
        if plain in self.exact:
            return self.exact[plain]
        for line in self.lines:
            if line["system"] == plain.system and fnmatchcase(plain.code, line["code"]):
                return line
        return None

    def find(self, concept: Element) -> tuple[Coding, Meaning] | None:
        """This will give the first code of a CodeableConcept that the map has, and what it means here."""
        found = {coding.system: coding for coding in reversed(codings(concept)) if coding.system in self.systems}
        for system in self.systems:
            if system in found and (line := self.line(found[system])):
                return found[system], line
        return None


def codings(concept: Element) -> list[Coding]:
    """This will list the codes of a CodeableConcept. Raises: `ShapeError`."""
    return [coding_of(item) for item in parts(concept, "coding") if text(item, "code")]


def coding_of(coding: Element) -> Coding:
    """This will give one Coding with the short name of its system. Raises: `ShapeError`."""
    system = text(coding, "system")
    return Coding(_systems().get(system, system), text(coding, "code"))


def label(concept: Element) -> str:
    """This will name a CodeableConcept by its first code, for lists of what was not mapped; never by its words."""
    first = next(iter(codings(concept)), None)
    if first is not None:
        return str(first)
    return "words only" if concept else "nothing"


@cache
def code_map(name: str) -> CodeMap:
    """This will read one map of `maps/` by its name."""
    lines = tuple(
        MappingProxyType({**row, "code": _plain(Coding(row["system"], row["code"])).code}) for row in _rows(name)
    )
    exact = {
        Coding(line["system"], line["code"]): line
        for line in reversed(lines)
        if not any(sign in line["code"] for sign in "*?[")
    }
    patterns = tuple(line for line in lines if Coding(line["system"], line["code"]) not in exact)
    return CodeMap(patterns, MappingProxyType(exact), tuple(dict.fromkeys(line["system"] for line in lines)))


@cache
def _systems() -> Mapping[str, str]:
    return MappingProxyType({row["url"]: row["name"] for row in _rows("systems")})


def _rows(name: str) -> list[dict[str, str]]:
    with files(__package__).joinpath("maps", f"{name}.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _plain(coding: Coding) -> Coding:
    """ICD codes are written with and without their dot."""
    if coding.system.startswith("icd"):
        return Coding(coding.system, coding.code.replace(".", "").upper())
    return coding
