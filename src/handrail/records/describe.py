"""The declared tables, told to a person: as plain text, as JSON, and as the page docs/records.md.

`python -m handrail.records.describe > docs/records.md` writes the page anew.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from textwrap import wrap
from types import MappingProxyType

from handrail.records.dates import EARLIEST, LATEST, alternatives, intervals
from handrail.records.schema import Column, Table, codes, tables

_WIDTH = 100


@dataclass(frozen=True)
class Written:
    """How values of one type are written in a CSV file: in words, and one valid example."""

    says: str
    example: str


WRITTEN: Mapping[str, Written] = MappingProxyType(
    {
        "id": Written("an identifier: any text, the same wherever the same thing is meant", "p-0001"),
        "text": Written("text", "Example House"),
        "code": Written("one of the listed codes", ""),
        "level": Written("one of the codes of the levels of care", "2.1"),
        "credential": Written("one of the codes of the credentials", "ladc"),
        "date": Written(f"a date as YYYY-MM-DD, from {EARLIEST} to {LATEST}", "2026-03-09"),
        "time": Written(
            "a local wall-clock date and time as YYYY-MM-DDTHH:MM, seconds allowed, no time zone", "2026-03-09T14:30"
        ),
        "integer": Written("a whole number", "3"),
        "decimal": Written("a number with at most 4 decimals", "12.5"),
        "boolean": Written("true or false; also yes, no, 1, 0", "true"),
    }
)
"""For each column type, how its values are written."""


def example(column: Column) -> str:
    """This will give a valid value for a column, as it would stand in a CSV file."""
    if column.values:
        return column.values[0]
    if column.least is not None and column.type == "integer":
        return str(column.least)
    return WRITTEN[column.type].example


def expectation(column: Column) -> str:
    """This will say in words what a value of the column must be, its limits included."""
    says = WRITTEN[column.type].says
    if column.least is not None and column.most is not None:
        return f"{says}, {column.least} to {column.most}"
    if column.least is not None:
        return f"{says}, {column.least} or more"
    if column.most is not None:
        return f"{says}, {column.most} or less"
    return says


def as_text(names: Iterable[str] | None = None) -> str:
    """This will describe the tables (all, or those named) in plain text for a terminal."""
    return "\n\n".join(_table_text(tables()[name]) for name in names or tables()) + "\n"


def as_json(names: Iterable[str] | None = None) -> dict[str, object]:
    """This will describe the tables (all, or those named) as a dictionary that JSON can hold."""
    told = {name: _table_json(tables()[name]) for name in names or tables()}
    written = {kind: {"says": how.says, "example": how.example} for kind, how in WRITTEN.items()}
    return {"tables": told, "types": written}


def as_page() -> str:
    """This will describe all tables as the Markdown page docs/records.md."""
    types = [f"| {kind} | {how.says} | {how.example} |" for kind, how in WRITTEN.items()]
    parts = [
        "# The records",
        "This page is written by `python -m handrail.records.describe > docs/records.md`; change the declarations in "
        "`src/handrail/records/tables/`, never this page.",
        "A folder of records holds, for each table that has rows, one file `<table>.csv` (or `<table>.csv.gz`, "
        "`<table>.parquet`, or a folder `<table>/` of Parquet parts). A CSV file is UTF-8, separated by commas, with "
        "the names of the columns in its first line, in any order; columns that are not required may be left out. "
        "An empty value means *not documented*; it never means *no*.",
        "## How values are written",
        "\n".join(["| type | written as | example |", "|---|---|---|", *types]),
        *(_code_page(kind) for kind in ("level", "credential")),
        *(_table_page(table) for table in tables().values()),
    ]
    return "\n\n".join(parts) + "\n"


def notes(column: Column) -> list[str]:
    """This will list, as sentences, what else must be known of a column: required, limits, when it can be seen."""
    told = ["Required."] if column.required else []
    if column.references:
        told.append(f"Names a row of {column.references}.")
    if column.type == "code":
        told.append(f"One of {', '.join(column.values)}.")
    if column.least is not None or column.most is not None:
        told.append(f"{expectation(column).capitalize()}.")
    if column.is_event:
        told.append("Counts only once that day has come.")
    if column.seen_from:
        told.append(f"Seen from {' and '.join(column.seen_from)} on.")
    return told


def rules(table: Table) -> list[str]:
    """This will list what the dates of one row must satisfy among themselves."""
    told = [f"{end} is not earlier than {begin}" for begin, end in intervals(table)]
    if alternatives(table):
        told.append(f"at least one of {', '.join(alternatives(table))} is given")
    return told


def _table_text(table: Table) -> str:
    width = max(len(name) for name in table.columns)
    kinds = max(len(column.type) for column in table.columns.values())
    lines = [table.name, *_indented(table.says, 4), ""]
    for column in table.columns.values():
        margin = " " * (4 + width + 2 + kinds + 2)
        text = wrap(" ".join([column.says, *notes(column)]), max(_WIDTH - len(margin), 40)) or [""]
        lines.append(f"    {column.name:<{width}}  {column.type:<{kinds}}  {text[0]}".rstrip())
        lines.extend(margin + more for more in text[1:])
    told = rules(table)
    if told:
        lines.extend(["", *_indented(f"In one row: {'; '.join(told)}.", 4)])
    return "\n".join(lines)


def _indented(text: str, margin: int) -> list[str]:
    return [" " * margin + line for line in wrap(text, _WIDTH - margin)]


def _table_json(table: Table) -> dict[str, object]:
    return {
        "says": table.says,
        "area": table.area,
        "key": table.key,
        "dated": list(table.dated),
        "rules": rules(table),
        "columns": {name: _column_json(column) for name, column in table.columns.items()},
    }


def _column_json(column: Column) -> dict[str, object]:
    return {
        "type": column.type,
        "says": column.says,
        "required": column.required,
        "references": column.references,
        "values": list(column.values),
        "least": column.least,
        "most": column.most,
        "event": column.is_event,
        "seen_from": list(column.seen_from),
    }


def _table_page(table: Table) -> str:
    rows = []
    for column in table.columns.values():
        told = " ".join([column.says, *notes(column)]).replace("|", "/")
        rows.append(f"| `{column.name}` | {column.type} | {told} |")
    parts = [f"## {table.name}", table.says, "\n".join(["| column | type | what it is |", "|---|---|---|", *rows])]
    if rules(table):
        parts.append("In one row: " + "; ".join(rules(table)) + ".")
    return "\n\n".join(parts)


def _code_page(kind: str) -> str:
    rows = [f"| `{code}` | {row['name']} |" for code, row in codes(kind).items()]
    return "\n".join([f"### Codes of type {kind}", "", "| code | name |", "|---|---|", *rows])


if __name__ == "__main__":
    sys.stdout.write(as_page())
