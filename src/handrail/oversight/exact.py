"""Exact limits for a funnel that is not adjusted for over-dispersion.

The interpolated quantiles of Spiegelhalter, Stat Med 2005;24:1185-1202, appendix: with
r = the smallest count whose probability of "r or fewer" reaches p, and a = (F(r) - p) / (F(r) - F(r - 1)),
the limit is (r - a) / size. Interpolation makes the funnel smooth; a unit's own p-value is in `rare`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from handrail.oversight.arrays import FloatArray, counts, positive, share
from handrail.oversight.funnel import Limits


def exact_ratio_limits(expected: ArrayLike, level: float, target: float = 1.0) -> Limits:
    """This will give the exact Poisson limits of observed / expected for each expected count, shape (n,).

    Raises `ValueError` where an expected count or the target is not above 0, or the level is not within (0, 1).
    """
    expected = positive("expected", expected)
    return _limits(stats.poisson(expected * float(positive("target", target)[0])), expected, level)


def exact_proportion_limits(cases: ArrayLike, target: float, level: float) -> Limits:
    """This will give the exact binomial limits of a proportion for each number of cases, shape (n,).

    Raises `ValueError` where cases are not whole numbers above 0, or target or level not within (0, 1).
    """
    cases = positive("cases", counts("cases", cases))
    return _limits(stats.binom(cases, share("target", target)), cases, level)


def _limits(distribution: Any, size: FloatArray, level: float) -> Limits:
    tail = (1 - share("level", level)) / 2
    return Limits(level, _quantile(distribution, tail) / size, _quantile(distribution, 1 - tail) / size)


def _quantile(distribution: Any, p: float) -> FloatArray:
    """The quantile between whole numbers, never below 0."""
    r = distribution.ppf(p)
    at, before = distribution.cdf(r), distribution.cdf(r - 1)
    return np.asarray(np.maximum(r - (at - p) / (at - before), 0.0))
