"""`handrail evaluate`: judge a folder of records by the definitions in force."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from handrail.cli.asking import (
    asked_readings,
    engine_for,
    open_rulebook,
    read_records,
    refuse,
    the_day,
    the_definitions,
)
from handrail.cli.summary import Summary
from handrail.definitions.rulebook import InForce
from handrail.engine.evaluate import EVERYBODY, Engine, Judged, Scope, UnknownReadingError, readings_of
from handrail.engine.evaluate import evaluate as judge_all
from handrail.exchange.answers import (
    Run,
    judged_answers,
    new_file,
    new_folder,
    refuse_existing,
    write_csv,
    write_json,
    write_parquet,
    write_run,
)


class Format(StrEnum):
    """How answers are given."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


def evaluate(
    data: Annotated[Path, typer.Option(help="The folder of records (CSV or Parquet; see `handrail schema`)")],
    definition: Annotated[
        list[str] | None, typer.Option(help="A definition's id; more than once for more; all without it")
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="The day to look from, as 2026-07-05; today without it")] = None,
    reading: Annotated[
        list[str] | None, typer.Option(help="Another reading, as adult=21; more than once for more")
    ] = None,
    format: Annotated[Format, typer.Option(help="table (a summary), json, csv or parquet")] = Format.TABLE,
    out: Annotated[
        Path | None, typer.Option(help="Where to write: a file for json, a folder for csv and parquet")
    ] = None,
    candidates: Annotated[bool, typer.Option(help="Judge admission for everybody, also without a request")] = False,
    person: Annotated[str | None, typer.Option(help="Only this person")] = None,
    episode: Annotated[str | None, typer.Option(help="Only this episode")] = None,
    rulebook: Annotated[Path | None, typer.Option(help="A folder with definitions of your own")] = None,
    engine: Annotated[str, typer.Option(help="duckdb or spark")] = "duckdb",
    master: Annotated[str | None, typer.Option(help="The address of a Spark cluster; local without it")] = None,
    unchecked: Annotated[
        bool, typer.Option(help="Trust Parquet rows that were checked before; columns are still checked")
    ] = False,
) -> None:
    """Judge records: every clause, every decision, for every person, week, group, plan and review."""
    if format in (Format.CSV, Format.PARQUET) and out is None:
        raise refuse(f"--format {format} writes a folder. Give it a name: --out answers")
    if out is not None and format in (Format.CSV, Format.PARQUET):
        refuse_existing(out)
    if format is Format.PARQUET and (person or episode):
        raise refuse("--format parquet writes everybody. Use json for one person.")
    editions = the_definitions(open_rulebook(rulebook), definition)
    run = Run(editions, the_day(as_of), asked_readings(reading), engine)
    _check_readings(run)
    records = read_records(data, trust=unchecked)
    with engine_for(engine, folders=[data, *records.folders, *([out.parent] if out else [])], master=master) as opened:
        opened.hold(records)
        if format is Format.PARQUET and out is not None:
            with _Progress(run.editions) as bar, new_folder(out) as folder:
                write_parquet(opened, run, folder, candidates=candidates, told=lambda name, _rows: bar(name))
            Console(stderr=True).print(f"Written to {out}/. run.json says what was run.", highlight=False)
            return
        scope = Scope(person_id=person, episode_id=episode) if person or episode else EVERYBODY
        with _Progress(run.editions) as bar:
            judged = _watched(
                judge_all(opened, editions, as_of=run.as_of, readings=run.readings, candidates=candidates, scope=scope),
                bar,
            )
            _give(opened, run, judged, format, out)


def _give(opened: Engine, run: Run, judged: Iterator[Judged], format: Format, out: Path | None) -> None:
    if format is Format.TABLE:
        summary = Summary(run)
        for one in judged:
            summary.add(one)
        if out is None:
            summary.print(Console())
        else:
            with new_file(out) as stream:
                summary.print(Console(file=stream, width=100))
    elif format is Format.JSON:
        answers = judged_answers(opened, judged, run)
        if out is None:
            write_json(sys.stdout, run, answers)
        else:
            with new_file(out) as stream:
                write_json(stream, run, answers)
    elif out is not None:
        with new_folder(out) as folder:
            write_csv(folder, judged_answers(opened, judged, run))
            write_run(folder, run)
    if out is not None:
        Console(stderr=True).print(f"Written to {out}.", highlight=False)


def _check_readings(run: Run) -> None:
    try:
        for told in run.editions:
            readings_of(told.edition, run.editions, run.readings)
    except UnknownReadingError as error:
        raise refuse(str(error)) from None


class _Progress:
    """A bar over the subjects of all editions, on a terminal only."""

    def __init__(self, editions: Sequence[InForce]) -> None:
        columns = (TextColumn("{task.description:>20}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        console = Console(stderr=True)
        self._bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._bar.add_task("judging", total=sum(len(told.edition.subjects) for told in editions))

    def __enter__(self) -> _Progress:
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def __call__(self, name: str) -> None:
        self._bar.update(self._task, advance=1, description=name)


def _watched(judged: Iterator[Judged], bar: _Progress) -> Iterator[Judged]:
    for one in judged:
        bar(one.compiled.subject.name)
        yield one
