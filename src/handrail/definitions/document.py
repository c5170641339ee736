"""The shape of an edition: one service definition as one file says it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from handrail.definitions.tree import Node, parse_tree


class Duty(StrEnum):
    """How strongly the source asks for something."""

    MUST = "must"
    SHOULD = "should"
    COULD = "could"


def _exact(value: Any) -> Any:
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, list):
        return tuple(value)
    return value


Value = Annotated[bool | int | Decimal | str | tuple[str, ...], BeforeValidator(_exact)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True)


def _names(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
Text = Annotated[str, Field(min_length=1)]


class Source(_Part):
    """Where the definition was published; `sections` gives the crosswalk rows that each section holds."""

    document: Text
    authority: Text
    sections: dict[str, Names]


class Effective(_Part):
    """The days on which the edition is in force: from the first, up to but not including the second."""

    since: datetime.date | Literal["undated"] = Field(alias="from")
    until: datetime.date | None = None


class Parameter(_Part):
    """A value that clauses name with a colon. With `reading` and no `value` it is that reading's choice."""

    value: Value | None = None
    unit: str = ""
    cite: str = ""
    reading: str = ""


class Reading(_Part):
    """A question the text leaves open, the answer chosen, and the answers that can be tried instead."""

    question: Text
    chosen: Value
    instead: Annotated[tuple[Value, ...], BeforeValidator(_names)]
    because: Text


class Clause(_Part):
    """One sentence of the definition. `holds`, `applies`, `settled`, `excused` are SQL booleans over facts."""

    id: Text
    says: Text
    cite: str
    about: Text
    duty: Annotated[Duty, BeforeValidator(lambda value: Duty(value) if isinstance(value, str) else value)]
    holds: Text
    rows: Names = ()
    applies: str | None = None
    settled: str | None = None
    excused: str | None = None
    shows: str | None = None
    if_not: str | None = None

    @property
    def conditions(self) -> dict[str, str]:
        """The SQL conditions that the clause has, by name, in the order of judging."""
        named = {"applies": self.applies, "holds": self.holds, "excused": self.excused, "settled": self.settled}
        return {name: sql for name, sql in named.items() if sql is not None}


class Decision(_Part):
    """A question answered from clauses about one subject, by a tree of `all`, `any` and `at least`."""

    about: Text
    says: Text
    yes: Text
    no: Text
    tree: Node

    @model_validator(mode="before")
    @classmethod
    def _read_tree(cls, told: Any) -> Any:
        return _with_tree(_is_true_key(told)) if isinstance(told, dict) else told


class Informs(_Part):
    """A row of the source that asks nothing: permission or context."""

    row: Text
    says: Text
    cite: str
    because: Text


class Unresolved(_Part):
    """What the source leaves unsaid or incorporates from elsewhere; shown in every explanation."""

    says: Text
    cite: str
    row: str = ""


def _with_tree(told: dict[str, Any]) -> dict[str, Any]:
    rest = {key: value for key, value in told.items() if key not in ("all", "any", "at least", "of")}
    return rest | {"tree": parse_tree({key: value for key, value in told.items() if key not in rest})}


def _is_true_key(value: Any) -> Any:
    """YAML 1.1 readers take a bare `yes` for a truth value; give the key its word back."""
    if not isinstance(value, dict):
        return value
    words = {True: "yes", False: "no"}
    return {words.get(key, key) if isinstance(key, bool) else key: _is_true_key(told) for key, told in value.items()}


class Edition(_Part):
    """One edition of one service definition. `hash` is the SHA-256 of the file, `file` where it lies."""

    definition: Text
    title: Text
    effective: Effective
    source: Source
    clauses: Annotated[tuple[Clause, ...], BeforeValidator(_names)]
    decisions: dict[str, Decision] = {}
    parameters: dict[str, Parameter] = {}
    readings: dict[str, Reading] = {}
    informs: Annotated[tuple[Informs, ...], BeforeValidator(_names)] = ()
    unresolved: Annotated[tuple[Unresolved, ...], BeforeValidator(_names)] = ()
    hash: str = ""
    file: str = ""

    @property
    def name(self) -> str:
        """The edition's own name: its first day in force, or `undated`."""
        return str(self.effective.since)

    @property
    def subjects(self) -> tuple[str, ...]:
        """The subjects its clauses are about, in the order of the source."""
        return tuple(dict.fromkeys(clause.about for clause in self.clauses))

    def clause(self, clause_id: str) -> Clause:
        """This will give one clause. Raises `KeyError` where there is none of that id."""
        for clause in self.clauses:
            if clause.id == clause_id:
                return clause
        raise KeyError(clause_id)

    def values(self, instead: dict[str, Value] | None = None) -> dict[str, Value]:
        """This will give the value of every parameter and reading, with other readings where given.

        Raises `KeyError` for a reading that the edition does not have.
        """
        chosen: dict[str, Value] = {name: reading.chosen for name, reading in self.readings.items()}
        for name, value in (instead or {}).items():
            if name not in chosen:
                raise KeyError(name)
            chosen[name] = value
        values = dict(chosen)
        for name, parameter in self.parameters.items():
            if parameter.value is not None:
                values[name] = parameter.value
            else:
                values[name] = chosen[parameter.reading]
        return values
