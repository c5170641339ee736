"""The declared tables: which records exist, what each column means, and when each can be seen."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from types import MappingProxyType

import pyarrow as pa
from ruamel.yaml import YAML

RECORDED_ON = "recorded_on"
"""Every table has this column: the day the row was written down. Empty means the day it happened."""

_CODE_LISTS = ("level", "credential")
"""Column types whose values stand in a CSV file of `codes/`."""

_ARROW_TYPES: Mapping[str, pa.DataType] = MappingProxyType(
    {
        "id": pa.string(),
        "text": pa.string(),
        "code": pa.string(),
        "level": pa.string(),
        "credential": pa.string(),
        "date": pa.date32(),
        "time": pa.timestamp("us"),
        "integer": pa.int64(),
        "decimal": pa.decimal128(18, 4),
        "boolean": pa.bool_(),
    }
)


@dataclass(frozen=True)
class Column:
    """One column of a table.

    `references` names the table whose key an `id` column holds. `is_event` marks a day that is a fact
    only once it has come: later than the as-of date, it reads as empty. `seen_from` names the dates
    that must all have come before this column can be seen.
    """

    name: str
    type: str
    says: str
    required: bool = False
    references: str | None = None
    values: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    is_event: bool = False
    seen_from: tuple[str, ...] = ()

    @property
    def arrow_type(self) -> pa.DataType:
        """The Arrow type that holds this column."""
        return _ARROW_TYPES[self.type]


@dataclass(frozen=True)
class Table:
    """One table of records. Its key is the column `<name>_id`; `dated` are the columns that say when it happened."""

    name: str
    area: str
    says: str
    columns: Mapping[str, Column]
    dated: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The column that identifies a row."""
        return f"{self.name}_id"

    @cached_property
    def arrow_schema(self) -> pa.Schema:
        """The Arrow schema of the table, columns in declared order."""
        return pa.schema([(column.name, column.arrow_type) for column in self.columns.values()])

    def empty(self) -> pa.Table:
        """The table with no rows."""
        return self.arrow_schema.empty_table()


@cache
def codes(kind: str) -> Mapping[str, Mapping[str, str]]:
    """This will give the rows of one code list (`level`, `credential`), by code."""
    text = files(__package__).joinpath("codes", f"{kind}.csv").read_text(encoding="utf-8")
    return MappingProxyType({row["code"]: MappingProxyType(row) for row in csv.DictReader(io.StringIO(text))})


@cache
def tables() -> Mapping[str, Table]:
    """This will give every declared table, by name, in the order in which a person would meet them."""
    loaded: dict[str, Table] = {}
    yaml = YAML(typ="safe")
    for area in ("people", "providers", "assessments", "planning", "care", "outcomes"):
        document = yaml.load(files(__package__).joinpath("tables", f"{area}.yaml").read_text(encoding="utf-8"))
        for name, spec in document.items():
            loaded[name] = _table(name, area, spec)
    return MappingProxyType(loaded)


@cache
def in_order_of_reference() -> tuple[str, ...]:
    """This will name the tables so that each comes after those that it refers to."""
    found: list[str] = []

    def visit(name: str) -> None:
        if name not in found:
            for column in tables()[name].columns.values():
                if column.references and column.references != name:
                    visit(column.references)
            found.append(name)

    for name in tables():
        visit(name)
    return tuple(found)


def _table(name: str, area: str, spec: dict) -> Table:  # type: ignore[type-arg]
    columns = {column: _column(column, told, key=f"{name}_id") for column, told in spec["columns"].items()}
    columns[RECORDED_ON] = Column(RECORDED_ON, "date", "The day this row was written down; empty: the day it happened.")
    return Table(name, area, spec["says"], MappingProxyType(columns), _names(spec.get("dated")))


def _column(name: str, spec: dict, *, key: str) -> Column:  # type: ignore[type-arg]
    kind = spec["type"]
    values = tuple(codes(kind)) if kind in _CODE_LISTS else tuple(str(value) for value in spec.get("values", ()))
    return Column(
        name=name,
        type=kind,
        says=spec["says"],
        required=bool(spec.get("required")) or name == key,
        references=spec.get("of"),
        values=values,
        least=spec.get("least"),
        most=spec.get("most"),
        is_event=bool(spec.get("event")),
        seen_from=_names(spec.get("seen_from")),
    )


def _names(value: str | list[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
