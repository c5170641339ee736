"""Retention: how many are still in treatment after so many days, with those still there counted as far as they got.

Kaplan and Meier, JASA 1958;53:457-481, by lifelines; log-rank test, Mantel 1966.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from lifelines import KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test
from lifelines.utils import qth_survival_times
from numpy.typing import ArrayLike

from handrail.oversight.arrays import BoolArray, FloatArray, IntArray, finite, not_negative, same_length, share


@dataclass(frozen=True)
class Retention:
    """The share still in treatment at each of `days`, shape (days,), with its interval and the numbers at risk.

    `at_risk` counts those still in treatment and still watched just before that day. Beyond the last day watched the
    share is NaN: nobody was there to be seen. `median` is NaN where fewer than half have left. `left` ended
    treatment; `people` - `left` were still in it when last seen.
    """

    days: FloatArray
    share: FloatArray
    lower: FloatArray
    upper: FloatArray
    at_risk: IntArray
    median: float
    people: int
    left: int


def retention(stay: ArrayLike, has_left: Sequence[bool], days: ArrayLike, level: float = 0.95) -> Retention:
    """This will estimate retention at the given days from lengths of stay in days, shape (people,).

    `has_left` is False for who was still in treatment at the last look (censored). Completing treatment is leaving
    too: choose the event before the run. The interval is Greenwood's on the log(-log) scale. Raises `ValueError` for
    a negative stay, nobody, or lengths that differ.
    """
    stay, left = not_negative("stay", stay), np.asarray(has_left, dtype=bool)
    at = not_negative("days", days)
    if same_length(stay=stay, has_left=left) == 0:
        raise ValueError("Nobody is in this group; leave it out of the picture and say so.")
    fitted = KaplanMeierFitter(alpha=1 - share("level", level)).fit(stay, left)
    band = fitted.confidence_interval_survival_function_
    known = at <= stay.max()
    held, lower, upper = (
        np.where(known, _step(np.asarray(column.index), column.to_numpy(), at), np.nan)
        for column in (fitted.survival_function_.iloc[:, 0], band.iloc[:, 0], band.iloc[:, 1])
    )
    risk = np.array([int(np.sum(stay >= day)) for day in at])
    median = float(qth_survival_times(0.5, fitted.survival_function_))
    return Retention(
        at, held, lower, upper, risk, median if np.isfinite(median) else np.nan, len(stay), int(left.sum())
    )


def compare_retention(groups: Mapping[str, tuple[ArrayLike, Sequence[bool]]]) -> float:
    """This will give the log-rank p-value that groups are retained alike: name -> (stay, has_left), as `retention`.

    Not adjusted for who was admitted where. Raises `ValueError` for fewer than 2 groups.
    """
    if len(groups) < 2:
        raise ValueError("A comparison needs at least 2 groups.")
    stay = [finite(name, days) for name, (days, _) in groups.items()]
    left: list[BoolArray] = [np.asarray(gone, dtype=bool) for _, gone in groups.values()]
    label = np.repeat(np.arange(len(stay)), [len(each) for each in stay])
    return float(multivariate_logrank_test(np.concatenate(stay), label, np.concatenate(left)).p_value)


def _step(place: FloatArray, height: FloatArray, at: FloatArray) -> FloatArray:
    """The height of a step function, constant from each place to the next."""
    return np.asarray(height[np.searchsorted(place, at, side="right") - 1], dtype=np.float64)
