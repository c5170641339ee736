"""Sites compared within each trial on leaving early, by the rule for signals: every leg must hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np

from examples.ctn0094.reading import TRIALS, rows
from handrail import charts
from handrail.charts import Picture
from handrail.oversight.expected import Calibration, expected_values
from handrail.oversight.legs import Leg
from handrail.oversight.signals import Measured, Signal, Verdict, measured_ratio, signals
from handrail.oversight.thresholds import packaged_thresholds

FACTS = {
    "arm": "arm, drawn by lot",
    "age": "age",
    "sex": "sex",
    "job": "work",
    "has_stable_home": "a stable home",
    "has_injected": "injecting",
    "opioid_days_30": "days of opioids in the 30 before",
}
"""What was known, or drawn by lot, before treatment began. Nothing that a site could change."""

_SQL = f"""
SELECT trial, site, left_early, {", ".join(f"participant.{fact}" for fact in FACTS)}
FROM participant JOIN treatment_phase USING (person_id)
WHERE phase = 1 AND days_in_treatment IS NOT NULL AND site IS NOT NULL
ORDER BY trial, site, person_id
"""


@dataclass(frozen=True)
class Compared:
    """One trial's sites: what was expected and how well, and the signals. `why_not` where no comparison was possible."""

    trial: int
    people: int
    measured: Measured | None = None
    calibration: Calibration | None = None
    found: tuple[Signal, ...] = ()
    why_not: str = ""


def compared(folder: Path) -> list[Compared]:
    """This will compare the sites of each trial; the false-discovery leg is over all trials together."""
    thresholds = packaged_thresholds()
    prepared = [_prepared(trial, list(told)) for trial, told in groupby(rows(folder, _SQL), key=lambda row: row[0])]
    run = [one.measured for one in prepared if one.measured]
    found = signals(run, thresholds)
    return [
        Compared(one.trial, one.people, one.measured, one.calibration, _of(one.measured, found), one.why_not)
        for one in prepared
    ]


def _of(measured: Measured | None, found: Sequence[Signal]) -> tuple[Signal, ...]:
    return tuple(signal for signal in found if measured and signal.measure == measured.measure)


def _prepared(trial: int, told: list[tuple[object, ...]]) -> Compared:
    sites = [f"Site {row[1]}" for row in told]
    facts = {name: [_plain(row[3 + at]) for row in told] for at, name in enumerate(FACTS)}
    facts = {name: column for name, column in facts.items() if len(set(column)) > 1}
    try:
        model = expected_values([float(bool(row[2])) for row in told], facts, sites, FACTS)
        sums = model.by_clinician()
        measure = f"Left early, trial {TRIALS.get(trial, trial)}"
        measured = measured_ratio(
            measure, sums.clinician, sums.observed, sums.expected, sums.cases, packaged_thresholds(), sums.variance
        )
    except ValueError as trouble:
        return Compared(trial, len(told), why_not=str(trouble))
    return Compared(trial, len(told), measured, model.calibration)


def _plain(value: object) -> object:
    """Yes and no as words, so that they are a category and "not documented" a third."""
    return ("no", "yes")[value] if isinstance(value, bool) else value


def site_pictures(one: Compared) -> list[Picture]:
    """This will draw the funnel, and the caterpillar where there is a belief to draw."""
    if one.measured is None:
        return []
    verdicts = [signal.verdict for signal in one.found]
    title, told = one.measured.measure, one.measured
    drawn = [charts.funnel_picture(told.funnel, told.units, verdicts, title, size="Expected to leave early")]
    if told.belief is not None and not told.belief.are_alike:
        belief, raw = told.belief, told.funnel.value
        drawn.append(
            charts.caterpillar_picture(
                told.units, belief.mean, belief.interval(), verdicts, f"{title}, shrunken", raw=raw
            )
        )
    return drawn


def leg_table(one: Compared) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """This will give every site with every leg of the rule, as printed."""
    names = tuple(leg.name for leg in one.found[0].legs) if one.found else ()
    columns = ("site", "observed / expected", "verdict", *names)
    told = [(signal.unit, f"{signal.value:.2f}", signal.verdict.value, *map(_leg, signal.legs)) for signal in one.found]
    return columns, told


def _leg(leg: Leg) -> str:
    return f"{leg.answer.value}: {leg.says}"


def says(one: Compared) -> str:
    """This will say in a sentence what the comparison came to."""
    name = f"Trial {TRIALS.get(one.trial, one.trial)}"
    if one.measured is None:
        return f"{name}: the sites were not compared. {one.why_not}"
    stand_out = [signal.unit for signal in one.found if signal.verdict in (Verdict.REVIEW, Verdict.WATCH)]
    outside = int(np.sum([signal.outside_raw > 0 for signal in one.found]))
    often = {verdict: sum(signal.verdict is verdict for signal in one.found) for verdict in Verdict}
    counts = ", ".join(f"{number} {verdict.value}" for verdict, number in often.items() if number)
    named = (
        f"Worth a look: {', '.join(stand_out)}."
        if stand_out
        else "No site is called an outlier: no site passes every leg."
    )
    return f"{name}: {len(one.found)} sites, {counts}; {outside} outside the limits of chance alone. {named}"
