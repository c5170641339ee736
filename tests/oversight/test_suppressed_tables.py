from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from handrail.oversight.room import Sum, reachable
from handrail.oversight.suppression import suppress, suppress_shares, suppress_table, table_sums


def attack(cells: np.ndarray, shown: np.ndarray) -> list[tuple[float, float]]:
    """What a reader works out by linear programming, knowing that no zero is hidden: (least, greatest) of each hidden cell."""
    rows, columns = cells.shape
    equations, place = [], np.arange(cells.size).reshape(cells.shape)
    for line in [*place, *place.T]:
        equation = np.zeros(cells.size)
        equation[line[:-1]], equation[line[-1]] = 1, -1
        equations.append(equation)
    bounds = [(c, c) if s else (1, None) for c, s in zip(cells.ravel(), shown.ravel(), strict=True)]
    found = []
    for at in np.flatnonzero(~shown.ravel()):
        aim = np.zeros(cells.size)
        aim[at] = 1
        ends = []
        for sign in (1, -1):
            answer = linprog(sign * aim, A_eq=np.array(equations), b_eq=np.zeros(rows + columns), bounds=bounds)
            ends.append(sign * answer.fun if answer.status == 0 else np.inf)
        found.append((ends[0], ends[1]))
    return found


small = st.integers(2, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.one_of(st.just(0), st.integers(1, 30)), min_size=width, max_size=width), min_size=2, max_size=4
    )
)


@settings(deadline=None, max_examples=10)
@given(small)
def test_no_hidden_cell_can_be_worked_out_from_the_rest(table: list[list[int]]) -> None:
    found = suppress_table(table)
    small_cells = (found.cells > 0) & (found.cells < 11)
    assert not (small_cells & found.shown).any()
    for least, greatest in attack(found.cells, found.shown):
        assert greatest - least >= 10
    hidden = ~found.shown
    assert (found.upper[hidden] - found.lower[hidden] >= 10).all()
    assert (found.lower <= found.cells).all()
    assert (found.cells <= found.upper).all()


@settings(deadline=None, max_examples=10)
@given(st.lists(st.integers(1, 6), min_size=4, max_size=4))
def test_the_room_of_small_tables_is_that_of_trying_every_table(inner: list[int]) -> None:
    whole = np.pad(np.array(inner, float).reshape(2, 2), ((0, 1), (0, 1)))
    whole[2], whole[:, 2] = whole.sum(axis=0), whole.sum(axis=1)
    whole[2, 2] = whole[:2, 2].sum()
    shown = np.array([[False, False, True], [False, False, True], [True, True, True]])
    low, high = (each.reshape(3, 3) for each in reachable(whole.ravel(), shown.ravel(), table_sums(2, 2)))
    possible = [a for a in range(1, 13) if min(whole[0, 2] - a, whole[2, 0] - a, whole[1, 2] - whole[2, 0] + a) >= 1]
    assert (low[0, 0], high[0, 0]) == (min(possible), max(possible))


def test_one_small_cell_does_not_stand_hidden_alone() -> None:
    found = suppress_table([[3, 40, 50], [60, 70, 80]])
    assert not found.shown[0, 0]
    assert (~found.shown).sum() >= 4
    assert found.texts().count("suppressed") == (~found.shown).sum()


def test_a_table_without_small_cells_is_left_alone() -> None:
    found = suppress_table([[0, 40], [60, 70]])
    assert found.shown.all()
    assert found.texts()[0] == "0"


def test_two_small_cells_alone_in_a_row_are_not_given_away_by_their_total() -> None:
    """1 + 1 with a total of 2 shown would determine both; the total is small too, and more than these must go."""
    found = suppress_table([[1, 1], [50, 50]])
    assert not found.shown[0].any()
    assert (found.upper - found.lower)[0].min() >= 10


def test_totals_of_several_levels_protect_too() -> None:
    """Two clinics in a region, two regions in a state: a small clinic, and not only its neighbour, is hidden."""
    cells = [4, 60, 64, 30, 70, 100, 164]
    sums = (Sum(2, (0, 1)), Sum(5, (3, 4)), Sum(6, (2, 5)))
    found = suppress(cells, sums)
    assert not found.shown[0]
    assert (~found.shown).sum() >= 2
    assert (found.upper - found.lower)[~found.shown].min() >= 10


def test_percentages_do_not_give_a_hidden_count_away() -> None:
    events, cases = [5, 50, 0, 30], [100, 100, 40, 33]
    found, percent = suppress_shares(events, cases)
    assert np.isnan(percent[0])
    assert np.isnan(percent[3])  # 30 of 33: the three others are small
    assert percent[2] == 0
    shown = ~np.isnan(percent)
    assert found.shown[shown][:, [0, 2]].all()
    for least, greatest in attack(found.cells, found.shown):
        assert greatest - least >= 10


def test_a_wider_room_hides_no_less() -> None:
    table = [[3, 20], [60, 17], [30, 31]]
    assert (~suppress_table(table, width=30).shown).sum() >= (~suppress_table(table, width=5).shown).sum()
    wide = suppress_table(table, width=30)
    assert (wide.upper - wide.lower)[~wide.shown].min() >= 30


def test_totals_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="not the sums"):
        suppress([4, 60, 65], (Sum(2, (0, 1)),))
    with pytest.raises(ValueError, match="rows and columns"):
        suppress_table([1, 2])
    with pytest.raises(ValueError, match="no more events"):
        suppress_shares([3], [2])


def test_a_cell_that_protects_nothing_is_shown_with_the_one_that_told_it() -> None:
    cells = [140, 85, 31, 70, 40, 30, 6, 19, 60, 256, 140, 85, 31, 76, 59, 90]
    sums = [Sum(9, (0, 1, 2)), Sum(10, (0,)), Sum(11, (1,)), Sum(12, (2,)), Sum(10, (3, 4, 5)), Sum(11, (6, 7, 8))]
    sums += [Sum(13, (3, 6)), Sum(14, (4, 7)), Sum(15, (5, 8))]
    assert np.flatnonzero(~suppress(cells, sums).shown).tolist() == [3, 4, 6, 7]
