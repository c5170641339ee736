"""A stretch of members: who they are and which services they asked for, from which everything else is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.generate.columns import Days, Mask, ids, lately


@dataclass(frozen=True)
class Chunk:
    """Members `numbers` of `members` in all. A request day is there for everybody; the masks say whose counts."""

    members: int
    numbers: NDArray[np.int64]
    born: Days
    asked_nebraska: Mask
    asked_carolina: Mask
    request: Days

    @property
    def count(self) -> int:
        """How many members this stretch has."""
        return self.numbers.size

    def person(self, places: NDArray[np.int64]) -> pa.Array:
        """This will give the ids of the members at these places of the stretch."""
        return ids("m", self.numbers[places])


def draw_chunk(rng: np.random.Generator, members: int, first: int, count: int) -> Chunk:
    """This will draw a stretch of members."""
    request = lately(rng, count, 300)
    age = 13 + (rng.beta(2.0, 3.2, count) * 65)
    drawn = rng.random(count)
    return Chunk(
        members=members,
        numbers=np.arange(first, first + count),
        born=request - (age * 365.25).astype(np.int64),
        asked_nebraska=drawn < 0.45,
        asked_carolina=(drawn > 0.40) & (drawn < 0.80),
        request=request,
    )
