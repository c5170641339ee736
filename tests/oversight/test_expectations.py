from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from handrail.oversight.admission import design
from handrail.oversight.expected import Expected, Family, calibration, expected_values


def people(n: int = 3000, big: int = 0) -> dict[str, list[object]]:
    """Invented admissions; the first `big` are one clinician's, whose outcomes are much worse than the facts say."""
    rng = np.random.default_rng(4)
    age, opioid = rng.normal(40, 10, n), rng.random(n) < 0.4
    line = -1 + 0.05 * (age - 40) + 0.8 * opioid
    line[:big] += 1.5
    outcome = rng.random(n) < 1 / (1 + np.exp(-line))
    return {
        "outcome": outcome.tolist(),
        "age": age.tolist(),
        "substance": ["opioid" if o else "alcohol" for o in opioid],
        "clinician": ["big" if i < big else f"c{i % 50:02}" for i in range(n)],
    }


def fitted(made: dict[str, list[object]], **more: object) -> Expected:
    facts = {"age": made["age"], "substance": made["substance"]}
    return expected_values(made["outcome"], facts, made["clinician"], set(facts), **more)  # type: ignore[arg-type]


def test_expected_adds_up_to_observed_and_the_slopes_are_those_that_made_the_data() -> None:
    found = fitted(people())
    assert found.expected.sum() == pytest.approx(found.outcome.sum())
    age = found.coefficients[found.names.index("age")] / np.std(people()["age"])
    assert age == pytest.approx(0.05, abs=0.01)
    assert found.coefficients[found.names.index("substance: opioid")] == pytest.approx(0.8, abs=0.2)


def test_standardising_takes_the_case_mix_away() -> None:
    made = people()
    order = np.argsort(np.array(made["age"], dtype=float))
    clinician = np.empty(3000, dtype=object)
    clinician[order] = [f"c{i // 75:02}" for i in range(3000)]  # each clinician has people of one age
    made["clinician"] = clinician.tolist()
    sums = fitted(made).by_clinician()
    rate, ratio = sums.observed / sums.cases, sums.observed / sums.expected
    assert rate.max() / rate.min() > 3
    assert (sums.observed - sums.expected).std() / np.sqrt(sums.variance.mean()) < 1.4
    assert ratio.mean() == pytest.approx(1, abs=0.1)


def test_a_clinician_with_many_cases_is_expected_without_her_own() -> None:
    made = people(big=600)
    found = fitted(made)
    own = np.array(made["clinician"]) == "big"
    assert found.own_left_out == ("big",)
    rest = {name: values[600:] for name, values in made.items()}
    alone = fitted(rest)
    line = np.array(made["age"][:600], dtype=float)
    scaled = (line - np.mean(rest["age"])) / np.std(rest["age"])  # type: ignore[arg-type]
    coefficients = dict(zip(alone.names, alone.coefficients, strict=True))
    opioid = np.array(made["substance"][:600]) == "opioid"
    by_hand = coefficients["(intercept)"] + coefficients["age"] * scaled + coefficients["substance: opioid"] * opioid
    assert found.expected[own] == pytest.approx(1 / (1 + np.exp(-by_hand)), rel=1e-4)
    with_her = fitted(made, own_share=0.99)
    assert with_her.expected[own].sum() > found.expected[own].sum() * 1.1


def test_nobody_is_dropped_for_a_fact_that_is_not_documented() -> None:
    made = people()
    made["age"] = [None if i % 10 == 0 else age for i, age in enumerate(made["age"])]
    made["substance"] = [None if i % 7 == 0 else word for i, word in enumerate(made["substance"])]
    found = fitted(made)
    assert len(found.expected) == 3000
    assert {"age: not documented", "substance: not documented"} <= set(found.names)


def test_what_the_clinician_controls_is_refused() -> None:
    with pytest.raises(ValueError, match="length_of_stay: not declared as known at admission"):
        expected_values([0, 1], {"length_of_stay": [4, 5]}, ["a", "b"], {"age"})


def test_the_c_statistic_is_mann_whitneys() -> None:
    rng = np.random.default_rng(1)
    p = rng.uniform(0.05, 0.9, 400)
    y = rng.random(400) < p
    u = stats.mannwhitneyu(p[y], p[~y]).statistic
    found = calibration(y, p)
    assert found.c_statistic == pytest.approx(u / (y.sum() * (~y).sum()))
    assert found.slope == pytest.approx(1, abs=0.3)
    assert found.cases.sum() == 400
    assert found.observed.sum() == y.sum()


def test_expectations_that_are_too_extreme_have_a_slope_below_one() -> None:
    rng = np.random.default_rng(1)
    line = rng.normal(0, 1, 4000)
    y = rng.random(4000) < 1 / (1 + np.exp(-line))
    assert calibration(y, 1 / (1 + np.exp(-2 * line))).slope == pytest.approx(0.5, abs=0.1)


def test_facts_that_know_nothing_have_a_c_statistic_of_a_half() -> None:
    rng = np.random.default_rng(6)
    y = rng.random(3000) < 0.3
    found = expected_values(y, {"coin": rng.random(3000).tolist()}, ["a", "b"] * 1500, {"coin"}, own_share=0.9)
    assert found.calibration.c_statistic == pytest.approx(0.5, abs=0.04)


def test_counts_are_expected_in_proportion_to_the_days_at_risk() -> None:
    rng = np.random.default_rng(9)
    days, severe = rng.uniform(10, 300, 4000), rng.random(4000) < 0.5
    visits = rng.poisson(days * np.where(severe, 0.04, 0.02))
    found = expected_values(
        visits, {"severe": severe.astype(float).tolist()}, ["a"] * 4000, {"severe"}, Family.COUNT, days, own_share=1.0
    )
    assert (found.expected / days)[severe] == pytest.approx(0.04, abs=0.002)
    assert found.variance == pytest.approx(found.expected)
    assert found.calibration.c_statistic is None


def test_rare_categories_are_joined_and_a_constant_fact_adds_nothing() -> None:
    word = ["alcohol"] * 50 + ["opioid"] * 30 + ["kratom"] * 3 + ["inhalants"] * 4
    matrix, names = design({"substance": word, "same": [1.0] * 87}, 87)
    assert names == ("(intercept)", "substance: opioid", "substance: other")
    assert matrix.sum(axis=0).tolist() == [87, 30, 7]


def test_trouble_is_told_before_and_after_the_fit() -> None:
    with pytest.raises(ValueError, match="same for every case"):
        expected_values([1, 1], {}, ["a", "b"], ())
    with pytest.raises(ValueError, match="0 or 1"):
        expected_values([2, 1], {}, ["a", "b"], ())
    with pytest.raises(ValueError, match="values for 2 cases"):
        expected_values([0, 1], {"age": [3]}, ["a", "b"], {"age"})
    with pytest.raises(ValueError, match="no peers"):
        expected_values([0, 1, 0, 1], {}, ["a"] * 4, (), folds=2)
    settled = [0] * 50 + [1] * 50
    with pytest.raises(ValueError, match="no finite fit"):
        expected_values(settled, {"x": [float(y) for y in settled]}, ["a", "b"] * 50, {"x"}, own_share=0.9)


def test_facts_that_are_unknown_together_need_no_fit_of_their_own() -> None:
    chance = np.random.default_rng(6)
    unknown, y = np.arange(400) % 4 == 0, (chance.random(400) < 0.4).astype(float)
    age = [None if one else float(chance.integers(20, 60)) for one in unknown]
    home = [None if one else ("yes", "no")[int(chance.integers(2))] for one in unknown]
    both = expected_values(y, {"age": age, "home": home}, [f"c{i % 25}" for i in range(400)], ["age", "home"])
    assert both.expected.sum() == pytest.approx(y.sum())
