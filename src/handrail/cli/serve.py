"""`handrail serve`: the app in a browser, for work or as a demo with invented people."""

from __future__ import annotations

import ipaddress
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from handrail.cli.asking import errors, refuse
from handrail.cli.opening import opened

_OTHERS_THERE = 3


def serve(
    port: Annotated[int, typer.Option(help="The port to answer on", min=1, max=65535)] = 8000,
    host: Annotated[
        str, typer.Option(help="The address to answer on; a proxy that speaks https stands before it")
    ] = "127.0.0.1",
    demo: Annotated[
        bool, typer.Option("--demo", help="Invented people in ./handrail-demo, on this machine only")
    ] = False,
    people: Annotated[int, typer.Option(hidden=True, min=10, max=2000)] = 180,
) -> None:
    """Run the app in a browser; with --demo, with invented people and sign-ins for every role.

    Settings come from the environment: HANDRAIL_HOME, HANDRAIL_HOSTS, DATABASE_URL and more (docs/running-the-app.md).
    Whatever is not safe to start with is said, all at once.
    """
    console = Console(soft_wrap=True)
    if demo:
        os.environ["HANDRAIL_DEMO"] = "1"
    is_demo = os.environ.get("HANDRAIL_DEMO") == "1"
    if is_demo and not os.environ.get("HANDRAIL_HOME"):
        os.environ["HANDRAIL_HOME"] = str(Path("handrail-demo").absolute())
    serving = opened("handrail.app.running.serving")
    _check(serving)
    if not serving.is_free(host, port):
        raise refuse(
            f"Nothing can answer on {host}, port {port}: it is taken or not of this machine. Try --port {port + 1}."
        )
    home = opened("handrail.app.running.home")
    try:
        home.hold_home(alone=False)
    except home.IsRunningError:
        raise refuse("A restore is under way in this home. Try again when it is done.") from None
    serving.bring_up_to_date()
    making = opened("handrail.app.demo.making")
    if is_demo:
        _make(making, people, console)
    elif making.is_made():
        raise refuse(
            "This database holds the demo, and everybody knows its password. Set HANDRAIL_HOME to another folder."
        )

    def say() -> None:
        if is_demo:
            _print_card(console, making)
        shown = f"[{host}]" if ":" in host else host
        console.print(
            f"Handrail answers on http://{shown}:{port}/ (stop it with Ctrl-C).", highlight=False, markup=False
        )
        if is_demo and not _is_here(host):
            console.print("Whoever reaches this port can sign in. Enter no real people into the demo.", style="bold")

    serving.run(host, port, when_ready=say)


def _check(serving: Any) -> None:
    faults = serving.faults()
    for fault in faults:
        errors.print(f"{fault.id}  {fault.msg}", highlight=False, markup=False)
        if fault.hint:
            errors.print(f"      {fault.hint}", highlight=False, markup=False)
    if faults:
        errors.print("To try it with invented people: handrail serve --demo", highlight=False, markup=False)
        raise typer.Exit(2)


def _make(making: Any, people: int, console: Console) -> None:
    """In a process of its own: the engine's threads do not live through the fork of the web server."""
    if making.is_made():
        return
    console.print(
        "Making the demo, once: half a year of two invented clinics. It takes about a minute.", highlight=False
    )
    command = [sys.executable, "-m", "handrail.app.demo", "--people", str(people)]
    done = subprocess.run(command, check=False)  # noqa: S603
    if done.returncode == _OTHERS_THERE:
        raise refuse(
            "This database holds organizations of its own, and invented people do not go among them. "
            "Unset DATABASE_URL, or set HANDRAIL_HOME to another folder."
        )
    if done.returncode:
        raise refuse("The demo was not made, and nothing of it was kept. The reason stands above.")


def _print_card(console: Console, making: Any) -> None:
    heads = ("Role", "Sign-in name", "Called", "Works at")
    rows = [(" and ".join(one.roles), one.username, one.name, one.organization) for one in making.sign_ins()]
    widths = [max(len(row[place]) for row in (heads, *rows)) for place in range(len(heads))]
    console.print("Who can sign in (everybody in the demo is invented):\n", highlight=False)
    for row in (heads, *rows):
        line = "  ".join(told.ljust(width) for told, width in zip(row, widths, strict=True))
        console.print(f"  {line.rstrip()}", style="bold" if row is heads else None, highlight=False, markup=False)
    console.print(f"\nEverybody's password: {making.PASSWORD}", highlight=False, markup=False)


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
