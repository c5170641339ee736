"""The fact sets and their columns, as declared in the YAML files of this room, and the SQL of each source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

SOURCES = ("records", "claims")
"""Where facts come from: a folder of records (or the app's), or a payer's extract."""


@dataclass(frozen=True)
class FactColumn:
    """One column of a fact set. NULL means nobody recorded it. `at_admission`: known then, so it may be adjusted for."""

    name: str
    type: str
    says: str
    unit: str = ""
    sources: tuple[str, ...] = SOURCES
    at_admission: bool = False


@dataclass(frozen=True)
class FactSet:
    """What one row is about and its columns, in the order in which every source gives them."""

    name: str
    says: str
    columns: Mapping[str, FactColumn]

    def columns_of(self, source: str) -> tuple[str, ...]:
        """This will give the columns that a source has."""
        return tuple(name for name, column in self.columns.items() if source in column.sources)

    def sql(self, source: str) -> str:
        """This will give the SELECT for a source. Raises `FileNotFoundError` where the source has no such facts."""
        return files(__package__).joinpath(source, f"{self.name}.sql").read_text(encoding="utf-8")

    def is_known(self, source: str) -> bool:
        """Whether a source gives these facts at all."""
        return bool(self.columns_of(source))


@dataclass(frozen=True)
class FactParameter:
    """A number in the SQL of facts, with its reason and who may change it."""

    value: int
    says: str
    why: str
    owner: str


@cache
def fact_sets() -> Mapping[str, FactSet]:
    """This will give every fact set by name, those that others are made from first."""
    return {name: _fact_set(name) for name in ("episode_outcome", "person_period", "person_week", "clause_verdict")}


@cache
def fact_parameters() -> Mapping[str, FactParameter]:
    """This will give the numbers that the SQL of facts needs, by name."""
    return {name: FactParameter(**told) for name, told in _read("parameters.yaml").items()}


def _fact_set(name: str) -> FactSet:
    told = _read(f"{name}.yaml")
    columns = {
        column: FactColumn(
            column,
            said["type"],
            said["says"],
            said.get("unit", ""),
            tuple(said.get("from", SOURCES)),
            bool(said.get("at_admission")),
        )
        for column, said in told["columns"].items()
    }
    return FactSet(name, told["says"], columns)


def _read(name: str) -> dict[str, Any]:
    told: dict[str, Any] = YAML(typ="safe").load(files(__package__).joinpath(name).read_text(encoding="utf-8"))
    return told
