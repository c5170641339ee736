"""The room of a hidden cell: what a reader of the shown cells and their sums can still not tell.

Exact, by integer programming (HiGHS through scipy): for sums over several levels a linear program alone would claim
more room than whole numbers have. scipy brings in its parts when they are first named, so the app starts without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy
from numpy.typing import ArrayLike

from handrail.oversight.arrays import BoolArray, FloatArray, counts

_UNBOUNDED = (3, 4)  # HiGHS may call it "infeasible or unbounded"; the cells themselves are always feasible
_FAR = 10


@dataclass(frozen=True)
class Sum:
    """That the cell at `total` is the sum of the cells at `parts` (places in the flat row of cells)."""

    total: int
    parts: tuple[int, ...]


def reachable(cells: ArrayLike, shown: ArrayLike, sums: Sequence[Sum]) -> tuple[FloatArray, FloatArray]:
    """This will give the least and the greatest value that each cell could have for a reader of the shown ones.

    `cells` and `shown` have shape (cells,); a hidden cell is taken to be 1 or more, since zeros are never hidden.
    The greatest is infinite where nothing bounds it. Raises `ValueError` where the sums do not hold for the cells.
    """
    cells, shown = counts("cells", cells), np.asarray(shown, dtype=bool)
    matrix = equations(sums, cells)
    low, high = cells.copy(), cells.copy()
    ceiling = np.full(len(cells), np.inf)
    for place in np.flatnonzero(~shown).tolist():
        low[place] = _extreme(place, 1.0, cells, shown, ceiling, matrix)[0]
        high[place] = _extreme(place, -1.0, cells, shown, ceiling, matrix)[0]
    return low, high


def equations(sums: Sequence[Sum], cells: FloatArray) -> scipy.sparse.csr_array:
    """This will write the sums as rows of a matrix whose product with the cells is 0.

    Raises `ValueError` where the product is not 0.
    """
    matrix = scipy.sparse.lil_array((len(sums), len(cells)))
    for row, one in enumerate(sums):
        matrix[row, one.total] = -1.0
        for part in one.parts:
            matrix[row, part] = 1.0
    if np.any(matrix @ cells != 0):
        raise ValueError("The totals are not the sums of their parts, so the table cannot be published.")
    return matrix.tocsr()


@dataclass
class Room:
    """A search for hidden cells with too little room, which remembers every table that it has found possible.

    A remembered table that differs from the truth only in hidden cells proves room again at no cost.
    """

    cells: FloatArray
    matrix: scipy.sparse.csr_array
    width: int
    possible: list[FloatArray] = field(default_factory=list)

    def first_tight(self, shown: BoolArray) -> int | None:
        """This will give the first hidden cell whose range is below `width`, or None where there is none.

        Each cell is looked for up to ten widths above its value, which can only make a range too narrow, never wide.
        """
        ceiling = self.cells + _FAR * self.width
        for place in np.flatnonzero(~shown).tolist():
            for sign in (-1.0, 1.0):
                if self._proven(place, shown):
                    break
                self.possible.append(_extreme(place, sign, self.cells, shown, ceiling, self.matrix)[1])
            if not self._proven(place, shown):
                return int(place)
        return None

    def _proven(self, place: int, shown: BoolArray) -> bool:
        tables = np.array([self.cells, *self.possible])
        still = np.all(tables[:, shown] == self.cells[shown], axis=1)
        return bool(np.ptp(tables[still, place], axis=0) >= self.width)


def _extreme(
    place: int, sign: float, cells: FloatArray, shown: BoolArray, ceiling: FloatArray, matrix: scipy.sparse.csr_array
) -> tuple[float, FloatArray]:
    """The least (sign 1) or greatest (sign -1) value of a hidden cell, and a whole table in which it has it."""
    hidden = np.flatnonzero(~shown)
    aim = np.where(hidden == place, sign, 0.0)
    known = -(matrix[:, np.flatnonzero(shown)] @ cells[shown])
    found = scipy.optimize.milp(
        aim,
        integrality=np.ones(len(hidden)),
        bounds=scipy.optimize.Bounds(np.ones(len(hidden)), ceiling[hidden]),
        constraints=[scipy.optimize.LinearConstraint(matrix[:, hidden], known, known)],
    )
    if found.status in _UNBOUNDED:
        return np.inf, cells
    if found.status != 0:
        raise RuntimeError(f"The room of a hidden cell could not be measured: {found.message}")
    table = cells.copy()
    table[hidden] = np.round(found.x)
    return float(table[place]), table
