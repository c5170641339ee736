"""The story of the demo's extract: the three things that are true in it are what the run says, and hardly anything else."""

from __future__ import annotations

import datetime

import pytest

from handrail.engine.on_duckdb import DuckDB
from handrail.example import as_of, extract, planted
from handrail.exchange.claims import import_claims
from handrail.exchange.claims.input import declared_for
from handrail.exchange.writing import write_tables
from handrail.measures.measure import packaged_measures
from handrail.measures.results import Run
from handrail.measures.running import run_measures
from handrail.measures.sources import ClaimsSource, Span
from handrail.oversight.signals import Direction, Verdict
from handrail.oversight.thresholds import packaged_thresholds

NAMES = ("long_stay", "nine_hours", "score_worse", "detox_after", "early_drop_out", "completed")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("story")
    made = extract()
    write_tables(made, declared_for(made), folder / "extract", "parquet")
    import_claims(folder / "extract", folder / "imported")
    source, room = ClaimsSource(folder / "imported"), folder / "facts"
    room.mkdir()
    measures = {name: packaged_measures()[name] for name in NAMES}
    with DuckDB(threads=1, folders=[room, *source.folders]) as engine:
        span = Span(as_of - datetime.timedelta(days=364), as_of)
        return run_measures(engine, source, measures, span, packaged_thresholds(), room)


def test_the_clinician_with_long_stays_stands_out_by_either_attribution(run: Run) -> None:
    (found,) = [one for by, one in run.standing_out() if by == "clinician"]
    assert (found.unit, found.measure) == (planted().long_stays, "long_stay")
    assert (found.verdict, found.direction) == (Verdict.REVIEW, Direction.OVER)
    assert run.by_other["long_stay", planted().long_stays] is Verdict.REVIEW


def test_her_outcomes_are_no_better_and_nothing_says_that_they_are_worse(run: Run) -> None:
    for name in ("score_worse", "detox_after"):
        told = run.signals_of(name, "clinician")[planted().long_stays]
        assert told.verdict in (Verdict.NO_SIGNAL, Verdict.CANNOT_TELL)


def test_the_program_that_drifts_is_the_only_one_whose_weeks_change(run: Run) -> None:
    (found,) = [one for one in run.result("nine_hours").over_time if one.unit and one.breaks]
    assert found.unit == planted().drifting_program
    assert found.side is Direction.UNDER


def test_the_clinician_with_few_courses_cannot_be_told_anything_about(run: Run) -> None:
    courses = [one for name in ("long_stay", "completed") for one in run.signals_of(name, "clinician").values()]
    told = [one.verdict for one in courses if one.unit == planted().too_few]
    assert told
    assert set(told) == {Verdict.CANNOT_TELL}


def test_beside_her_program_nobody_else_stands_out(run: Run) -> None:
    others = {(by, one.measure) for by, one in run.standing_out() if one.unit != planted().long_stays}
    assert others <= {("program", "long_stay")}
