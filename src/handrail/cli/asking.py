"""What the commands ask for in common: a definition, an engine, a day; and how they say what is wrong."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console

from handrail.definitions.document import Edition, Value
from handrail.definitions.expressions import near
from handrail.definitions.rulebook import InForce, Rulebook, packaged
from handrail.engine.on_duckdb import DuckDB
from handrail.engine.on_spark import Spark
from handrail.engine.spark_session import MissingSparkError
from handrail.exchange.folders.reading import read_folder
from handrail.records.holding import Records

errors = Console(stderr=True, soft_wrap=True)


def refuse(says: str) -> typer.Exit:
    """This will print why a command cannot go on, and give the exit to raise."""
    errors.print(says, highlight=False, markup=False)
    return typer.Exit(2)


def open_rulebook(folder: Path | None) -> Rulebook:
    """This will open the rulebook of the package, and a folder of one's own beside it."""
    if folder is not None and not folder.is_dir():
        raise refuse(f"There is no folder {folder}. Give one that holds <id>/<edition>.yaml.")
    return packaged(*([folder] if folder else []))


def the_edition(rulebook: Rulebook, reference: str) -> Edition:
    """This will find one edition, or stop with the near names."""
    try:
        return rulebook.edition(reference)
    except KeyError:
        names = ", ".join(rulebook.files)
        raise refuse(f"There is no definition {reference}. {near(reference, rulebook.files)}Known: {names}.") from None


def the_definitions(rulebook: Rulebook, asked: Sequence[str] | None) -> list[InForce]:
    """This will find the editions to judge by: those asked for, or every edition of every definition.

    A bare id gives all its editions, each for its own days; `id@edition` gives that one for all days.
    """
    found: list[InForce] = []
    for reference in dict.fromkeys(asked or rulebook.files):
        if reference in rulebook.files:
            found += rulebook.in_force(reference)
        else:
            found.append(InForce(the_edition(rulebook, reference), None, None))
    return found


def asked_readings(told: Sequence[str] | None) -> dict[str, Value]:
    """This will read `--reading name=value`, more than once."""
    readings: dict[str, Value] = {}
    for one in told or ():
        name, equals, value = one.partition("=")
        if not equals or not name or not value:
            raise refuse(f"--reading {one} is not understood. Write it as name=value, for example --reading adult=21.")
        readings[name] = value
    return readings


def read_records(folder: Path, *, trust: bool = False) -> Records:
    """This will read and check a folder of records, or stop with every finding."""
    return read_folder(folder, trust=trust)


@contextmanager
def engine_for(
    name: str, *, folders: Sequence[Path] = (), master: str | None = None, memory: str = "4GB"
) -> Iterator[DuckDB | Spark]:
    """This will open an engine by its name, or stop with what is missing. `memory` is what DuckDB may hold."""
    if name not in ("duckdb", "spark"):
        raise refuse(f"There is no engine {name}. Use duckdb or spark.")
    try:
        opened = DuckDB(folders=folders, memory=memory) if name == "duckdb" else Spark(master=master)
    except MissingSparkError as error:
        raise refuse(str(error)) from error
    with opened:
        yield opened


def the_day(told: str | None) -> datetime.date:
    """This will read a day as YYYY-MM-DD; without one it is today, and only here is the clock read."""
    if told is None:
        return datetime.date.today()
    try:
        return datetime.date.fromisoformat(told)
    except ValueError:
        raise refuse(f"{told} is no day. Write it as 2026-07-05.") from None
