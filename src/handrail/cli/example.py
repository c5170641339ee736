"""`handrail example`: write the invented clinic's records into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from handrail import example as clinic
from handrail.exchange.writing import write_folder


def example(
    directory: Annotated[Path, typer.Argument(help="A new folder")],
    people: Annotated[int, typer.Option(help="How many people, about", min=10, max=100_000)] = 200,
    seed: Annotated[int, typer.Option(help="Another number gives another clinic; the same gives the same")] = 1,
    format: Annotated[Literal["csv", "parquet"], typer.Option(help="csv or parquet")] = "csv",
) -> None:
    """Write an invented clinic's six months of records: two intensive outpatient programs and a recovery support."""
    write_folder(clinic.example(seed=seed, people=people), directory, format=format)
    Console().print(
        f"Written to {directory}/. Look from {clinic.as_of}: handrail evaluate --data {directory} --as-of {clinic.as_of}",
        highlight=False,
    )
