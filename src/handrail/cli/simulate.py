"""`handrail simulate`: what another edition, or another reading, would have said about the same records."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import typer
from pyarrow import csv as arrow_csv
from rich.console import Console

from handrail.cli.asking import asked_readings, engine_for, open_rulebook, read_records, refuse, the_day, the_edition
from handrail.cli.paragraphs import print_paragraph
from handrail.definitions.document import Edition, Value
from handrail.engine.evaluate import UnknownReadingError
from handrail.engine.results import plain
from handrail.engine.simulate import CHANGED, Compared, Simulated
from handrail.engine.simulate import simulate as simulate_editions


class Format(StrEnum):
    """How the comparison is told."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


def simulate(
    before: Annotated[str, typer.Argument(metavar="A", help="An edition: id, id@edition, or the path of a file.")],
    after: Annotated[
        str | None, typer.Argument(metavar="B", help="The edition to try instead; A again without it.")
    ] = None,
    *,
    data: Annotated[Path, typer.Option(help="The folder of records")],
    as_of: Annotated[str | None, typer.Option(help="The day to look from, as 2026-07-05; today without it")] = None,
    reading: Annotated[
        list[str] | None, typer.Option(help="Another reading for both, as adult=21; more than once for more")
    ] = None,
    reading_b: Annotated[list[str] | None, typer.Option(help="Another reading for B alone, as adult=19")] = None,
    candidates: Annotated[bool, typer.Option(help="Judge admission for everybody, also without a request")] = False,
    limit: Annotated[int, typer.Option(min=0, help="How many changed rows to list; json and csv give all")] = 20,
    format: Annotated[
        Format, typer.Option(help="Text to read, JSON with everything, or CSV of the rows that change")
    ] = Format.TEXT,
    rulebook: Annotated[Path | None, typer.Option(help="A folder with definitions of your own")] = None,
    engine: Annotated[str, typer.Option(help="duckdb or spark")] = "duckdb",
) -> None:
    """Judge the same records by A and by B, and tell who changes answer, by which clause, and what stays open."""
    opened = open_rulebook(rulebook)
    old = the_edition(opened, before)
    new = the_edition(opened, after) if after is not None else old
    day = the_day(as_of)
    readings, readings_after = asked_readings(reading), asked_readings(reading_b)
    records = read_records(data)
    with engine_for(engine, folders=[data, *records.folders]) as judge:
        judge.hold(records)
        try:
            told = list(
                simulate_editions(
                    judge,
                    old,
                    new,
                    as_of=day,
                    readings=readings,
                    readings_after=readings_after,
                    candidates=candidates,
                    limit=limit if format is Format.TEXT else None,
                )
            )
        except UnknownReadingError as error:
            raise refuse(str(error)) from None
    sides = {"a": _side(old, readings), "b": _side(new, {**readings, **readings_after})}
    if format is Format.TEXT:
        _text(told, sides, day.isoformat(), limit)
    elif format is Format.JSON:
        _json(told, sides, day.isoformat())
    else:
        table = pa.concat_tables([CHANGED.empty_table(), *(one.changed for one in told)])
        arrow_csv.write_csv(table, sys.stdout.buffer)


def _side(edition: Edition, readings: Mapping[str, Value]) -> dict[str, Any]:
    own = {name: value for name, value in readings.items() if name in edition.readings}
    return {"definition": edition.definition, "edition": edition.name, "hash": edition.hash, "readings": plain(own)}


def _text(told: Sequence[Simulated], sides: Mapping[str, Any], day: str, limit: int) -> None:
    console = Console(highlight=False)
    for letter, side in sides.items():
        readings = "".join(f", {name}={value}" for name, value in side["readings"].items())
        print_paragraph(console, f"{letter.upper()}  {side['definition']}@{side['edition']}{readings}", hanging=3)
    print_paragraph(console, f"Records as of {day}; each edition judges all days.")
    compared = [one for simulated in told for one in simulated.compared]
    _section(console, "Decisions", [one for one in compared if one.kind == "decision"])
    clauses = [one for one in compared if one.kind == "clause"]
    moving = [one for one in clauses if one.changes]
    _section(console, "Clauses", moving)
    steady = len(clauses) - len(moving)
    if steady:
        console.print()
        others = "other clauses" if moving else "clauses"
        print_paragraph(console, f"{steady} {others} come to the same for every row.")
    _rows(console, told, limit)


def _section(console: Console, title: str, compared: Iterable[Compared]) -> None:
    for number, one in enumerate(compared):
        if not number:
            console.print()
            print_paragraph(console, title, style="bold")
        print_paragraph(
            console,
            f"{one.name} ({one.subject}): {one.kept} of {one.rows} rows keep their answer.",
            indent=2,
            hanging=2,
        )
        for move in one.changes:
            by = ", ".join(f"{clause} ({rows})" for clause, rows in move.by.items())
            print_paragraph(
                console,
                f"{move.rows} from {move.before} to {move.after}{f', by {by}' if by else ''}",
                indent=4,
                hanging=4,
            )
        if one.kind == "decision":
            a, b = one.cannot_tell(before=True), one.cannot_tell(after=True)
            both = one.cannot_tell(before=True, after=True)
            print_paragraph(
                console, f"Cannot be told: {a} under A, {b} under B, {both} under both.", indent=4, hanging=4
            )


def _rows(console: Console, told: Sequence[Simulated], limit: int) -> None:
    total = sum(
        move.rows for one in told for compared in one.compared for move in compared.changes if _has_rows(compared)
    )
    if not total:
        return
    changed = [row for one in told for row in one.changed.to_pylist()]
    changed.sort(key=lambda row: row["kind"] != "decision")
    console.print()
    shown = changed[:limit]
    print_paragraph(console, f"Rows that change ({len(shown)} of {total})", style="bold")
    for row in shown:
        by = f", by {row['by'].replace(' ', ', ')}" if row["by"] else ""
        print_paragraph(
            console, f"{row['name']}  {row['key']}: from {row['before']} to {row['after']}{by}", indent=2, hanging=4
        )
    if len(shown) < total:
        print_paragraph(console, "--limit shows more; --format csv or json gives all.", indent=2)


def _has_rows(compared: Compared) -> bool:
    """Whether both editions have it, so that its rows can be listed."""
    return all("not asked" not in (move.before, move.after) for move in compared.moves)


def _json(told: Sequence[Simulated], sides: Mapping[str, Any], day: str) -> None:
    compared = [_compared(one) for simulated in told for one in simulated.compared]
    changed = [{name: plain(value) for name, value in row.items()} for one in told for row in one.changed.to_pylist()]
    typer.echo(json.dumps({**sides, "as_of": day, "compared": compared, "changed": changed}, indent=2))


def _compared(one: Compared) -> dict[str, object]:
    return {
        "kind": one.kind,
        "name": one.name,
        "subject": one.subject,
        "rows": one.rows,
        "kept": one.kept,
        "cannot_tell": {
            "a": one.cannot_tell(before=True),
            "b": one.cannot_tell(after=True),
            "both": one.cannot_tell(before=True, after=True),
        },
        "moves": [{"before": m.before, "after": m.after, "rows": m.rows, "by": dict(m.by)} for m in one.moves],
    }
