from __future__ import annotations

from math import comb, log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.oversight.over_time import p_chart, run_chart, xmr_chart

# NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2: flow rates of ten batches.
FLOW = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
# Montgomery, Introduction to Statistical Quality Control, table of orange juice cans: 30 samples of 50.
CANS = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]


def test_xmr_limits_are_those_of_nist() -> None:
    """Limits 45.8159 and 55.8041 there, with 3 / 1.128 where NHSRplotthedots rounds to 2.66."""
    chart = xmr_chart(FLOW)
    assert chart.centre[0] == pytest.approx(50.81)
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((45.8159, 55.8041), abs=0.002)
    assert not chart.outside.any()


def test_p_chart_limits_are_those_of_montgomery() -> None:
    """0.2313, 0.0524, 0.4102; samples 15 and 23 lie above."""
    chart = p_chart(CANS, [50] * 30)
    assert (chart.centre[0], chart.lower[0], chart.upper[0]) == pytest.approx((0.2313, 0.0524, 0.4102), abs=1e-4)
    assert np.flatnonzero(chart.outside).tolist() == [14, 22]


def test_one_jump_does_not_widen_the_limits_that_should_show_it() -> None:
    values = [10.0, 11, 10, 11, 10, 11, 10, 11, 60, 11, 10, 11]
    chart = xmr_chart(values)
    assert chart.upper[0] - chart.centre[0] == pytest.approx(2.66)
    assert chart.outside[8]


def test_seven_on_one_side_break_the_rule_and_six_do_not() -> None:
    assert not xmr_chart([0.0, 2] * 3 + [2.0] * 5 + [0.0] * 5).one_side.any()
    seven = xmr_chart([0.0] * 7 + [2.0] * 7)
    assert seven.one_side.all()


def test_a_trend_needs_seven_points_that_rise_or_fall_each_time() -> None:
    assert xmr_chart([5.0, 1, 2, 3, 4, 5, 6, 7, 3]).trend.tolist() == [False] + [True] * 7 + [False]
    assert not xmr_chart([5.0, 1, 2, 3, 4, 5, 6, 5]).trend.any()
    assert not xmr_chart([5.0, 1, 2, 3, 3, 4, 5, 6, 3]).trend.any()


def test_two_of_three_near_the_same_limit_are_marked_and_not_those_on_two_sides() -> None:
    noise = [0.0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]
    same = xmr_chart([*noise, 3.0, 3.0, *noise])
    assert same.near_limit[[16, 17]].all()
    assert not same.near_limit[:16].any()
    far = p_chart([50] * 12 + [64, 50, 36] + [50] * 12, [100] * 27)
    assert not far.near_limit.any()


@pytest.mark.parametrize("points", [10, 12, 20, 24, 60])
def test_run_rules_have_the_bounds_of_anhoej_and_olesen(points: int) -> None:
    """The rule of PLoS ONE 2014;9:e113825, its binomial point counted out here by whole numbers."""
    chart = run_chart([float(i % 2) for i in range(points)])
    fewest = next(
        k for k in range(points) if sum(comb(points - 1, i) for i in range(k + 1)) >= 0.05 * 2 ** (points - 1)
    )
    assert (chart.useful, chart.longest_allowed, chart.fewest_allowed) == (points, round(log2(points)) + 3, fewest)
    assert not chart.is_shifted


def test_a_shift_is_seen_by_both_run_rules_and_points_on_the_median_do_not_count() -> None:
    chart = run_chart([1.0] * 12 + [5.0] + [9.0] * 12)
    assert (chart.useful, chart.longest_run, chart.crossings) == (24, 12, 1)
    assert chart.is_shifted


def test_run_rules_are_seldom_wrong_where_nothing_changes() -> None:
    rng = np.random.default_rng(0)
    wrong = np.mean([run_chart(rng.normal(size=24)).is_shifted for _ in range(1500)])
    assert wrong < 0.12


def test_too_few_periods_are_refused() -> None:
    with pytest.raises(ValueError, match="3 periods"):
        xmr_chart([1.0, 2])
    with pytest.raises(ValueError, match="10 points"):
        run_chart([1.0, 2, 3])
    with pytest.raises(ValueError, match="p chart"):
        p_chart([5, 1, 1], [4, 4, 4])


@given(st.lists(st.floats(-100, 100), min_size=3, max_size=30), st.floats(-50, 50))
def test_moving_every_value_moves_the_limits_by_as_much(values: list[float], by: float) -> None:
    one, other = xmr_chart(values), xmr_chart([value + by for value in values])
    assert other.upper == pytest.approx(one.upper + by, abs=1e-6)
    assert other.lower == pytest.approx(one.lower + by, abs=1e-6)
