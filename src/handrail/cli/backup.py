"""`handrail backup` and `handrail restore`: the embedded database in one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from handrail.cli.asking import refuse
from handrail.cli.opening import opened


def backup(file: Annotated[Path, typer.Argument(help="A new file")]) -> None:
    """Copy the app's database into a file while the app runs, and verify the copy: its pages and its log.

    The file holds clinical records. Keep it where they may be kept.
    """
    copies = opened("handrail.app.running.copies")
    try:
        number = copies.backup(file)
    except copies.RefusedError as error:
        raise refuse(str(error)) from None
    Console(soft_wrap=True).print(f"Written to {file} and verified: {number} entries in its log.", highlight=False)


def restore(file: Annotated[Path, typer.Argument(help="A file that `handrail backup` wrote")]) -> None:
    """Put a backup in the place of the app's database, once it verifies; the one before is kept beside it.

    Stop the app first.
    """
    copies = opened("handrail.app.running.copies")
    home = opened("handrail.app.running.home")
    try:
        number, before = copies.restore(file)
    except copies.RefusedError as error:
        raise refuse(str(error)) from None
    except home.IsRunningError:
        raise refuse("The app is running on this database. Stop it, then restore.") from None
    console = Console(soft_wrap=True)
    console.print(f"Restored from {file}: {number} entries in its log, none changed.", highlight=False)
    if before:
        console.print(f"The database before is kept as {before}.", highlight=False)
