"""Two shares with exact intervals: at their limits the tails are what they must be, and Fisher's test is the sum it says."""

from __future__ import annotations

from math import comb

import pytest

from handrail.oversight.shares import compare_shares, exact_share


def at_least(events: int, cases: int, chance: float) -> float:
    return sum(comb(cases, k) * chance**k * (1 - chance) ** (cases - k) for k in range(events, cases + 1))


@pytest.mark.parametrize(("events", "cases"), [(4, 20), (1, 3), (19, 20), (37, 120)])
def test_at_the_limits_each_tail_is_two_and_a_half_percent(events: int, cases: int) -> None:
    told = exact_share(events, cases)
    assert at_least(events, cases, told.lower) == pytest.approx(0.025)
    assert 1 - at_least(events + 1, cases, told.upper) == pytest.approx(0.025)
    assert told.lower < told.value < told.upper


@pytest.mark.parametrize("cases", [1, 10])
def test_none_and_all_have_one_limit_at_the_edge(cases: int) -> None:
    none, every = exact_share(0, cases), exact_share(cases, cases)
    assert (none.lower, every.upper) == (0.0, 1.0)
    assert none.upper == pytest.approx(1 - 0.025 ** (1 / cases))
    assert every.lower == pytest.approx(0.025 ** (1 / cases))


def test_two_shares_are_compared_by_fishers_exact_test() -> None:
    told = compare_shares(16, 20, 5, 20)
    ways = [comb(20, k) * comb(20, 21 - k) for k in range(1, 21)]
    assert told.p_value == pytest.approx(sum(one for one in ways if one <= ways[15]) / sum(ways))
    assert told.after < told.before
    assert compare_shares(5, 20, 5, 20).p_value == pytest.approx(1.0)


@pytest.mark.parametrize(("events", "cases"), [(1, 0), (0, 0), (3, 2), (-1, 2)])
def test_what_is_no_share_is_refused(events: int, cases: int) -> None:
    with pytest.raises(ValueError, match="cases"):
        exact_share(events, cases)
