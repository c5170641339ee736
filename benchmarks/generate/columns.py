"""Columns of invented values: ids, codes, days and flags, each with its share that nobody wrote down."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

AS_OF = datetime.date(2026, 6, 30)
"""The day as of which the members are judged. Some of what is written came later and must not be seen."""

TODAY = (AS_OF - datetime.date(1970, 1, 1)).days

Days = NDArray[np.int64]
Mask = NDArray[np.bool_]


def ids(prefix: str, numbers: NDArray[np.int64], width: int = 9, unknown: Mask | None = None) -> pa.Array:
    """This will write numbers as ids of one width, `m000000042`; none where it is unknown."""
    padded = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")
    named = pc.binary_join_element_wise(prefix, padded, "")
    return named if unknown is None else only_where(~unknown, named)


def only_where(known: Mask, values: pa.Array) -> pa.Array:
    """This will keep texts where they are known."""
    return pc.if_else(pa.array(known), values, pa.scalar(None, pa.string()))


def keys(prefix: str, person: NDArray[np.int64], *parts: NDArray[np.int64]) -> pa.Array:
    """This will make the keys of rows that belong to a person: her number and one or more digits."""
    number = person
    for part in parts:
        number = number * 10 + part
    return ids(prefix, number, 9 + len(parts))


def pick(rng: np.random.Generator, count: int, weights: Mapping[str | None, float]) -> pa.Array:
    """This will draw codes by weight; the weight of None is the share that nobody wrote down."""
    shares = np.cumsum(list(weights.values()))
    drawn = np.searchsorted(shares / shares[-1], rng.random(count), side="right")
    return pa.array(list(weights), pa.string()).take(pa.array(drawn))


def flags(rng: np.random.Generator, count: int, yes: float, unknown: float) -> pa.Array:
    """This will draw yes, no and unknown."""
    drawn = rng.random(count)
    return pa.array(drawn < yes, mask=drawn >= 1 - unknown)


def days(told: Days, unknown: Mask | None = None) -> pa.Array:
    """This will write days since 1970 as dates, none where it is unknown."""
    return pa.array(told.astype("int32"), pa.int32(), mask=unknown).cast(pa.date32())


def recorded(rng: np.random.Generator, happened: Days) -> pa.Array:
    """This will say when rows were written down: mostly not said or soon after, sometimes only after the as-of day."""
    drawn = rng.random(happened.size)
    late = drawn > 0.985
    written = np.where(late, TODAY + rng.integers(1, 40, happened.size), happened + rng.integers(0, 9, happened.size))
    return days(written, drawn < 0.5)


def lately(rng: np.random.Generator, count: int, back: int, ahead: float = 0.012) -> Days:
    """This will draw days up to so many back, the more the nearer, and a share that lies after the as-of day."""
    drawn = TODAY - (back * rng.random(count) ** 2).astype(np.int64)
    return np.where(rng.random(count) < ahead, TODAY + rng.integers(1, 30, count), drawn)


def repeated(rng: np.random.Generator, count: int, weights: Sequence[float]) -> tuple[NDArray[np.int64], Days]:
    """This will draw how many rows each of `count` has: the place of the owner of each row, and its number there."""
    shares = np.cumsum(weights)
    many = np.searchsorted(shares / shares[-1], rng.random(count), side="right")
    owner = np.repeat(np.arange(count), many)
    starts = np.cumsum(many) - many
    return owner, np.arange(owner.size) - np.repeat(starts, many)
