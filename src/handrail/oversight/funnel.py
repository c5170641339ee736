"""The funnel plot: who lies further from the target than chance and ordinary variation explain.

Follows Spiegelhalter, Funnel plots for comparing institutional performance, Stat Med 2005;24:1185-1202, and
Handling over-dispersion of performance indicators, Qual Saf Health Care 2005;14:347-351.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from handrail.oversight.arrays import FloatArray, counts, finite, positive, same_length, share
from handrail.oversight.scales import Scale, on_arcsine, on_log, on_log_of_counts, on_square_root

WATCH, REVIEW = 0.95, 0.998


@dataclass(frozen=True)
class Dispersion:
    """How much more the units vary than chance alone: `phi` (1 is chance) and `tau2` on the transformed scale."""

    phi: float
    tau2: float
    units: int
    winsorised: float
    truncated: bool


@dataclass(frozen=True)
class Limits:
    """The lower and upper limit for each unit, on the scale of the measure; shape (n,)."""

    level: float
    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True)
class Funnel:
    """A funnel, everything in it of shape (n,) in the order given.

    `value` is the measure itself (a proportion, a ratio, a rate per unit of exposure), `size` what the width of the
    funnel depends on (cases, expected events, exposure). `z` is the raw distance from the target in standard errors,
    `adjusted_z` the distance after the spread that the units share (tau2) is allowed for.
    """

    value: FloatArray
    size: FloatArray
    target: float
    scale: Scale
    dispersion: Dispersion
    z: FloatArray
    adjusted_z: FloatArray

    @property
    def p_value(self) -> FloatArray:
        """The two-sided probability of so large a raw distance by chance."""
        return np.asarray(2 * stats.norm.sf(np.abs(self.z)))

    @property
    def adjusted_p_value(self) -> FloatArray:
        """The two-sided probability of so large an adjusted distance by chance and ordinary variation."""
        return np.asarray(2 * stats.norm.sf(np.abs(self.adjusted_z)))

    def limits(self, level: float, adjusted: bool = True) -> Limits:
        """This will give the limits at a level such as 0.95, mapped back onto the measure's own scale.

        Adjusted: target +- z * sqrt(s^2 + tau2) on the transformed scale, kept inside its range, then transformed
        back (the square of the square root: FunnelPlotR's first versions left it out). Not adjusted: tau2 = 0.
        """
        z = float(stats.norm.isf((1 - share("level", level)) / 2))
        half = z * self.spread(adjusted)
        centre = self.scale.target
        return Limits(level, self.scale.back(centre - half), self.scale.back(centre + half))

    def spread(self, adjusted: bool = True) -> FloatArray:
        """This will give sqrt(s^2 + tau2), or s where not adjusted, on the transformed scale; shape (n,)."""
        tau2 = self.dispersion.tau2 if adjusted else 0.0
        return np.asarray(np.sqrt(self.scale.error**2 + tau2))

    def smallest_detectable(self, level: float, power: float = 0.8) -> tuple[FloatArray, FloatArray]:
        """This will give the values below and above the target that each unit's volume could have shown.

        A unit that truly has this value lies outside the adjusted limit with the stated power. NaN where no value
        could: then nothing can be said in that direction.
        """
        reach = stats.norm.isf((1 - share("level", level)) / 2) + stats.norm.ppf(share("power", power))
        half = reach * self.spread()
        low, high = self.scale.target - half, self.scale.target + half
        floor, ceiling = self.scale.within
        below = np.where(low > floor, self.scale.back(low), np.nan)
        above = np.where(high < ceiling, self.scale.back(high), np.nan)
        return below, above


def dispersion(z: ArrayLike, error: ArrayLike, tails: float = 0.1, truncate: bool = False) -> Dispersion:
    """This will estimate phi = mean z^2 and the additive variance tau2 after the tails of z are tamed.

    `z` and `error` have shape (n,). `tails` of each end are pulled in to the quantile (winsorised, Spiegelhalter), or
    left out (truncated, as England's SHMI does). tau2 = (n phi - (n - 1)) / (sum w - sum w^2 / sum w), w = 1/error^2,
    never below 0: the moment estimator of DerSimonian and Laird with the target held fixed.

    Winsorising pulls phi down even where nothing is unusual (to about 0.7 at 10 %), so that tau2 stays 0 until the
    spread is clearly more than chance, and is then on the small side. Raises `ValueError` for tails outside [0, 0.5).
    """
    distance, s = finite("z", z), positive("error", error)
    same_length(z=distance, error=s)
    if not 0 <= tails < 0.5:
        raise ValueError(f"tails is {tails}; it is the share at each end, such as 0.1, and below one half.")
    low, high = np.quantile(distance, [tails, 1 - tails])
    if truncate and tails > 0:
        kept = (distance > low) & (distance < high)
        distance, s = distance[kept], s[kept]
    else:
        distance = np.clip(distance, low, high)
    n = len(distance)
    if n < 2:
        return Dispersion(float("nan"), 0.0, n, tails, truncate)
    phi = float(np.mean(distance**2))
    weight = 1 / s**2
    spread = float(np.sum(weight) - np.sum(weight**2) / np.sum(weight))
    return Dispersion(phi, max(0.0, (n * phi - (n - 1)) / spread), n, tails, truncate)


def _funnel(value: FloatArray, size: FloatArray, target: float, scale: Scale, tails: float, truncate: bool) -> Funnel:
    z = (scale.value - scale.target) / scale.error
    found = dispersion(z, scale.error, tails, truncate)
    adjusted = (scale.value - scale.target) / np.sqrt(scale.error**2 + found.tau2)
    return Funnel(value, size, target, scale, found, z, adjusted)


def _pooled(events: FloatArray, size: FloatArray, is_mixed: object = True) -> float:
    """All events over everything, as the target that the peers set themselves."""
    if not events.any() or not is_mixed:
        raise ValueError("Nobody, or everybody, had the event, so there is nothing to compare; show the counts.")
    return float(events.sum() / size.sum())


def proportion_funnel(events: ArrayLike, cases: ArrayLike, target: float | None = None, tails: float = 0.1) -> Funnel:
    """This will place proportions events / cases (shape (n,)) in a funnel on the arcsine square-root scale.

    The target is all events over all cases where none is given. Raises `ValueError` where events exceed cases, a
    unit has no cases, or the target is not strictly between 0 and 1. Spiegelhalter 2005, appendix.
    """
    events, cases = counts("events", events), positive("cases", cases)
    same_length(events=events, cases=cases)
    if np.any(events > cases):
        raise ValueError(f"events[{int(np.argmax(events > cases))}] is more than its cases.")
    centre = share("target", _pooled(events, cases, events.sum() < cases.sum()) if target is None else target)
    return _funnel(events / cases, cases, centre, on_arcsine(events, cases, centre), tails, False)


def ratio_funnel(
    observed: ArrayLike,
    expected: ArrayLike,
    target: float = 1.0,
    variance: ArrayLike | None = None,
    tails: float = 0.1,
    logarithm: bool = False,
) -> Funnel:
    """This will place standardised ratios observed / expected (shape (n,)) in a funnel.

    On the square-root scale with winsorised tails (s = 1 / (2 sqrt E)), which bears zeros; with `logarithm`, on the
    log scale with truncated tails, as England's SHMI. `variance` is that of the observed count where it is known to
    differ from `expected`, as for yes/no outcomes, where it is the sum of p (1 - p).
    Raises `ValueError` for a negative count, an expected that is not above 0, or a zero count with `logarithm`.
    """
    observed, expected = counts("observed", observed), positive("expected", expected)
    centre = float(positive("target", target)[0])
    spread = expected * centre if variance is None else positive("variance", variance)
    same_length(observed=observed, expected=expected, variance=spread)
    scale = (on_log if logarithm else on_square_root)(observed, expected, centre, spread)
    return _funnel(observed / expected, expected, centre, scale, tails, logarithm)


def rate_funnel(events: ArrayLike, exposure: ArrayLike, target: float | None = None, tails: float = 0.1) -> Funnel:
    """This will place rates events / exposure (shape (n,); exposure in, say, client-months) in a funnel.

    The exposure is a fixed amount, not a count with its own error: for that see `count_ratio_funnel`. The target is
    all events over all exposure where none is given. Raises `ValueError` as `ratio_funnel` does.
    """
    events, exposure = counts("events", events), positive("exposure", exposure)
    same_length(events=events, exposure=exposure)
    centre = float(positive("target", _pooled(events, exposure) if target is None else target)[0])
    return _funnel(
        events / exposure, exposure, centre, on_square_root(events, exposure, centre, exposure * centre), tails, False
    )


def count_ratio_funnel(upper: ArrayLike, lower: ArrayLike, target: float | None = None, tails: float = 0.1) -> Funnel:
    """This will place ratios of two counts upper / lower (shape (n,)) in a funnel on the log scale, each with +0.5.

    Raises `ValueError` where `lower` is not above 0 or a count is not whole. Spiegelhalter 2005, appendix.
    """
    upper, lower = counts("upper", upper), positive("lower", counts("lower", lower))
    same_length(upper=upper, lower=lower)
    centre = float(positive("target", _pooled(upper, lower) if target is None else target)[0])
    return _funnel(upper / lower, lower, centre, on_log_of_counts(upper, lower, centre), tails, False)
