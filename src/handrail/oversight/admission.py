"""Facts of an admission as columns of a model: words become yes/no columns, and "not documented" a column of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from handrail.oversight.arrays import FloatArray

RARE = 10
_OTHER, _NOT_DOCUMENTED = "other", "not documented"


def design(facts: Mapping[str, Sequence[Any]], cases: int) -> tuple[FloatArray, tuple[str, ...]]:
    """This will give the model's columns, shape (cases, columns), an intercept first, and their names.

    Numbers are centred and scaled, the unknown ones set to the mean and marked in a column of their own. Words give
    one column for each category but the commonest; categories of fewer than 10 cases are joined to "other".
    Raises `ValueError` where a fact does not have one value for each case.
    """
    columns, names = [np.ones(cases)], ["(intercept)"]
    for name, values in sorted(facts.items()):
        if len(values) != cases:
            raise ValueError(f"{name} has {len(values)} values for {cases} cases.")
        known = np.array([not _is_unknown(value) for value in values])
        given = [value for value in values if not _is_unknown(value)]
        is_number = all(isinstance(value, (int, float, np.number)) for value in given)
        more = _numbers(name, values, known) if is_number else _words(name, values, known)
        columns.extend(more.values())
        names.extend(more)
    return np.column_stack(columns), tuple(names)


def _is_unknown(value: Any) -> bool:
    return value is None or value != value  # noqa: PLR0124  NaN is the one value that differs from itself


def _numbers(name: str, values: Sequence[Any], known: np.ndarray[Any, Any]) -> dict[str, FloatArray]:
    amount = np.array([float(value) if is_known else np.nan for value, is_known in zip(values, known, strict=True)])
    columns = {}
    if known.any() and np.ptp(amount[known]) > 0:
        centre, spread = amount[known].mean(), amount[known].std()
        columns[name] = np.where(known, (amount - centre) / spread, 0.0)
    if 0 < known.sum() < len(values):
        columns[f"{name}: {_NOT_DOCUMENTED}"] = (~known).astype(np.float64)
    return columns


def _words(name: str, values: Sequence[Any], known: np.ndarray[Any, Any]) -> dict[str, FloatArray]:
    word = np.array(
        [str(value) if is_known else _NOT_DOCUMENTED for value, is_known in zip(values, known, strict=True)]
    )
    category, often = np.unique(word, return_counts=True)
    few = set(category[often < RARE].tolist())
    word = np.array([_OTHER if one in few else one for one in word.tolist()])
    category, often = np.unique(word, return_counts=True)
    commonest = category[np.argmax(often)]
    return {f"{name}: {one}": (word == one).astype(np.float64) for one in category.tolist() if one != commonest}
