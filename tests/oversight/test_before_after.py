from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from handrail.oversight.change import missing_data_bounds, paired_change, rate_ratio
from handrail.oversight.reliable import (
    Answer,
    Change,
    declined_despite_high_use,
    kind_of_change,
    made_no_progress,
    reliable_change_index,
)


def pairs(both: int, only_before: int, only_after: int, neither: int) -> tuple[list[bool], list[bool]]:
    before = [True] * (both + only_before) + [False] * (only_after + neither)
    after = [True] * both + [False] * only_before + [True] * only_after + [False] * neither
    return before, after


def test_paired_change_is_agrestis_approval_of_the_prime_minister() -> None:
    """Agresti, Categorical Data Analysis, chapter on matched pairs: 794, 150, 86, 570; a fall of 0.04, 0.021 to 0.059."""
    found = paired_change(*pairs(794, 150, 86, 570))
    assert found.pairs == 1600
    assert found.change.value == pytest.approx(-0.04)
    assert (found.change.lower, found.change.upper) == pytest.approx((-0.059, -0.021), abs=5e-4)
    assert found.change.p_value == pytest.approx(stats.binomtest(86, 236).pvalue)


def test_the_paired_interval_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    chances, hits = [0.3, 0.2, 0.1, 0.4], 0
    for row in rng.multinomial(40, chances, 600):
        change = paired_change(*pairs(*row)).change
        hits += change.lower <= -0.1 <= change.upper
    assert hits / 600 == pytest.approx(0.95, abs=0.03)


def test_unknown_is_never_no_and_the_bounds_hold_whatever_it_was() -> None:
    before = [True, False, False, False, True, None]
    after = [True, True, False, None, None, True]
    found = paired_change(before, after)
    assert (found.pairs, found.unknown_after, found.unknown_before) == (3, 2, 1)
    assert found.change.value == pytest.approx(1 / 3)
    assert (found.if_missing_bad, found.if_missing_good) == pytest.approx((2 / 5 - 2 / 5, 4 / 5 - 2 / 5))
    reverse = paired_change(before, after, yes_is_good=False)
    assert (reverse.if_missing_bad, reverse.if_missing_good) == (found.if_missing_good, found.if_missing_bad)


def test_without_a_pair_nothing_is_claimed() -> None:
    found = paired_change([None, True], [True, None])
    assert np.isnan(found.change.value)
    assert paired_change([True, False], [True, False]).change.p_value == 1
    with pytest.raises(ValueError, match="one of each a person"):
        paired_change([True], [])


def test_the_rate_ratio_is_that_of_a_poisson_model_with_a_term_for_each_person() -> None:
    """The conditional estimate equals the unconditional one with person effects (Cameron and Trivedi, ch. 9)."""
    rng = np.random.default_rng(3)
    t0, t1 = rng.uniform(6, 12, 80), rng.uniform(2, 12, 80)
    person = rng.gamma(1, 1, 80)
    y0, y1 = rng.poisson(0.5 * person * t0), rng.poisson(0.3 * person * t1)
    some = np.flatnonzero(y0 + y1)
    rows = np.r_[some, some]
    after = np.r_[np.zeros(len(some)), np.ones(len(some))]
    design = np.column_stack([after, *(rows == one for one in some)]).astype(float)
    offset = np.log(np.r_[t0[some], t1[some]])
    fit = sm.GLM(np.r_[y0[some], y1[some]], design, family=sm.families.Poisson(), offset=offset).fit()
    assert np.log(rate_ratio(y0, y1, t0, t1).value) == pytest.approx(fit.params[0], abs=1e-6)


def test_with_equal_times_the_rate_ratio_is_the_ratio_of_the_sums() -> None:
    found = rate_ratio([3, 0, 5, 2, 1], [1, 1, 0, 2, 0], [12] * 5, [12] * 5)
    assert found.value == pytest.approx(4 / 11)
    assert found.lower < found.value < found.upper


def test_events_in_bursts_widen_the_interval_of_the_rate_ratio() -> None:
    once = rate_ratio([1] * 40 + [0] * 20, [0] * 40 + [1] * 20, [1] * 60, [1] * 60)
    bursts = rate_ratio([10] * 4 + [0] * 2, [0] * 4 + [10] * 2, [1] * 6, [1] * 6)
    assert once.value == pytest.approx(bursts.value)
    assert np.log(bursts.upper / bursts.lower) > 3 * np.log(once.upper / once.lower)


def test_one_sided_counts_give_no_interval() -> None:
    assert rate_ratio([3], [0], [1], [1]).value == 0
    assert np.isnan(rate_ratio([3], [0], [1], [1]).upper)
    assert np.isnan(rate_ratio([0], [2], [1], [1]).value)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 50))
def test_bounds_enclose_every_share_that_the_missing_could_make(yes: int, no: int, unknown: int) -> None:
    bounds = missing_data_bounds(yes, yes + no, yes + no + unknown)
    for more in (0, unknown // 2, unknown):
        assert bounds.lowest <= (yes + more) / (yes + no + unknown) <= bounds.highest
    if yes + no:
        assert bounds.lowest <= bounds.among_known <= bounds.highest


def test_bounds_refuse_numbers_that_do_not_nest() -> None:
    with pytest.raises(ValueError, match="must not exceed"):
        missing_data_bounds(5, 4, 10)


def test_the_reliable_change_index_is_jacobson_and_truaxs_example() -> None:
    """J Consult Clin Psychol 1991;59:12-19: scores 32.5 and 47.5, sd 7.5, reliability 0.80 give 3.16."""
    assert reliable_change_index(32.5, 47.5, 7.5, 0.8)[0] == pytest.approx(3.16, abs=0.005)


def test_the_kind_of_change_depends_on_which_end_is_bad() -> None:
    index = [3.0, -3.0, 1.9, np.nan]
    assert kind_of_change(index).tolist() == [Change.WORSE, Change.BETTER, Change.SAME, Change.CANNOT_TELL]
    assert kind_of_change(index, high_is_bad=False).tolist()[:2] == [Change.BETTER, Change.WORSE]
    with pytest.raises(ValueError, match="manual"):
        reliable_change_index(1, 2, 0, 0.8)


@pytest.mark.parametrize(
    ("use", "peers", "change", "answer"),
    [
        (50, 40, Change.WORSE, Answer.YES),
        (40, 40, Change.WORSE, Answer.YES),
        (39, 40, Change.WORSE, Answer.NO),
        (50, 40, Change.SAME, Answer.NO),
        (None, 40, Change.SAME, Answer.NO),
        (None, 40, Change.WORSE, Answer.CANNOT_TELL),
        (50, None, Change.WORSE, Answer.CANNOT_TELL),
        (50, 40, Change.CANNOT_TELL, Answer.CANNOT_TELL),
        (39, 40, Change.CANNOT_TELL, Answer.NO),
    ],
)
def test_decline_despite_high_use_needs_both_and_unknown_stays_unknown(
    use: float | None, peers: float | None, change: Change, answer: Answer
) -> None:
    assert declined_despite_high_use(use, peers, change) is answer


def test_no_progress_needs_three_measurements_over_sixty_days() -> None:
    days = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 2)]
    same = {"sd": 7.5, "reliability": 0.8, "cut_off": 20.0}
    assert made_no_progress(days, [30, 31, 29], **same) is Answer.YES
    assert made_no_progress(days, [30, None, 29], **same) is Answer.CANNOT_TELL
    assert made_no_progress([*days[:2], date(2026, 3, 1)], [30, 31, 29], **same) is Answer.CANNOT_TELL
    assert made_no_progress(days, [45, 31, 21], **same) is Answer.NO
    assert made_no_progress(days, [21, 20, 19], **same) is Answer.NO
    with pytest.raises(ValueError, match="earliest day first"):
        made_no_progress(days[::-1], [1, 2, 3], **same)
