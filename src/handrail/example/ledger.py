"""The ledger into which the example is written, row by row, with the random numbers that decide about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any, TypeVar

from ruamel.yaml import YAML

from handrail.example.lapses import Dealer
from handrail.records.schema import tables

Row = dict[str, object]
_Thing = TypeVar("_Thing")


class Ledger:
    """Rows by table. The same seed and the same calls give the same rows."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.lapses = Dealer(self.random)
        self.rows: dict[str, list[Row]] = {name: [] for name in tables()}

    def add(self, table: str, **values: object) -> str:
        """This will write one row and give its id: the one among the values, or the next number of the table."""
        key = f"{table}_id"
        rows = self.rows[table]
        row: Row = {key: f"{table}-{len(rows) + 1:05d}"} | values
        rows.append(row)
        return str(row[key])

    def between(self, least: int, most: int) -> int:
        """This will give a whole number, both ends included."""
        return self.random.randint(least, most)

    def chance(self, of_a_hundred: int) -> bool:
        """This will be true so many times of a hundred."""
        return self.random.randrange(100) < of_a_hundred

    def one_of(self, things: Sequence[_Thing]) -> _Thing:
        """This will give one of the things."""
        return things[self.random.randrange(len(things))]

    def some_of(self, things: Sequence[_Thing], count: int) -> list[_Thing]:
        """This will give so many different ones of the things, or all of them where there are fewer."""
        return self.random.sample(things, min(count, len(things)))


@cache
def words() -> Mapping[str, Any]:
    """This will give the words and codes of `words.yaml`."""
    return _read("words.yaml")


@cache
def setting() -> Mapping[str, Any]:
    """This will give the invented clinic of `setting.yaml`."""
    return _read("setting.yaml")


def _read(name: str) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = YAML(typ="safe").load(files(__package__).joinpath(name).read_text(encoding="utf-8"))
    return loaded
