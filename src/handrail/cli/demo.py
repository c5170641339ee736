"""`handrail demo`: the main job on the built-in example, from records to cited verdicts."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from handrail import example as clinic
from handrail.cli.asking import open_rulebook, read_records, refuse, the_definitions
from handrail.cli.summary import Summary
from handrail.engine.evaluate import evaluate
from handrail.engine.on_duckdb import DuckDB
from handrail.exchange.answers import Run, judged_answers, new_file, write_json
from handrail.exchange.writing import write_folder


def demo(
    directory: Annotated[Path, typer.Argument(help="Where to write the records and the answers")] = Path("example"),
    people: Annotated[int, typer.Option(help="How many people, about", min=10, max=100_000)] = 200,
    seed: Annotated[int, typer.Option(help="Another number gives another clinic; the same gives the same")] = 1,
) -> None:
    """Write an invented clinic's records, judge them by both definitions, and say what came out."""
    console = Console()
    records, answers = directory / "records", directory / "answers.json"
    _make_room(directory)
    started = time.monotonic()
    write_folder(clinic.example(seed=seed, people=people), records, format="csv")
    console.print(f"An invented clinic's records were written to {records}/.", highlight=False)
    held = read_records(records)
    editions = the_definitions(open_rulebook(None), None)
    run = Run(editions, clinic.as_of, {}, DuckDB.dialect)
    summary = Summary(run)
    with DuckDB() as engine:
        engine.hold(held)
        judged = list(evaluate(engine, editions, as_of=clinic.as_of))
        for one in judged:
            summary.add(one)
        with new_file(answers) as stream:
            write_json(stream, run, judged_answers(engine, judged, run))
    summary.print(console)
    seconds = time.monotonic() - started
    episode = next(
        (
            row["episode_id"]
            for one in judged
            if one.compiled.subject.name == "admission"
            for row in one.rows.to_pylist()
        ),
        "",
    )
    console.print()
    console.print(Text(f"Read, judged and written in {seconds:.0f} seconds.", style="bold"))
    console.print(
        f"Every verdict, with its facts, records and what is missing: {answers}", highlight=False, soft_wrap=True
    )
    console.print(
        f"Why, for one person: handrail explain --data {records} --as-of {clinic.as_of} --episode {episode}",
        highlight=False,
        soft_wrap=True,
    )


def _make_room(directory: Path) -> None:
    """Only what an earlier demo wrote is replaced; anything else in the folder stops it."""
    strange = (
        sorted(entry.name for entry in directory.iterdir() if entry.name not in ("records", "answers.json"))
        if directory.is_dir()
        else []
    )
    if strange:
        raise refuse(
            f"{directory}/ holds other things ({', '.join(strange[:3])}). Give another folder: handrail demo my-example"
        )
    if (directory / "records").is_dir():
        shutil.rmtree(directory / "records")
