from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.oversight.retention import compare_retention, retention

# Freireich et al., Blood 1963;21:699: weeks in remission on 6-MP and on placebo, the example of most textbooks.
STAY = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
LEFT = [bool(x) for x in [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def test_kaplan_meier_gives_the_textbook_steps_and_numbers_at_risk() -> None:
    """Kleinbaum and Klein, Survival Analysis, ch. 2: 0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448; median 23."""
    found = retention(STAY, LEFT, [6, 7, 10, 13, 16, 22, 23])
    assert found.share == pytest.approx([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=5e-4)
    assert found.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert (found.median, found.people, found.left) == (23, 21, 9)


def test_the_log_rank_test_gives_the_textbook_chi_square() -> None:
    """Chi-square 16.79 on 1 degree of freedom: p = 4.17e-5."""
    p = compare_retention({"6-MP": (STAY, LEFT), "placebo": (PLACEBO, [True] * 21)})
    assert p == pytest.approx(4.17e-5, rel=2e-3)


def test_beyond_the_last_day_watched_nothing_is_known() -> None:
    found = retention(STAY, LEFT, [0, 35, 36])
    assert found.share[0] == 1
    assert np.isfinite(found.share[1])
    assert np.isnan([found.share[2], found.lower[2], found.upper[2]]).all()
    assert found.at_risk.tolist() == [21, 1, 0]
    assert np.isnan(retention([5, 9], [False, False], [1]).median)


def test_nobody_is_refused_and_a_comparison_needs_two() -> None:
    with pytest.raises(ValueError, match="Nobody"):
        retention([], [], [1])
    with pytest.raises(ValueError, match="2 groups"):
        compare_retention({"one": (STAY, LEFT)})


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(1, 200), min_size=2, max_size=40))
def test_with_everyone_watched_to_the_end_it_is_the_plain_share(stays: list[int]) -> None:
    days = np.arange(0, max(stays) + 1, 7)
    found = retention(stays, [True] * len(stays), days)
    assert found.share == pytest.approx([np.mean(np.array(stays) > day) for day in days])
    assert (np.diff(found.share) <= 1e-12).all()
