"""The pictures of a run: which picture shows which result, with titles and words taken from the measure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from handrail import charts
from handrail.charts import Picture
from handrail.charts.drawing import short
from handrail.measures.results import ALL, STAGES, Comparison, OverTime, Result, Run
from handrail.oversight.signals import Measured, Verdict

EVERYBODY = "everybody"
_ENDS = ("admission", "discharge")
_MOST_STAYS = 6
"""Lines of retention that can be told apart in one picture."""


def funnel(run: Run, result: Result, by: str, names: Mapping[str, str]) -> Picture | None:
    """This will draw the units of a comparison in their funnel; None where nothing is compared. `names` are for show."""
    compared = _compared(run, result, by)
    if compared is None:
        return None
    measured, verdicts = compared
    shown = [names.get(unit, unit) for unit in measured.units]
    size = "Cases" if measured.is_proportion else "Expected events"
    kind = "Share" if measured.is_proportion else "Observed / expected"
    title = f"{result.measure.title} by {by}"
    return charts.funnel_picture(measured.funnel, shown, verdicts, title, kind, size, measured.is_proportion)


def caterpillar(run: Run, result: Result, by: str, names: Mapping[str, str]) -> Picture | None:
    """This will draw what is believed of each unit once chance is allowed for; None where there is no belief."""
    compared = _compared(run, result, by)
    if compared is None or compared[0].belief is None:
        return None
    measured, verdicts = compared
    belief = measured.belief
    if belief is None:
        return None
    shown = [names.get(unit, unit) for unit in measured.units]
    kind = "Share, shrunken" if measured.is_proportion else "Observed / expected, shrunken"
    alike = ", all alike: the peers differ no more than by chance" if belief.are_alike else ""
    title = f"{result.measure.title} by {by}: what is believed{alike}"
    target = measured.funnel.target
    raw = measured.funnel.value
    return charts.caterpillar_picture(
        shown, belief.mean, belief.interval(0.95), verdicts, title, kind, target, raw, measured.is_proportion
    )


def over_time(result: Result, one: OverTime, names: Mapping[str, str]) -> Picture:
    """This will draw one unit's values over time."""
    who = names.get(one.unit, one.unit) or EVERYBODY
    is_share = result.measure.kind == "share"
    kind = "Share" if is_share else f"For each of {result.measure.per_says}"
    periods = [day.isoformat() for day in one.periods]
    return charts.xmr_picture(one.chart, periods, f"{result.measure.title}: {who}", kind, is_share)


def stays(result: Result, names: Mapping[str, str]) -> Picture | None:
    """This will draw how long people stay: everybody, and the programs with most people, five at most."""
    if not result.stays:
        return None
    largest = sorted(result.stays, key=lambda unit: (unit != ALL, -result.stays[unit].people, unit))[:_MOST_STAYS]
    called = _told_apart([names.get(unit, unit) or EVERYBODY for unit in largest])
    shown = {name: result.stays[unit] for name, unit in zip(called, largest, strict=True)}
    p_value = None if np.isnan(result.log_rank) else result.log_rank
    title = result.measure.title
    if len(largest) < len(result.stays):
        title = f"{title}: {EVERYBODY} and the {len(largest) - 1} largest of {len(result.stays) - 1} programs"
    return charts.survival_picture(shown, title, p_value)


def pairs(run: Run) -> Picture | None:
    """This will draw every pair of shares from before to after, over everybody; None where there is no pair."""
    found = []
    for result in run.results:
        pair = result.pairs.get(ALL)
        if pair is not None and pair.pairs:
            before, after = ((pair.both + side) / pair.pairs for side in (pair.only_before, pair.only_after))
            everyone, yes = pair.pairs + pair.unknown_after, pair.both + pair.only_after
            bounds = yes / everyone, (yes + pair.unknown_after) / everyone
            title = result.measure.title.removesuffix(f", {' to '.join(_ENDS)}")
            found.append(charts.Pair(title, before, after, pair.pairs, *bounds))
    return charts.slope_picture(found, "Outcomes, same people", when=_ENDS) if found else None


def steps(run: Run, smallest: int) -> Picture | None:
    """This will draw what became of those whose intensive treatment ended; flows below `smallest` are suppressed."""
    if not run.steps:
        return None
    stages = [[place for place in stage if any(place in step[:2] for step in run.steps)] for stage in STAGES]
    flows = [charts.Flow(*step) for step in run.steps]
    return charts.flow_picture(
        [stage for stage in stages if stage], flows, "From intensive treatment to recovery support", smallest
    )


def least_met(run: Run, most: int) -> list[str]:
    """This will name the clauses that were met least often, at most so many; those always met are left out."""
    met: Counter[str] = Counter()
    judged: Counter[str] = Counter()
    for one in run.clause_months:
        met[one.clause] += one.met
        judged[one.clause] += one.met + one.not_met
    known = [clause for clause, count in judged.items() if met[clause] < count]
    return sorted(known, key=lambda clause: (met[clause] / judged[clause], clause))[:most]


def heat(run: Run, clauses: Sequence[str], names: Mapping[str, str], title: str) -> Picture:
    """This will draw how often some clauses were met, by program and month."""
    cells = [
        charts.Cell(
            one.title, names.get(one.program, one.program), f"{one.month:%Y-%m}", one.met, one.not_met, one.unknown
        )
        for one in run.clause_months
        if one.clause in clauses
    ]
    return charts.heat_picture(cells, title)


def _told_apart(names: Sequence[str]) -> list[str]:
    """The names; those that a picture would cut to the same letters begin with a number."""
    cut = [short(name) for name in names]
    return [
        f"{at}. {name}" if cut.count(one) > 1 else name
        for at, (name, one) in enumerate(zip(names, cut, strict=True), 1)
    ]


def _compared(run: Run, result: Result, by: str) -> tuple[Measured, list[Verdict]] | None:
    comparison: Comparison | None = result.comparisons.get(by)
    if comparison is None or comparison.prepared is None:
        return None
    measured = comparison.prepared.measured(result.measure.held_to(run.thresholds))
    told = run.signals_of(result.measure.name, by)
    return measured, [told[unit].verdict for unit in measured.units]
