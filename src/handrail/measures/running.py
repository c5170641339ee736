"""Running measures: facts, cases and counts on the engine, then the statistics on what is left, which is small."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from handrail.engine.evaluate import Engine
from handrail.measures.cases import cases, tallies
from handrail.measures.facts.catalog import fact_sets
from handrail.measures.measure import Measure
from handrail.measures.results import (
    ALL,
    ASKED,
    BEGAN,
    ELIGIBLE,
    ENDED,
    NEVER_ASKED,
    NOT_BEGUN,
    NOT_ELIGIBLE,
    NOT_KNOWN,
    RUNNING,
    ClauseMonth,
    Comparison,
    OverTime,
    Prepared,
    Result,
    Run,
    Tally,
    over_time,
    reason_counts,
)
from handrail.measures.sources import Source, Span, lay_facts
from handrail.oversight.change import Estimate, paired_change, rate_ratio
from handrail.oversight.expected import expected_values
from handrail.oversight.retention import compare_retention, retention
from handrail.oversight.signals import Direction, Signal, Verdict, signals
from handrail.oversight.thresholds import Thresholds

FEWEST_PERIODS = 12
"""An XmR chart with fewer has provisional limits, so it is not judged."""
STAY_DAYS = (0, 7, 14, 30, 45, 60, 90, 120, 150, 180)
_UNKNOWN_UNIT = "not attributed"
Told = Callable[[str], None]


def run_measures(
    engine: Engine,
    source: Source,
    measures: Mapping[str, Measure],
    span: Span,
    thresholds: Thresholds,
    room: Path,
    *,
    before: Collection[tuple[str, str, str, Direction]] = (),
    told: Told = lambda _name: None,
) -> Run:
    """This will run every measure that the source can tell.

    `room` is an empty folder that takes the facts as Parquet and keeps them. `before` are the signals of the period
    before (by, measure, unit, direction). `told` hears the name of each step.
    """
    able = [one for one in measures.values() if not one.lacks(source.name)]
    told("facts")
    laid = lay_facts(engine, source, span, room, sorted({one.facts.name for one in able}))
    results = []
    for measure in able:
        told(measure.title)
        results.append(_result(engine, measure, span, thresholds))
    found = []
    for by in ("program", "clinician"):
        prepared = [(one.measure, one.comparisons[by].prepared) for one in results if by in one.comparisons]
        compared = [one.measured(measure.held_to(thresholds)) for measure, one in prepared if one is not None]
        known = [(name, unit, side) for kind, name, unit, side in before if kind == by]
        found += [(by, one) for one in signals(compared, thresholds, known)]
    out = tuple(found)
    lacking = {one.name: one.lacks(source.name) for one in measures.values() if one.lacks(source.name)}
    told("second attribution")
    return Run(
        source.name,
        span,
        thresholds,
        tuple(results),
        out,
        _by_other(engine, results, out, thresholds),
        lacking,
        _steps(engine, source.name),
        _clause_months(engine, span) if "clause_verdict" in laid else (),
    )


def _result(engine: Engine, measure: Measure, span: Span, thresholds: Thresholds) -> Result:
    whole = _tallies(engine, measure)[0]
    asked = cases(measure).subquery("one_case").sql(dialect=engine.dialect)
    rows = engine.query(
        f"SELECT reason, CAST(COUNT(*) AS BIGINT) AS cases FROM {asked} WHERE reason IS NOT NULL GROUP BY reason"
    ).to_pylist()
    comparisons = {by: _compare(engine, measure, by, thresholds) for by in measure.by}
    result = Result(measure, whole, reason_counts(rows), comparisons)
    if measure.kind in ("share", "rate"):
        return _with(result, over_time=_charts(engine, measure, span))
    return _before_and_after(engine, result)


def _with(result: Result, **more: object) -> Result:
    return Result(**{**result.__dict__, **more})


def _tallies(engine: Engine, measure: Measure, by: str = "", period: str = "") -> list[Tally]:
    rows = engine.query(tallies(measure, by, period).sql(dialect=engine.dialect)).to_pylist()
    found = [
        Tally(
            unit=str(row.get("unit") or (_UNKNOWN_UNIT if by else ALL)),
            cases=row["cases"],
            counted=row["counted"],
            events=row["events"],
            exposure=row["exposure"] / measure.per_size,
            excluded=row["excluded"],
            unknown=row["unknown"],
            period=row.get("period"),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.unit, one.period or datetime.date.min))


def _compare(engine: Engine, measure: Measure, by: str, thresholds: Thresholds) -> Comparison:
    units = _tallies(engine, measure, by)
    if measure.kind not in ("share", "rate"):
        return Comparison(by, tuple(units), None, "Shown for each, and not compared: it is no share and no rate.", "")
    try:
        prepared, adjustment = _prepared(engine, measure, by, _comparable(measure, units), thresholds)
    except ValueError as error:
        return Comparison(by, tuple(units), None, f"It cannot be compared. {error}", "")
    expected = dict(zip(prepared.units, prepared.expected or _at_the_peers_share(prepared), strict=True))
    return Comparison(by, tuple(_expecting(one, expected) for one in units), prepared, "", adjustment)


def _comparable(measure: Measure, units: Sequence[Tally]) -> list[Tally]:
    known = [one for one in units if one.unit != _UNKNOWN_UNIT and one.counted > 0]
    return [one for one in known if measure.kind != "rate" or one.exposure > 0]


def _at_the_peers_share(prepared: Prepared) -> tuple[float, ...]:
    share = sum(prepared.observed) / sum(prepared.cases)
    return tuple(share * cases for cases in prepared.cases)


def _expecting(tally: Tally, expected: Mapping[str, float]) -> Tally:
    return Tally(**{**tally.__dict__, "expected": expected.get(tally.unit, float("nan"))})


def _prepared(
    engine: Engine, measure: Measure, by: str, units: Sequence[Tally], thresholds: Thresholds
) -> tuple[Prepared, str]:
    """One measure ready to be compared, and in words how it was adjusted. Raises `ValueError` where it cannot be."""
    names, observed = tuple(one.unit for one in units), tuple(one.events for one in units)
    if len(names) < 2:
        raise ValueError("There are no peers: fewer than two have a case.")
    if measure.kind == "rate" and not any(observed):
        raise ValueError("Nobody had an event. Zero may also mean that nobody reports.")
    words = "Not adjusted: the measure names no facts of the admission."
    if measure.adjusted_for:
        try:
            done, adjustment = _standardised(engine, measure, by, thresholds)
            return _checked(done, thresholds), adjustment
        except ValueError as error:
            words = f"Not adjusted: {error}"
    apart = _apart(engine, measure, by, names)
    if measure.kind == "share" and len({_peers(measure, row) for row in apart}) == 1:
        counted = tuple(float(one.counted) for one in units)
        return _checked(Prepared(measure.name, names, observed, counted), thresholds), words
    what = f"rate times each one's {measure.per_says}" if measure.kind == "rate" else "share"
    words = f"{words} Expected is the {what} among all {'of the same ' + ', '.join(measure.apart_by) if measure.apart_by else 'peers'}."
    return _checked(_by_peers(measure, units, apart), thresholds), words


def _apart(engine: Engine, measure: Measure, by: str, names: Collection[str]) -> list[dict[str, Any]]:
    """What was counted of some units in each group of peers to which their cases belong."""
    rows = engine.query(tallies(measure, by, apart=True).sql(dialect=engine.dialect)).to_pylist()
    return [row for row in rows if row["unit"] in names and row["counted"]]


def _peers(measure: Measure, row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a row has in common with those of its peers."""
    return tuple(row[name] for name in measure.apart_by)


def _by_peers(measure: Measure, units: Sequence[Tally], rows: Sequence[dict[str, Any]]) -> Prepared:
    """Expected events from what is usual in each group of peers: nobody is compared with another level of care.

    Who is only in groups in which nobody, or everybody, had the event cannot be compared and is left out.
    """
    below = "exposure" if measure.kind == "rate" else "counted"
    sums: dict[tuple[Any, ...], list[float]] = {}
    for row in rows:
        held = sums.setdefault(_peers(measure, row), [0.0, 0.0])
        held[0] += row["events"]
        held[1] += row[below]
    usual = {peers: events / time if time else 0.0 for peers, (events, time) in sums.items()}
    expected, variance = ({one.unit: 0.0 for one in units} for _ in range(2))
    for row in rows:
        share = usual[_peers(measure, row)]
        mean = share * row[below]
        expected[row["unit"]] += mean
        variance[row["unit"]] += mean if measure.kind == "rate" else mean * (1 - share)
    kept = [one for one in units if variance[one.unit] > 0]
    if len(kept) < 2:
        raise ValueError("Nobody, or everybody, had the event, so there is nothing to compare; show the counts.")
    return Prepared(
        measure.name,
        tuple(one.unit for one in kept),
        tuple(one.events for one in kept),
        tuple(float(one.counted) for one in kept),
        tuple(expected[one.unit] for one in kept),
        None if measure.kind == "rate" else tuple(variance[one.unit] for one in kept),
    )


def _checked(prepared: Prepared, thresholds: Thresholds) -> Prepared:
    """The same, if it can be compared at all."""
    prepared.measured(thresholds)
    return prepared


def _standardised(engine: Engine, measure: Measure, by: str, thresholds: Thresholds) -> tuple[Prepared, str]:
    """Expected events of each unit from the facts of the admission, by a model without the unit in it."""
    asked = cases(measure).where(f"COALESCE(is_of_it, FALSE) AND why_excluded IS NULL AND {by} IS NOT NULL")
    rows = engine.query(asked.sql(dialect=engine.dialect))
    rows = rows.filter(pc.is_in(rows["state"], pa.array(["yes", "no"]))).sort_by("case_id")
    facts = tuple(dict.fromkeys((*measure.adjusted_for, *measure.apart_by)))
    expected = expected_values(
        pc.cast(rows["yes"], pa.int64()).to_numpy(),
        {name: rows[name].to_pylist() for name in facts},
        rows[by].to_pylist(),
        facts,
        own_share=thresholds.own_share,
    )
    told = expected.calibration
    c = "" if told.c_statistic is None else f" c-statistic {told.c_statistic:.2f},"
    words = (
        f"Adjusted for {', '.join(facts)}, known at admission, over {len(expected.outcome):,} cases:"
        f"{c} calibration slope {told.slope:.2f}, both on cases that the fit did not see."
    )
    sums = expected.by_clinician()
    arrays = (sums.observed, sums.cases, sums.expected, sums.variance)
    return Prepared(measure.name, sums.clinician, *(tuple(float(one) for one in array) for array in arrays)), words


def _charts(engine: Engine, measure: Measure, span: Span) -> tuple[OverTime, ...]:
    """The chart of everybody and of each program, where there are enough whole periods."""
    period = "week" if measure.facts.name == "person_week" else "month"
    found = []
    for by in ("", *(("program",) if "program" in measure.by else ())):
        by_unit: dict[str, list[Tally]] = {}
        for one in _tallies(engine, measure, by, period):
            if one.period is not None and _is_over(one.period, period, span):
                by_unit.setdefault(one.unit, []).append(one)
        for unit, some in by_unit.items():
            known = [one for one in some if not np.isnan(one.value)]
            if unit == _UNKNOWN_UNIT or len(known) < FEWEST_PERIODS:
                continue
            found.append(over_time(unit, known, measure.kind == "share"))
    return tuple(found)


def _is_over(start: datetime.date, period: str, span: Span) -> bool:
    """Whether a period lies in the span as a whole."""
    length = 7 if period == "week" else 31
    later = start + datetime.timedelta(days=length)
    end = later if period == "week" else later.replace(day=1)
    return start >= span.since and end - datetime.timedelta(days=1) <= span.as_of


def _before_and_after(engine: Engine, result: Result) -> Result:
    """Pairs, rates before and after, and stays: for everybody, and for each program with somebody in it."""
    measure = result.measure
    rows = engine.query(cases(measure).sql(dialect=engine.dialect))
    is_in = ("counted", "unknown") if measure.kind == "pair" else ("counted",)
    rows = rows.filter(pc.is_in(rows["state"], pa.array(is_in))).sort_by("case_id")
    groups = {ALL: rows}
    if "program" in measure.by:
        for unit in sorted({name for name in rows["program"].to_pylist() if name}):
            groups[unit] = rows.filter(pc.equal(rows["program"], unit))
    groups = {name: some for name, some in groups.items() if some.num_rows}
    if measure.kind == "pair":
        good = measure.better != "lower"
        pairs = {
            name: paired_change(some["before"].to_pylist(), some["after"].to_pylist(), good)
            for name, some in groups.items()
        }
        return _with(result, pairs=pairs)
    if measure.kind == "rates":
        return _with(result, rates={name: _rates(some) for name, some in groups.items() if _rates_known(some)})
    stays = {
        name: retention(_floats(some, "days"), some["ended"].to_pylist(), STAY_DAYS) for name, some in groups.items()
    }
    apart = {name: (_floats(some, "days"), some["ended"].to_pylist()) for name, some in groups.items() if name != ALL}
    return _with(result, stays=stays, log_rank=compare_retention(apart) if len(apart) > 1 else float("nan"))


def _rates_known(rows: pa.Table) -> bool:
    return bool((_floats(rows, "time_before") > 0).any() and (_floats(rows, "time_after") > 0).any())


def _rates(rows: pa.Table) -> Estimate:
    times = _floats(rows, "time_before"), _floats(rows, "time_after")
    held = (times[0] > 0) & (times[1] > 0)
    return rate_ratio(
        _floats(rows, "events_before")[held], _floats(rows, "events_after")[held], times[0][held], times[1][held]
    )


def _floats(rows: pa.Table, name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.asarray(pc.cast(rows[name], pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def _by_other(
    engine: Engine, results: Sequence[Result], found: Sequence[tuple[str, Signal]], thresholds: Thresholds
) -> dict[tuple[str, str], Verdict]:
    """What the second rule of attribution says of the measures on which a clinician stands out."""
    standing = {
        one.measure for by, one in found if by == "clinician" and one.verdict in (Verdict.REVIEW, Verdict.WATCH)
    }
    again = []
    for result in results:
        if result.measure.name in standing:
            units = _comparable(result.measure, _tallies(engine, result.measure, "other_clinician"))
            try:
                prepared, _ = _prepared(engine, result.measure, "other_clinician", units, thresholds)
                again.append(prepared.measured(result.measure.held_to(thresholds)))
            except ValueError:
                continue
    return {(one.measure, one.unit): one.verdict for one in signals(again, thresholds)}


def _steps(engine: Engine, source: str) -> tuple[tuple[str, str, int], ...]:
    """The flows from the end of intensive treatment to recovery support, as far as the source knows the stages."""
    offered = "was_offered_irs" if "was_offered_irs" in fact_sets()["episode_outcome"].columns_of(source) else "NULL"
    asked = f"""
        SELECT may_be_eligible_irs AS may, CAST({offered} AS BOOLEAN) AS offered, step_down_window_over AS is_over,
            step_down_days IS NOT NULL AND step_down_days <= 30 AS began, CAST(COUNT(*) AS BIGINT) AS people
        FROM episode_outcome
        WHERE is_ended AND service = 'iop'
        GROUP BY 1, 2, 3, 4
    """
    flows: Counter[tuple[str, str]] = Counter()
    for row in engine.query(asked).to_pylist():
        may = {True: ELIGIBLE, False: NOT_ELIGIBLE}.get(row["may"], NOT_KNOWN)
        way = [ENDED, may]
        if may != NOT_ELIGIBLE and row["offered"] is not None:
            way.append(ASKED if row["offered"] else NEVER_ASKED)
        if may != NOT_ELIGIBLE:
            way.append(BEGAN if row["began"] else NOT_BEGUN if row["is_over"] else RUNNING)
        for one, other in pairwise(way):
            flows[one, other] += row["people"]
    return tuple((*places, people) for places, people in sorted(flows.items()))


def _clause_months(engine: Engine, span: Span) -> tuple[ClauseMonth, ...]:
    """Verdicts by clause, program and month, whole months only, of clauses that are no conditions of a decision."""
    counts = ", ".join(
        f"CAST(COUNT(CASE WHEN verdict = '{word}' THEN 1 END) AS BIGINT) AS {name}"
        for name, word in (("met", "met"), ("not_met", "not met"), ("unknown", "cannot tell"))
    )
    asked = f"""
        SELECT clause, MIN(title) AS title, program, CAST(DATE_TRUNC('month', on_date) AS DATE) AS month, {counts}
        FROM clause_verdict WHERE program IS NOT NULL AND NOT is_path GROUP BY clause, program, CAST(DATE_TRUNC('month', on_date) AS DATE)
    """
    rows = [ClauseMonth(**row) for row in engine.query(asked).to_pylist()]
    kept = [one for one in rows if one.met + one.not_met + one.unknown and _is_over(one.month, "month", span)]
    return tuple(sorted(kept, key=lambda one: (one.clause, one.program, one.month)))
