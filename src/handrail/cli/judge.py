"""`handrail judge`: everybody of every organization anew; or, with --follow, whatever waits, for as long as it runs."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.console import Console

from handrail.cli.asking import refuse
from handrail.cli.opening import opened


def judge(
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on: judge whatever changed, and everybody when a day begins")
    ] = False,
    parent: Annotated[int, typer.Option(hidden=True, help="Stop when this is no longer the parent process")] = 0,
) -> None:
    """Judge everybody in the app's database as of today, organization by organization.

    Days pass without a change of the records: what is due becomes late. `handrail serve` has a follower of its own, so
    this is for a database that nobody serves, and for judging everybody anew at once.
    """
    judging, accounts = opened("handrail.app.worklists.judging"), opened("handrail.app.accounts.models")
    database = opened("django.db")
    console = Console()
    try:
        organizations = list(accounts.Organization.objects.order_by("pk").values_list("pk", flat=True))
    except database.DatabaseError:
        raise refuse(
            "There is no database here yet. Set HANDRAIL_HOME or DATABASE_URL to where the app runs."
        ) from None
    if follow:
        _follow(parent)
        return
    for organization in organizations:
        started = time.monotonic()
        answers = judging.judge_everybody(organization)
        console.print(f"{organization}: {answers} answers in {time.monotonic() - started:.0f} s", highlight=False)


def _follow(parent: int) -> None:
    following, home = opened("handrail.app.worklists.following"), opened("handrail.app.running.home")
    try:
        home.hold_home(alone=False)
    except home.IsRunningError:
        raise refuse("A restore is under way in this home. Try again when it is done.") from None
    following.follow(until=_stopped(parent), beside=_beside)


def _beside() -> None:
    """What else goes by the time: what runs out, and the measures of each day."""
    opened("handrail.app.authorizations.lapsing").keep_time()
    opened("handrail.app.overseeing.keeping").keep_watch()
    if opened("django.conf").settings.IS_DEMO:
        opened("handrail.app.demo.extracting").keep_extract()


def _stopped(parent: int) -> Callable[[], bool]:
    """Whether the parent is gone, or somebody asked to stop; what is under way is finished first."""
    asked: list[int] = []

    def hear(number: int, _frame: Any) -> None:
        asked.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, hear)
    return lambda: bool(asked) or bool(parent and os.getppid() != parent)
