"""The subjects and their facts, as declared in the YAML file beside each SQL file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from ruamel.yaml import YAML

CONTEXT = ("service", "judged_on", "person_id", "episode_id", "program_id")
"""Columns that a subject may return beside its key and its facts; `service` and `judged_on` always."""

Value = int | Decimal | bool | str | tuple[str, ...]
"""What a parameter may be: a number, a truth value, a text, or a list of texts."""


@dataclass(frozen=True)
class Fact:
    """One column of a subject: what is so, as far as the records tell. NULL means nobody recorded it.

    `evidence` names the tables whose records show it, each with a further SQL condition or none.
    A bounded fact has a floor and a ceiling (columns `<name>_least` and `<name>_most`) because part of it
    may be undocumented. Where `silence_counts`, the absence of a record means no.
    """

    name: str
    type: str
    says: str
    unit: str = ""
    question: str = ""
    ask: str = ""
    evidence: Mapping[str, str] = field(default_factory=dict)
    is_bounded: bool = False
    silence_counts: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The SQL columns that carry the fact."""
        return (f"{self.name}_least", f"{self.name}_most") if self.is_bounded else (self.name,)


@dataclass(frozen=True)
class Parameter:
    """A number, text or list that a subject's SQL needs and a definition may set."""

    name: str
    type: str
    value: Value
    says: str


@dataclass(frozen=True)
class Subject:
    """A thing that a clause can be about, with its grain (`key`), its facts and its SQL.

    Where `compares_rows`, a row's facts depend on the other rows (peers); elsewhere one row alone and the same
    row among many come out the same.
    """

    name: str
    says: str
    key: Mapping[str, str]
    date: str
    order: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    evidence: Mapping[str, str]
    facts: Mapping[str, Fact]
    sql: str
    compares_rows: bool = False


@cache
def subjects() -> Mapping[str, Subject]:
    """This will give every subject, by name."""
    names = sorted(entry.name[:-4] for entry in files(__package__).iterdir() if entry.name.endswith(".sql"))
    return MappingProxyType({name: subject(name) for name in names})


@cache
def subject(name: str) -> Subject:
    """This will give one subject. Raises `KeyError` where there is none of that name."""
    room = files(__package__)
    sql = room.joinpath(f"{name}.sql")
    if not sql.is_file():
        raise KeyError(name)
    told = YAML(typ="safe").load(room.joinpath(f"{name}.yaml").read_text(encoding="utf-8"))
    return Subject(
        name=name,
        says=told["says"],
        key=MappingProxyType(told["key"]),
        date=told["date"],
        order=tuple(told.get("order", ())),
        parameters=MappingProxyType({p: _parameter(p, spec) for p, spec in (told.get("parameters") or {}).items()}),
        evidence=MappingProxyType(told.get("evidence") or {}),
        facts=MappingProxyType({fact: _fact(fact, spec) for fact, spec in told["facts"].items()}),
        sql=sql.read_text(encoding="utf-8"),
        compares_rows=bool(told.get("compares_rows")),
    )


def _fact(name: str, told: dict[str, Any]) -> Fact:
    shown = told.get("evidence", ())
    return Fact(
        name=name,
        type=told["type"],
        says=told["says"],
        unit=told.get("unit", ""),
        question=told.get("question", ""),
        ask=told.get("ask", ""),
        evidence=MappingProxyType(shown if isinstance(shown, dict) else dict.fromkeys(shown, "")),
        is_bounded=bool(told.get("bounded")),
        silence_counts=told.get("silence") == "counts",
    )


def _parameter(name: str, told: dict[str, Any]) -> Parameter:
    value = told["value"]
    if isinstance(value, list):
        value = tuple(str(item) for item in value)
    return Parameter(name, told["type"], value, told["says"])
