"""`handrail audit verify`: whether anybody changed the log, or what was sent, decided and told."""

from __future__ import annotations

import typer
from rich.console import Console

from handrail.cli.asking import errors, refuse
from handrail.cli.opening import opened


def verify() -> None:
    """Go through the whole log of the app, and hold against it what was sent to payers, done, decided and told.

    Says every place where something was changed behind the app's back; exit code 1 if there is one.
    """
    log, models = opened("handrail.app.audit.log"), opened("handrail.app.audit.models")
    kept, database = opened("handrail.app.authorizations.verifying"), opened("django.db")
    reviewed = opened("handrail.app.reviewing.verifying")
    try:
        faults = [*log.faults(), *kept.faults(), *reviewed.faults()]
        number = models.Head.objects.get().number
    except database.DatabaseError:
        raise refuse("There is no log here yet. Set HANDRAIL_HOME or DATABASE_URL to where the app runs.") from None
    for fault in faults:
        errors.print(fault, highlight=False, markup=False)
    if faults:
        raise typer.Exit(1)
    told = "1 entry, not changed." if number == 1 else f"{number} entries, none changed."
    Console().print(told, highlight=False)
