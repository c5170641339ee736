"""`handrail import claims`: a payer's claims and eligibility into records and coded service lines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from handrail.exchange.claims import Imported
from handrail.exchange.claims import import_claims as read_extract
from handrail.findings import FindingsError


def import_claims(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder with medical_claim and eligibility, as CSV or Parquet.")
    ],
    out: Annotated[Path, typer.Option("--out", help="The folder to write; it must not exist yet, or be empty.")],
    families: Annotated[Path | None, typer.Option(help="Your own table of service families, a CSV file.")] = None,
) -> None:
    """Check a payer's claims and eligibility, and write them as records and service lines."""
    try:
        imported = read_extract(directory, out, families=families)
    except FindingsError as error:
        Console(stderr=True, soft_wrap=True).print(str(error), highlight=False, markup=False)
        raise typer.Exit(2) from None
    tell(imported, out)


def tell(imported: Imported, out: Path) -> None:
    """This will print what an import wrote, the families it found, and what it left aside."""
    console = Console(soft_wrap=True)
    shown = Table("table", "rows", title="Written", title_justify="left")
    shown.columns[1].justify = "right"
    for name, count in imported.rows.items():
        shown.add_row(name, f"{count:,}")
    console.print(shown)
    coded = Table("service family", "lines", "people", title="Service lines", title_justify="left")
    coded.columns[1].justify = coded.columns[2].justify = "right"
    for family, lines, people in imported.families:
        coded.add_row(family or "none", f"{lines:,}", f"{people:,}")
    console.print(coded)
    if imported.uncoded:
        named = ", ".join(f"{code} ({lines:,})" for code, lines in imported.uncoded)
        console.print(f"Most frequent codes in no family: {named}", highlight=False, markup=False)
    for note in imported.notes:
        console.print(note, highlight=False, markup=False)
    console.print(f"Records written to {out}", highlight=False, markup=False)
