"""`handrail trace`: from each row of the source to the clause that encodes it and the examples that show it."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from handrail.cli.asking import open_rulebook, the_edition
from handrail.cli.paragraphs import print_paragraph
from handrail.definitions.cases import load_cases
from handrail.definitions.document import Edition
from handrail.definitions.rulebook import Rulebook
from handrail.definitions.trace import Link
from handrail.definitions.trace import trace as trace_edition

Traced = Mapping[str, tuple[Edition, Sequence[Link]]]


class Format(StrEnum):
    """How the crosswalk is told."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


def trace(
    definition: Annotated[list[str] | None, typer.Argument(metavar="ID", help="Their ids; without any, all.")] = None,
    rulebook: Annotated[Path | None, typer.Option(help="A folder with definitions of your own")] = None,
    format: Annotated[Format, typer.Option(help="Text to read, or JSON or CSV for programs.")] = Format.TEXT,
) -> None:
    """Follow every row of the source to its clause, subject and worked examples; fail where a link is missing."""
    opened = open_rulebook(rulebook)
    editions = [edition for reference in definition or opened.files for edition in _editions(opened, reference)]
    told = {f"{one.definition}@{one.name}": (one, trace_edition(one, load_cases(one))) for one in editions}
    if format is Format.JSON:
        typer.echo(json.dumps({name: [_json(link) for link in links] for name, (_, links) in told.items()}, indent=2))
    elif format is Format.CSV:
        _csv(told)
    else:
        _text(told)
    missing = {
        f"{name}  {link.name or link.row}: {says}": None
        for name, (_, links) in told.items()
        for link in links
        for says in link.missing
    }
    if missing:
        Console(stderr=True, soft_wrap=True).print(
            "\n".join(["Missing links:", *missing]), highlight=False, markup=False
        )
        raise typer.Exit(1)


def _editions(rulebook: Rulebook, reference: str) -> Sequence[Edition]:
    """A bare id stands for all its editions."""
    return rulebook.editions(reference) if reference in rulebook.files else [the_edition(rulebook, reference)]


def _text(told: Traced) -> None:
    console = Console(highlight=False)
    for name, (edition, links) in told.items():
        print_paragraph(console, f"{name}: {edition.title}", style="bold")
        for section, some in groupby(links, key=lambda link: link.section):
            console.print()
            print_paragraph(console, section, style="bold")
            for link in some:
                _link(console, link)
        rows = {link.row for link in links if link.row}
        whole = rows - {link.row for link in links if link.missing}
        console.print(f"\n{len(whole)} of {len(rows)} rows of the source are followed through.\n")


def _link(console: Console, link: Link) -> None:
    what = f"{link.name}  ({link.subject})" if link.subject else f"{link.kind}: {link.name or 'not covered'}"
    print_paragraph(console, f"{link.row:<8}{what}" if link.row else what, indent=2, hanging=8 if link.row else 0)
    if link.examples is not None:
        counts = ", ".join(f"{count} {word}" for word, count in link.examples.items())
        print_paragraph(console, counts or "no worked examples", indent=10)
    for says in link.missing:
        print_paragraph(console, f"missing: {says}", indent=10, style="red")


def _json(link: Link) -> dict[str, object]:
    return {
        "section": link.section,
        "row": link.row,
        "kind": link.kind,
        "name": link.name,
        "subject": link.subject,
        "examples": dict(link.examples or {}),
        "missing": list(link.missing),
    }


def _csv(told: Traced) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["definition", "section", "row", "kind", "name", "subject", "examples", "missing"])
    for name, (_, links) in told.items():
        for link in links:
            counts = "; ".join(f"{word}: {count}" for word, count in (link.examples or {}).items())
            row = [name, link.section, link.row, link.kind, link.name, link.subject, counts, " ".join(link.missing)]
            writer.writerow(row)
