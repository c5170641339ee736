"""`handrail check`: everything that is wrong with a definition, at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from handrail.cli.asking import open_rulebook, refuse
from handrail.definitions.checking import check_definition, stray_files
from handrail.definitions.expressions import near
from handrail.definitions.rulebook import Rulebook


def check(
    definition: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="Their ids; without any, all (with --rulebook, all of that folder)."),
    ] = None,
    rulebook: Annotated[Path | None, typer.Option(help="A folder with definitions of your own")] = None,
) -> None:
    """Check definitions before anything runs: every finding, with file, line and what to do about it."""
    opened = open_rulebook(rulebook)
    found = [] if rulebook is None or definition else stray_files(rulebook)
    asked = _asked(opened, definition or [], rulebook)
    for name in asked:
        found += check_definition(opened, name)
    console = Console(soft_wrap=True)
    for finding in found:
        console.print(str(finding), highlight=False, markup=False)
    if found:
        files = len({finding.file for finding in found})
        console.print(f"\n{_count(len(found), 'finding')} in {_count(files, 'file')}.", highlight=False)
        raise typer.Exit(2)
    editions = sum(len(opened.files[name]) for name in asked)
    console.print(
        f"Nothing is wrong with {_count(len(asked), 'definition')} ({_count(editions, 'edition')}).", highlight=False
    )


def _asked(rulebook: Rulebook, asked: Sequence[str], folder: Path | None) -> list[str]:
    known = rulebook.files
    for name in asked:
        if name not in known:
            raise refuse(f"There is no definition {name}. {near(name, known)}Known: {', '.join(known)}.")
    if asked:
        return list(dict.fromkeys(asked))
    own = [
        name for name, files in known.items() if folder is None or any(file.is_relative_to(folder) for file in files)
    ]
    if not own:
        raise refuse(f"There is no definition in {folder}. A definition lies at <folder>/<its id>/<edition>.yaml.")
    return own


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
