from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from handrail.oversight.rare import (
    byar_interval,
    g_chart,
    mid_p_interval,
    poisson_interval,
    poisson_p_value,
    t_chart,
)
from handrail.oversight.several import q_values


def test_garwood_reproduces_the_example_of_rs_poisson_test() -> None:
    """R stats, help(poisson.test): 137 events in 24.19893 (thousands): 4.753125 to 6.692709."""
    interval = poisson_interval([137])
    assert interval.lower[0] / 24.19893 == pytest.approx(4.753125, abs=1e-6)
    assert interval.upper[0] / 24.19893 == pytest.approx(6.692709, abs=1e-6)


@pytest.mark.parametrize("count", [0, 1, 7, 40])
def test_interval_bounds_have_the_tails_that_define_them(count: int) -> None:
    exact, mid = poisson_interval([count]), mid_p_interval([count])
    assert stats.poisson.cdf(count, exact.upper[0]) == pytest.approx(0.025)
    assert stats.poisson.cdf(count - 1, mid.upper[0]) + stats.poisson.pmf(count, mid.upper[0]) / 2 == pytest.approx(
        0.025
    )
    if count:
        assert stats.poisson.sf(count - 1, exact.lower[0]) == pytest.approx(0.025)
        assert stats.poisson.sf(count, mid.lower[0]) + stats.poisson.pmf(count, mid.lower[0]) / 2 == pytest.approx(
            0.025
        )
    else:
        assert exact.lower[0] == mid.lower[0] == 0


@given(st.integers(5, 500))
def test_byar_is_close_to_garwood_from_five_events_up(count: int) -> None:
    exact, byar = poisson_interval([count]), byar_interval([count])
    assert byar.lower[0] == pytest.approx(exact.lower[0], rel=0.01)
    assert byar.upper[0] == pytest.approx(exact.upper[0], rel=0.01)


@settings(deadline=None)
@given(st.integers(0, 40), st.floats(0.2, 40))
def test_mid_p_is_bolder_than_exact(count: int, expected: float) -> None:
    assert poisson_p_value(count, expected)[0] <= poisson_p_value(count, expected, mid=False)[0]


def test_the_exact_test_is_never_too_bold() -> None:
    for mean in (0.4, 2.0, 9.3):
        k = np.arange(80)
        p = poisson_p_value(k, np.full(80, mean), mid=False)
        assert stats.poisson.pmf(k, mean)[p < 0.05].sum() <= 0.05


def test_a_zero_where_few_were_expected_is_no_surprise() -> None:
    assert poisson_p_value(0, 2.0)[0] == pytest.approx(np.exp(-2.0))


def test_a_long_gap_without_the_event_lies_above_the_g_limit() -> None:
    chart = g_chart([12, 8, 15, 10, 9] * 3 + [200])
    chance = 1 / (chart.centre + 1)
    assert chart.upper == pytest.approx(stats.nbinom.ppf(1 - 0.00135, 1, chance))
    assert chart.outside.tolist() == [False] * 15 + [True]


def test_the_t_chart_transforms_as_nelson_and_back() -> None:
    times = np.array([3.0, 10, 6, 8, 12, 4, 9])
    even = times ** (1 / 3.6)
    chart = t_chart(times)
    assert chart.upper == pytest.approx((even.mean() + 2.66 * np.abs(np.diff(even)).mean()) ** 3.6)
    assert not chart.outside.any()
    assert t_chart([3.0, 10, 6, 8, 12, 4, 9, 400]).outside[-1]


def test_charts_of_gaps_need_two() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        g_chart([4])


def test_benjamini_and_hochberg_reject_four_of_their_fifteen() -> None:
    """Benjamini and Hochberg 1995, the thrombolysis example, 15 comparisons, the first four at q = 0.05."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    p += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
    assert (q_values(p) < 0.05).tolist() == [True] * 4 + [False] * 11


def test_what_was_not_tested_is_not_counted_and_stays_unknown() -> None:
    assert q_values([0.01, np.nan, 0.03])[[0, 2]] == pytest.approx(q_values([0.01, 0.03]))
    assert np.isnan(q_values([0.01, np.nan, 0.03])[1])
    assert q_values([]).size == 0
    with pytest.raises(ValueError, match="0 to 1"):
        q_values([1.2])
