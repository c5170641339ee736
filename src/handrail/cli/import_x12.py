"""`handrail import x12`: 837P files into records and coded service lines."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from handrail.cli.asking import refuse
from handrail.cli.import_claims import tell
from handrail.findings import FindingsError


def import_x12(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="837P files, version 5010.")],
    out: Annotated[Path, typer.Option("--out", help="The folder to write; it must not exist yet, or be empty.")],
    families: Annotated[Path | None, typer.Option(help="Your own table of service families, a CSV file.")] = None,
) -> None:
    """Read 837P files, and write their claims as records and service lines."""
    try:
        x12 = importlib.import_module("handrail.exchange.x12.importing")
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("handrail"):
            raise
        raise refuse('X12 files need pyx12. Install it with: pip install "handrail[oversight]"') from None
    try:
        imported = x12.import_x12(files, out, families=families)
    except FindingsError as error:
        Console(stderr=True, soft_wrap=True).print(str(error), highlight=False, markup=False)
        raise typer.Exit(2) from None
    tell(imported, out)
