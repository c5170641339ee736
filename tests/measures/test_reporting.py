"""The outcomes report: what it says, what it hides, and that nothing hidden can be worked out from what it shows."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reported_world import NAMES, at_random, pair, rates, run, share, stay

from handrail.measures.reported_counts import HIDDEN, cells_of, lost_yes
from handrail.measures.reporting import UNCONTROLLED, Report, Row, as_rows, report_of, write_outcomes
from handrail.oversight.change import paired_change
from handrail.oversight.suppression import reachable

ANSWER = st.sampled_from([True, False, None])


def row(report: Report, measure: str) -> Row:
    """The first line of a measure."""
    return next(one for table in report.tables for one in table.rows if one.measure.name == measure)


@pytest.mark.parametrize(("seed", "people"), [(1, 20), (2, 40), (3, 60), (4, 200)])
def test_no_hidden_count_can_be_worked_out_from_the_whole_report(seed: int, people: int) -> None:
    """All tables of one report together: each hidden count keeps the room of the rule itself."""
    made = at_random(seed, people)
    cells = cells_of(made.results)
    shown = cells.suppressed().shown
    values = np.array(cells.values)
    assert not shown[(values > 0) & (values < 11)].any()
    assert shown[values == 0].all()
    low, high = reachable(values, shown, cells.sums)
    assert (high[~shown] - low[~shown] >= 10).all()
    assert (~shown).any()


@pytest.mark.parametrize("seed", [1, 5])
def test_no_cell_of_the_report_shows_a_small_count(seed: int) -> None:
    report = report_of(at_random(seed, 50))
    for table in report.tables:
        for one in table.rows:
            for column, cell in zip(table.columns, one.cells, strict=True):
                if column in ("Number", "Of", "Same people", "Left out", "Unknown"):
                    count = cell.removeprefix("about ").replace(",", "")
                    assert not count.isdigit() or int(count) == 0 or int(count) > 10, (one.name, column)
            if "Number" in table.columns and one.cells[1].endswith("%"):
                assert HIDDEN not in one.cells[2:4], one.name


def test_a_share_is_said_with_its_counts_and_where_it_would_lie() -> None:
    report = report_of(run(share("completed", 60, 20, excluded=12, unknown=20)))
    assert row(report, "completed").cells == ("Completed courses", "75 %", "60", "80", "12", "20", "60 % to 80 %")
    assert report.hidden == 0


def test_a_small_count_hides_the_share_and_a_second_count() -> None:
    report = report_of(run(share("completed", 60, 5)))
    cells = row(report, "completed").cells
    assert cells[1] == HIDDEN
    assert HIDDEN in cells[2:4]
    assert "5" not in cells


def test_the_same_cases_are_hidden_in_every_table() -> None:
    """Left out are the same people in both: what protects a count in one table may not stand in the other."""
    first = pair("employed_change", [True] * 40 + [False] * 40, [True] * 80, excluded=12)
    second = pair("housed_change", [True] * 40 + [None] * 40, [True] * 40 + [None] * 35 + [True] * 5, excluded=12)
    cells = cells_of([first, second])
    shown = cells.suppressed()
    assert shown.is_shown("employed_change", "excluded") == shown.is_shown("housed_change", "excluded")
    assert shown.is_shown("employed_change", "cases") == shown.is_shown("housed_change", "cases")


def test_a_pair_shows_its_change_only_with_all_four_kinds() -> None:
    plain = report_of(run(pair("employed_change", [False] * 40 + [True] * 40, [True] * 65 + [False] * 15)))
    cells = row(plain, "employed_change").cells
    assert cells[:3] == ("In work", "50 %", "81 %")
    assert cells[3].startswith("+31 (95 % interval +")
    assert row(plain, "employed_change").is_uncontrolled
    small = report_of(run(pair("employed_change", [False] * 40 + [True] * 40, [True] * 75 + [False] * 5)))
    assert row(small, "employed_change").cells[3] == HIDDEN


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(ANSWER, ANSWER), min_size=1, max_size=60), st.booleans())
def test_who_was_lost_is_read_back_from_the_bounds(answers: list[tuple[bool | None, bool | None]], good: bool) -> None:
    found = paired_change([one for one, _ in answers], [other for _, other in answers], good)
    assert lost_yes(found) == sum(one is True and other is None for one, other in answers)


def test_who_stays_is_estimated_and_said_for_each_day() -> None:
    told = [20.0] * 20 + [50.0] * 20 + [100.0] * 60
    report = report_of(run(stay(told, [True] * 40 + [False] * 60)))
    rows = [one.cells[:4] for table in report.tables for one in table.rows]
    assert rows == [
        ("Still in treatment after 30 days", "80 %", "about 80", "100"),
        ("Still in treatment after 60 days", "60 %", "about 60", "100"),
        ("Still in treatment after 90 days", "60 %", "about 60", "100"),
        ("Still in treatment after 180 days", "–", "–", "100"),
    ]


def test_few_who_left_hide_the_share_that_stays() -> None:
    report = report_of(run(stay([20.0] * 4 + [100.0] * 60, [True] * 4 + [False] * 60)))
    cells = row(report, "length_of_stay").cells
    assert cells[1] == HIDDEN
    assert HIDDEN in cells[2:4]


def test_relapses_are_uncontrolled_and_hidden_with_few_people() -> None:
    many = row(report_of(run(rates([1, 0, 2] * 8, [200] * 24))), "fewer_relapses")
    assert many.is_uncontrolled
    assert many.cells[1].endswith("times the year before") or "95 % interval" in many.cells[1]
    few = row(report_of(run(rates([1, 0, 2], [200] * 3))), "fewer_relapses")
    assert few.cells[1] == HIDDEN


def test_rates_among_pairs_fill_the_columns_of_the_table() -> None:
    report = report_of(at_random(3, 60))
    assert all(len(one.cells) == len(table.columns) for table in report.tables for one in table.rows)
    assert row(report, "detox_change").cells[1:3] == ("–", "–")


def test_step_down_of_all_stands_in_where_nobody_knows_who_may_be_eligible() -> None:
    report = report_of(run(share("step_down", 0, 0, unknown=326), share("step_down_any", 40, 40)))
    assert row(report, "step_down_any").cells[1] == "50 %"
    assert "Step-down within 30 days" not in dict(report.not_told)
    assert dict(report.not_told)["Completed courses"] == ("something",)


def test_nobody_is_named_and_everything_is_defined() -> None:
    text = "\n".join(" ".join(line) for line in as_rows(report_of(at_random(7, 120))))
    assert not any(name in text for name in NAMES)
    assert "medical director of the payer" in text
    assert UNCONTROLLED in text


def test_the_files_say_what_the_report_says(tmp_path: Path) -> None:
    made = run(share("completed", 60, 20, unknown=20))
    write_outcomes(made, tmp_path)
    with (tmp_path / "outcomes.csv").open(encoding="utf-8") as stream:
        told = {(one["measure"], one["what"]): one["value"] for one in csv.DictReader(stream)}
    assert told["completed", "Result"] == "75 %"
    assert told["completed", "Chosen by"] == "medical director of the payer"
    text = (tmp_path / "outcomes.md").read_text(encoding="utf-8")
    assert "| Completed courses | 75 % | 60 | 80 | 0 | 20 | 60 % to 80 % |" in text
