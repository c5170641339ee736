"""What was frozen with a request, as the desk shows it: clauses with their numbers, and the records behind one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handrail.app.screens.desk.naming import said as in_words
from handrail.records.schema import tables

Content = Mapping[str, Any]
UNSETTLED = ("not met", "cannot tell")
_MOST_SHOWN = 12


@dataclass(frozen=True)
class Cell:
    """One column of a record, in words."""

    name: str
    value: str


@dataclass(frozen=True)
class Record:
    """One record behind a clause, as it was when it was sent."""

    title: str
    is_late: bool
    entered_at: str
    cells: Sequence[Cell]
    words: Sequence[Cell]


@dataclass(frozen=True)
class Behind:
    """Everything behind one clause."""

    clause: Content
    records: Sequence[Record]
    more: int


def unsettled(content: Content) -> list[Content]:
    """This will give the clauses that the text makes a must and that are not met or cannot be told."""
    return [one for one in content["verdicts"] if one["verdict"] in UNSETTLED and one["duty"] == "must"]


def chosen(content: Content, clause: str) -> Content | None:
    """This will give the clause that was asked for; else the first that is unsettled; else the first of all."""
    every = content["verdicts"]
    asked = [one for one in every if one["clause"] == clause]
    return next(iter([*asked, *unsettled(content), *every]), None)


def behind(content: Content, clause: Content) -> Behind:
    """This will put together what lies behind a clause."""
    frozen = {(table, row["id"]): row for table, rows in content["records"].items() for row in rows}
    found = [(one, frozen.get((one["table"], one["id"]))) for one in clause["evidence"]]
    told = [record(one["table"], row, is_late=bool(one.get("late"))) for one, row in found if row is not None]
    return Behind(clause, told[:_MOST_SHOWN], max(0, len(told) - _MOST_SHOWN))


def record(table: str, row: Content, *, is_late: bool = False) -> Record:
    """This will say a frozen record in words; columns without a value are left out."""
    columns = tables()[table].columns if table in tables() else {}
    told = [
        Cell(name.replace("_", " "), words)
        for name, value in row["told"].items()
        if name in columns and (words := in_words(columns[name], value))
    ]
    texts = [Cell(part.replace("_", " "), text) for part, text in row.get("words", {}).items() if text]
    return Record(table.replace("_", " "), is_late, str(row.get("entered_at") or ""), told, texts)


def question_begun(content: Content) -> str:
    """This will begin the words of a question from what is missing: what is asked, and who can say it."""
    wanted = {gap["fact"]: gap for one in unsettled(content) for gap in one["missing"]}
    if not wanted:
        return ""
    return "\n".join(["To decide, we still need to know:", *(f"- {_gap(gap)}" for gap in wanted.values())])


def reason_begun(content: Content) -> str:
    """This will begin the words of a reason from the clauses on which the engine's answer turns: not met, or open."""
    turns_on = set((content["decision"] or {}).get("deciding", ())) or {one["clause"] for one in content["verdicts"]}
    lines: list[str] = []
    said: set[str] = set()
    for one in (one for one in unsettled(content) if one["clause"] in turns_on):
        where = f" ({one['cite']})" if one["cite"] else ""
        if one["verdict"] == "not met":
            lines.append(f"Not met: {_sentence(one['says'])}{where} {_numbers(one)}".rstrip())
            continue
        gaps = [gap["question"] for gap in one["missing"] if gap["fact"] not in said]
        said |= {gap["fact"] for gap in one["missing"]}
        missing = f" What is missing: {' '.join(gaps)}" if gaps else ""
        lines.append(f"Cannot be told: {_sentence(one['says'])}{where}{missing}")
    return "\n".join(lines)


def _gap(gap: Content) -> str:
    who = gap.get("ask")
    return f"{gap['question']} Who can say: {who}." if who else str(gap["question"])


def _sentence(says: str) -> str:
    return says if says.endswith(".") else f"{says}."


def _numbers(one: Content) -> str:
    return "" if one["with_numbers"] == one["says"] else _sentence(one["with_numbers"])
