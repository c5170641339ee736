"""Shrinkage: what to believe about a unit, given how much its peers differ. Empirical Bayes.

Gamma-Poisson: Clayton and Kaldor, Biometrics 1987;43:671-681. Logit-normal by adaptive Gauss-Hermite quadrature:
Pinheiro and Bates, J Comput Graph Stat 1995;4:12-35. The spread among peers is estimated by maximum likelihood and
then taken as known, so intervals are a little narrow where peers are few.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special, stats

from handrail.oversight.arrays import FloatArray, counts, positive, same_length, share
from handrail.oversight.rare import Interval

_SMALLEST, _LARGEST = 1e-6, 50.0
_ALIKE = 1e-4


@dataclass(frozen=True)
class RatioBelief:
    """The gamma distribution of each unit's true ratio: `shape` and `rate`, shape (n,).

    `peer_mean` and `peer_sd` describe the peers. `are_alike` warns that the data show no difference among peers
    at all: everyone is then drawn to one value, and no posterior probability can find an outlier.
    """

    shape: FloatArray
    rate: FloatArray
    peer_mean: float
    peer_sd: float
    are_alike: bool

    @property
    def mean(self) -> FloatArray:
        """The shrunken ratio; shape (n,)."""
        return self.shape / self.rate

    def interval(self, level: float = 0.95) -> Interval:
        """This will give the equal-tailed credible interval of each ratio."""
        tail = (1 - share("level", level)) / 2
        at = [np.asarray(stats.gamma.ppf(p, self.shape, scale=1 / self.rate)) for p in (tail, 1 - tail)]
        return Interval(at[0], at[1])

    def probability_above(self, ratio: float) -> FloatArray:
        """This will give the posterior probability that the true ratio exceeds `ratio`; shape (n,)."""
        return np.asarray(stats.gamma.sf(ratio, self.shape, scale=1 / self.rate))

    def probability_below(self, ratio: float) -> FloatArray:
        """This will give the posterior probability that the true ratio is below `ratio`; shape (n,)."""
        return np.asarray(stats.gamma.cdf(ratio, self.shape, scale=1 / self.rate))


def gamma_poisson(observed: ArrayLike, expected: ArrayLike) -> RatioBelief:
    """This will shrink the ratios observed / expected (shape (n,)) towards the peers' mean.

    Observed is Poisson(ratio x expected), the ratios gamma; its two parameters maximise the negative-binomial
    likelihood (less what does not depend on them). Raises `ValueError` for fewer than 3 units, counts that are not whole, expected not above 0, or no
    event at all.
    """
    observed, expected = counts("observed", observed), positive("expected", expected)
    if same_length(observed=observed, expected=expected) < 3 or not observed.any():
        raise ValueError("Shrinkage needs at least 3 units and one event; show the counts without it.")

    def unlikely(place: FloatArray) -> float:
        mean, variance = np.exp(place)
        shape, rate = mean**2 / variance, mean / variance
        joint = special.gammaln(shape + observed) - special.gammaln(shape) - observed * np.log(rate + expected)
        return -float(np.sum(joint - shape * np.log1p(expected / rate)))

    crude = float(observed.sum() / expected.sum())
    span = [(np.log(crude) - 3, np.log(crude) + 3), (np.log(_SMALLEST * crude**2), np.log(_LARGEST * crude**2))]
    mean, variance = np.exp(
        _lowest(unlikely, span, [(np.log(crude), np.log(v * crude**2)) for v in (1e-4, 0.01, 0.1, 1.0)])
    )
    shape, rate = mean**2 / variance, mean / variance
    alike = bool(variance < _ALIKE * crude**2)
    return RatioBelief(shape + observed, rate + expected, float(mean), float(np.sqrt(variance)), alike)


@dataclass(frozen=True)
class ProportionBelief:
    """The distribution of each unit's true proportion: `density` over `logit`, both of shape (n, points).

    `peer_mean` is the mean of the peers' logits, `peer_sd` their standard deviation; `are_alike` as in `RatioBelief`.
    """

    logit: FloatArray
    density: FloatArray
    peer_mean: float
    peer_sd: float
    are_alike: bool

    @property
    def mean(self) -> FloatArray:
        """The shrunken proportion; shape (n,)."""
        return np.asarray(np.sum(special.expit(self.logit) * self.density, axis=1))

    def interval(self, level: float = 0.95) -> Interval:
        """This will give the equal-tailed credible interval of each proportion."""
        tail, sums = (1 - share("level", level)) / 2, self._sums()
        rows = list(zip(sums, self.logit, strict=True))
        lower, upper = (special.expit([np.interp(p, total, at) for total, at in rows]) for p in (tail, 1 - tail))
        return Interval(np.asarray(lower), np.asarray(upper))

    def probability_above(self, proportion: float) -> FloatArray:
        """This will give the posterior probability that the true proportion exceeds `proportion`; shape (n,)."""
        return 1 - self.probability_below(proportion)

    def probability_below(self, proportion: float) -> FloatArray:
        """This will give the posterior probability that the true proportion is below `proportion`; shape (n,)."""
        if proportion <= 0 or proportion >= 1:
            return np.full(len(self.logit), float(proportion >= 1))
        cut = special.logit(proportion)
        return np.array([np.interp(cut, at, total) for at, total in zip(self.logit, self._sums(), strict=True)])

    def _sums(self) -> FloatArray:
        return np.asarray(np.cumsum(self.density, axis=1) - 0.5 * self.density)


def logit_normal(events: ArrayLike, cases: ArrayLike, nodes: int = 15, points: int = 801) -> ProportionBelief:
    """This will shrink proportions events / cases (shape (n,)) towards the peers' mean on the logit scale.

    The logits are normal; their mean and standard deviation maximise the likelihood, whose integrals are taken at
    `nodes` Gauss-Hermite nodes laid around each unit's own mode. Each posterior is then tabulated at `points` places.
    (statsmodels' BinomialBayesMixedGLM.fit_map collapses to no spread on small data, so it is not used.)
    Raises `ValueError` for fewer than 3 units, events above cases, or events that are none or all of the cases.
    """
    events, cases = counts("events", events), positive("cases", counts("cases", cases))
    if same_length(events=events, cases=cases) < 3 or np.any(events > cases):
        raise ValueError("Shrinkage needs at least 3 units, and no unit with more events than cases.")
    if events.sum() in (0, cases.sum()):
        raise ValueError("Nobody, or everybody, had the event; show the counts without shrinkage.")
    place, weight = np.polynomial.hermite.hermgauss(nodes)

    def unlikely(at: FloatArray) -> float:
        mean, sd = float(at[0]), float(np.exp(at[1]))
        mode, width = _modes(events, cases, mean, sd)
        logit = mode[:, None] + np.sqrt(2) * width[:, None] * place
        height = _log_joint(events, cases, logit, mean, sd) + place**2 + np.log(weight)
        return -float(np.sum(special.logsumexp(height, axis=1) + np.log(np.sqrt(2) * width)))

    crude = float(special.logit(events.sum() / cases.sum()))
    span = [(crude - 4, crude + 4), (np.log(1e-3), np.log(5.0))]
    best = _lowest(unlikely, span, [(crude, np.log(sd)) for sd in (0.02, 0.1, 0.5, 1.5)])
    mean, sd = float(best[0]), float(np.exp(best[1]))
    mode, width = _modes(events, cases, mean, sd)
    logit = mode[:, None] + width[:, None] * np.linspace(-10, 10, points)
    height = _log_joint(events, cases, logit, mean, sd)
    density = np.exp(height - height.max(axis=1, keepdims=True))
    return ProportionBelief(logit, density / density.sum(axis=1, keepdims=True), mean, sd, sd < 0.01)


def _log_joint(events: FloatArray, cases: FloatArray, logit: FloatArray, mean: float, sd: float) -> FloatArray:
    binomial = events[:, None] * logit - cases[:, None] * np.logaddexp(0, logit)
    return np.asarray(binomial - 0.5 * ((logit - mean) / sd) ** 2 - np.log(sd))


def _modes(events: FloatArray, cases: FloatArray, mean: float, sd: float) -> tuple[FloatArray, FloatArray]:
    """The mode and the width of each unit's posterior, by Newton steps; the log posterior is concave, steps are capped."""
    at = np.full(len(events), mean)
    for _ in range(60):
        p = special.expit(at)
        slope = events - cases * p - (at - mean) / sd**2
        step = np.clip(slope / (cases * p * (1 - p) + 1 / sd**2), -1.0, 1.0)
        at = at + step
        if np.max(np.abs(step)) < 1e-9:
            break
    p = special.expit(at)
    return at, 1 / np.sqrt(cases * p * (1 - p) + 1 / sd**2)


def _lowest(
    unlikely: Callable[[FloatArray], float], span: list[tuple[float, float]], starts: list[tuple[float, float]]
) -> FloatArray:
    """The best of a bounded simplex search from the best of several starts.

    It needs no derivative and no matrix: the likelihood can be flat where peers hardly differ, and for two parameters
    the threads of a linear algebra library cost more than the search.
    """
    start = min(starts, key=lambda at: unlikely(np.array(at)))
    found = optimize.minimize(
        unlikely, start, method="Nelder-Mead", bounds=span, options={"xatol": 1e-4, "fatol": 1e-7, "maxiter": 1000}
    )
    return np.asarray(found.x)
