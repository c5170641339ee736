"""`handrail explain`: the page a reviewer would want about one person or one episode."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from handrail.cli.asking import (
    asked_readings,
    engine_for,
    open_rulebook,
    read_records,
    refuse,
    the_day,
    the_definitions,
)
from handrail.cli.summary import MARKS, VERDICTS
from handrail.definitions.tree import Leaf, Node, leaves
from handrail.engine.evaluate import Scope, UnknownReadingError
from handrail.engine.explaining import TO_LOOK_AT, ClauseLine, Explanation, Part, Row, Told, is_true
from handrail.engine.explaining import explain as explain_all
from handrail.engine.judging import Answer, Verdict
from handrail.engine.results import spoken

_RECORDS_SHOWN = 3


def explain(
    data: Annotated[Path, typer.Option(help="The folder of records")],
    episode: Annotated[str | None, typer.Option(help="The episode to explain")] = None,
    person: Annotated[str | None, typer.Option(help="Or the person to explain, with all her episodes")] = None,
    definition: Annotated[
        list[str] | None, typer.Option(help="Only by this definition; more than once for more")
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="The day to look from, as 2026-07-05; today without it")] = None,
    reading: Annotated[
        list[str] | None, typer.Option(help="Another reading, as adult=21; more than once for more")
    ] = None,
    candidates: Annotated[bool, typer.Option(help="Also judge admission to services she never asked for")] = False,
    every_row: Annotated[bool, typer.Option("--all", help="Show also the rows in which all is in order")] = False,
    rulebook: Annotated[Path | None, typer.Option(help="A folder with definitions of your own")] = None,
    engine: Annotated[str, typer.Option(help="duckdb or spark")] = "duckdb",
) -> None:
    """Explain each decision path by path and each clause with its numbers, its records and what is missing."""
    if (episode is None) == (person is None):
        raise refuse("Say whom to explain: --episode ID or --person ID.")
    editions = the_definitions(open_rulebook(rulebook), definition)
    day = the_day(as_of)
    records = read_records(data)
    scope = Scope(person_id=person, episode_id=episode)
    console = Console()
    found = False
    with engine_for(engine, folders=[data, *records.folders]) as opened:
        opened.hold(records)
        try:
            told = explain_all(
                opened, editions, scope=scope, as_of=day, readings=asked_readings(reading), candidates=candidates
            )
            for explanation in told:
                found = True
                _print(
                    console,
                    explanation,
                    f"{'episode' if episode else 'person'} {episode or person}, as of {day}",
                    every_row,
                )
        except UnknownReadingError as error:
            raise refuse(str(error)) from None
    if not found:
        whom = f"episode {episode}" if episode else f"person {person}"
        hint = (
            "" if candidates or episode else " With --candidates she is judged also for services she never asked for."
        )
        raise refuse(f"No definition has anything to say about {whom} as of {day}.{hint}")


def _print(console: Console, told: Explanation, whom: str, every_row: bool) -> None:
    edition = told.edition
    console.print()
    console.rule(Text(edition.title, style="bold"), align="left")
    console.print(f"{whom}; {edition.definition}, edition {edition.name}, hash {edition.hash[:12]}", highlight=False)
    for part in told.parts:
        for decided in part.decisions:
            console.print(_decision(decided))
    for part in told.parts:
        told_already = {leaf.clause for one in part.decisions for leaf in leaves(one.decision.tree)}
        shown = _part(part, every_row, told_already)
        if shown is not None:
            console.print(shown)
    console.print(Text("\nReadings used", style="bold"))
    for name, value in told.readings.items():
        console.print(
            Padding(f"{name} = {spoken(value)}: {edition.readings[name].question}", (0, 0, 0, 2)), highlight=False
        )
    if edition.unresolved:
        console.print(Text("\nNot settled by the source", style="bold"))
        for one in edition.unresolved:
            console.print(Padding(f"{one.says} ({one.cite})", (0, 0, 0, 2)), highlight=False)


def _decision(told: Told) -> Group:
    answer = told.answer
    mark, style = MARKS[answer.answer.value]
    by = f" by {', '.join(answer.paths)}" if answer.paths else ""
    lines: list[RenderableType] = [
        Text(f"\n{told.decision.says}", style="bold"),
        Text(f"{mark} {answer.answer.value}{by}. {answer.says}", style=f"bold {style}"),
        Text(f"{told.name}; {_key(answer.key)}; judged on {answer.judged_on}", style="bright_black"),
        *_tree(told.decision.tree, told, 1),
    ]
    if answer.answer is Answer.CANNOT_TELL and answer.missing:
        lines.append(Text("This would settle it:", style="bold"))
        lines += [Padding(f"- {gap.question} {_ask(gap.ask)}", (0, 0, 0, 2)) for gap in answer.missing]
    return Group(*lines)


def _tree(node: Node, told: Told, depth: int) -> Iterator[RenderableType]:
    """The clauses of a decision, path by path. A path not taken is told without its records."""
    if isinstance(node, Leaf):
        yield _clause(told.lines[node.clause], depth, with_records=depth <= 1 or told.answer.answer is not Answer.YES)
        return
    inner = depth
    if node.path:
        taken = is_true(node, told)
        yield Padding(Text(f"path {node.path}{' (taken)' if taken else ''}", style="italic"), (0, 0, 0, 2 * depth))
        inner = depth + 1
        if taken:
            for leaf in node.branches:
                yield from (
                    [_clause(told.lines[leaf.clause], inner)] if isinstance(leaf, Leaf) else _tree(leaf, told, inner)
                )
            return
    elif node.kind != "all":
        asked = "one of these" if node.kind == "any" else f"at least {node.needed} of these"
        yield Padding(Text(f"{asked}:", style="italic"), (0, 0, 0, 2 * depth))
        inner = depth + 1
    for branch in node.branches:
        yield from _tree(branch, told, inner)


def _part(part: Part, every_row: bool, told_already: set[str]) -> Group | None:
    if part.is_of_program:
        return Group(Text(f"\n{part.says} (of her program)", style="bold"), _counts(part))
    lines: list[RenderableType] = []
    quiet = 0
    for row in part.rows:
        shown = _row(row, every_row, told_already)
        lines += shown
        quiet += not shown
    if not lines and all(clause.id in told_already for clause in part.clauses):
        return None
    if quiet:
        lines.append(Text(f"  ✓ {quiet} of {len(part.rows)} in order", style="green"))
    return Group(Text(f"\n{part.says}", style="bold"), *lines)


def _row(row: Row, every_row: bool, told_already: set[str]) -> list[RenderableType]:
    rest = [line for line in row.lines if line.clause.id not in told_already]
    shown = [line for line in rest if every_row or line.verdict in TO_LOOK_AT]
    if not shown:
        return []
    lines: list[RenderableType] = [Text(f"  {_key(row.key)}; judged on {row.judged_on}", style="bright_black")]
    lines += [_clause(line, 2, asks=True) for line in shown]
    if hidden := len(rest) - len(shown):
        lines.append(Text(f"    ✓ {hidden} more met or not applicable", style="green"))
    return lines


def _clause(line: ClauseLine, depth: int, *, with_records: bool = True, asks: bool = False) -> Padding:
    mark, style = MARKS[line.verdict.value]
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=16, no_wrap=True)
    grid.add_column()
    text = Text(line.clause.says)
    if line.sentence:
        text.append(f" {line.sentence[0].upper()}{line.sentence[1:]}.", style="italic")
    for question, ask in line.missing if asks else ():
        text.append(f"\nasks: {question} {_ask(ask)}", style="yellow")
    text.append(f"\n{line.clause.id}; {line.clause.cite}; {line.clause.duty.value}", style="bright_black")
    if line.records and with_records:
        text.append(f"; {_records(line)}", style="bright_black")
    grid.add_row(Text(f"{mark} {line.verdict.value}", style=style), text)
    return Padding(grid, (0, 0, 0, 2 * depth))


def _records(line: ClauseLine) -> str:
    by: dict[str, list[str]] = {}
    for record in line.records[:_RECORDS_SHOWN]:
        by.setdefault(record.table, []).append(f"{record.id}{' (written late)' if record.is_late else ''}")
    more = len(line.records) - _RECORDS_SHOWN
    told = "; ".join(f"{table.replace('_', ' ')} {', '.join(ids)}" for table, ids in by.items())
    return told + (f" and {more} more" if more > 0 else "")


def _counts(part: Part) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for clause in part.clauses:
        told = Text()
        for word, (mark, style) in MARKS.items():
            if word in VERDICTS and (number := part.counts[clause.id].get(Verdict(word), 0)):
                told.append(f"{mark} {number} {word}  ", style=style)
        grid.add_row(f"  {clause.id}", told)
    return grid


def _key(key: Mapping[str, object]) -> str:
    return ", ".join(f"{name.removesuffix('_id').replace('_', ' ')} {value}" for name, value in key.items())


def _ask(ask: str) -> str:
    return f"(ask: {ask})" if ask else ""
