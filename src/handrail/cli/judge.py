"""`handrail judge`: everybody of every organization anew, as is done each night."""

from __future__ import annotations

import time

from rich.console import Console

from handrail.cli.asking import refuse
from handrail.cli.opening import opened


def judge() -> None:
    """Judge everybody in the app's database as of today, organization by organization; for every night.

    Days pass without a change of the records: what is due becomes late.
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
    for organization in organizations:
        started = time.monotonic()
        answers = judging.judge_everybody(organization)
        console.print(f"{organization}: {answers} answers in {time.monotonic() - started:.0f} s", highlight=False)
