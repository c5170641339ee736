"""A run as plain data and back: what `handrail oversight` writes as run.json and the app keeps. `VERSION` is its form."""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections.abc import Mapping
from enum import Enum
from typing import Any

import numpy as np

from handrail.measures.measure import measure_from
from handrail.measures.results import ClauseMonth, Comparison, Prepared, Result, Run, Tally, over_time
from handrail.measures.sources import Span
from handrail.oversight.change import Estimate, PairedChange
from handrail.oversight.legs import Leg, LegAnswer
from handrail.oversight.retention import Retention
from handrail.oversight.signals import Direction, Signal, Verdict
from handrail.oversight.thresholds import Thresholds

VERSION = 2


def to_plain(run: Run) -> dict[str, Any]:
    """This will give a run as what JSON holds; a number that is none becomes null."""
    return {
        "version": VERSION,
        "source": run.source,
        "since": run.span.since.isoformat(),
        "as_of": run.span.as_of.isoformat(),
        "thresholds": dataclasses.asdict(run.thresholds),
        "results": [_result_to_plain(one) for one in run.results],
        "signals": [{"by": by, **_plain(signal)} for by, signal in run.signals],
        "by_other": [[measure, unit, verdict.value] for (measure, unit), verdict in run.by_other.items()],
        "not_told": {name: list(lacks) for name, lacks in run.not_told.items()},
        "steps": _plain(run.steps),
        "clause_months": _plain(run.clause_months),
    }


def from_plain(told: Mapping[str, Any]) -> Run:
    """This will read a run back. Raises `ValueError` for another form than this version writes."""
    if told.get("version") != VERSION:
        raise ValueError("This run was written by another version of Handrail. Run the measures again.")
    day = datetime.date.fromisoformat
    return Run(
        told["source"],
        Span(day(told["since"]), day(told["as_of"])),
        Thresholds(**told["thresholds"]),
        tuple(_result(one) for one in told["results"]),
        tuple((one["by"], _signal(one)) for one in told["signals"]),
        {(measure, unit): Verdict(verdict) for measure, unit, verdict in told["by_other"]},
        {name: tuple(lacks) for name, lacks in told["not_told"].items()},
        tuple((one, other, people) for one, other, people in told["steps"]),
        tuple(ClauseMonth(**{**one, "month": day(one["month"])}) for one in told["clause_months"]),
    )


def _result_to_plain(result: Result) -> dict[str, Any]:
    named = {name: getattr(result, name) for name in ("whole", "reasons", "comparisons", "pairs", "rates", "stays")}
    charts = [{"unit": one.unit, "tallies": _plain(one.tallies)} for one in result.over_time]
    return {
        "measure": _plain(result.measure.told),
        **{name: _plain(value) for name, value in named.items()},
        "over_time": charts,
        "log_rank": _plain(result.log_rank),
    }


def _result(told: Mapping[str, Any]) -> Result:
    measure = measure_from(told["measure"])
    return Result(
        measure,
        _tally(told["whole"]),
        told["reasons"],
        {by: _comparison(one) for by, one in told["comparisons"].items()},
        tuple(
            over_time(one["unit"], [_tally(each) for each in one["tallies"]], measure.kind == "share")
            for one in told["over_time"]
        ),
        {unit: _pair(one) for unit, one in told["pairs"].items()},
        {unit: _estimate(one) for unit, one in told["rates"].items()},
        {unit: _stay(one) for unit, one in told["stays"].items()},
        _number(told["log_rank"]),
    )


def _tally(told: Mapping[str, Any]) -> Tally:
    period = told["period"]
    numbers = {name: _number(told[name]) for name in ("events", "exposure", "expected")}
    return Tally(**{**told, **numbers, "period": datetime.date.fromisoformat(period) if period else None})


def _comparison(told: Mapping[str, Any]) -> Comparison:
    prepared = told["prepared"]
    if prepared is not None:
        lists = {name: tuple(value) for name, value in prepared.items() if isinstance(value, list)}
        prepared = Prepared(**{**prepared, **lists})
    return Comparison(
        told["by"], tuple(_tally(one) for one in told["units"]), prepared, told["says"], told["adjustment"]
    )


def _signal(told: Mapping[str, Any]) -> Signal:
    fields = {field.name for field in dataclasses.fields(Signal)}
    values = {name: value for name, value in told.items() if name in fields}
    numbers = {name: _number(value) for name, value in values.items() if value is None}
    below, above = told["detectable"]
    return Signal(
        **{
            **values,
            **numbers,
            "direction": Direction(told["direction"]),
            "verdict": Verdict(told["verdict"]),
            "legs": tuple(Leg(one["name"], LegAnswer(one["answer"]), one["says"]) for one in told["legs"]),
            "detectable": (_number(below), _number(above)),
        }
    )


def _pair(told: Mapping[str, Any]) -> PairedChange:
    bounds = {name: _number(told[name]) for name in ("if_missing_bad", "if_missing_good")}
    return PairedChange(**{**told, **bounds, "change": _estimate(told["change"])})


def _estimate(told: Mapping[str, Any]) -> Estimate:
    return Estimate(**{name: _number(value) for name, value in told.items()})


def _stay(told: Mapping[str, Any]) -> Retention:
    arrays = {name: np.array([_number(one) for one in told[name]]) for name in ("days", "share", "lower", "upper")}
    at_risk = np.array(told["at_risk"], dtype=np.int64)
    return Retention(**{**told, **arrays, "at_risk": at_risk, "median": _number(told["median"])})


def _number(told: Any) -> float:
    return math.nan if told is None else float(told)


def _plain(value: Any) -> Any:
    """Dataclasses, arrays, dates and enums as what JSON holds."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, np.generic):
        return _plain(value.item())
    return None if isinstance(value, float) and not math.isfinite(value) else value
