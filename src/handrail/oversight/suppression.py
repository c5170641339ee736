"""Suppression: tables that leave the review team show no count from 1 to 10, nor let one be worked out.

Complementary suppression after Cox, JASA 1980;75:377-385: a table and its totals are linear equations, and a hidden
cell is safe only if the equations leave it room. The room is measured by integer programming (HiGHS through scipy),
on what a reader knows: the cells shown, the sums, and that hidden cells are whole numbers from 1 up, since zeros are
never hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from handrail.oversight.arrays import BoolArray, FloatArray, counts
from handrail.oversight.room import Room, Sum, equations, reachable

SMALLEST_SHOWN = 11
WIDTH = 10


@dataclass(frozen=True)
class Suppressed:
    """Cells in the order given, `shown` False where hidden; `lower` and `upper` are what a reader can work out.

    For a cell that is shown both are its value; `upper` is infinite where nothing bounds it. All of shape (cells,),
    or of the table's shape with its totals for `suppress_table`.
    """

    cells: FloatArray
    shown: BoolArray
    lower: FloatArray
    upper: FloatArray

    def texts(self, hidden: str = "suppressed") -> list[str]:
        """This will give what may be printed for each cell, in flat order; one word for every hidden cell.

        Never mark which cells are small themselves and which protect others: the marks would narrow the room.
        """
        pairs = zip(self.cells.ravel(), self.shown.ravel(), strict=True)
        return [f"{int(cell)}" if is_shown else hidden for cell, is_shown in pairs]


def suppress(
    cells: ArrayLike, sums: Sequence[Sum], width: int = WIDTH, smallest_shown: int = SMALLEST_SHOWN
) -> Suppressed:
    """This will hide every count from 1 to 10 and as many others as it takes that none can be worked out.

    `cells` has shape (cells,), parts and totals in one row, and `sums` says which are which; tables with several
    levels of totals work too. Every hidden cell keeps a range of at least `width` (10: no more is learned than the
    rule itself says). Others are hidden one by one, and shown again where that turns out to be safe. The choice
    is good, not always the fewest possible. Raises `ValueError` where the sums do not hold.
    """
    cells = counts("cells", cells)
    primary = (cells > 0) & (cells < smallest_shown)
    room = Room(cells, equations(sums, cells), width)
    tries = [_hide(cells, primary, sums, room, sign) for sign in (1, -1)]
    shown = max(tries, key=lambda one: int(one.sum()))
    low, high = reachable(cells, shown, sums)
    return Suppressed(cells, shown, low, high)


def _hide(cells: FloatArray, primary: BoolArray, sums: Sequence[Sum], room: Room, sign: int) -> BoolArray:
    """Hide others, the smallest (sign 1) or the largest (sign -1) near cell first, then show again what can be."""
    shown = ~primary
    while (tight := room.first_tight(shown)) is not None:
        shown[_next_to_hide(sign * cells, shown & (cells > 0), sums, tight)] = False
    others = [int(place) for place in np.flatnonzero(~shown & ~primary)]
    orders = [sorted(others, key=lambda at: turn * cells[at]) for turn in (-1, 1)]
    return max((_shown_again(room, shown, order) for order in orders), key=lambda one: int(one.sum()))


def _shown_again(room: Room, shown: BoolArray, order: Sequence[int]) -> BoolArray:
    """Show each of these cells again, in this order, where every other hidden cell keeps its room without it.

    One of these cells that then could be worked out is of no use hidden, so it is shown with it.
    """
    for place in order:
        tried = shown.copy()
        tight: int | None = place
        while tight in order:
            tried[tight] = True
            tight = room.first_tight(tried)
        if tight is None:
            shown = tried
    return shown


def suppress_table(table: ArrayLike, width: int = WIDTH, smallest_shown: int = SMALLEST_SHOWN) -> Suppressed:
    """This will suppress a table of counts, shape (rows, columns), whose row, column and grand totals are printed too.

    The answer has the shape (rows + 1, columns + 1), totals last. Raises `ValueError` for a table that is not
    two-dimensional or counts that are not whole.
    """
    inner = np.asarray(table, dtype=np.float64)
    if inner.ndim != 2:
        raise ValueError(f"A table has rows and columns; this has the shape {inner.shape}.")
    whole = np.vstack([inner, inner.sum(axis=0)])
    whole = np.column_stack([whole, whole.sum(axis=1)])
    found = suppress(whole.ravel(), table_sums(*inner.shape), width, smallest_shown)
    shape = whole.shape
    return Suppressed(whole, found.shown.reshape(shape), found.lower.reshape(shape), found.upper.reshape(shape))


def suppress_shares(
    events: ArrayLike, cases: ArrayLike, width: int = WIDTH, smallest_shown: int = SMALLEST_SHOWN
) -> tuple[Suppressed, FloatArray]:
    """This will suppress events, the cases without, and all cases of each group, and the percentages with them.

    `events` and `cases` have shape (groups,). The table of the answer has the columns with, without, cases, and the
    last row is the total; the percentages, shape (groups + 1,), are NaN wherever the count of events or of cases is
    hidden, because a percentage and one of the two give away the other. Raises `ValueError` where events exceed cases.
    """
    events, cases = counts("events", events), counts("cases", cases)
    if events.shape != cases.shape or np.any(events > cases):
        raise ValueError("Each group needs its events and its cases, and no more events than cases.")
    found = suppress_table(np.column_stack([events, cases - events]), width, smallest_shown)
    with_event, everyone = found.cells[:, 0], found.cells[:, 2]
    can_show = found.shown[:, 0] & found.shown[:, 2] & (everyone > 0)
    percent = np.full(len(everyone), np.nan)
    percent[can_show] = 100 * with_event[can_show] / everyone[can_show]
    return found, percent


def table_sums(rows: int, columns: int) -> tuple[Sum, ...]:
    """This will give the sums of a table with totals in its last row and column, cells counted along the rows."""
    at = np.arange((rows + 1) * (columns + 1)).reshape(rows + 1, columns + 1)
    return tuple(_line_sums(at)) + tuple(_line_sums(at.T))


def _line_sums(at: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Iterable[Sum]:
    return (Sum(int(line[-1]), tuple(int(part) for part in line[:-1])) for line in at)


def _next_to_hide(rank: FloatArray, can_hide: BoolArray, sums: Sequence[Sum], tight: int) -> int:
    """The first by rank of the cells that share a sum with the one that is too tight; failing those, of all."""
    near = {place for one in sums if tight in (one.total, *one.parts) for place in (one.total, *one.parts)}
    choice = [place for place in near if can_hide[place]] or [int(place) for place in np.flatnonzero(can_hide)]
    return min(choice, key=lambda place: (rank[place], place))
