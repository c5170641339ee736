from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from handrail.oversight.exact import exact_proportion_limits, exact_ratio_limits
from handrail.oversight.funnel import (
    count_ratio_funnel,
    dispersion,
    proportion_funnel,
    rate_funnel,
    ratio_funnel,
)
from handrail.oversight.rare import poisson_interval

# FunnelPlotR's own test data, tests/testthat/test-OD_adjust_func.R
OBSERVED = [100, 150, 180, 80, 120, 225]
EXPECTED = [108, 112, 165, 95, 100, 220]


def test_shmi_follows_the_recipe_of_funnelplotr_step_by_step() -> None:
    """R/OD_adjust_func.R, method SHMI, written out again: z = sqrt(E) ln(O/E), cut at the 10 % quantiles."""
    o, e = np.array(OBSERVED, float), np.array(EXPECTED, float)
    z = np.sqrt(e) * np.log(o / e)
    low, high = np.percentile(z, [10, 90])
    kept = (z > low) & (z < high)
    n, w = kept.sum(), e[kept]
    phi = (z[kept] ** 2).sum() / n
    tau2 = max(0, (n * phi - (n - 1)) / (w.sum() - (w**2).sum() / w.sum()))
    funnel = ratio_funnel(o, e, logarithm=True)
    assert funnel.dispersion.units == 4
    assert funnel.dispersion.phi == pytest.approx(phi)
    assert funnel.dispersion.tau2 == pytest.approx(tau2)
    upper = np.exp(1.959964 * np.sqrt(1 / e + tau2))
    assert funnel.limits(0.95).upper == pytest.approx(upper, rel=1e-6)
    assert funnel.adjusted_z == pytest.approx(np.log(o / e) / np.sqrt(1 / e + tau2))


def test_tau2_without_winsorising_is_that_of_dersimonian_and_laird() -> None:
    """statsmodels' combine_effects(method_re="dl"), where the target is the weighted mean."""
    rng = np.random.default_rng(3)
    error = rng.uniform(0.05, 0.3, 30)
    value = rng.normal(0.2, 0.4, 30)
    weight = 1 / error**2
    z = (value - (weight * value).sum() / weight.sum()) / error
    assert dispersion(z, error, tails=0).tau2 == pytest.approx(combine_effects(value, error**2, method_re="dl").tau2)


def test_square_root_limits_are_squared_on_the_way_back_and_stop_at_zero() -> None:
    funnel = ratio_funnel([4, 100], [4, 100])
    limits = funnel.limits(0.998)
    assert limits.upper == pytest.approx((1 + 3.090232 / (2 * np.sqrt([4, 100]))) ** 2, rel=1e-6)
    assert limits.lower[0] == pytest.approx((1 - 3.090232 / 4) ** 2, rel=1e-5)
    assert ratio_funnel([1, 1], [1, 1]).limits(0.998).lower == pytest.approx([0, 0])


def test_a_zero_is_borne_by_the_square_root_and_refused_by_the_logarithm() -> None:
    assert np.isfinite(ratio_funnel([0, 5, 7], [4, 5, 6]).z).all()
    with pytest.raises(ValueError, match="square-root"):
        ratio_funnel([0, 5, 7], [4, 5, 6], logarithm=True)


def test_proportions_stand_on_the_arcsine_scale() -> None:
    funnel = proportion_funnel([10, 30], [40, 60], target=0.4)
    by_hand = (np.arcsin(np.sqrt([0.25, 0.5])) - np.arcsin(np.sqrt(0.4))) * 2 * np.sqrt([40, 60])
    assert funnel.z == pytest.approx(by_hand)
    assert funnel.limits(0.95, adjusted=False).upper[0] == pytest.approx(
        np.sin(np.arcsin(np.sqrt(0.4)) + 1.959964 / 2 / np.sqrt(40)) ** 2, rel=1e-6
    )


def test_a_rate_is_a_ratio_to_exposure_times_the_target() -> None:
    rate = rate_funnel([4, 9, 20], [40.0, 80, 200], target=0.1)
    ratio = ratio_funnel([4, 9, 20], [4.0, 8, 20])
    assert rate.z == pytest.approx(ratio.z)
    assert rate.limits(0.95).upper == pytest.approx(0.1 * ratio.limits(0.95).upper)


def test_ratios_of_counts_use_logarithms_of_counts_plus_a_half() -> None:
    funnel = count_ratio_funnel([10, 0], [20, 30], target=0.5)
    s = np.sqrt(10 / 10.5**2 + 20 / 20.5**2)
    assert funnel.z[0] == pytest.approx((np.log(10.5 / 20.5) - np.log(0.5)) / s)
    assert np.isfinite(funnel.z[1])


def test_the_binomial_variance_makes_a_ratio_of_yes_and_no_narrower() -> None:
    cases, p = np.full(3, 100.0), 0.4
    binomial = ratio_funnel([40, 50, 30], cases * p, variance=cases * p * (1 - p))
    assert binomial.z == pytest.approx(ratio_funnel([40, 50, 30], cases * p).z / np.sqrt(1 - p))


def test_exact_poisson_limits_are_spiegelhalters_interpolated_quantiles() -> None:
    """Stat Med 2005;24:1185, appendix, found here by counting up the probabilities term by term."""
    for mean in (3.0, 17.5, 80.0):
        cumulative = np.cumsum(stats.poisson.pmf(np.arange(400), mean))
        r = int(np.argmax(cumulative >= 0.975))
        share = (cumulative[r] - 0.975) / (cumulative[r] - cumulative[r - 1])
        assert exact_ratio_limits(mean, 0.95).upper[0] * mean == pytest.approx(r - share)


def test_exact_limits_hold_the_stated_share_of_units() -> None:
    rng = np.random.default_rng(5)
    cases, target = np.full(20_000, 200.0), 0.3
    limits = exact_proportion_limits(cases[:1], target, 0.95)
    seen = rng.binomial(200, target, 20_000) / 200
    assert np.mean((seen < limits.lower) | (seen > limits.upper)) == pytest.approx(0.05, abs=0.012)


def test_garwood_at_observed_equal_expected_is_the_chi_square_funnel_of_phe() -> None:
    """PHEindicatormethods draws SRR limits by chi-square inversion; for 10 events 4.7954 to 18.3904 (Garwood 1936)."""
    interval = poisson_interval([10])
    assert (interval.lower[0], interval.upper[0]) == pytest.approx((4.7954, 18.3904), abs=1e-4)


def test_bad_input_is_refused_with_the_place_and_what_to_do() -> None:
    with pytest.raises(ValueError, match=r"expected\[1\] is not above zero"):
        ratio_funnel([1, 2], [1, 0])
    with pytest.raises(ValueError, match=r"events\[0\] is more than its cases"):
        proportion_funnel([5, 1], [4, 4])
    with pytest.raises(ValueError, match="one value for each unit"):
        rate_funnel([1, 2, 3], [1.0, 2])
    with pytest.raises(ValueError, match="whole number"):
        ratio_funnel([1.5], [1])
    with pytest.raises(ValueError, match="nothing to compare"):
        proportion_funnel([4, 5], [4, 5])
    with pytest.raises(ValueError, match="nothing to compare"):
        rate_funnel([0, 0], [4.0, 5])
    with pytest.raises(ValueError, match="not a finite number"):
        ratio_funnel([1], [np.nan])


counts = st.lists(st.tuples(st.integers(0, 60), st.floats(1, 60)), min_size=4, max_size=25)


@settings(deadline=None, max_examples=60)
@given(counts, st.randoms())
def test_relabelling_changes_nothing(pairs: list[tuple[int, float]], random: Random) -> None:
    order = np.array(random.sample(range(len(pairs)), len(pairs)))
    o, e = (np.array(column, float) for column in zip(*pairs, strict=True))
    one, other = ratio_funnel(o, e), ratio_funnel(o[order], e[order])
    assert other.dispersion.tau2 == pytest.approx(one.dispersion.tau2, abs=1e-12)
    assert other.adjusted_z == pytest.approx(one.adjusted_z[order])


@settings(deadline=None, max_examples=60)
@given(counts, st.sampled_from([0.95, 0.998]))
def test_doubling_the_data_narrows_the_raw_limits(pairs: list[tuple[int, float]], level: float) -> None:
    o, e = (np.array(column, float) for column in zip(*pairs, strict=True))
    one, two = ratio_funnel(o, e).limits(level, False), ratio_funnel(2 * o, 2 * e).limits(level, False)
    assert (two.upper < one.upper).all()
    assert (two.lower >= one.lower).all()


@settings(deadline=None, max_examples=60)
@given(counts)
def test_adjusting_never_narrows_and_the_wider_level_encloses_the_narrower(pairs: list[tuple[int, float]]) -> None:
    o, e = (np.array(column, float) for column in zip(*pairs, strict=True))
    funnel = ratio_funnel(o, e)
    assert (funnel.limits(0.95).upper >= funnel.limits(0.95, False).upper).all()
    assert (funnel.limits(0.998).upper > funnel.limits(0.95).upper).all()
    assert (np.abs(funnel.adjusted_z) <= np.abs(funnel.z) + 1e-12).all()


def test_the_smallest_detectable_ratio_is_detected_with_the_stated_power() -> None:
    rng = np.random.default_rng(11)
    expected = np.full(40, 60.0)
    funnel = ratio_funnel(expected, expected)
    below, above = funnel.smallest_detectable(0.95, 0.8)
    limits = funnel.limits(0.95)
    high = rng.poisson(60 * above[0], 20_000) / 60
    low = rng.poisson(60 * below[0], 20_000) / 60
    assert np.mean(high > limits.upper[0]) == pytest.approx(0.8, abs=0.03)
    assert np.mean(low < limits.lower[0]) == pytest.approx(0.8, abs=0.03)


def test_where_no_value_could_be_detected_the_answer_is_nan() -> None:
    below, above = ratio_funnel([1, 2, 1], [1, 1, 1]).smallest_detectable(0.998)
    assert np.isnan(below).all()
    assert np.isfinite(above).all()
