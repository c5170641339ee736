from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats
from statsmodels.discrete.discrete_model import NegativeBinomial

from handrail.oversight.shrinkage import gamma_poisson, logit_normal

# Ten power plant pumps: failures and thousands of hours, Gaver and O'Muircheartaigh, Technometrics 1987;29:1-15.
FAILURES = np.array([5, 1, 5, 14, 3, 19, 1, 1, 4, 22])
HOURS = np.array([94.32, 15.72, 62.88, 125.76, 5.24, 31.44, 1.048, 1.048, 2.096, 10.48])


def test_gamma_poisson_is_the_negative_binomial_fit_of_statsmodels() -> None:
    fit = NegativeBinomial(FAILURES, np.ones(10), offset=np.log(HOURS)).fit(disp=0, start_params=[0.0, 1.0])
    mean, alpha = np.exp(fit.params[0]), fit.params[1]
    belief = gamma_poisson(FAILURES, HOURS)
    assert belief.peer_mean == pytest.approx(mean, rel=1e-3)
    assert (belief.peer_sd / belief.peer_mean) ** 2 == pytest.approx(alpha, rel=1e-3)
    assert belief.mean == pytest.approx((1 / alpha + FAILURES) / (1 / (alpha * mean) + HOURS), rel=1e-3)


def test_posterior_probability_and_interval_are_of_one_distribution() -> None:
    belief = gamma_poisson(FAILURES, HOURS)
    interval = belief.interval(0.9)
    assert [belief.probability_below(x)[i] for i, x in enumerate(interval.lower)] == pytest.approx([0.05] * 10)
    assert [belief.probability_above(x)[i] for i, x in enumerate(interval.upper)] == pytest.approx([0.05] * 10)


def test_logit_normal_posterior_is_that_of_plain_integration() -> None:
    """Each unit's posterior by scipy's adaptive quadrature, at the spread that was found."""
    events, cases = np.array([2, 10, 40, 3, 60, 25]), np.array([20, 30, 70, 40, 90, 100])
    belief = logit_normal(events, cases)
    for i in range(6):

        def density(x: float, i: int = i) -> float:
            prior = stats.norm.pdf(x, belief.peer_mean, belief.peer_sd)
            return float(stats.binom.pmf(events[i], cases[i], special.expit(x)) * prior)

        whole = integrate.quad(density, -12, 12, points=[-2, 0, 2])[0]
        mean = integrate.quad(lambda x, d=density: special.expit(x) * d(x), -12, 12, points=[-2, 0, 2])[0] / whole
        above = integrate.quad(density, special.logit(0.3), 12, points=[0, 2])[0] / whole
        assert belief.mean[i] == pytest.approx(mean, rel=1e-4)
        assert belief.probability_above(0.3)[i] == pytest.approx(above, abs=2e-3)


def test_logit_normal_maximises_the_likelihood_of_a_fine_grid() -> None:
    events, cases = np.array([2, 10, 40, 3, 60, 25]), np.array([20, 30, 70, 40, 90, 100])
    belief = logit_normal(events, cases)

    def likelihood(mean: float, sd: float) -> float:
        x = np.linspace(-10, 10, 8001)
        chance = stats.binom.pmf(events[:, None], cases[:, None], special.expit(x)) * stats.norm.pdf(x, mean, sd)
        return float(np.log(chance.sum(axis=1) * (x[1] - x[0])).sum())

    best = likelihood(belief.peer_mean, belief.peer_sd)
    for mean, sd in [(0.03, 1.0), (-0.03, 1.0), (0.0, 1.04), (0.0, 0.96)]:
        assert likelihood(belief.peer_mean + mean, belief.peer_sd * sd) < best


def test_a_known_spread_is_found_again() -> None:
    rng = np.random.default_rng(2)
    cases = rng.integers(30, 400, 400)
    events = rng.binomial(cases, special.expit(rng.normal(-1, 0.5, 400)))
    belief = logit_normal(events, cases)
    assert (belief.peer_mean, belief.peer_sd) == pytest.approx((-1, 0.5), abs=0.08)
    expected = rng.uniform(5, 60, 400)
    ratios = gamma_poisson(rng.poisson(expected * rng.gamma(16, 1 / 16, 400)), expected)
    assert (ratios.peer_mean, ratios.peer_sd) == pytest.approx((1, 0.25), abs=0.05)


def test_peers_who_do_not_differ_are_said_to_be_alike_rather_than_silently_shrunk() -> None:
    expected = np.full(30, 50.0)
    assert gamma_poisson(expected, expected).are_alike
    assert logit_normal(np.full(30, 15), np.full(30, 50)).are_alike
    assert not gamma_poisson(FAILURES, HOURS).are_alike


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(8)
    expected, truth = rng.uniform(5, 50, 2000), rng.gamma(20, 1 / 20, 2000)
    interval = gamma_poisson(rng.poisson(expected * truth), expected).interval(0.9)
    assert np.mean((interval.lower < truth) & (truth < interval.upper)) == pytest.approx(0.9, abs=0.02)


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 80), st.floats(2, 60)), min_size=4, max_size=15).filter(
        lambda x: any(a for a, _ in x)
    )
)
def test_shrinkage_lies_between_the_unit_and_its_peers(pairs: list[tuple[int, float]]) -> None:
    o, e = (np.array(column, float) for column in zip(*pairs, strict=True))
    belief = gamma_poisson(o, e)
    low, high = np.minimum(o / e, belief.peer_mean), np.maximum(o / e, belief.peer_mean)
    assert ((belief.mean >= low - 1e-6) & (belief.mean <= high + 1e-6)).all()


def test_what_cannot_be_shrunk_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 3"):
        gamma_poisson([1, 2], [1.0, 2])
    with pytest.raises(ValueError, match="Nobody, or everybody"):
        logit_normal([0, 0, 0], [5, 6, 7])
    assert logit_normal([1, 2, 3], [5, 6, 7]).probability_above(1.1).tolist() == [0, 0, 0]
