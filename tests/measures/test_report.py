"""The report for the review team: what it says, what it escapes, what it leaves out, and that it asks no network."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from measure_world import DAY, Made, facts, measure, run

from handrail.engine.on_duckdb import DuckDB
from handrail.measures import picturing
from handrail.measures.drawing import pairs, stays
from handrail.measures.facts.catalog import fact_parameters
from handrail.measures.report import MOST_LISTED, write_report
from handrail.measures.results import ClauseMonth, Run
from handrail.measures.writing import write_run
from handrail.oversight.thresholds import load_thresholds

HOSTILE = 'O\'Neil & "Sons" <b>'


@pytest.fixture
def duck(tmp_path: Path) -> Iterator[DuckDB]:
    with DuckDB(threads=1, folders=[tmp_path]) as opened:
        yield opened


@pytest.fixture
def ran(duck: DuckDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Run]:
    def with_rows(rows: list[dict[str, Any]], *measures: Any) -> Run:
        made = Made(episode_outcome=facts("episode_outcome", rows))
        return run(duck, made, *measures, monkeypatch=monkeypatch, room=tmp_path / "room")

    return with_rows


def courses(*, clinicians: int = 12, outlier: int = 24) -> list[dict[str, Any]]:
    """Clinicians of two programs, alike but for the first; some cases died, some are not documented."""
    rows = []
    for number in range(clinicians):
        who = HOSTILE if number == 0 else f"c{number:02}"
        share = outlier if number == 0 else 5 + number % 3
        for case in range(30):
            row = {"service": "iop", "program": f"p{number % 2}", "clinician": who, "is_ended": True}
            rows.append(row | {"days_in_service": 100 if case < share else 50, "first_clinician": who})
    nobody = {"service": "iop", "program": "p0", "is_ended": True}
    return [*rows, nobody | {"days_in_service": None}, nobody | {"days_in_service": 95, "end_reason": "died"}]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run in which one clinician, of a name with every sign that a page must escape, stands out."""
    folder = tmp_path_factory.mktemp("told")
    one = measure(folder / "m", excluded={"died": "end_reason = 'died'"}, title="Long <stays>")
    made = Made(episode_outcome=facts("episode_outcome", courses()))
    with DuckDB(threads=1, folders=[folder]) as duck, pytest.MonkeyPatch.context() as patch:
        return run(duck, made, one, monkeypatch=patch, room=folder / "room")


@pytest.fixture(scope="module")
def out(told: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that its report was written to."""
    folder = tmp_path_factory.mktemp("written")
    written(told, folder)
    return folder / "out"


@pytest.fixture(scope="module")
def page(out: Path) -> str:
    return (out / "report.html").read_text(encoding="utf-8")


def written(told: Run, tmp_path: Path) -> str:
    (tmp_path / "out").mkdir()
    write_run(told, tmp_path / "out")
    return write_report(told, tmp_path / "out", load_thresholds()[1]).read_text(encoding="utf-8")


def words(page: str) -> str:
    """What a reader sees, pictures aside."""
    return unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)))


def test_it_names_who_stands_out_with_every_leg_and_the_second_attribution(told: Run, page: str) -> None:
    said = words(page)
    assert f"Review: clinician {HOSTILE}, Long <stays>" in said
    [(_, signal)] = told.standing_out()
    assert len(signal.legs) == 7
    for leg in signal.legs:
        assert re.search(rf"{re.escape(leg.name)}\s+pass\s+{re.escape(leg.says)}", said), leg.name
    assert "above the peers (the worse side)" in said
    assert f"handrail cases DIR made_up --clinician {HOSTILE}" in said


def test_it_says_at_the_top_for_whom_it_is(page: str) -> None:
    top = words(page).split("In short")[0]
    for said in (
        "For the review team",
        "no finding about quality",
        "42 CFR Part 2",
        "Do not pass it on",
        "not suppressed",
    ):
        assert said in top


def test_every_case_is_counted_left_out_or_unknown(told: Run, page: str) -> None:
    said = " ".join(words(page).split())
    whole = told.results[0].whole
    assert (whole.cases, whole.excluded, whole.unknown) == (362, 1, 1)
    assert f"Long <stays> 362 360 1 1 {whole.events:.0f}" in said
    assert "died: 1" in said
    assert "1 of 362" in said
    assert "2 have no clinician" in said


def test_names_are_escaped_and_nothing_is_asked_of_a_network(page: str) -> None:
    assert "<b>" not in page
    assert "O&#x27;Neil &amp; &quot;Sons&quot; &lt;b&gt;" in page
    assert not re.search(r"<script|<link|<img|<iframe|@import|src=|href=|url\((?!#)", page)
    assert not re.search(r"https?:", page.replace('xmlns="http://www.w3.org/2000/svg"', ""))
    assert "default-src 'none'" in page


def test_each_picture_is_a_file_that_the_page_names(out: Path, page: str) -> None:
    files = sorted((out / "pictures").glob("*"))
    assert {"funnel-made_up-clinician.svg", "caterpillar-made_up-clinician.svg"} <= {file.name for file in files}
    for file in files:
        svg = file.read_text(encoding="utf-8")
        assert f"File: pictures/{file.name}." in page
        assert svg in page
        assert svg.startswith("<svg ")


def test_the_measure_stands_there_with_who_chose_it_and_why(page: str) -> None:
    said = words(page)
    assert "days_in_service > 90" in said
    assert "a test: To see." in said
    assert "left out, died: end_reason = 'died'" in said


def test_thresholds_and_the_numbers_of_the_facts_stand_there_with_reason_and_owner(page: str) -> None:
    said = words(page)
    values, reasons = load_thresholds()
    for name, why in reasons.items():
        row = rf"{name}\s+{re.escape(f'{getattr(values, name):g}')}\s+{re.escape(why.unit)}\s+{re.escape(why.owner)}"
        assert re.search(row, said), name
        assert why.reason in said
    for name, one in fact_parameters().items():
        assert re.search(rf"{name}\s+{one.value}\s", said)
        assert one.why in said


def test_nobody_standing_out_is_said_and_is_no_proof(ran: Callable[..., Run], tmp_path: Path) -> None:
    page = words(written(ran(courses(outlier=6), measure(tmp_path / "m")), tmp_path))
    assert "Nobody stands out. That is no proof that all are alike." in page
    assert "Each leg" not in page
    assert "No chart breaks a rule." in page


def test_a_run_over_nobody_is_a_page_too(ran: Callable[..., Run], tmp_path: Path) -> None:
    page = words(written(ran([], measure(tmp_path / "m")), tmp_path))
    assert "Nobody stands out" in page
    assert "It cannot be compared. There are no peers" in page


def test_what_is_not_drawn_is_named_with_where_its_numbers_are(
    told: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picturing, "MOST_COMPARED", 0)
    page = words(written(told, tmp_path))
    assert "Not drawn, the numbers are in tallies.csv and signals.csv:" in page
    assert "Long <stays> by clinician" in page.split("Not drawn")[1]
    assert not list((tmp_path / "out" / "pictures").glob("funnel*"))


def test_more_signals_than_the_page_holds_are_said(told: Run, tmp_path: Path) -> None:
    [one] = told.standing_out()
    many = tuple((one[0], replace(one[1], unit=f"u{number}")) for number in range(MOST_LISTED + 3))
    page = words(written(replace(told, results=(replace(told.results[0], comparisons={}),), signals=many), tmp_path))
    assert page.count("Each leg:") == MOST_LISTED
    assert "3 more are in signals.csv." in page


def test_pairs_rates_stays_steps_and_charts_have_their_parts(ran: Callable[..., Run], tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = []
    for month in range(1, 13):
        for case in range(20):
            late = month > 10
            row = {"service": "iop", "program": "meadow", "is_ended": True, "on_date": DAY.replace(month=month, day=5)}
            row |= {"days_in_service": 100 if case < (18 if late else 6 + month % 3) else 40, "housed_start": case < 5}
            row |= {"housed_end": None if case == 9 else case < 15, "step_down_days": 5, "was_offered_irs": True}
            row |= {"relapses_before": 3, "days_at_risk_before": 90, "relapses_now": 1, "days_at_risk_now": 90}
            rows.append(row | {"may_be_eligible_irs": case > 2, "step_down_window_over": True})
    folder = tmp_path / "m"
    asked = [
        measure(folder),
        measure(folder, measure="housed", title="Housed", yes=None, before="housed_start", after="housed_end", better="higher"),
        measure(
            folder, measure="fewer", title="Relapses", yes=None, events_before="relapses_before",
            time_before="days_at_risk_before", events_after="relapses_now", time_after="days_at_risk_now",
        ),
        measure(folder, measure="stay", title="Retention", yes=None, days="days_in_service", ended="is_ended", by=["program"]),
    ]  # fmt: skip
    page = words(written(ran(rows, *asked), tmp_path))
    table = " ".join(page.split())
    assert "meadow Made up a value outside the limits" in table
    assert "Housed everybody 228 26% 74%" in table
    assert "12 after" in table
    assert "Relapses everybody 0.33" in table
    assert "How long people stay" in page
    files = {file.name for file in (tmp_path / "out" / "pictures").glob("*.svg")}
    assert files >= {
        "before-and-after.svg", "stays-stay.svg", "step-down.svg", "over-time-made_up-meadow.svg",
        "over-time-made_up-everybody.svg",
    }  # fmt: skip


def test_the_bounds_of_a_pair_hold_its_value(ran: Callable[..., Run], tmp_path: Path) -> None:
    known = [{"is_ended": True, "housed_start": case < 4, "housed_end": case < 9} for case in range(10)]
    lost = [{"is_ended": True, "housed_start": True, "housed_end": None} for _ in range(10)]
    one = measure(tmp_path / "m", yes=None, before="housed_start", after="housed_end", better="higher", by=["program"])
    picture = pairs(ran(known + lost, one))
    assert picture is not None
    [row] = picture.rows
    assert dict(zip(picture.columns, row, strict=True)) == {
        "outcome": "Made up", "before": 0.4, "after": 0.9, "change": 0.5, "people": 10, "after, least": 0.45,
        "after, most": 0.95,
    }  # fmt: skip


def test_clauses_stand_there_worst_first_and_seldom_judged_ones_do_not(told: Run, tmp_path: Path) -> None:
    def month(clause: str, met: int, missed: int, program: str = "p0") -> ClauseMonth:
        return ClauseMonth(clause, f"Says {clause}.", program, DAY.replace(day=1), met, missed, 1)

    some = [month("good", 39, 1), month("bad", 10, 30), month("rare", 0, 5), month("always", 40, 0)]
    more = [month("bad", 30, 10, f"q{number}") for number in range(picturing.MOST_PROGRAMS)]
    page = words(written(replace(told, clause_months=tuple(some + more)), tmp_path))
    part = page.split("Clauses met least often", 1)[1].split("The measures")[0]
    assert part.index("Says bad.") < part.index("Says good.")
    assert "Says rare." not in part
    assert "Says always." not in part
    assert "1 program with fewer verdicts" in page
    assert "Says rare." in (tmp_path / "out" / "clauses.csv").read_text(encoding="utf-8")


def test_more_programs_than_can_be_told_apart_are_drawn_the_largest_and_apart(
    ran: Callable[..., Run], tmp_path: Path
) -> None:
    rows = [
        {"program": f"a program whose name is long enough {number}", "is_ended": True, "days_in_service": 10 + case}
        for number in range(9)
        for case in range(3 + number)
    ]
    one = measure(tmp_path / "m", yes=None, days="days_in_service", ended="is_ended", by=["program"])
    picture = stays(ran(rows, one).results[0], {})
    assert picture is not None
    assert "the 5 largest of 9 programs" in picture.title
    names = {str(row[0]) for row in picture.rows}
    assert len(names) == 6
    assert "everybody" in names
    assert any(name.endswith("enough 8") for name in names)
    assert not any(name.endswith("enough 0") for name in names)
