"""`handrail diff`: two editions compared in words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from handrail.cli.asking import open_rulebook, the_edition
from handrail.cli.paragraphs import print_paragraph
from handrail.definitions.changes import Change
from handrail.definitions.diff import diff as diff_editions
from handrail.definitions.document import Edition

_TITLES = {
    "definition": "Definition",
    "title": "Title",
    "effective": "In force",
    "source": "Source",
    "parameters": "Parameters",
    "readings": "Readings",
    "clauses": "Clauses",
    "decisions": "Decisions",
    "informs": "What only informs",
    "unresolved": "What stays unresolved",
}


class Format(StrEnum):
    """How the differences are told."""

    TEXT = "text"
    JSON = "json"


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="An edition: id, id@edition, or the path of a file.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The edition to compare it with.")],
    rulebook: Annotated[Path | None, typer.Option(help="A folder with definitions of your own")] = None,
    format: Annotated[Format, typer.Option(help="Sentences to read, or JSON for programs.")] = Format.TEXT,
) -> None:
    """Compare two editions in words: what B says or asks otherwise than A."""
    opened = open_rulebook(rulebook)
    old, new = the_edition(opened, before), the_edition(opened, after)
    changes = diff_editions(old, new)
    if format is Format.JSON:
        told = {"before": _named(old), "after": _named(new), "changes": [asdict(change) for change in changes]}
        typer.echo(json.dumps(told, indent=2, default=str))
    else:
        _text(old, new, changes)


def _named(edition: Edition) -> dict[str, str]:
    return {"definition": edition.definition, "edition": edition.name, "hash": edition.hash}


def _text(old: Edition, new: Edition, changes: Sequence[Change]) -> None:
    console = Console(highlight=False)
    print_paragraph(console, f"From {old.definition}@{old.name} to {new.definition}@{new.name}")
    if not changes:
        same = "Nothing differs." if old.hash == new.hash else "Nothing differs but the layout of the file."
        print_paragraph(console, same)
    for section, some in groupby(changes, key=lambda change: change.section):
        console.print()
        print_paragraph(console, _TITLES[section], style="bold")
        for name, told in groupby(some, key=lambda change: change.name):
            if name:
                print_paragraph(console, name, indent=2)
            for change in told:
                print_paragraph(console, change.says, indent=4 if name else 2)
    if changes:
        console.print()
        print_paragraph(console, f"{len(changes)} {'difference' if len(changes) == 1 else 'differences'}.")
