"""`handrail show`: a definition as a readable page."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from handrail.cli.asking import open_rulebook, the_edition
from handrail.definitions.html_page import as_html
from handrail.definitions.pages import as_text
from handrail.exchange.answers import new_file


class Format(StrEnum):
    """How the page is written."""

    TEXT = "text"
    HTML = "html"


def show(
    definition: Annotated[
        str, typer.Argument(metavar="ID[@EDITION]", help="The latest edition, one of them, or the path of a file.")
    ],
    format: Annotated[
        Format, typer.Option(help="Text for the terminal, or one HTML page to open and print.")
    ] = Format.TEXT,
    out: Annotated[Path | None, typer.Option(help="Write it to this file instead of printing it.")] = None,
    rulebook: Annotated[Path | None, typer.Option(help="A folder with definitions of your own")] = None,
) -> None:
    """Show a definition as a readable page: its clauses with their facts, its decisions, and how it was read."""
    edition = the_edition(open_rulebook(rulebook), definition)
    page = as_html(edition) if format is Format.HTML else as_text(edition, min(Console().width, 100))
    if out is None:
        typer.echo(page, nl=False)
        return
    with new_file(out) as stream:
        stream.write(page)
    Console(stderr=True).print(f"Written to {out}.", highlight=False, markup=False)
