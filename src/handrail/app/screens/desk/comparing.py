"""What changed between two submissions of one request: the answers, the records, and what is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handrail.app.screens.desk.evidence import Record, record

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Clause:
    """A clause whose answer or numbers are not what they were."""

    clause: str
    says: str
    before: str
    after: str
    numbers_before: str
    numbers_after: str


@dataclass(frozen=True)
class Compared:
    """The differences between two submissions."""

    clauses: Sequence[Clause]
    records: Sequence[tuple[str, Record]]
    asked: Sequence[tuple[str, str, str]]

    @property
    def is_same(self) -> bool:
        """Whether nothing changed but the words of the answer."""
        return not (self.clauses or self.records or self.asked)


def compared(before: Content, after: Content) -> Compared:
    """This will compare two submissions: clause by clause, record by record, and what is asked for."""
    was = {one["clause"]: one for one in before["verdicts"]}
    clauses = [
        Clause(
            one["clause"],
            one["says"],
            old["verdict"] if old else "",
            one["verdict"],
            old["with_numbers"] if old else "",
            one["with_numbers"],
        )
        for one in after["verdicts"]
        if (old := was.get(one["clause"])) is None
        or (old["verdict"], old["with_numbers"]) != (one["verdict"], one["with_numbers"])
    ]
    asked = [
        (name.replace("_", " "), str(before["request"].get(name) or "nothing"), str(value or "nothing"))
        for name, value in after["request"].items()
        if before["request"].get(name) != value
    ]
    return Compared(clauses, _records(before, after), asked)


def _records(before: Content, after: Content) -> list[tuple[str, Record]]:
    old, new = _rows(before), _rows(after)
    told = [("added", key) for key in new if key not in old]
    told += [("changed", key) for key in new if key in old and _said(new[key]) != _said(old[key])]
    told += [("no longer behind any clause", key) for key in old if key not in new]
    return [(what, record(key[0], new.get(key) or old[key])) for what, key in told]


def _rows(content: Content) -> dict[tuple[str, str], Content]:
    return {(table, row["id"]): row for table, rows in content["records"].items() for row in rows}


def _said(row: Content) -> tuple[Any, Any]:
    return row["told"], row.get("words", {})
