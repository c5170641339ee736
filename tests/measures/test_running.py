"""A run of measures over made-up facts: what counts, what is left out, what is unknown, and who stands out."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from measure_world import Made, facts, measure, run

from handrail.engine.on_duckdb import DuckDB
from handrail.measures.kept import from_plain, to_plain
from handrail.measures.listing import STATES, listed
from handrail.measures.measure import Measure
from handrail.measures.results import Run, Tally, over_time
from handrail.oversight.signals import Direction, Verdict

Ran = Callable[..., Run]


@pytest.fixture
def duck(tmp_path: Path) -> Iterator[DuckDB]:
    with DuckDB(threads=1, folders=[tmp_path]) as opened:
        yield opened


@pytest.fixture
def ran(duck: DuckDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ran:
    def with_rows(one: Measure, rows: list[dict[str, Any]], **more: Any) -> Run:
        table = facts(one.facts.name, rows)
        room = tmp_path / f"room-{len(list(tmp_path.iterdir()))}"
        return run(duck, Made(**{one.facts.name: table}), one, monkeypatch=monkeypatch, room=room, **more)

    return with_rows


def course(days: int | None, *, ended: bool | None = True, program: str = "meadow", **more: Any) -> dict[str, Any]:
    return {"service": "iop", "program": program, "clinician": "ann", "is_ended": ended, "days_in_service": days} | more


def test_every_case_stands_in_one_state(ran: Ran, tmp_path: Path) -> None:
    one = measure(tmp_path / "m", excluded={"died": "end_reason = 'died'"}, service="iop")
    rows = [
        course(91), course(90), course(None), course(120, ended=None), course(120, ended=False),
        course(120, end_reason="died"), course(120, service="irs"),
    ]  # fmt: skip
    whole = ran(one, rows).results[0].whole
    assert (whole.cases, whole.counted, whole.events, whole.excluded, whole.unknown) == (5, 2, 1, 1, 2)
    assert ran(one, rows).results[0].reasons == {
        "died": 1,
        "what is counted is not documented": 1,
        "whether it counts is not documented": 1,
    }


def test_an_unknown_reason_to_leave_out_leaves_nobody_out(ran: Ran, tmp_path: Path) -> None:
    one = measure(tmp_path / "m", excluded={"died": "end_reason = 'died'"})
    assert ran(one, [course(91, end_reason=None)]).results[0].whole.excluded == 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.builds(
            course,
            st.none() | st.integers(80, 100),
            ended=st.none() | st.booleans(),
            program=st.sampled_from(["meadow", "prairie", "lake"]),
            end_reason=st.sampled_from([None, "died", "completed"]),
        ),
        max_size=30,
    )
)
def test_numbers_reconcile_in_every_unit_and_open_lists_as_long(
    ran: Ran, tmp_path: Path, duck: DuckDB, rows: Any
) -> None:
    one = measure(tmp_path / "m", excluded={"died": "end_reason = 'died'"})
    result = ran(one, rows).results[0]
    units = result.comparisons["program"].units
    for tally in (result.whole, *units):
        assert tally.counted + tally.excluded + tally.unknown == tally.cases
        assert 0 <= tally.events <= tally.counted
    assert sum(tally.cases for tally in units) == result.whole.cases
    for unit in ("", *(tally.unit for tally in units)):
        tally = next((each for each in units if each.unit == unit), result.whole)
        told = {
            state: listed(duck, one, state=state, by="program" if unit else "", unit=unit).num_rows for state in STATES
        }
        assert told["yes"] == tally.events
        assert (told["excluded"], told["unknown"]) == (tally.excluded, tally.unknown)
        assert sum(told.values()) == tally.cases


def many(*, clinicians: int = 24, cases: int = 30, long: int = 6, outlier: int = 24) -> list[dict[str, Any]]:
    """Clinicians alike but for small differences, and the first one with four times as many long stays."""
    rows = []
    for number in range(clinicians):
        share = outlier if number == 0 else long + number % 3 - 1
        rows += [course(100 if case < share else 50, clinician=f"c{number:02}") for case in range(cases)]
    return rows


def test_who_lies_far_from_the_peers_stands_out_and_nobody_else(ran: Ran, tmp_path: Path) -> None:
    found = ran(measure(tmp_path / "m"), many())
    assert [(by, one.unit, one.verdict, one.direction) for by, one in found.standing_out()] == [
        ("clinician", "c00", Verdict.REVIEW, Direction.OVER)
    ]


def test_new_names_change_no_verdict(ran: Ran, tmp_path: Path) -> None:
    one = measure(tmp_path / "m")
    named = {row["clinician"]: f"z{99 - int(row['clinician'][1:]):02}" for row in many()}
    before, after = ran(one, many()), ran(one, [row | {"clinician": named[row["clinician"]]} for row in many()])
    verdicts = {
        named[s.unit]: (s.verdict, round(s.adjusted_z, 9)) for s in before.signals_of("made_up", "clinician").values()
    }
    assert verdicts == {
        s.unit: (s.verdict, round(s.adjusted_z, 9)) for s in after.signals_of("made_up", "clinician").values()
    }


def test_twice_the_data_tells_smaller_differences(ran: Ran, tmp_path: Path) -> None:
    one = measure(tmp_path / "m")
    once, twice = (ran(one, many() * times).signals_of("made_up", "clinician").values() for times in (1, 2))
    for small, large in zip(once, twice, strict=True):
        assert large.detectable[1] < small.detectable[1]


def test_a_signal_that_was_there_before_persists(ran: Ran, tmp_path: Path) -> None:
    one = measure(tmp_path / "m")
    known = [("clinician", "made_up", "c00", Direction.OVER)]
    assert ran(one, many(), before=known).standing_out()[0][1].persists
    assert not ran(one, many(), before=[("program", *known[0][1:])]).standing_out()[0][1].persists


def test_the_second_rule_of_attribution_may_say_something_else(ran: Ran, tmp_path: Path) -> None:
    one = measure(tmp_path / "m")
    same = [row | {"first_clinician": row["clinician"]} for row in many()]
    assert ran(one, same).by_other["made_up", "c00"] is Verdict.REVIEW
    spread = [row | {"first_clinician": f"c{i % 24:02}"} for i, row in enumerate(many())]
    assert ran(one, spread).by_other["made_up", "c00"] is not Verdict.REVIEW


def test_a_measure_may_give_the_case_to_whoever_saw_her_first(ran: Ran, tmp_path: Path) -> None:
    rows = [row | {"clinician": "z", "first_clinician": row["clinician"]} for row in many()]
    first = ran(measure(tmp_path / "m", attributed="first_contact"), rows)
    assert {one.unit for by, one in first.standing_out() if by == "clinician"} == {"c00"}
    assert not ran(measure(tmp_path / "n"), rows).standing_out()
    swapped = [row | {"first_clinician": row["clinician"], "clinician": row["first_clinician"]} for row in rows]
    assert (
        ran(measure(tmp_path / "o"), swapped).standing_out()[0][1].adjusted_z == first.standing_out()[0][1].adjusted_z
    )


def test_a_measure_may_need_more_or_less_than_others(ran: Ran, tmp_path: Path) -> None:
    verdict = {
        least: ran(measure(tmp_path / f"m{least}", minimum={"cases": least}), many()).signals_of("made_up", "clinician")
        for least in (30, 31)
    }
    assert verdict[30]["c00"].verdict is Verdict.REVIEW
    assert {one.verdict for one in verdict[31].values()} == {Verdict.CANNOT_TELL}
    assert "needs at least 31" in verdict[31]["c00"].legs[0].says
    few = many(clinicians=8)
    assert ran(measure(tmp_path / "p"), few).signals_of("made_up", "clinician")["c00"].verdict is Verdict.CANNOT_TELL
    peers = ran(measure(tmp_path / "q", minimum={"peers": 8}), few).signals_of("made_up", "clinician")
    assert peers["c00"].verdict is not Verdict.CANNOT_TELL


@pytest.mark.parametrize("periods", [12, 24, 52])
def test_few_charts_in_which_nothing_changed_break_a_rule(periods: int) -> None:
    rng = np.random.default_rng(periods)
    day = datetime.date(2026, 1, 5)
    found = 0
    for _ in range(400):
        counts = rng.normal(500, 30, periods).clip(0, 1_000)
        tallies = [
            Tally("", 1_000, 1_000, count, 0, 0, 0, period=day + datetime.timedelta(weeks=week))
            for week, count in enumerate(counts)
        ]
        found += bool(over_time("", tallies, is_share=True).breaks)
    assert 0.02 < found / 400 < 0.14


def test_peers_are_those_with_the_same_facts(ran: Ran, tmp_path: Path) -> None:
    rows = [row | {"substance": "opioid" if row["clinician"] < "c12" else "alcohol"} for row in many(long=4, outlier=4)]
    rows = [
        row | {"days_in_service": 100} if row["substance"] == "opioid" and i % 3 else row for i, row in enumerate(rows)
    ]
    wrong = ran(measure(tmp_path / "m"), rows).results[0].comparisons["clinician"]
    right = ran(measure(tmp_path / "n", peers=["service", "substance"]), rows).results[0].comparisons["clinician"]
    assert wrong.prepared.expected is None
    assert "the same service, substance" in right.adjustment
    for one in right.units:
        same = [row["days_in_service"] > 90 for row in rows if (row["substance"] == "opioid") == (one.unit < "c12")]
        assert one.expected == pytest.approx(one.counted * sum(same) / len(same))


def test_adjusting_for_the_admission_takes_out_what_it_explains(ran: Ran, tmp_path: Path) -> None:
    rows = []
    for number in range(20):
        for case in range(40):
            hard = case < (36 if number == 0 else 8)
            is_long = case % 10 < (7 if hard else 1)
            rows.append(course(100 if is_long else 50, clinician=f"c{number:02}", prior_courses=int(hard)))
    raw = ran(measure(tmp_path / "one"), rows).signals_of("made_up", "clinician")["c00"]
    one = measure(tmp_path / "two", adjusted_for=["prior_courses"])
    adjusted = ran(one, rows).signals_of("made_up", "clinician")["c00"]
    assert raw.verdict is Verdict.REVIEW
    assert adjusted.verdict is not Verdict.REVIEW
    assert abs(adjusted.value - 1) < 0.25


def test_what_cannot_be_fitted_is_compared_without_adjustment_and_says_so(ran: Ran, tmp_path: Path) -> None:
    one = measure(tmp_path / "m", adjusted_for=["prior_courses"])
    rows = [row | {"prior_courses": int(row["days_in_service"] > 90)} for row in many()]
    comparison = ran(one, rows).results[0].comparisons["clinician"]
    assert comparison.adjustment.startswith("Not adjusted: The model has no finite fit")
    assert comparison.prepared is not None


def test_nobody_with_an_event_or_no_peer_is_said_in_words(ran: Ran, tmp_path: Path) -> None:
    none = ran(measure(tmp_path / "one"), [course(50, clinician=f"c{i}") for i in range(30)]).results[0]
    assert "Nobody, or everybody, had the event" in none.comparisons["clinician"].says
    assert "no peers" in none.comparisons["program"].says
    empty = ran(measure(tmp_path / "two"), []).results[0]
    assert empty.whole.cases == 0
    assert np.isnan(empty.whole.value)


def test_a_rate_counts_events_in_time_and_leaves_unknown_ones_out(ran: Ran, tmp_path: Path) -> None:
    told = {"facts": "person_period", "where": None, "yes": None, "events": "incidents", "per": "days_enrolled"}
    one = measure(tmp_path / "m", **told, per_says="client-months", per_size=30)
    rows = [
        {"program": "meadow", "days_enrolled": 30, "incidents": 2},
        {"program": "meadow", "days_enrolled": 15, "incidents": None},
        {"program": "lake", "days_enrolled": 30, "incidents": 0},
    ]
    result = ran(one, rows).results[0]
    assert (result.whole.events, result.whole.exposure, result.whole.unknown) == (2, 2, 1)
    assert result.whole.value == 1
    assert [tally.expected for tally in result.comparisons["program"].units] == [1, 1]


@pytest.mark.parametrize("kind", ["rate", "share"])
def test_who_gives_another_service_is_compared_with_its_own_kind(ran: Ran, tmp_path: Path, kind: str) -> None:
    told = {"facts": "person_period", "where": None, "yes": "incidents > 0"}
    if kind == "rate":
        told |= {
            "yes": None,
            "events": "incidents",
            "per": "days_enrolled",
            "per_says": "client-months",
            "per_size": 30,
        }
    one = measure(tmp_path / "m", **told)
    rows = [
        {"program": f"{service}-{number}", "service": service, "days_enrolled": 30, "incidents": int(case < events)}
        for service, events in (("iop", 2), ("php", 20))
        for number in range(12)
        for case in range(40)
    ]
    found = ran(one, rows)
    assert found.standing_out() == []
    assert {round(tally.expected) for tally in found.results[0].comparisons["program"].units} == {2, 20}
    assert "the same service" in found.results[0].comparisons["program"].adjustment


def test_a_service_in_which_nobody_had_the_event_is_not_compared(ran: Ran, tmp_path: Path) -> None:
    one = measure(tmp_path / "m")
    rows = many() + [course(50, clinician=f"d{i % 3}", service="php") for i in range(90)]
    units = set(ran(one, rows).signals_of("made_up", "clinician"))
    assert units == {f"c{number:02}" for number in range(24)}


def test_pairs_need_both_answers_and_bound_the_rest(ran: Ran, tmp_path: Path) -> None:
    told = {"yes": None, "before": "employed_start", "after": "employed_end", "better": "higher"}
    one = measure(tmp_path / "m", **told, by=["program"])
    rows = [
        course(50, employed_start=start, employed_end=end)
        for start, end in [(False, True), (False, True), (True, True), (False, None), (None, True)]
    ]
    result = ran(one, rows).results[0]
    assert (result.whole.counted, result.whole.unknown) == (3, 2)
    pair = result.pairs[""]
    assert (pair.pairs, pair.only_after, pair.unknown_after, pair.unknown_before) == (3, 2, 1, 1)
    assert pair.change.value == pytest.approx(2 / 3)
    assert (pair.if_missing_bad, pair.if_missing_good) == (pytest.approx(2 / 4), pytest.approx(3 / 4))


def test_rates_before_and_after_take_only_time_at_risk(ran: Ran, tmp_path: Path) -> None:
    told = {
        "yes": None, "events_before": "relapses_before", "time_before": "days_at_risk_before",
        "events_after": "relapses_now", "time_after": "days_at_risk_now", "by": ["program"],
    }  # fmt: skip
    one = measure(tmp_path / "m", **told)
    at_risk = {"days_at_risk_before": 360, "days_at_risk_now": 90}
    rows = [
        course(90, relapses_before=4, relapses_now=1, **at_risk),
        course(90, relapses_before=8, relapses_now=1, **at_risk),
    ]
    rows.append(course(90, relapses_before=3, relapses_now=0, days_at_risk_before=360, days_at_risk_now=0))
    rows.append(course(90, relapses_before=None, relapses_now=0, **at_risk))
    result = ran(one, rows).results[0]
    assert result.whole.unknown == 1
    assert result.rates[""].value == pytest.approx((2 / 180) / (12 / 720))


def test_retention_is_shown_for_each_program(ran: Ran, tmp_path: Path) -> None:
    told = {"yes": None, "where": None, "days": "days_in_service", "ended": "is_ended", "by": ["program"]}
    rows = [course(days, ended=days < 60, program=name) for name in ("lake", "meadow") for days in (10, 20, 30, 60)]
    result = ran(measure(tmp_path / "m", **told), rows).results[0]
    assert set(result.stays) == {"", "lake", "meadow"}
    assert result.stays["lake"].median == 20
    assert result.log_rank == pytest.approx(1)


def weeks(values: list[float], *, program: str = "meadow", people: int = 20) -> list[dict[str, Any]]:
    first = datetime.date(2026, 1, 5)
    return [
        {
            "service": "iop", "program": program, "on_date": first + datetime.timedelta(weeks=at), "is_full_week": True,
            "below_nine": person >= round(value * people),
        }
        for at, value in enumerate(values)
        for person in range(people)
    ]  # fmt: skip


def test_a_program_that_drifts_breaks_a_rule_below_the_mean(ran: Ran, tmp_path: Path) -> None:
    told = {"facts": "person_week", "where": "is_full_week", "yes": "NOT below_nine", "better": "higher"}
    one = measure(tmp_path / "m", **told)
    steady = [0.9, 0.85, 0.9, 0.95, 0.9, 0.85] * 3
    drifting = [*steady[:14], 0.6, 0.5, 0.4, 0.3]
    charts = {
        chart.unit: chart for chart in ran(one, weeks(steady, program="lake") + weeks(drifting)).results[0].over_time
    }
    assert charts["lake"].breaks == ()
    assert "a value outside the limits" in charts["meadow"].breaks
    assert charts["meadow"].side is Direction.UNDER
    assert charts["meadow"].chart.upper.max() <= 1


def test_fewer_than_twelve_periods_and_a_week_that_is_not_over_are_not_charted(ran: Ran, tmp_path: Path) -> None:
    told = {"facts": "person_week", "where": "is_full_week", "yes": "NOT below_nine", "better": "higher"}
    one = measure(tmp_path / "m", **told)
    assert ran(one, weeks([0.9] * 11)).results[0].over_time == ()
    late = weeks([0.9] * 12) + [row | {"on_date": datetime.date(2026, 12, 28)} for row in weeks([0.5])]
    assert len(ran(one, late).results[0].over_time[0].periods) == 12


def test_a_kept_run_comes_back_as_it_was(ran: Ran, tmp_path: Path) -> None:
    found = ran(measure(tmp_path / "m", adjusted_for=["age"]), [row | {"age": i % 40} for i, row in enumerate(many())])
    text = json.dumps(to_plain(found))
    back = from_plain(json.loads(text))
    assert json.dumps(to_plain(back)) == text
    assert [one.verdict for _, one in back.signals] == [one.verdict for _, one in found.signals]
    with pytest.raises(ValueError, match="another version"):
        from_plain({"version": 0})


def test_a_measure_whose_facts_a_source_lacks_is_named_and_not_run(ran: Ran, tmp_path: Path) -> None:
    one = measure(tmp_path / "m", yes="detox_after > 0")
    found = ran(one, [course(91)])
    assert found.results == ()
    assert found.not_told == {"made_up": ("detox_after",)}
