"""`handrail subjects`: what a clause can be about, and the facts it can ask for."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from handrail.cli.asking import refuse
from handrail.cli.paragraphs import print_paragraph
from handrail.definitions.changes import said
from handrail.definitions.expressions import near
from handrail.definitions.outline import about_fact
from handrail.subjects.catalog import Subject
from handrail.subjects.catalog import subjects as all_subjects


def subjects(
    subject: Annotated[str | None, typer.Argument(help="One of them, for example session; without it, a list.")] = None,
) -> None:
    """Tell what a clause can be about, and for one subject its key, its facts and what a definition may set."""
    known = all_subjects()
    console = Console()
    if subject is None:
        for told in known.values():
            print_paragraph(console, f"{told.name:<20}{told.says}", hanging=20)
        console.print()
        print_paragraph(console, "`handrail subjects NAME` tells its facts.")
        return
    if subject not in known:
        raise refuse(f"There is no subject {subject}. {near(subject, known)}Known: {', '.join(known)}.")
    _one(console, known[subject])


def _one(console: Console, told: Subject) -> None:
    print_paragraph(console, f"{told.name}: {told.says}", style="bold")
    print_paragraph(console, f"A row is found by {', '.join(told.key)}. Judged on: {told.date}", indent=2)
    console.print()
    print_paragraph(console, "Facts", style="bold")
    for name, fact in told.facts.items():
        print_paragraph(console, f"{name} ({fact.type}): {about_fact(fact)}", indent=2, hanging=4)
    if told.parameters:
        console.print()
        print_paragraph(console, "A definition may set, by a parameter or reading of the same name", style="bold")
    for name, parameter in told.parameters.items():
        value = said(parameter.value)
        print_paragraph(console, f"{name} ({parameter.type}): {parameter.says} Otherwise {value}.", indent=2, hanging=4)
