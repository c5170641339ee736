"""The legs of the rule for a signal: each compares one number with one threshold, and says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import isnan

from handrail.oversight.thresholds import Thresholds


class LegAnswer(Enum):
    """What one leg says. Cannot tell: there was no number to compare."""

    PASS = "pass"  # noqa: S105  not a password
    FAIL = "fail"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True)
class Leg:
    """One leg: its name, its answer, and a sentence with the number and the threshold."""

    name: str
    answer: LegAnswer
    says: str


def least(name: str, value: float, threshold: float) -> Leg:
    """This will pass where the value is at least the threshold; NaN cannot tell."""
    return _leg(name, value, value >= threshold, f"{value:.4g}, needs at least {threshold:g}")


def most(name: str, value: float, threshold: float) -> Leg:
    """This will pass where the value is below the threshold; NaN cannot tell."""
    return _leg(name, value, value < threshold, f"{value:.4g}, needs to be below {threshold:g}")


def peers_leg(peers: int, least_peers: int, better: int) -> Leg:
    """This will pass where there are enough peers, and say so where there are few."""
    few = "; the spread among so few is uncertain" if least_peers <= peers < better else ""
    return _leg("peers", peers, peers >= least_peers, f"{peers}, needs at least {least_peers}{few}")


def outside_leg(raw: float, adjusted: float, t: Thresholds) -> Leg:
    """This will pass outside the adjusted limits of the watch level, and say where the unit lies without adjustment."""
    says = f"{_where(adjusted)}, needs to be outside {100 * t.watch_level:g} %; not adjusted: {_where(raw)}"
    return _leg("outside the limits", adjusted, adjusted >= t.watch_level, says)


def effect_leg(value: float, target: float, is_proportion: bool, t: Thresholds) -> Leg:
    """This will pass where the difference from the target is large enough to matter."""
    if is_proportion:
        points = 100 * (value - target)
        return _leg(
            "material effect",
            points,
            abs(points) >= t.material_points,
            f"{points:+.3g} points, needs {t.material_points:g}",
        )
    ratio = value / target
    is_large = ratio >= t.material_ratio_above or ratio <= t.material_ratio_below
    return _leg(
        "material effect",
        ratio,
        is_large,
        f"{ratio:.3g}, needs {t.material_ratio_above:g} or {t.material_ratio_below:g}",
    )


def _where(level: float) -> str:
    return f"outside {100 * level:g} %" if level else "inside"


def _leg(name: str, value: float, holds: bool, says: str) -> Leg:
    if isnan(value):
        return Leg(name, LegAnswer.CANNOT_TELL, "there is no number to compare")
    return Leg(name, LegAnswer.PASS if holds else LegAnswer.FAIL, says)
