"""`handrail oversight` and `handrail cases`: measures over records or a payer's extract, and the list behind a number."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from handrail.cli.asking import engine_for, open_rulebook, read_records, refuse, the_day, the_definitions
from handrail.cli.opening import opened
from handrail.definitions.expressions import near
from handrail.exchange.answers import new_folder, refuse_existing
from handrail.measures.sources import ClaimsSource, RecordsSource, Source, Span, is_extract

MEMORY = "2500MB"
"""What DuckDB may hold: with the statistics beside it, ten million lines then fit into four gigabytes."""
_MOST_SHOWN = 12


def oversight(
    data: Annotated[Path, typer.Option(help="A folder of records, or one that `handrail import claims` wrote")],
    out: Annotated[Path, typer.Option(help="The folder to write; it must not exist yet, or be empty")],
    as_of: Annotated[str | None, typer.Option(help="The last day looked at, as 2026-07-05; today without it")] = None,
    since: Annotated[
        str | None, typer.Option(help="The first day looked at; a year before the last without it")
    ] = None,
    measure: Annotated[list[str] | None, typer.Option(help="Only this measure; more than once for more")] = None,
    measures: Annotated[Path | None, typer.Option(help="A folder of your own measures in place of ours")] = None,
    thresholds: Annotated[Path | None, typer.Option(help="Your own copy of thresholds.yaml")] = None,
    before: Annotated[
        Path | None, typer.Option(help="What an earlier run wrote; a signal that was there persists")
    ] = None,
    engine: Annotated[str, typer.Option(help="duckdb or spark")] = "duckdb",
    master: Annotated[str | None, typer.Option(help="The address of a Spark cluster; local without it")] = None,
    organization: Annotated[
        str | None, typer.Option(help="Also keep the run in the app, for this organization")
    ] = None,
    pictures: Annotated[bool, typer.Option(help="Draw what stands out, and write report.html")] = True,
) -> None:
    """Measure outcomes, use and practice, and say what stands out: a signal to look at, not a finding about quality."""
    from handrail.measures.kept import from_plain
    from handrail.measures.measure import packaged_measures, read_measures
    from handrail.measures.reporting import write_outcomes
    from handrail.measures.running import run_measures
    from handrail.measures.writing import write_run
    from handrail.oversight.thresholds import load_thresholds

    last = the_day(as_of)
    span = Span(the_day(since) if since else last - datetime.timedelta(days=364), last)
    if span.since > span.as_of:
        raise refuse("--since lies after --as-of. Give the first day and then the last.")
    refuse_existing(out)
    library = read_measures(measures) if measures else packaged_measures()
    for name in measure or ():
        if name not in library:
            raise refuse(f"There is no measure {name}. {near(name, library)}Known: {', '.join(library)}.")
    chosen = {name: one for name, one in library.items() if not measure or name in measure}
    limits, reasons = load_thresholds(thresholds)
    earlier = from_plain(_read_run(before)) if before else None
    known = [(by, s.measure, s.unit, s.direction) for by, s in earlier.standing_out()] if earlier else []
    source, folders = _source(data)
    with (
        new_folder(out) as folder,
        engine_for(engine, folders=[*folders, folder, out.parent], master=master, memory=MEMORY) as ready,
    ):
        room = folder / "facts"
        room.mkdir()
        with _progress() as bar:
            task = bar.add_task("records", total=None)

            def told(says: str) -> None:
                bar.update(task, description=says, advance=1)

            run = run_measures(ready, source, chosen, span, limits, room, before=known, told=told)
        write_run(run, folder)
        write_outcomes(run, folder)
        if organization:
            _keep(organization, run, room)
        if pictures:
            from handrail.measures.report import write_report

            write_report(run, folder, reasons)
    _tell(run, out)
    if pictures:
        Console(soft_wrap=True).print(
            f"Read {out}/report.html; it is for the review team.", highlight=False, markup=False
        )


def cases(
    out: Annotated[Path, typer.Argument(metavar="DIR", help="What `handrail oversight` wrote")],
    measure: Annotated[str, typer.Argument(help="The measure")],
    state: Annotated[str, typer.Option(help="yes, no, counted, unknown or excluded; all without it")] = "",
    program: Annotated[str | None, typer.Option(help="Only this program")] = None,
    clinician: Annotated[str | None, typer.Option(help="Only this clinician")] = None,
) -> None:
    """List the cases behind a number, as CSV on standard output."""
    import pyarrow.csv as pc

    from handrail.measures.kept import from_plain
    from handrail.measures.listing import STATES, lay_kept, listed

    if state and state not in STATES:
        raise refuse(f"There is no state {state}. Known: {', '.join(STATES)}.")
    run = from_plain(_read_run(out))
    try:
        found = run.result(measure).measure
    except KeyError:
        names = [result.measure.name for result in run.results]
        raise refuse(f"This run has no measure {measure}. {near(measure, names)}Known: {', '.join(names)}.") from None
    by, unit = ("program", program) if program else ("clinician", clinician) if clinician else ("", "")
    with engine_for("duckdb", folders=[out / "facts"]) as ready:
        lay_kept(ready, out / "facts")
        pc.write_csv(listed(ready, found, state=state, by=by, unit=unit or ""), sys.stdout.buffer)


def _keep(organization: str, run, room: Path) -> None:  # type: ignore[no-untyped-def]
    """Keep a run in the app's database, for an organization that it holds."""
    keeping, accounts = opened("handrail.app.overseeing.keeping"), opened("handrail.app.accounts.models")
    try:
        known = accounts.Organization.objects.filter(pk=organization).exists()
    except opened("django.db").DatabaseError:
        raise refuse(
            "There is no database here yet. Set HANDRAIL_HOME or DATABASE_URL to where the app runs."
        ) from None
    if not known:
        raise refuse(f"The app holds no organization {organization}. `handrail organization` makes one.")
    keeping.keep_run(organization, run, room)


def _source(data: Path) -> tuple[Source, list[Path]]:
    if is_extract(data):
        extract = ClaimsSource(data)
        return extract, list(extract.folders)
    records = read_records(data)
    return RecordsSource(records, the_definitions(open_rulebook(None), None)), [data, *records.folders]


def _read_run(folder: Path) -> dict[str, object]:
    file = folder / "run.json"
    if not file.is_file():
        raise refuse(f"{folder} holds no run.json. Give a folder that `handrail oversight` wrote.")
    told: dict[str, object] = json.loads(file.read_text(encoding="utf-8"))
    return told


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _side(one) -> str:  # type: ignore[no-untyped-def]
    return "above the mean" if one.side is not None and one.side.value == "over" else "below the mean"


def _tell(run, out: Path) -> None:  # type: ignore[no-untyped-def]
    """Print what stands out, what changed and what is unknown."""
    console = Console(soft_wrap=True)
    standing = run.standing_out()
    told = len({(by, s.unit) for by, s in run.signals})
    console.print(
        f"{len(run.results)} measures, {run.span.since} to {run.span.as_of}, {told:,} programs and clinicians compared.",
        highlight=False,
    )
    if standing:
        table = Table("", "who", "measure", "side", "value", "cases", title="What stands out", title_justify="left")
        for by, one in standing[:_MOST_SHOWN]:
            title = run.result(one.measure).measure.title
            table.add_row(
                one.verdict.value,
                f"{by} {one.unit}",
                title,
                one.direction.value,
                f"{one.value:.2f}",
                f"{one.cases:.0f}",
            )
        console.print(table)
        if len(standing) > _MOST_SHOWN:
            console.print(f"{len(standing) - _MOST_SHOWN} more in signals.csv.", highlight=False)
    else:
        console.print("Nobody stands out. What could not be told is in signals.csv.", highlight=False)
    changed = [(r, o) for r in run.results for o in r.over_time if o.breaks and o.unit]
    if changed:
        table = Table("program", "measure", "what its last periods show", title="What changed", title_justify="left")
        for result, one in changed[:_MOST_SHOWN]:
            table.add_row(one.unit, result.measure.title, f"{'; '.join(one.breaks)}, {_side(one)}")
        console.print(table)
    if run.not_told:
        names = ", ".join(run.not_told)
        console.print(f"Not told by {run.source} (measures.csv says what they need): {names}.", highlight=False)
    console.print("A signal picks what people should look at. It is not a finding about quality.", highlight=False)
    console.print(
        f"Written to {out}/. The list behind a number: handrail cases {out} MEASURE", highlight=False, markup=False
    )
