"""Change over time: individuals (XmR) and p charts with their run rules, and Anhøj's rules for a run chart.

XmR as in NHSRplotthedots (NHS "Making data count"); Wheeler, Understanding Variation, 1993. Run rules of the run
chart: Anhøj and Olesen, PLoS ONE 2014;9:e113825. A difference of two periods inside the limits is noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from handrail.oversight.arrays import BoolArray, FloatArray, counts, finite, positive, same_length

XMR_REACH, MOVING_RANGE_LIMIT = 2.66, 3.267
_SIDE, _TREND = 7, 7


@dataclass(frozen=True)
class ControlChart:
    """Values over time with centre and limits, all of shape (periods,); the rules mark the points that break them.

    `outside`: beyond a limit. `one_side`: in a run of 7 or more on one side of the centre. `trend`: in a run of 7 or
    more points each higher, or each lower, than the last. `near_limit`: one of two among three successive points
    beyond two thirds of the way to the limit, on the same side.
    """

    value: FloatArray
    centre: FloatArray
    lower: FloatArray
    upper: FloatArray
    outside: BoolArray
    one_side: BoolArray
    trend: BoolArray
    near_limit: BoolArray


@dataclass(frozen=True)
class RunChart:
    """The longest run on one side of the median and the number of crossings, with the bounds of chance.

    Points on the median are left out; `useful` is how many remain. `is_shifted` where the run is too long or the
    crossings too few.
    """

    median: float
    useful: int
    longest_run: int
    longest_allowed: int
    crossings: int
    fewest_allowed: int

    @property
    def is_shifted(self) -> bool:
        """Whether chance is not enough to explain the runs."""
        return self.longest_run > self.longest_allowed or self.crossings < self.fewest_allowed


def xmr_chart(values: ArrayLike) -> ControlChart:
    """This will chart one value a period, shape (periods,), in any unit: mean +- 2.66 times the mean moving range.

    Moving ranges above 3.267 times their mean are dropped once before the mean is taken again, so that one jump does
    not widen the limits that should show it. Raises `ValueError` for fewer than 3 periods. Fewer than 12 give
    limits that are provisional.
    """
    value = finite("values", values)
    if len(value) < 3:
        raise ValueError(f"An XmR chart needs at least 3 periods, better 12; here are {len(value)}.")
    moving = np.abs(np.diff(value))
    kept = moving[moving <= MOVING_RANGE_LIMIT * moving.mean()]
    reach = XMR_REACH * kept.mean()
    centre = np.full(len(value), value.mean())
    return _chart(value, centre, centre - reach, centre + reach)


def p_chart(events: ArrayLike, cases: ArrayLike) -> ControlChart:
    """This will chart the proportion events / cases of each period, shape (periods,): 3 sigma binomial limits, in [0, 1].

    Raises `ValueError` for fewer than 3 periods, a period without cases, or more events than cases. Where periods have
    thousands of cases these limits are too narrow: chart the proportions by `xmr_chart`.
    """
    events, cases = counts("events", events), positive("cases", cases)
    if same_length(events=events, cases=cases) < 3 or np.any(events > cases):
        raise ValueError("A p chart needs at least 3 periods, none with more events than cases.")
    mean = float(events.sum() / cases.sum())
    reach = 3 * np.sqrt(mean * (1 - mean) / cases)
    centre = np.full(len(cases), mean)
    return _chart(events / cases, centre, np.maximum(centre - reach, 0), np.minimum(centre + reach, 1), reach)


def run_chart(values: ArrayLike) -> RunChart:
    """This will count runs and crossings about the median of one value a period, shape (periods,).

    Longest run allowed: round(log2 n) + 3; fewest crossings: the 5 % point of binomial(n - 1, 1/2), n useful points.
    Raises `ValueError` for fewer than 10 useful points, where the rules have no power.
    """
    value = finite("values", values)
    median = float(np.median(value))
    sides = np.sign(value - median)
    sides = sides[sides != 0]
    n = len(sides)
    if n < 10:
        raise ValueError(f"A run chart needs at least 10 points off the median; here are {n}.")
    allowed, fewest = round(np.log2(n)) + 3, int(stats.binom.ppf(0.05, n - 1, 0.5))
    crossings = int(np.sum(sides[1:] != sides[:-1]))
    return RunChart(median, n, int(_run_lengths(sides).max()), allowed, crossings, fewest)


def _chart(
    value: FloatArray, centre: FloatArray, lower: FloatArray, upper: FloatArray, reach: FloatArray | None = None
) -> ControlChart:
    width = upper - centre if reach is None else reach
    off = value - centre
    far = np.where(np.abs(off) > 2 / 3 * width, np.sign(off), 0.0)
    side = np.sign(off)
    return ControlChart(
        value,
        centre,
        lower,
        upper,
        (value < lower) | (value > upper),
        (_run_lengths(side) >= _SIDE) & (side != 0),
        _trend(value),
        _two_of_three(far),
    )


def _run_lengths(sides: FloatArray) -> FloatArray:
    """For each point, the length of the run of equal values that it stands in."""
    starts = np.flatnonzero(np.r_[True, sides[1:] != sides[:-1]])
    lengths = np.diff(np.r_[starts, len(sides)])
    return np.asarray(np.repeat(lengths, lengths), dtype=np.float64)


def _trend(value: FloatArray) -> BoolArray:
    """Points in 6 or more successive steps in one direction: 7 points."""
    step = np.sign(np.diff(value))
    long = (_run_lengths(step) >= _TREND - 1) & (step != 0)
    marked = np.zeros(len(value), dtype=bool)
    marked[:-1] |= long
    marked[1:] |= long
    return marked


def _two_of_three(far: FloatArray) -> BoolArray:
    """The far points of every three successive points of which two or more lie far out on one side."""
    marked = np.zeros(len(far), dtype=bool)
    for side in (-1.0, 1.0):
        out = far == side
        for start in range(len(far) - 2):
            window = slice(start, start + 3)
            if out[window].sum() >= 2:
                marked[window] |= out[window]
    return marked
