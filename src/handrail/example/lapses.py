"""The lapses of the example: read from `lapses.yaml` and dealt out evenly, like cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from types import MappingProxyType

from ruamel.yaml import YAML


@dataclass(frozen=True)
class Lapse:
    """One thing that goes wrong, or is out of the ordinary: of every `one_in` things called `of`, one has it."""

    name: str
    area: str
    of: str
    one_in: int
    says: str


@cache
def lapses() -> Mapping[str, Lapse]:
    """This will give every lapse of the example, by name, in the order of `lapses.yaml`."""
    document = YAML(typ="safe").load(files(__package__).joinpath("lapses.yaml").read_text(encoding="utf-8"))
    return MappingProxyType(
        {name: Lapse(name, area, **told) for area, named in document.items() for name, told in named.items()}
    )


class Dealer:
    """Deals lapses: exactly one in each run of `one_in` things, so that none is left out by chance.

    Which thing of a run is hit depends on the random numbers alone. A lapse that could not be used, because
    another one hit the same thing, is owed to the next.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._seen: dict[str, int] = dict.fromkeys(lapses(), 0)
        self._hit: dict[str, int] = dict.fromkeys(lapses(), 0)
        self._owed: dict[str, int] = dict.fromkeys(lapses(), 0)

    def happens(self, name: str) -> bool:
        """This will say whether the next thing has this lapse."""
        return self.pick(name) == name

    def pick(self, *names: str) -> str | None:
        """This will give the one of these lapses that the next thing has, or None; never two at once."""
        for name in names:
            self._advance(name)
        chosen = max(names, key=lambda name: self._owed[name])
        if not self._owed[chosen]:
            return None
        self._owed[chosen] -= 1
        return chosen

    def give_back(self, name: str) -> None:
        """This will let a lapse that could not be used happen to the next thing instead."""
        self._owed[name] += 1

    def _advance(self, name: str) -> None:
        run = lapses()[name].one_in
        place = self._seen[name] % run
        if place == 0:
            self._hit[name] = self._random.randrange(run)
        if place == self._hit[name]:
            self._owed[name] += 1
        self._seen[name] += 1
