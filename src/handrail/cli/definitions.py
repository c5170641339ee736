"""`handrail definitions`: which definitions there are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from handrail.cli.asking import open_rulebook
from handrail.definitions.rulebook import InForce


def definitions(
    rulebook: Annotated[Path | None, typer.Option(help="A folder with definitions of your own")] = None,
) -> None:
    """List the definitions, their editions with the days on which each judges, and how much each asks."""
    opened = open_rulebook(rulebook)
    console = Console(soft_wrap=True, highlight=False)
    for name in opened.files:
        told = opened.in_force(name)
        console.print(f"[bold]{name}[/bold]")
        console.print(f"  {told[-1].edition.title}", markup=False)
        for in_force in told:
            edition = in_force.edition
            clauses, decisions = len(edition.clauses), len(edition.decisions)
            size = f"{clauses} clause{'s' * (clauses != 1)}, {decisions} decision{'s' * (decisions != 1)}"
            console.print(f"  {edition.name:<12}{days_in_force(in_force)}; {size}", markup=False)


def days_in_force(in_force: InForce) -> str:
    """This will say on which days an edition judges."""
    since, until = in_force.since, in_force.until
    if since is None:
        return "on every day" if until is None else f"on every day before {until}"
    return f"from {since}" if until is None else f"from {since}, before {until}"
