"""Arrays, checked once at the door: the public functions of this room begin here."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


def finite(name: str, values: ArrayLike) -> FloatArray:
    """This will give the values as one row of finite numbers.

    Raises `ValueError` naming the first place that is not a finite number; unknown values are the caller's to count.
    """
    row = np.atleast_1d(np.asarray(values, dtype=np.float64))
    if row.ndim != 1:
        raise ValueError(f"{name} must be one row of numbers; this has the shape {row.shape}.")
    wrong = np.flatnonzero(~np.isfinite(row))
    if wrong.size:
        raise ValueError(
            f"{name}[{wrong[0]}] is not a finite number ({wrong.size} in all). "
            "Leave out what is unknown and report how many were left out."
        )
    return row


def not_negative(name: str, values: ArrayLike) -> FloatArray:
    """This will give the values as one row of finite numbers from 0 up. Raises `ValueError` at the first below 0."""
    row = finite(name, values)
    wrong = np.flatnonzero(row < 0)
    if wrong.size:
        raise ValueError(f"{name}[{wrong[0]}] is below zero; counts and amounts start at 0.")
    return row


def counts(name: str, values: ArrayLike) -> FloatArray:
    """This will give the values as one row of whole numbers from 0 up, as floats. Raises `ValueError` otherwise."""
    row = not_negative(name, values)
    wrong = np.flatnonzero(row != np.floor(row))
    if wrong.size:
        raise ValueError(f"{name}[{wrong[0]}] is not a whole number; events are counted, not weighted.")
    return row


def positive(name: str, values: ArrayLike) -> FloatArray:
    """This will give the values as one row of finite numbers above 0. Raises `ValueError` otherwise."""
    row = finite(name, values)
    wrong = np.flatnonzero(row <= 0)
    if wrong.size:
        raise ValueError(f"{name}[{wrong[0]}] is not above zero. Leave out whoever has no volume, and say so.")
    return row


def same_length(**rows: NDArray[np.generic]) -> int:
    """This will give the length that all rows share. Raises `ValueError` naming the lengths where they differ."""
    lengths = {name: len(row) for name, row in rows.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"These must have one value for each unit, in the same order: {lengths}.")
    return next(iter(lengths.values()))


def share(name: str, value: float) -> float:
    """This will give the value if it lies strictly between 0 and 1, and raise `ValueError` otherwise."""
    if not 0 < value < 1:
        raise ValueError(f"{name} is {value}; it must lie between 0 and 1, such as 0.95.")
    return float(value)
