"""`handrail schema`: which tables of records there are, and what each column means."""

from __future__ import annotations

import difflib
import json
from enum import StrEnum
from typing import Annotated

import typer

from handrail.cli.asking import refuse
from handrail.records.describe import as_json, as_text
from handrail.records.schema import tables


class Format(StrEnum):
    """How the tables are told."""

    text = "text"
    json = "json"


def schema(
    table: Annotated[str | None, typer.Argument(help="One table, for example episode; without it, all.")] = None,
    format: Annotated[Format, typer.Option("--format", help="Text to read, or JSON for programs.")] = Format.text,
) -> None:
    """Tell which tables of records there are, what each column means, and how its values are written."""
    if table is not None and table not in tables():
        near = difflib.get_close_matches(table.lower(), tables(), n=1, cutoff=0.5)
        hint = f'Did you mean "{near[0]}"?' if near else f"The tables are: {', '.join(tables())}."
        raise refuse(f'There is no table "{table}". {hint}')
    names = [table] if table is not None else None
    typer.echo(json.dumps(as_json(names), indent=2) if format is Format.json else as_text(names).rstrip("\n"))
