"""What a run of measures comes to, as plain frozen data: counts that reconcile, comparisons, changes and stays."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from handrail.measures.measure import Measure
from handrail.measures.sources import Span
from handrail.oversight.change import Estimate, PairedChange
from handrail.oversight.over_time import ControlChart, xmr_chart
from handrail.oversight.retention import Retention
from handrail.oversight.signals import Direction, Measured, Signal, Verdict, measured_proportion, measured_ratio
from handrail.oversight.thresholds import Thresholds

LATEST = 8
"""Rules of a chart count where they mark one of so many last periods: what is long past is no news."""
RULES = {
    "outside": "a value outside the limits",
    "one_side": "seven on one side of the mean",
    "trend": "seven in a row rising or falling",
    "near_limit": "two of three near a limit",
}
"""The rules of a chart (`oversight.over_time.ControlChart`), in words."""
CHANCE = "6 to 10 in 100"
"""So many charts of 12 to 52 periods in which nothing changed break a rule all the same (`docs/methods.md`, section 14)."""
ALL = ""
"""The unit of a count over everybody."""


ENDED, ELIGIBLE, NOT_ELIGIBLE, NOT_KNOWN = "treatment ended", "may be eligible", "not eligible", "not known"
ASKED, NEVER_ASKED = "support asked for", "never asked for"
BEGAN, RUNNING, NOT_BEGUN = "began within 30 days", "days are running", "did not begin"
STAGES = ((ENDED,), (ELIGIBLE, NOT_ELIGIBLE, NOT_KNOWN), (ASKED, NEVER_ASKED), (BEGAN, RUNNING, NOT_BEGUN))
"""The way from intensive treatment to recovery support, stage by stage."""


@dataclass(frozen=True)
class ClauseMonth:
    """How often one clause was met, not met and unknown in one program in one month."""

    clause: str
    title: str
    program: str
    month: datetime.date
    met: int
    not_met: int
    unknown: int


@dataclass(frozen=True)
class Tally:
    """The cases of a measure in one unit: counted + excluded + unknown = cases. `exposure` is a rate's time.

    `expected` are the events that these people's admission facts, or the peers' rate, would lead to; NaN where
    nothing is expected. `period` is the first day of a month or week, None for the whole span.
    """

    unit: str
    cases: int
    counted: int
    events: float
    exposure: float
    excluded: int
    unknown: int
    expected: float = float("nan")
    period: datetime.date | None = None

    @property
    def value(self) -> float:
        """The share, or the rate for one of the measure's units of time; NaN where there is nothing to divide by."""
        below = self.exposure or self.counted
        return self.events / below if below else float("nan")


@dataclass(frozen=True)
class Prepared:
    """The numbers of one comparison, one of each a unit: enough to judge it and to draw it again.

    `expected` is None for a proportion that is compared with its peers' own; `variance` is that of `observed` where it
    is no Poisson count.
    """

    measure: str
    units: tuple[str, ...]
    observed: tuple[float, ...]
    cases: tuple[float, ...]
    expected: tuple[float, ...] | None = None
    variance: tuple[float, ...] | None = None

    def measured(self, thresholds: Thresholds) -> Measured:
        """This will make the funnel and the belief. Raises `ValueError` where there is nothing to compare."""
        if self.expected is None:
            return measured_proportion(self.measure, self.units, self.observed, self.cases, thresholds)
        return measured_ratio(
            self.measure, self.units, self.observed, self.expected, self.cases, thresholds, self.variance
        )


@dataclass(frozen=True)
class Comparison:
    """One measure beside its peers: `prepared` is None where nothing can be compared, and `says` tells why.

    `adjustment` says in words what the expectation rests on, with the c-statistic and the slope where a model was fit.
    """

    by: str
    units: tuple[Tally, ...]
    prepared: Prepared | None
    says: str
    adjustment: str


@dataclass(frozen=True)
class OverTime:
    """One unit's values, one a period, on an XmR chart; `breaks` names the rules that its last periods break.

    `side` is the side of the mean on which the last of the points lies that break a rule; None where none does.
    """

    unit: str
    periods: tuple[datetime.date, ...]
    tallies: tuple[Tally, ...]
    chart: ControlChart
    breaks: tuple[str, ...]
    side: Direction | None


def over_time(unit: str, tallies: Sequence[Tally], is_share: bool) -> OverTime:
    """This will chart one unit's tallies, one for each period; a share's limits end at 0 and 1."""
    known = tuple(one for one in tallies if not math.isnan(one.value))
    chart = xmr_chart([one.value for one in known])
    if is_share:
        chart = replace(chart, lower=np.clip(chart.lower, 0, 1), upper=np.clip(chart.upper, 0, 1))
    broken = {name: np.flatnonzero(getattr(chart, name)[-LATEST:]) for name in RULES}
    last = max((int(found[-1]) for found in broken.values() if found.size), default=None)
    side = None
    if last is not None:
        at = len(chart.value[:-LATEST]) + last if len(chart.value) > LATEST else last
        side = Direction.OVER if chart.value[at] > chart.centre[at] else Direction.UNDER
    days = tuple(one.period for one in known if one.period is not None)
    return OverTime(unit, days, known, chart, tuple(RULES[name] for name, found in broken.items() if found.size), side)


@dataclass(frozen=True)
class Result:
    """One measure: everybody's count, the reasons for leaving out, comparisons, and what changed over time."""

    measure: Measure
    whole: Tally
    reasons: Mapping[str, int]
    comparisons: Mapping[str, Comparison]
    over_time: tuple[OverTime, ...] = ()
    pairs: Mapping[str, PairedChange] = field(default_factory=dict)
    rates: Mapping[str, Estimate] = field(default_factory=dict)
    stays: Mapping[str, Retention] = field(default_factory=dict)
    log_rank: float = float("nan")


@dataclass(frozen=True)
class Run:
    """A run of all measures over one source. `not_told` names the measures that the source cannot tell, and what they lack.

    `by_other` holds what the other rule of attribution says of each signal of a clinician.
    `steps` are the flows (from, to, people) of `STAGES`; `clause_months` the verdicts of records by program and month.
    """

    source: str
    span: Span
    thresholds: Thresholds
    results: tuple[Result, ...]
    signals: tuple[tuple[str, Signal], ...]
    by_other: Mapping[tuple[str, str], Verdict]
    not_told: Mapping[str, tuple[str, ...]]
    steps: tuple[tuple[str, str, int], ...] = ()
    clause_months: tuple[ClauseMonth, ...] = ()

    def standing_out(self) -> list[tuple[str, Signal]]:
        """This will give the signals to look at, review before watch, each with what it is by (program, clinician)."""
        found = [pair for pair in self.signals if pair[1].verdict in (Verdict.REVIEW, Verdict.WATCH)]
        return sorted(found, key=lambda pair: (pair[1].verdict is Verdict.WATCH, -abs(pair[1].adjusted_z)))

    def result(self, name: str) -> Result:
        """This will give the result of one measure. Raises `KeyError` where the run has none."""
        for result in self.results:
            if result.measure.name == name:
                return result
        raise KeyError(name)

    def signals_of(self, name: str, by: str) -> dict[str, Signal]:
        """This will give every unit's verdict on one measure, by unit."""
        return self._signals.get((name, by), {})

    @cached_property
    def _signals(self) -> dict[tuple[str, str], dict[str, Signal]]:
        found: dict[tuple[str, str], dict[str, Signal]] = {}
        for by, signal in self.signals:
            found.setdefault((signal.measure, by), {})[signal.unit] = signal
        return found


def is_favourable(measure: Measure, direction: Direction) -> bool | None:
    """This will say whether standing out on this side is good; None where the measure takes no side."""
    if measure.better == "neither":
        return None
    return (direction is Direction.UNDER) == (measure.better == "lower")


def reason_counts(rows: list[dict[str, Any]]) -> dict[str, int]:
    """This will give the reasons for which cases were excluded or unknown, most frequent first."""
    return {row["reason"]: row["cases"] for row in sorted(rows, key=lambda row: (-row["cases"], row["reason"]))}
