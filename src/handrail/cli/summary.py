"""A readable summary of what was judged: each decision's answers, each clause's verdicts."""

from __future__ import annotations

from collections import defaultdict

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
            console.print(f"{edition.definition}, edition {edition.name}, hash {edition.hash[:12]}, as of {self._run.as_of}", highlight=False)
            if not self._rows[at]:
                console.print("Nothing in these records is under this definition.", style="bright_black")
                continue
            self._print_decisions(console, at, list(edition.decisions))
            self._print_clauses(console, at, [(clause.id, clause.duty.value) for clause in edition.clauses])

    def _print_decisions(self, console: Console, at: str, names: list[str]) -> None:
        console.print()
        table = _table("Decision", ANSWERS)
        for name in names:
            counts = self._decisions.get((at, name), {})
            table.add_row(name, "", *(_count(counts.get(answer, 0), answer) for answer in ANSWERS))
        console.print(table)

    def _print_clauses(self, console: Console, at: str, clauses: list[tuple[str, str]]) -> None:
        console.print()
        table = _table("Clause, in the order of the source", VERDICTS)
        for clause, duty in clauses:
            counts = self._clauses.get((at, clause), {})
            table.add_row(clause, duty, *(_count(counts.get(verdict, 0), verdict) for verdict in VERDICTS))
        console.print(table)


def _table(first: str, words: tuple[str, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column(first, no_wrap=True, min_width=30)
    table.add_column("", no_wrap=True, min_width=6)
    for word in words:
        table.add_column(_heading(word), justify="right", min_width=6)
    return table


def _name(judged: Judged) -> str:
    return f"{judged.compiled.edition.definition}@{judged.compiled.edition.name}"


def _heading(word: str) -> str:
    short = {"not applicable": "n/a", "cannot tell": "can't\ntell", "not met": "not\nmet", "pending": "pen-\nding", "excused": "ex-\ncused"}
    return f"{MARKS[word][0]} {short.get(word, word)}"


def _count(number: int, word: str) -> Text:
    return Text(f"{number:,}", style=MARKS[word][1]) if number else Text("·", style="bright_black")
