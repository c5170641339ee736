"""`handrail template`: an empty folder of records to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from handrail.exchange.template import write_template
from handrail.records.schema import tables


def template(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that does not exist yet, or is empty.")],
) -> None:
    """Write an empty CSV file for every table, and README.txt with what each column means."""
    write_template(directory)
    typer.echo(f"Wrote {len(tables())} empty tables and README.txt to {directory}.")
