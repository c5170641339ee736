"""Rare events, such as incidents and grievances: exact tests, exact intervals, and the time or cases between events.

No grievances is not the same as no grounds for any: `Between` and the tests need an exposure, and `docs/methods.md`
says how to read a zero. A sentinel event goes to case review whatever stands here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from handrail.oversight.arrays import BoolArray, FloatArray, counts, not_negative, positive, same_length, share

_NELSON = 3.6


@dataclass(frozen=True)
class Interval:
    """A lower and an upper bound for each unit; shape (n,)."""

    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True)
class Between:
    """A g or a t chart: what passed between events. Far above `upper` is better, crowding below `lower` is worse.

    `outside` marks the points (shape (n,)); a g chart of rare events has no lower limit (0).
    """

    between: FloatArray
    centre: float
    lower: float
    upper: float
    outside: BoolArray


def poisson_p_value(observed: ArrayLike, expected: ArrayLike, mid: bool = True) -> FloatArray:
    """This will give the two-sided probability of a count so far from `expected`, doubling the smaller tail.

    Shape (n,). With `mid`, half the probability of the count itself is left out of each tail (Lancaster, JASA
    1961;56:223-234), which is less timid for small counts; without, the test is exact and never too bold.
    Raises `ValueError` for counts that are not whole or expected counts that are not above 0.
    """
    observed, expected = counts("observed", observed), positive("expected", expected)
    same_length(observed=observed, expected=expected)
    half = 0.5 * stats.poisson.pmf(observed, expected) if mid else 0.0
    fewer = stats.poisson.cdf(observed, expected) - half
    more = stats.poisson.sf(observed - 1, expected) - half
    return np.asarray(np.minimum(1.0, 2 * np.minimum(fewer, more)))


def poisson_interval(observed: ArrayLike, level: float = 0.95) -> Interval:
    """This will give Garwood's exact interval (Biometrika 1936;28:437-442) for the mean of each count; shape (n,).

    Divide by expected events for a ratio, by exposure for a rate. At observed = expected these are the chi-square
    funnel limits of PHEindicatormethods. Raises `ValueError` for counts that are not whole.
    """
    observed, tail = counts("observed", observed), (1 - share("level", level)) / 2
    lower = np.where(observed > 0, stats.chi2.ppf(tail, 2 * np.maximum(observed, 1)) / 2, 0.0)
    return Interval(lower, np.asarray(stats.chi2.isf(tail, 2 * observed + 2) / 2))


def mid_p_interval(observed: ArrayLike, level: float = 0.95) -> Interval:
    """This will give the interval whose bounds just have mid-p tails of (1 - level) / 2; shape (n,).

    Narrower than Garwood's. Found by root search between bounds that surely enclose it.
    """
    observed, tail = counts("observed", observed), (1 - share("level", level)) / 2
    wide = poisson_interval(observed, 1 - tail / 2)
    lower = [_bound(x, tail, 0.0, x, above=True) if x else 0.0 for x in observed]
    upper = [_bound(x, tail, x, high, above=False) for x, high in zip(observed, wide.upper, strict=True)]
    return Interval(np.array(lower), np.array(upper))


def _bound(count: float, tail: float, low: float, high: float, above: bool) -> float:
    def excess(mean: float) -> float:
        outer = stats.poisson.sf(count, mean) if above else stats.poisson.cdf(count - 1, mean)
        return float(outer + 0.5 * stats.poisson.pmf(count, mean) - tail)

    return float(optimize.brentq(excess, low + 1e-12, high, xtol=1e-12))


def byar_interval(observed: ArrayLike, level: float = 0.95) -> Interval:
    """This will give Byar's approximation to Garwood's interval (Breslow and Day 1987, p. 69); shape (n,)."""
    observed = counts("observed", observed)
    z = stats.norm.isf((1 - share("level", level)) / 2)
    some = np.maximum(observed, 1)
    lower = np.where(observed > 0, some * (1 - 1 / (9 * some) - z / (3 * np.sqrt(some))) ** 3, 0.0)
    above = observed + 1
    return Interval(lower, above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3)


def g_chart(cases_between: ArrayLike, tail: float = 0.00135) -> Between:
    """This will chart the number of cases without the event between two events (Benneyan, Health Care Manag Sci 2001).

    `cases_between` has shape (n,), whole numbers. Limits are the quantiles of the geometric distribution with the
    mean that was seen (not mean +- 3 sd, which is far off for so skewed a count). Raises `ValueError` for fewer than
    2 gaps.
    """
    gaps = counts("cases_between", cases_between)
    mean = _mean_gap(gaps)
    chance = 1 / (mean + 1)
    lower, upper = stats.geom.ppf([tail, 1 - tail], chance) - 1
    return Between(gaps, mean, float(lower), float(upper), (gaps < lower) | (gaps > upper))


def t_chart(time_between: ArrayLike) -> Between:
    """This will chart the time between events, in the caller's unit, by Nelson's power 1/3.6 (J Qual Tech 1994;26:239).

    `time_between` has shape (n,). The transformed times get individuals limits (mean +- 2.66 mean moving range), which
    are transformed back. Raises `ValueError` for fewer than 2 times or a negative one.
    """
    times = not_negative("time_between", time_between)
    _mean_gap(times)
    even = times ** (1 / _NELSON)
    centre, reach = float(np.mean(even)), 2.66 * float(np.mean(np.abs(np.diff(even))))
    lower, upper = max(0.0, centre - reach) ** _NELSON, (centre + reach) ** _NELSON
    return Between(times, centre**_NELSON, lower, upper, (times < lower) | (times > upper))


def _mean_gap(gaps: FloatArray) -> float:
    if len(gaps) < 2:
        raise ValueError(f"A chart of gaps needs at least 2 of them; here are {len(gaps)}.")
    return float(np.mean(gaps))
