"""Signals: which units stand out so clearly that people should look, and what each leg of the rule says.

A signal is statistical; it is not a finding about quality and never the sole basis for action against anybody.
The rule is the handbook's (`docs/methods.md`): every leg must hold, and each is shown pass, fail or cannot tell.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike

from handrail.oversight.arrays import FloatArray, not_negative, same_length
from handrail.oversight.funnel import Funnel, proportion_funnel, ratio_funnel
from handrail.oversight.legs import Leg, LegAnswer, effect_leg, least, most, outside_leg, peers_leg
from handrail.oversight.several import q_values
from handrail.oversight.shrinkage import ProportionBelief, RatioBelief, gamma_poisson, logit_normal
from handrail.oversight.thresholds import Minimum, Thresholds


class Direction(Enum):
    """On which side of the target a unit lies. Which side is favourable, the measure's definition says."""

    OVER = "over"
    UNDER = "under"


class Verdict(Enum):
    """What the legs come to together."""

    REVIEW = "review"
    WATCH = "watch"
    NO_SIGNAL = "no signal"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True)
class Measured:
    """One measure over its peer group, made by `measured_ratio` or `measured_proportion`. Arrays of shape (units,).

    `belief` is None where too few units or events allow none. A proportion's effects are in percentage points, a
    ratio's are ratios. `minimum` is that of the thresholds it was made with, so that measures may differ in it.
    """

    measure: str
    units: tuple[str, ...]
    cases: FloatArray
    expected: FloatArray
    funnel: Funnel
    belief: RatioBelief | ProportionBelief | None
    is_proportion: bool
    minimum: Minimum


@dataclass(frozen=True)
class Signal:
    """One unit on one measure: the verdict, each leg, and the raw result beside the adjusted.

    `value` and `shrunken` are on the measure's scale. `raw_z` ignores and `adjusted_z` allows for the spread among
    peers (`phi`, `tau2`, `peers`). `outside_raw` and `outside_adjusted` are the highest level whose limits the unit
    lies outside, 0 where inside all. `detectable` are the values below and above the target that the unit's volume
    could have shown at the watch level (NaN: none). `persists` where the same side was a signal in the period before.
    """

    measure: str
    unit: str
    direction: Direction
    verdict: Verdict
    legs: tuple[Leg, ...]
    cases: float
    value: float
    shrunken: float
    raw_z: float
    adjusted_z: float
    outside_raw: float
    outside_adjusted: float
    phi: float
    tau2: float
    peers: int
    detectable: tuple[float, float]
    persists: bool = False


def measured_ratio(
    measure: str,
    units: Sequence[str],
    observed: ArrayLike,
    expected: ArrayLike,
    cases: ArrayLike,
    thresholds: Thresholds,
    variance: ArrayLike | None = None,
) -> Measured:
    """This will prepare a standardised ratio (or a rate, with expected = target x exposure) for `signals`.

    Arrays of shape (units,): whole observed events, expected above 0, cases, and optionally the variance of the
    observed (see `ratio_funnel`). Raises `ValueError` as the funnel does, and where a unit stands twice.
    """
    funnel = ratio_funnel(observed, expected, 1.0, variance, thresholds.winsorised)
    events, size = np.asarray(observed, dtype=np.float64), funnel.size
    belief = gamma_poisson(events, size) if len(size) >= 3 and events.any() else None
    return _measured(measure, units, cases, size, funnel, belief, False, thresholds.minimum)


def measured_proportion(
    measure: str, units: Sequence[str], events: ArrayLike, cases: ArrayLike, thresholds: Thresholds
) -> Measured:
    """This will prepare a proportion events / cases, both of shape (units,), for `signals`; the target is the peers'.

    Raises `ValueError` as the funnel does, where a unit stands twice, and where nobody or everybody has the event.
    """
    funnel = proportion_funnel(events, cases, None, thresholds.winsorised)
    belief = logit_normal(events, cases) if len(funnel.size) >= 3 else None
    rarer = min(funnel.target, 1 - funnel.target)
    return _measured(measure, units, cases, funnel.size * rarer, funnel, belief, True, thresholds.minimum)


def _measured(
    measure: str,
    units: Sequence[str],
    cases: ArrayLike,
    expected: FloatArray,
    funnel: Funnel,
    belief: RatioBelief | ProportionBelief | None,
    is_proportion: bool,
    minimum: Minimum,
) -> Measured:
    names, volume = tuple(units), not_negative("cases", cases)
    same_length(units=np.array(names), cases=volume, expected=expected)
    if len(set(names)) < len(names):
        raise ValueError(f"{measure}: a unit stands twice; add its numbers up first.")
    return Measured(measure, names, volume, expected, funnel, belief, is_proportion, minimum)


def signals(
    run: Sequence[Measured], thresholds: Thresholds, before: Collection[tuple[str, str, Direction]] = ()
) -> tuple[Signal, ...]:
    """This will judge every unit on every measure of a run, in the order given.

    Give the whole run at once: the false-discovery leg is over all its tests. Units below the minimum volume, and
    measures with too few peers, are not tested, only shown. `before` lists the (measure, unit, direction) that were
    signals in the period before; it raises the priority and is no leg.
    """
    if not run:
        return ()
    tested = [_testable(one) for one in run]
    p = [np.where(can, one.funnel.adjusted_p_value, np.nan) for one, can in zip(run, tested, strict=True)]
    q = np.split(q_values(np.concatenate(p)), np.cumsum([len(each) for each in p])[:-1])
    found = [s for one, each in zip(run, q, strict=True) for s in _judge(one, each, thresholds)]
    known = set(before)
    return tuple(replace(s, persists=(s.measure, s.unit, s.direction) in known) for s in found)


def _testable(one: Measured) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    enough = (one.cases >= one.minimum.cases) & (one.expected >= one.minimum.expected)
    return np.asarray(enough & (_peers(one) >= one.minimum.peers))


def _peers(one: Measured) -> int:
    return int(np.sum(one.cases >= one.minimum.cases))


def _judge(one: Measured, q: FloatArray, t: Thresholds) -> list[Signal]:
    funnel, peers = one.funnel, _peers(one)
    raw, adjusted = (_outside(funnel, t, is_adjusted) for is_adjusted in (False, True))
    below, above = funnel.smallest_detectable(t.watch_level, t.detectable_power)
    over = funnel.value > funnel.target
    posterior = _posterior(one, over, t)
    shrunken = np.full(len(over), np.nan) if one.belief is None else one.belief.mean
    found = []
    for i, unit in enumerate(one.units):
        legs = (
            least("cases", one.cases[i], one.minimum.cases),
            least("expected events", one.expected[i], one.minimum.expected),
            peers_leg(peers, one.minimum.peers, t.better_peers),
            outside_leg(raw[i], adjusted[i], t),
            most("false discovery q", q[i], t.largest_q),
            effect_leg(funnel.value[i], funnel.target, one.is_proportion, t),
            least("posterior probability", posterior[i], t.posterior_probability),
        )
        could_see = _could_see(below[i], above[i], one, t)
        found.append(
            Signal(
                one.measure,
                unit,
                Direction.OVER if over[i] else Direction.UNDER,
                _verdict(legs, adjusted[i] >= t.review_level, could_see),
                legs,
                float(one.cases[i]),
                float(funnel.value[i]),
                float(shrunken[i]),
                float(funnel.z[i]),
                float(funnel.adjusted_z[i]),
                float(raw[i]),
                float(adjusted[i]),
                funnel.dispersion.phi,
                funnel.dispersion.tau2,
                peers,
                (float(below[i]), float(above[i])),
            )
        )
    return found


def _outside(funnel: Funnel, t: Thresholds, adjusted: bool) -> FloatArray:
    """The highest level whose limits each unit lies outside; 0 inside all."""
    level = np.zeros(len(funnel.value))
    for each in (t.watch_level, t.review_level):
        limits = funnel.limits(each, adjusted)
        level[(funnel.value < limits.lower) | (funnel.value > limits.upper)] = each
    return level


def _posterior(one: Measured, over: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], t: Thresholds) -> FloatArray:
    """The probability that the true value lies beyond the margin on the side where the unit lies.

    NaN without a belief, and where peers are alike: everyone is then drawn to one value, whatever is true.
    """
    if one.belief is None or one.belief.are_alike:
        return np.full(len(over), np.nan)
    target, points = one.funnel.target, t.posterior_points / 100
    high, low = (target + points, target - points) if one.is_proportion else (t.posterior_ratio, 1 / t.posterior_ratio)
    return np.where(over, one.belief.probability_above(high), one.belief.probability_below(low))


def _could_see(below: float, above: float, one: Measured, t: Thresholds) -> bool:
    """Whether the volume could have shown a difference as large as nobody would want to miss."""
    if not one.is_proportion:
        return bool(above <= t.widest_detectable_ratio)
    gaps = [abs(side - one.funnel.target) for side in (below, above) if not np.isnan(side)]
    return bool(gaps) and max(gaps) <= t.widest_detectable_points / 100


def _verdict(legs: tuple[Leg, ...], is_far: bool, could_see: bool) -> Verdict:
    """All legs pass: review or watch. Otherwise silence means something only where the volume could have spoken."""
    volume, rest = legs[:3], legs[3:]
    if any(leg.answer is not LegAnswer.PASS for leg in volume):
        return Verdict.CANNOT_TELL
    if all(leg.answer is LegAnswer.PASS for leg in rest):
        return Verdict.REVIEW if is_far else Verdict.WATCH
    if any(leg.answer is LegAnswer.FAIL for leg in rest) and could_see:
        return Verdict.NO_SIGNAL
    return Verdict.CANNOT_TELL
