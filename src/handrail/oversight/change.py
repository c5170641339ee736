"""Before and after, for the same people: yes-or-no outcomes, counts over time, and bounds for what is missing.

Admission is often triggered by a relapse, so that nearly everyone is better afterwards whatever is done (regression
to the mean): every result here is "uncontrolled" until it stands beside a comparison. Scores are in `reliable`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats
from statsmodels.stats.contingency_tables import mcnemar

from handrail.oversight.arrays import FloatArray, counts, positive, same_length, share


@dataclass(frozen=True)
class Estimate:
    """An estimate with its interval and the two-sided p-value. NaN where the data cannot tell."""

    value: float
    lower: float
    upper: float
    p_value: float


@dataclass(frozen=True)
class PairedChange:
    """A yes-or-no outcome before and after: the four kinds of pair, who could not be paired, change and bounds.

    `change` is the share after minus the share before, among the pairs. `if_missing_bad` and `if_missing_good` are the
    changes if every unknown answer *after* were a no, or a yes, for those known before.
    """

    both: int
    only_before: int
    only_after: int
    neither: int
    unknown_after: int
    unknown_before: int
    change: Estimate
    if_missing_bad: float
    if_missing_good: float

    @property
    def pairs(self) -> int:
        """People with both answers."""
        return self.both + self.only_before + self.only_after + self.neither


def paired_change(
    before: Sequence[bool | None], after: Sequence[bool | None], yes_is_good: bool = True, level: float = 0.95
) -> PairedChange:
    """This will compare a yes-or-no answer before and after, one pair a person; None is unknown, and never no.

    The p-value is McNemar's, exact: binomial on the pairs that changed. The interval is Agresti and Min's (Stat Med
    2005;24:729-740): Wald's after half a pair is added to each of the four kinds. The share of unknown answers is
    usually larger after than before, so read the bounds with the estimate. Raises `ValueError` where lengths differ.
    """
    if len(before) != len(after):
        raise ValueError(f"There are {len(before)} answers before and {len(after)} after; give one of each a person.")
    kinds = [(one, other) for one, other in zip(before, after, strict=True)]
    a, b, c, d = (kinds.count(kind) for kind in ((True, True), (True, False), (False, True), (False, False)))
    lost = [one for one, other in kinds if one is not None and other is None]
    known = a + b + c + d + len(lost)
    was = a + b + sum(lost)
    low, high = ((a + c + more - was) / known if known else float("nan") for more in (0, len(lost)))
    bad, good = (low, high) if yes_is_good else (high, low)
    unknown_before = sum(one is None for one in before)
    return PairedChange(a, b, c, d, len(lost), unknown_before, _difference(a, b, c, d, level), bad, good)


def _difference(both: int, only_before: int, only_after: int, neither: int, level: float) -> Estimate:
    n = both + only_before + only_after + neither
    if n == 0:
        return Estimate(*[float("nan")] * 4)
    z = float(stats.norm.isf((1 - share("level", level)) / 2))
    more, fewer, total = only_after + 0.5, only_before + 0.5, n + 2
    centre = (more - fewer) / total
    half = z * float(np.sqrt(more + fewer - (more - fewer) ** 2 / total)) / total
    table = [[both, only_before], [only_after, neither]]
    p = float(mcnemar(table, exact=True).pvalue) if only_before + only_after else 1.0
    return Estimate((only_after - only_before) / n, max(-1.0, centre - half), min(1.0, centre + half), p)


def rate_ratio(
    before: ArrayLike, after: ArrayLike, time_before: ArrayLike, time_after: ArrayLike, level: float = 0.95
) -> Estimate:
    """This will give the rate after over the rate before for the same people, by conditional Poisson regression.

    All of shape (people,): whole counts, and time at risk above 0 in one unit, outside controlled settings. Each
    person is her own control: given her total, her count after is binomial (Cameron and Trivedi, Regression Analysis
    of Count Data, 2nd ed. 2013, ch. 9). People with no event say nothing of the ratio. The standard error is the
    sandwich over persons, since a person's events come in bursts. (statsmodels' ConditionalPoisson has no sandwich,
    and leaves out people whose two counts are equal, although these do say something of the ratio.)
    NaN where all events lie on one side, or there are none.

    Raises `ValueError` for counts that are not whole, a time that is not above 0, or lengths that differ.
    """
    y0, y1 = counts("before", before), counts("after", after)
    t0, t1 = positive("time_before", time_before), positive("time_after", time_after)
    same_length(before=y0, after=y1, time_before=t0, time_after=t1)
    total = y0 + y1
    if not y0.any() or not y1.any():
        return Estimate(0.0 if y0.any() else float("nan"), *[float("nan")] * 3)

    def chance(log_ratio: float) -> FloatArray:
        return np.asarray(1 / (1 + t0 / t1 * np.exp(-log_ratio)))

    found = float(optimize.brentq(lambda at: float(np.sum(y1 - total * chance(at))), -40, 40, xtol=1e-12))
    p = chance(found)
    error = float(np.sqrt(np.sum((y1 - total * p) ** 2)) / np.sum(total * p * (1 - p)))
    if error == 0:
        return Estimate(float(np.exp(found)), *[float("nan")] * 3)
    z = float(stats.norm.isf((1 - share("level", level)) / 2))
    lower, upper = np.exp([found - z * error, found + z * error])
    return Estimate(float(np.exp(found)), float(lower), float(upper), float(2 * stats.norm.sf(abs(found / error))))


@dataclass(frozen=True)
class Bounds:
    """A share among those known, the share unknown, and where the true share must lie: all unknown no, all yes."""

    among_known: float
    unknown: float
    lowest: float
    highest: float


def missing_data_bounds(yes: int, known: int, everyone: int) -> Bounds:
    """This will bound a share when some answers are missing (Manski, Am Econ Rev 1990;80:319-323): no assumption.

    Raises `ValueError` unless 0 <= yes <= known <= everyone and there is someone.
    """
    if not 0 <= yes <= known <= everyone or everyone == 0:
        raise ValueError(f"{yes} yes of {known} known of {everyone} people: each must not exceed the next.")
    unknown = everyone - known
    return Bounds(
        yes / known if known else float("nan"), unknown / everyone, yes / everyone, (yes + unknown) / everyone
    )
