"""The tables that a payer's extract may hold, as `input.yaml` declares them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import pyarrow as pa
from ruamel.yaml import YAML

from handrail.records.schema import Column, Table, codes

_CODE_LISTS = ("level", "credential")


@dataclass(frozen=True)
class Input:
    """One table of an extract, and what must hold among its rows and the dates of a row."""

    table: Table
    key: tuple[str, ...]
    order: tuple[tuple[str, str], ...] = ()
    one_of: tuple[str, ...] = ()
    is_needed: bool = False


@cache
def inputs() -> Mapping[str, Input]:
    """This will give every table of an extract, by name."""
    told = YAML(typ="safe").load(files(__package__).joinpath("input.yaml").read_text(encoding="utf-8"))
    return MappingProxyType({name: _input(name, spec) for name, spec in told.items()})


def declared_for(extract: Mapping[str, pa.Table]) -> Mapping[str, Table]:
    """This will give the tables of an extract with only those columns that it fills, for `writing.write_tables`."""
    found = {}
    for name, rows in extract.items():
        table = inputs()[name].table
        found[name] = replace(
            table, columns={key: told for key, told in table.columns.items() if key in rows.column_names}
        )
    return found


def _input(name: str, spec: Mapping[str, Any]) -> Input:
    columns = {column.name: column for told in spec["columns"].items() for column in _columns(*told)}
    return Input(
        table=Table(name, "claims", spec["says"], MappingProxyType(columns)),
        key=tuple(spec["key"]),
        order=tuple((begin, end) for begin, end in spec.get("order", ())),
        one_of=tuple(spec.get("one_of", ())),
        is_needed=bool(spec.get("needed")),
    )


def _columns(name: str, spec: Mapping[str, Any]) -> Iterator[Column]:
    kind = spec["type"]
    values = tuple(codes(kind)) if kind in _CODE_LISTS else tuple(str(value) for value in spec.get("values", ()))
    names = [f"{name}_{number}" for number in range(1, spec["numbered"] + 1)] if "numbered" in spec else [name]
    for each in names:
        yield Column(each, kind, spec["says"], bool(spec.get("required")), values=values, least=spec.get("least"))
