"""`handrail example`: write the invented clinic's records, or an invented payer's extract, into a folder."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from handrail import example as clinic
from handrail.exchange.claims.input import declared_for
from handrail.exchange.writing import write_folder, write_tables


def example(
    directory: Annotated[Path, typer.Argument(help="A new folder")],
    people: Annotated[int, typer.Option(help="How many people, about; an extract has 900", min=10, max=100_000)] = 200,
    seed: Annotated[int, typer.Option(help="Another number gives another clinic; the same gives the same")] = 1,
    format: Annotated[Literal["csv", "parquet"], typer.Option(help="csv or parquet")] = "csv",
    extract: Annotated[
        bool, typer.Option("--extract", help="A payer's claims instead, for `handrail oversight`")
    ] = False,
) -> None:
    """Write an invented clinic's six months of records: two intensive outpatient programs and a recovery support."""
    if extract:
        _write_extract(directory, seed, format)
        return
    write_folder(clinic.example(seed=seed, people=people), directory, format=format)
    Console().print(
        f"Written to {directory}/. Look from {clinic.as_of}: handrail evaluate --data {directory} --as-of {clinic.as_of}",
        highlight=False,
    )


def _write_extract(directory: Path, seed: int, format: Literal["csv", "parquet"]) -> None:
    """Write a payer's extract, and say what to do with it."""
    made = clinic.extract(seed=seed)
    write_tables(made, declared_for(made), directory, format)
    since = clinic.as_of - timedelta(days=364)
    Console(soft_wrap=True).print(
        f"Written to {directory}/. Import it, then look at it from {clinic.as_of}:\n"
        f"  handrail import claims {directory} --out imported\n"
        f"  handrail oversight --data imported --since {since} --as-of {clinic.as_of} --out found",
        highlight=False,
    )
