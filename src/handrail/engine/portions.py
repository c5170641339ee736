"""Many people judged portion by portion, so that what is held at once fits into memory.

Only for subjects whose rows are each about one person and compare with nobody else's: there, who else is among the
records changes nothing (tests/engine/test_properties.py holds them to it).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from handrail.records.schema import tables

Sources = Mapping[str, tuple[str, frozenset[str]]]
"""By table: the relation that holds its rows, and the columns that this has."""


@dataclass(frozen=True)
class Portion:
    """The persons whose ids lie between two ids, the second left out; None is open."""

    first: str | None = None
    until: str | None = None

    def condition(self, table: str, sources: Sources) -> str:
        """This will write the condition under which a row belongs to one of these persons; empty where all rows may.

        A row without a person's id is hers through what it refers to: a rating through its assessment.
        """
        if self == WHOLE or table not in sources:
            return ""
        columns = sources[table][1]
        if "person_id" in columns:
            ends = [f"person_id >= {_text(self.first)}"] if self.first is not None else []
            return " AND ".join(ends + ([f"person_id < {_text(self.until)}"] if self.until is not None else []))
        ways = []
        for column in tables()[table].columns.values():
            owner = column.references
            if owner is None or owner == table or column.name != f"{owner}_id" or column.name not in columns:
                continue
            if hers := self.condition(owner, sources):
                ways.append(f"{column.name} IN (SELECT {column.name} FROM {sources[owner][0]} WHERE {hers})")
        return f"({' OR '.join(ways)})" if ways else ""


WHOLE = Portion()
"""Everybody."""


def portions(sample: Sequence[str], number: int) -> list[Portion]:
    """This will cut people into about equal portions by a sample of their ids."""
    ids = sorted(set(sample))
    ends = dict.fromkeys(ids[len(ids) * place // number] for place in range(1, number)) if ids else {}
    cuts: list[str | None] = [None, *ends, None]
    return [Portion(first, until) for first, until in pairwise(cuts)]


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
