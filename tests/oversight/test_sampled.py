from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.oversight.sampling import review_sample

FLAGGED = [f"f{i}" for i in range(40)]
OTHERS = [f"u{i}" for i in range(60)]


def test_the_same_seed_draws_the_same_cases_whatever_their_order() -> None:
    one = review_sample(FLAGGED, OTHERS, "review 12", 5, 7)
    assert one == review_sample(FLAGGED[::-1], OTHERS[::-1], "review 12", 5, 7)
    assert one.work_list != review_sample(FLAGGED, OTHERS, "review 13", 5, 7).work_list
    assert (len(one.work_list), len(one.flagged), one.flagged_available, one.unflagged_available) == (12, 5, 40, 60)


def test_the_draw_is_the_same_on_every_machine_and_in_every_year() -> None:
    assert review_sample(["a", "b", "c", "d"], ["x", "y", "z"], "2026-1", 2, 1).work_list == ("d", "a", "z")


def test_a_case_less_changes_only_its_own_place() -> None:
    all_of_them = review_sample(FLAGGED, OTHERS, "s", 5, 7)
    gone = next(iter(all_of_them.flagged))
    without = review_sample([case for case in FLAGGED if case != gone], OTHERS, "s", 5, 7)
    assert len(set(all_of_them.work_list) - set(without.work_list)) == 1


def test_every_case_is_drawn_about_equally_often_and_the_order_tells_nothing() -> None:
    drawn, first = Counter[str](), 0
    for seed in range(800):
        sample = review_sample(FLAGGED, OTHERS, str(seed), 5, 5)
        drawn.update(sample.flagged)
        first += sample.work_list[0] in sample.flagged
    assert min(drawn[case] for case in FLAGGED) > 60
    assert max(drawn[case] for case in FLAGGED) < 145
    assert first / 800 == pytest.approx(0.5, abs=0.07)


def test_where_fewer_are_there_all_are_taken() -> None:
    assert set(review_sample(["a"], ["b"], "s", 5, 5).work_list) == {"a", "b"}
    assert review_sample([], [], "s", 5, 5).work_list == ()


def test_what_cannot_be_drawn_fairly_is_refused() -> None:
    with pytest.raises(ValueError, match="seed"):
        review_sample(["a"], ["b"], "", 1, 1)
    with pytest.raises(ValueError, match="both flagged and unflagged"):
        review_sample(["a"], ["a"], "s", 1, 1)


@given(st.sets(st.text(min_size=1), max_size=20), st.integers(0, 10))
def test_nobody_is_drawn_twice_or_from_nowhere(cases: set[str], wanted: int) -> None:
    sample = review_sample(cases, (), "s", wanted, 0)
    assert len(sample.work_list) == min(wanted, len(cases)) == len(set(sample.work_list))
    assert set(sample.work_list) <= cases
