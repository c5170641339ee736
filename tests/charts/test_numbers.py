"""The table beside each picture holds the numbers that were given, and the picture says what matters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.charts.cast import VERDICTS, funnel

from handrail import charts
from handrail.charts import Cell, Pair
from handrail.charts.drawing import apart
from handrail.oversight.funnel import proportion_funnel, ratio_funnel
from handrail.oversight.over_time import xmr_chart
from handrail.oversight.rare import Interval
from handrail.oversight.retention import retention
from handrail.oversight.signals import Verdict


def column(picture, name):
    return [row[picture.columns.index(name)] for row in picture.rows]


def test_the_funnels_table_holds_each_units_own_limits():
    given = ratio_funnel([10, 30, 5, 60, 22], [12.0, 18, 9, 40, 25])
    picture = charts.funnel_picture(given, list("abcde"), [*VERDICTS, Verdict.WATCH], "Stays")
    assert column(picture, "value") == given.value.tolist()
    assert column(picture, "size") == given.size.tolist()
    for level in (0.95, 0.998):
        for adjusted, said in ((True, ""), (False, ", not adjusted")):
            assert column(picture, f"{100 * level:g} % lower{said}") == given.limits(level, adjusted).lower.tolist()
            assert column(picture, f"{100 * level:g} % upper{said}") == given.limits(level, adjusted).upper.tolist()
    assert column(picture, "verdict") == [*(one.value for one in VERDICTS), "watch"]
    assert "1 review, 2 watch, 1 no signal, 1 cannot tell" in picture.description


def test_only_units_that_stand_out_are_named_in_the_funnel():
    picture = funnel(8, "Unit")
    assert [f">Unit {i}<" in picture.svg for i in range(8)] == [i % 4 in (0, 1) for i in range(8)]


def test_a_funnel_whose_peers_are_alike_says_that_it_needs_no_adjustment():
    picture = charts.funnel_picture(
        proportion_funnel([5] * 9, [10] * 9), list("abcdefghi"), [Verdict.NO_SIGNAL] * 9, "x"
    )
    assert "no adjustment" in picture.svg


def test_a_unit_without_a_value_is_in_the_table_and_counted():
    given = ratio_funnel([10, 30, 5], [12.0, 18, 9])
    given = replace(given, value=np.array([np.nan, *given.value[1:]]))
    picture = charts.funnel_picture(given, list("abc"), VERDICTS[:3], "x")
    assert picture.rows[0][2] is None
    assert "1 unit has no value" in picture.description


def test_the_caterpillar_is_in_order_and_says_that_places_are_unstable():
    mean = np.array([1.2, 0.7, np.nan, 0.9])
    picture = charts.caterpillar_picture(
        list("abcd"), mean, Interval(mean - 0.1, mean + 0.2), VERDICTS, "x", raw=mean * 2
    )
    assert [row[:3] for row in picture.rows] == [(1, "b", 0.7), (2, "d", 0.9), (3, "a", 1.2), (None, "c", None)]
    assert column(picture, "lower")[:3] == (mean - 0.1)[[1, 3, 0]].tolist()
    assert column(picture, "not shrunken")[:3] == (mean * 2)[[1, 3, 0]].tolist()
    assert "unstable" in picture.description
    assert "unstable" in picture.svg.split("</desc>")[1]


def test_of_very_many_units_the_caterpillar_draws_both_ends_and_tells_all():
    mean = np.linspace(0.5, 1.5, 500)
    names = [f"unit {i:03}" for i in range(500)]
    picture = charts.caterpillar_picture(names, mean, Interval(mean - 0.1, mean + 0.1), VERDICTS[:1] * 500, "x")
    assert len(picture.rows) == 500
    assert "The 30 lowest and the 30 highest of 500." in picture.svg
    drawn = [name for name in names if f">{name}<" in picture.svg]
    assert drawn == names[:30] + names[-30:]


def test_the_control_charts_table_names_every_rule_that_a_point_breaks():
    values = np.r_[np.tile([9.0, 11], 10), 30]
    given = xmr_chart(values)
    picture = charts.xmr_picture(given, [f"m{i}" for i in range(21)], "x")
    assert column(picture, "value") == values.tolist()
    assert column(picture, "upper limit") == given.upper.tolist()
    assert column(picture, "rules broken") == ["none"] * 20 + ["outside the limits"]
    assert "1 point breaks a rule" in picture.description
    assert ">outside the limits<" in picture.svg


def test_all_equal_values_make_a_control_chart():
    picture = charts.xmr_picture(xmr_chart([4.0] * 5), list("abcde"), "x")
    assert "no point breaks a rule" in picture.description
    assert "provisional" in picture.svg


def test_a_period_named_twice_is_refused():
    with pytest.raises(ValueError, match="once"):
        charts.xmr_picture(xmr_chart([1.0, 2, 3]), ["a", "a", "b"], "x")


def test_retentions_table_holds_every_day_and_the_picture_the_numbers_at_risk():
    given = retention([10, 20, 30, 40], [True, True, True, False], [0, 10, 20, 30, 40, 50])
    picture = charts.survival_picture({"arm": given}, "x", 0.0312)
    assert column(picture, "day") == given.days.tolist()
    assert column(picture, "still in treatment")[:5] == given.share[:5].tolist()
    assert picture.rows[5][2:5] == (None, None, None)
    assert column(picture, "at risk") == [4, 4, 3, 2, 1, 0]
    assert "half gone by day 20" in picture.description
    assert "p = 0.031" in picture.description


def test_more_groups_than_can_be_told_apart_are_refused():
    one = retention([10, 20], [True, True], [0, 10])
    with pytest.raises(ValueError, match="at most 6"):
        charts.survival_picture({str(i): one for i in range(7)}, "x")


def test_the_slopes_table_holds_both_sides_and_the_bounds():
    picture = charts.slope_picture([Pair("Work", 0.25, 0.5, 31, 0.125, 0.75), Pair("Home", 0.5, np.nan, 0)], "x")
    assert picture.rows == (("Work", 0.25, 0.5, 0.25, 31, 0.125, 0.75), ("Home", 0.5, None, None, 0, None, None))
    assert "50% [12% to 75%]" in picture.svg
    assert "Uncontrolled" in picture.svg
    assert "1 outcome is unknown" in picture.description


def test_words_beside_values_do_not_overlap():
    assert apart([0.5, 0.5, 0.5], 0.1, 0, 1) == [0.5, 0.6, 0.7]
    assert apart([1.0, 0.99], 0.1, 0, 1) == pytest.approx([1.0, 0.9])
    assert apart([], 0.1, 0, 1) == []


def test_the_heat_keeps_unknown_out_of_the_share():
    cells = [Cell("a", "p", "01", 30, 10, 9), Cell("a", "p", "02", 0, 0, 4), Cell("a", "p", "03", 3, 1)]
    picture = charts.heat_picture(cells, "x")
    assert column(picture, "share met") == [0.75, None, 0.75]
    assert column(picture, "few") == ["no", "yes", "yes"]
    assert "44 judged, 13 unknown" in picture.description
    assert [said in picture.svg for said in (">75%<", ">of 40 · ? 9<", ">? 4<", ">75%*<")] == [True] * 4


def test_clauses_that_are_cut_to_the_same_letters_keep_their_own_rows():
    long = "a clause of a very long name "
    picture = charts.heat_picture([Cell(long + "1", "p", "01", 1, 1), Cell(long + "2", "p", "01", 5, 1)], "x")
    assert "(2)" in picture.svg
