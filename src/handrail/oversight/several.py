"""Many tests in one run: how many of the signals would be false."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from handrail.oversight.arrays import FloatArray


def q_values(p_values: ArrayLike) -> FloatArray:
    """This will give Benjamini and Hochberg's adjusted p-values (J R Stat Soc B 1995;57:289-300) over a whole run.

    Any shape; give every unit x measure of the run at once. NaN means that there was no test, is not counted among
    the tests, and stays NaN. Flagging q < 0.05 keeps the expected share of false flags below 5 %. Raises `ValueError`
    for a p-value outside [0, 1].
    """
    given = np.asarray(p_values, dtype=np.float64)
    tested = ~np.isnan(given)
    if np.any((given[tested] < 0) | (given[tested] > 1)):
        raise ValueError("A p-value lies outside 0 to 1; give NaN where there was no test.")
    found = np.full(given.shape, np.nan)
    if tested.any():
        found[tested] = stats.false_discovery_control(given[tested], method="bh")
    return found
