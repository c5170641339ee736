"""`handrail test`: run the worked examples of a definition."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from handrail.cli.asking import engine_for, open_rulebook, the_edition
from handrail.definitions.cases import load_cases
from handrail.engine.cases import run_cases


def test(
    definition: Annotated[str, typer.Argument(help="Its id, for example us-ne/intensive-outpatient-2.1")],
    rulebook: Annotated[Path | None, typer.Option(help="A folder with definitions of your own")] = None,
    subject: Annotated[str | None, typer.Option(help="Only the examples about this subject")] = None,
    engine: Annotated[str, typer.Option(help="duckdb or spark")] = "duckdb",
) -> None:
    """Run the worked examples of a definition and say which come out otherwise."""
    console = Console(soft_wrap=True)
    edition = the_edition(open_rulebook(rulebook), definition)
    cases = load_cases(edition)
    with engine_for(engine) as opened:
        outcomes = list(run_cases(opened, edition, cases, subject))
    failed = [outcome for outcome in outcomes if outcome.says]
    for outcome in failed:
        console.print(f"[red]not as expected[/red]  {outcome.case}", highlight=False)
        console.print(f"    {outcome.says}", highlight=False, markup=False)
    console.print(f"{len(outcomes) - len(failed)} of {len(outcomes)} examples came out as expected.", highlight=False)
    if failed or not outcomes:
        raise typer.Exit(1)
