"""The scales on which the spread of a measure no longer depends on its level, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from handrail.oversight.arrays import FloatArray

_NO_CEILING = (0.0, np.inf)
_QUARTER_TURN = (0.0, np.pi / 2)
_NO_END = (-np.inf, np.inf)


@dataclass(frozen=True)
class Scale:
    """The measure on its transformed scale: `value` and standard `error` of shape (n,), and the `target`.

    `within` is the range of the transformed scale; `invert` maps from it to the measure.
    """

    value: FloatArray
    error: FloatArray
    target: float
    within: tuple[float, float]
    invert: Callable[[FloatArray], FloatArray]

    def back(self, transformed: FloatArray) -> FloatArray:
        """This will map onto the measure's scale, first keeping inside the range: a limit below 0 is 0, not positive.

        Squaring a negative square root would give a lower limit above zero, so the order matters.
        """
        return np.asarray(self.invert(np.clip(transformed, *self.within)))


def on_arcsine(events: FloatArray, cases: FloatArray, target: float) -> Scale:
    """This will give arcsin sqrt(x / n), s = 1 / (2 sqrt n)."""
    value = np.arcsin(np.sqrt(events / cases))
    return Scale(value, 1 / (2 * np.sqrt(cases)), float(np.arcsin(np.sqrt(target))), _QUARTER_TURN, _sine_squared)


def on_square_root(observed: FloatArray, expected: FloatArray, target: float, variance: FloatArray) -> Scale:
    """This will give sqrt(O / E), s = sqrt(variance) / (2 E sqrt target): 1 / (2 sqrt E) for a Poisson count."""
    value = np.sqrt(observed / expected)
    error = np.sqrt(variance) / (2 * expected * np.sqrt(target))
    return Scale(value, error, float(np.sqrt(target)), _NO_CEILING, np.square)


def on_log(observed: FloatArray, expected: FloatArray, target: float, variance: FloatArray) -> Scale:
    """This will give ln(O / E), s = sqrt(variance) / (E target): 1 / sqrt E for a Poisson count at target 1."""
    if np.any(observed == 0):
        raise ValueError(
            f"observed[{int(np.argmax(observed == 0))}] is 0, which has no logarithm. "
            "Use the square-root scale (logarithm=False), or `handrail.oversight.rare` for rare events."
        )
    error = np.sqrt(variance) / (expected * target)
    return Scale(np.log(observed / expected), error, float(np.log(target)), _NO_END, np.exp)


def on_log_of_counts(upper: FloatArray, lower: FloatArray, target: float) -> Scale:
    """This will give ln((a + .5) / (b + .5)) with s^2 = a / (a + .5)^2 + b / (b + .5)^2."""
    value = np.log((upper + 0.5) / (lower + 0.5))
    error = np.sqrt(upper / (upper + 0.5) ** 2 + lower / (lower + 0.5) ** 2)
    return Scale(value, error, float(np.log(target)), _NO_END, np.exp)


def _sine_squared(angle: FloatArray) -> FloatArray:
    return np.asarray(np.sin(angle) ** 2)
