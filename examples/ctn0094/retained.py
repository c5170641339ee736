"""Retention: how long people stayed on the study medicine, by trial, phase and arm."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from math import isnan
from pathlib import Path

from examples.ctn0094.reading import TRIALS, rows
from handrail import charts
from handrail.charts import Picture
from handrail.oversight.retention import Retention, compare_retention, retention

_SQL = """
SELECT trial, phase, planned_days, treatment_phase.arm, days_in_treatment, left_early
FROM treatment_phase JOIN participant USING (person_id)
ORDER BY trial, phase, planned_days, treatment_phase.arm, person_id
"""


@dataclass(frozen=True)
class Arm:
    """One arm in one phase: the days on the medicine, who left before the plan was done, and how many never began."""

    name: str
    days: tuple[int, ...]
    left: tuple[bool, ...]
    never: int


@dataclass(frozen=True)
class Phase:
    """The arms that were compared by lot in one phase of one trial."""

    trial: int
    phase: int
    planned: int
    arms: tuple[Arm, ...]

    @property
    def name(self) -> str:
        """What the phase is called in the report."""
        return f"Trial {TRIALS.get(self.trial, self.trial)}, phase {self.phase}, {self.planned} days planned"


def phases(folder: Path) -> list[Phase]:
    """This will read every phase of every trial, in order."""
    found = []
    for (trial, phase, planned), people in groupby(rows(folder, _SQL), key=lambda row: row[:3]):
        arms = []
        for name, members in groupby(people, key=lambda row: row[3]):
            told = [(days, left) for *_, days, left in members]
            dosed = [(int(days), bool(left)) for days, left in told if days is not None]
            days, left = zip(*dosed, strict=True) if dosed else ((), ())
            arms.append(Arm(name, days, left, len(told) - len(dosed)))
        found.append(Phase(trial, phase, planned, tuple(arms)))
    return found


def estimates(phase: Phase) -> dict[str, Retention]:
    """This will estimate retention of those dosed on every day of the plan, for each arm with anybody dosed."""
    days = range(phase.planned + 1)
    return {arm.name: retention(arm.days, list(arm.left), days) for arm in phase.arms if arm.days}


def difference(phase: Phase) -> float | None:
    """This will give the log-rank p-value between the arms; None where there is nothing to compare."""
    groups = {arm.name: (arm.days, list(arm.left)) for arm in phase.arms if arm.days}
    p = compare_retention(groups) if len(groups) > 1 and any(any(arm.left) for arm in phase.arms) else float("nan")
    return None if isnan(p) else p


def retention_picture(phase: Phase) -> Picture:
    """This will draw the phase's arms."""
    event = "the last dose before the plan was done"
    return charts.survival_picture(estimates(phase), f"On the medicine: {phase.name}", difference(phase), event)


COLUMNS = (
    "trial and phase",
    "arm",
    "dosed",
    "never dosed",
    "days",
    "on the medicine",
    "95 % interval",
    "of all assigned",
)


def key_days(phase: Phase) -> list[tuple[str | int, ...]]:
    """This will give retention at a third, two thirds and the end of the plan.

    The last column is of all assigned, whoever never had a dose counted as out: where one arm is harder to begin,
    those dosed are a choice, and only this column compares as the lot did.
    """
    told: list[tuple[str | int, ...]] = []
    found = estimates(phase)
    for arm in phase.arms:
        for day in (phase.planned // 3, 2 * phase.planned // 3, phase.planned):
            if arm.name not in found:
                continue
            one, dosed = found[arm.name], len(arm.days)
            share, low, high = (float(each[day]) for each in (one.share, one.lower, one.upper))
            kept = "–" if isnan(share) else f"{share:.0%}"
            within = "–" if isnan(share) else f"{low:.0%} to {high:.0%}"
            everyone = "–" if isnan(share) else f"{share * dosed / (dosed + arm.never):.0%}"
            told.append((phase.name, arm.name, dosed, arm.never, day, kept, within, everyone))
    return told
