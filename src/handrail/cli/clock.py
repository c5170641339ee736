"""`handrail clock`: which requests are about to run out, and then those that did are written down as denied by lapse."""

from __future__ import annotations

from rich.console import Console

from handrail.cli.asking import refuse
from handrail.cli.opening import opened


def clock() -> None:
    """Say which requests run out within a day, and write down as denied by lapse what ran out: requests and appeals.

    Numbers and hours only. `handrail serve` and `handrail judge --follow` do the second part by themselves.
    """
    time, lapsing = opened("django.utils.timezone"), opened("handrail.app.authorizations.lapsing")
    walls, database = opened("handrail.app.accounts.walls"), opened("django.db")
    now, console = time.now(), Console()
    try:
        with walls.everybody():
            for one in lapsing.lapsing(now):
                hours = (one.due_at - now).total_seconds() / 3600
                console.print(f"{one.number} runs out in {hours:.1f} h", highlight=False, markup=False)
            for number in lapsing.lapse_everything(now):
                console.print(f"{number} ran out", highlight=False, markup=False)
    except database.DatabaseError:
        raise refuse(
            "There is no database here yet. Set HANDRAIL_HOME or DATABASE_URL to where the app runs."
        ) from None
