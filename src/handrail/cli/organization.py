"""`handrail organization`: a new organization in the app, with its first administrator."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from zoneinfo import available_timezones

import typer
from rich.console import Console

from handrail.cli.asking import refuse
from handrail.cli.opening import opened


class Kind(StrEnum):
    """What an organization does."""

    provider = "provider"
    payer = "payer"
    state = "state"


def organization(
    name: Annotated[str, typer.Argument(help="What it is called")],
    id: Annotated[str, typer.Option(help="A short word for it, in small letters: prairie")],
    administrator: Annotated[str, typer.Option(help="The sign-in name of its first administrator")],
    kind: Annotated[Kind, typer.Option(help="What it does")] = Kind.provider,
    time_zone: Annotated[str, typer.Option(help="Where its days begin and end")] = "America/Chicago",
) -> None:
    """Begin an organization: it and its administrator are made, and a one-time password is printed, once."""
    if time_zone not in available_timezones():
        raise refuse(f"There is no time zone {time_zone}. One is America/Chicago.")
    running, accounts = opened("handrail.app.running.serving"), opened("handrail.app.accounts.models")
    staff, exceptions = opened("handrail.app.screens.office.staff"), opened("django.core.exceptions")
    running.bring_up_to_date()
    made = accounts.Organization(organization_id=id, name=name, kind=kind.value, time_zone=time_zone)
    try:
        _, password = staff.begin(made, {"username": administrator})
    except exceptions.ValidationError as error:
        raise refuse(" ".join(error.messages)) from None
    console = Console()
    console.print(
        f"{name} begins. {administrator} signs in with this password within 7 days, and chooses another then:"
    )
    console.print(password, highlight=False)
