"""`handrail explain`: the page a reviewer would want about one person or one episode."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console, Group
from rich.padding import Padding
from rich.text import Text

from handrail.cli.asking import asked_readings, engine_for, open_rulebook, read_records, refuse, the_day, the_definitions
from handrail.cli.summary import MARKS
from handrail.definitions.tree import Leaf, Node
from handrail.engine.judging import Answer, Verdict
from handrail.engine.evaluate import Scope, UnknownReadingError
from handrail.engine.explaining import ClauseLine, Explanation, Part, Row, Told, explain as explain_all, is_true
from handrail.engine.results import spoken

_RECORDS_SHOWN = 4


def explain(
    data: Annotated[Path, typer.Option(help="The folder of records")],
    episode: Annotated[str | None, typer.Option(help="The episode to explain")] = None,
    person: Annotated[str | None, typer.Option(help="Or the person to explain, with all her episodes")] = None,
    definition: Annotated[list[str] | None, typer.Option(help="Only by this definition; more than once for more")] = None,
    as_of: Annotated[str | None, typer.Option(help="The day to look from, as 2026-07-05; today without it")] = None,
    reading: Annotated[list[str] | None, typer.Option(help="Another reading, as adult=21; more than once for more")] = None,
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
            told = explain_all(opened, editions, scope=scope, as_of=day, readings=asked_readings(reading), candidates=candidates)
            for explanation in told:
                found = True
                _print(console, explanation, f"{'episode' if episode else 'person'} {episode or person}, as of {day}", every_row)
        except UnknownReadingError as error:
            raise refuse(str(error)) from None
    if not found:
        whom = f"episode {episode}" if episode else f"person {person}"
        hint = "" if candidates or episode else " With --candidates she is judged also for services she never asked for."
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
        console.print(_part(part, every_row, {clause for one in part.decisions for clause in one.lines}))
    console.print(Text("\nReadings used", style="bold"))
    for name, value in told.readings.items():
        console.print(Padding(f"{name} = {spoken(value)}: {edition.readings[name].question}", (0, 0, 0, 2)), highlight=False)
    if edition.unresolved:
        console.print(Text("\nNot settled by the source", style="bold"))
        for one in edition.unresolved:
            console.print(Padding(f"{one.says} ({one.cite})", (0, 0, 0, 2)), highlight=False)


def _decision(told: Told) -> Group:
    answer = told.answer
    mark, style = MARKS[answer.answer.value]
    by = f" by {', '.join(answer.paths)}" if answer.paths else ""
    lines: list[object] = [
        Text(f"\n{told.decision.says}", style="bold"),
        Text(f"{mark} {answer.answer.value}{by}. {answer.says}", style=style),
        Text(f"{told.name}, {_key(answer.key)}, judged on {answer.judged_on}", style="bright_black"),
        *_tree(told.decision.tree, told, 1),
    ]
    if answer.answer is Answer.CANNOT_TELL and answer.missing:
        lines.append(Text("  This would settle it:", style="bold"))
        lines += [Padding(f"- {gap.question} {_ask(gap.ask)}", (0, 0, 0, 4)) for gap in answer.missing]
    return Group(*lines)  # type: ignore[arg-type]


def _tree(node: Node, told: Told, depth: int) -> Iterable[object]:
    if isinstance(node, Leaf):
        yield _clause(told.lines[node.clause], depth)
        return
    inner = depth
    if node.path:
        state = " (taken)" if is_true(node, told) else ""
        yield Padding(Text(f"path {node.path}{state}", style="italic"), (0, 0, 0, 2 * depth))
        inner = depth + 1
    elif node.kind != "all" and depth >= 1:
        asked = "one of these" if node.kind == "any" else f"at least {node.needed} of these"
        yield Padding(Text(f"and {asked}:" if depth == 1 else f"{asked}:", style="italic"), (0, 0, 0, 2 * depth))
        inner = depth + 1
    for branch in node.branches:
        yield from _tree(branch, told, inner)


def _part(part: Part, every_row: bool, told_already: set[str]) -> Group:
    lines: list[object] = [Text(f"\n{part.says}", style="bold")]
    if part.is_of_program:
        lines += [_count_line(part, clause.id) for clause in part.clauses]
        return Group(*lines)  # type: ignore[arg-type]
    shown = [row for row in part.rows if every_row or row.needs_a_look]
    for row in shown:
        lines += _row(row, every_row, told_already)
    quiet = len(part.rows) - len(shown)
    if quiet:
        lines.append(Text(f"  ✓ {quiet} of {len(part.rows)} in order", style="green"))
    return Group(*lines)  # type: ignore[arg-type]


def _row(row: Row, every_row: bool, told_already: set[str]) -> list[object]:
    rest = [line for line in row.lines if line.clause.id not in told_already]
    shown = [line for line in rest if every_row or line.verdict not in (Verdict.MET, Verdict.NOT_APPLICABLE)]
    if not shown:
        return []
    lines: list[object] = [Text(f"  {_key(row.key)}, judged on {row.judged_on}", style="bright_black")]
    lines += [_clause(line, 2) for line in shown]
    if hidden := len(rest) - len(shown):
        lines.append(Text(f"    ✓ {hidden} more met or not applicable", style="green"))
    return lines


def _clause(line: ClauseLine, depth: int) -> Padding:
    mark, style = MARKS[line.verdict.value]
    text = Text()
    text.append(f"{mark} {line.verdict.value:<12} ", style=style)
    text.append(line.clause.says)
    if line.sentence:
        text.append(f" {line.sentence[0].upper()}{line.sentence[1:]}.", style="italic")
    text.append(f"  [{line.clause.id}; {line.clause.cite}; {line.clause.duty.value}]", style="bright_black")
    for question, ask in line.missing:
        text.append(f"\n  asks: {question} {_ask(ask)}", style="yellow")
    if line.records:
        text.append(f"\n  {_records(line)}", style="bright_black")
    return Padding(text, (0, 0, 0, 2 * depth))


def _records(line: ClauseLine) -> str:
    shown = [f"{record.table} {record.id}{' (written late)' if record.is_late else ''}" for record in line.records[:_RECORDS_SHOWN]]
    more = len(line.records) - len(shown)
    return "records: " + ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _count_line(part: Part, clause: str) -> Text:
    text = Text(f"  {clause:<28} ")
    for verdict, number in sorted(part.counts[clause].items(), key=lambda pair: list(MARKS).index(pair[0].value)):
        mark, style = MARKS[verdict.value]
        text.append(f"{mark} {number} {verdict.value}  ", style=style)
    return text


def _key(key: object) -> str:
    return ", ".join(f"{name.removesuffix('_id').replace('_', ' ')} {value}" for name, value in dict(key).items())  # type: ignore[call-overload]


def _ask(ask: str) -> str:
    return f"(ask: {ask})" if ask else ""
