"""A readable summary of what was judged: each decision's answers, each clause's verdicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from handrail.engine.evaluate import Judged
from handrail.exchange.answers import Run

VERDICTS = ("met", "not met", "cannot tell", "pending", "excused", "not applicable")
ANSWERS = ("yes", "no", "cannot tell", "pending")
MARKS = {
    "met": ("✓", "green"),
    "yes": ("✓", "green"),
    "not met": ("✕", "red"),
    "no": ("✕", "red"),
    "cannot tell": ("?", "yellow"),
    "pending": ("…", "cyan"),
    "excused": ("~", "blue"),
    "not applicable": ("–", "bright_black"),
}


class Summary:
    """Counts of verdicts and answers by definition, gathered subject by subject."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._clauses: dict[tuple[str, str], dict[str, int]] = {}
        self._decisions: dict[tuple[str, str], dict[str, int]] = {}
        self._rows: dict[str, int] = defaultdict(int)

    def add(self, judged: Judged) -> None:
        """This will count what one subject came to."""
        at = _name(judged)
        self._rows[at] += judged.rows.num_rows
        for clause in judged.clauses:
            self._clauses[at, clause.id] = judged.counts(clause.id)
        for decision in judged.compiled.decisions:
            self._decisions[at, decision] = judged.answers(decision)

    def print(self, console: Console) -> None:
        """This will print the summary."""
        for told in self._run.editions:
            edition = told.edition
            at = f"{edition.definition}@{edition.name}"
            console.print()
            console.print(Text(edition.title, style="bold"))
            console.print(
                f"{edition.definition}, edition {edition.name}, hash {edition.hash[:12]}, as of {self._run.as_of}",
                highlight=False,
            )
            if not self._rows[at]:
                console.print("Nothing in these records is under this definition.", style="bright_black")
                continue
            self._print_decisions(console, at, list(edition.decisions))
            self._print_clauses(console, at, [(clause.id, clause.duty.value) for clause in edition.clauses])

    def _print_decisions(self, console: Console, at: str, names: list[str]) -> None:
        told = [name for name in names if any(self._decisions.get((at, name), {}).values())]
        if told:
            table = _table("Decision", ANSWERS)
            for name in told:
                table.add_row(name, "", *_counts(self._decisions[at, name], ANSWERS))
            console.print(_legend(ANSWERS))
            console.print(table)

    def _print_clauses(self, console: Console, at: str, clauses: list[tuple[str, str]]) -> None:
        told = [(clause, duty) for clause, duty in clauses if any(self._clauses.get((at, clause), {}).values())]
        table = _table("Clause, as the source orders", VERDICTS)
        for clause, duty in told:
            table.add_row(clause, duty, *_counts(self._clauses[at, clause], VERDICTS))
        console.print(_legend(VERDICTS))
        console.print(table)
        if len(told) < len(clauses):
            console.print(
                f"{len(clauses) - len(told)} more clauses found nothing to judge.",
                style="bright_black",
                highlight=False,
            )


def _legend(words: tuple[str, ...]) -> Text:
    legend = Text("\n")
    for word in words:
        mark, style = MARKS[word]
        legend.append(f"{mark} {word}   ", style=style)
    return legend


def _table(first: str, words: tuple[str, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column(first, no_wrap=True, min_width=30)
    table.add_column("", no_wrap=True, min_width=6)
    for word in words:
        table.add_column(MARKS[word][0], justify="right", min_width=5)
    return table


def _name(judged: Judged) -> str:
    return f"{judged.compiled.edition.definition}@{judged.compiled.edition.name}"


def _counts(counts: Mapping[str, int], words: tuple[str, ...]) -> list[Text]:
    return [
        Text(f"{counts[word]:,}", style=MARKS[word][1]) if counts.get(word) else Text("·", style="bright_black")
        for word in words
    ]
