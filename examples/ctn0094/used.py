"""Use of opioids before and after, the same people; and relapse in three ways that do not agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import isnan
from pathlib import Path

from examples.ctn0094.reading import TRIALS, rows
from handrail import charts
from handrail.charts import Pair, Picture
from handrail.oversight.change import Bounds, Estimate, PairedChange, missing_data_bounds, paired_change, rate_ratio

BEFORE, AFTER, WATCHED = range(-4, 0), range(8, 12), range(4, 12)
"""Weeks from day 0. All three trials were to see everybody up to week 11."""

DEFINITIONS = {
    "any use told": "at least one week with a day of use, as told in the calendar",
    "four weeks running": "use told in each of four weeks in a row (after Lee 2018, without its week of daily use)",
    "three positive tests running": "an opioid in the urine in each of three weeks in a row",
}
_WEEKS = dict(zip(DEFINITIONS, (1, 4, 3), strict=True))
_SQL = """
SELECT trial, arm, person_id, week, opioid_days, opioid_positive_tests
FROM participant JOIN use_week USING (person_id) WHERE arm IS NOT NULL AND week BETWEEN -4 AND 11
ORDER BY trial, arm, person_id, week
"""


@dataclass(frozen=True)
class Person:
    """Days of use and positive tests by week; a week that is not there is unknown."""

    trial: int
    arm: str
    days: dict[int, int]
    positive: dict[int, int]

    def used(self, weeks: Sequence[int]) -> int | None:
        """This will give the days of use in these weeks; None where one of them is unknown."""
        told = [self.days.get(week) for week in weeks]
        return None if None in told else sum(day for day in told if day is not None)

    def relapsed(self, definition: str) -> bool | None:
        """This will say whether the person relapsed by a definition; None where unknown weeks could change it."""
        told = self.positive if definition.startswith("three") else self.days
        weeks = [None if told.get(week) is None else told[week] > 0 for week in WATCHED]
        return had_run(weeks, _WEEKS[definition])


def had_run(weeks: Sequence[bool | None], length: int) -> bool | None:
    """This will say whether so many weeks in a row were yes; None where it hangs on unknown weeks."""

    def longest(kept: set[bool | None]) -> int:
        return max((len(list(run)) for is_kept, run in groupby(week in kept for week in weeks) if is_kept), default=0)

    if longest({True}) >= length:
        return True
    return None if longest({True, None}) >= length else False


def people(folder: Path) -> list[Person]:
    """This will read everybody who was assigned to an arm."""
    found = []
    for (trial, arm, _), weeks in groupby(rows(folder, _SQL), key=lambda row: row[:3]):
        told = list(weeks)
        days = {week: int(used) for *_, week, used, _ in told if used is not None}
        found.append(Person(trial, arm, days, {week: int(tests) for *_, week, _, tests in told if tests is not None}))
    return found


@dataclass(frozen=True)
class Change:
    """One trial: four weeks without opioids before and after, days of use in 28, and their rate ratio."""

    trial: int
    people: int
    abstinent: PairedChange
    days_before: float
    days_after: float
    rate: Estimate


def changes(everybody: Sequence[Person]) -> list[Change]:
    """This will compare before and after in each trial, of those known in all eight weeks."""
    found = []
    for trial, group in groupby(everybody, key=lambda one: one.trial):
        members = list(group)
        told = [(one.used(BEFORE), one.used(AFTER)) for one in members]
        none = [[None if side is None else side == 0 for side in sides] for sides in zip(*told, strict=True)]
        pairs = [(a, b) for a, b in told if a is not None and b is not None]
        before, after = ([pair[side] for pair in pairs] for side in (0, 1))
        days = [28.0] * len(pairs)
        found.append(
            Change(
                trial,
                len(members),
                paired_change(none[0], none[1]),
                sum(before) / len(pairs) if pairs else float("nan"),
                sum(after) / len(pairs) if pairs else float("nan"),
                rate_ratio(before, after, days, days),
            )
        )
    return found


def change_pictures(found: Sequence[Change]) -> list[Picture]:
    """This will draw the shares without opioids, and the days of use."""
    shares, days = [], []
    for one in found:
        told, name = one.abstinent, f"Trial {TRIALS.get(one.trial, one.trial)}"
        known = told.pairs + told.unknown_after
        was, now = told.both + told.only_before, told.both + told.only_after
        if told.pairs:
            bounds = (now / known, (now + told.unknown_after) / known)
            shares.append(Pair(name, was / told.pairs, now / told.pairs, told.pairs, *bounds))
        days.append(Pair(name, one.days_before, one.days_after, told.pairs))
    when = ("weeks -4 to -1", "weeks 8 to 11")
    return [
        charts.slope_picture(shares, "Four weeks without opioids, the same people", "Share of people", when=when),
        charts.slope_picture(days, "Days of opioid use in 28, the same people", "Mean days", is_share=False, when=when),
    ]


@dataclass(frozen=True)
class Relapse:
    """One arm by one definition: how many did, did not, and cannot be told; and the bounds of the share."""

    trial: int
    arm: str
    definition: str
    yes: int
    no: int
    unknown: int
    bounds: Bounds


def relapses(everybody: Sequence[Person]) -> list[Relapse]:
    """This will count relapse in every arm by every definition."""
    found = []
    for (trial, arm), group in groupby(everybody, key=lambda one: (one.trial, one.arm)):
        members = list(group)
        for definition in DEFINITIONS:
            told = [one.relapsed(definition) for one in members]
            yes, no = told.count(True), told.count(False)
            bounds = missing_data_bounds(yes, yes + no, len(told))
            found.append(Relapse(trial, arm, definition, yes, no, told.count(None), bounds))
    return found


RELAPSE_COLUMNS = (
    "trial",
    "arm",
    "relapse means",
    "yes",
    "no",
    "unknown",
    "unknown as none",
    "unknown as relapse",
    "unknown left out",
)


def relapse_rows(found: Sequence[Relapse]) -> list[tuple[str | int, ...]]:
    """This will give the relapses as they are printed."""
    told: list[tuple[str | int, ...]] = []
    for one in found:
        bounds = (one.bounds.lowest, one.bounds.highest, one.bounds.among_known)
        shares = ["–" if isnan(share) else f"{share:.0%}" for share in bounds]
        name = TRIALS.get(one.trial, str(one.trial))
        told.append((name, one.arm, one.definition, one.yes, one.no, one.unknown, *shares))
    return told


CHANGE_COLUMNS = (
    *("trial", "people", "known both times", "unknown before", "unknown after", "change, points"),
    *("95 % interval", "if all unknown used", "if none did", "p (McNemar)", "rate of use, after / before"),
)


def change_rows(found: Sequence[Change]) -> list[tuple[str | int, ...]]:
    """This will give the changes as they are printed."""
    told: list[tuple[str | int, ...]] = []
    for one in found:
        paired, change = one.abstinent, one.abstinent.change
        points = [f"{100 * each:+.0f}" for each in (change.value, paired.if_missing_bad, paired.if_missing_good)]
        rate = f"{one.rate.value:.2f} ({one.rate.lower:.2f} to {one.rate.upper:.2f})"
        within = f"{100 * change.lower:+.0f} to {100 * change.upper:+.0f}"
        known = (one.people, paired.pairs, paired.unknown_before, paired.unknown_after)
        name = TRIALS.get(one.trial, str(one.trial))
        told.append((name, *known, points[0], within, points[1], points[2], f"{change.p_value:.2g}", rate))
    return told
