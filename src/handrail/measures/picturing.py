"""Which pictures of a run are drawn, each kept as a file: those that show something, and a bounded number of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from handrail.charts import Picture
from handrail.charts.drawing import counted
from handrail.charts.page import Kept
from handrail.measures import drawing
from handrail.measures.results import ClauseMonth, Run
from handrail.oversight.signals import Verdict

MOST_COMPARED = 8
"""Comparisons drawn, each as a funnel and a caterpillar; a picture takes a tenth of a second or more."""
MOST_CHARTS = 8
MOST_ROWS, MOST_PROGRAMS, MOST_MONTHS = 18, 6, 12
"""The size of the map of clauses that still fits a page."""
FEWEST_JUDGED = 20
"""A clause that was judged less often is not called worse than another."""

PICTURES = "pictures"
COMPARED, CHARTS, STAYS, CHANGES, STEPS, CLAUSES = "compared", "charts", "stays", "changes", "steps", "clauses"


@dataclass
class Drawn:
    """The pictures of each part of the report, and in words what was left out of it."""

    kept: dict[str, list[Kept]] = field(default_factory=dict)
    left_out: dict[str, list[str]] = field(default_factory=dict)


def draw(run: Run, out: Path) -> Drawn:
    """This will draw what a run shows and write each picture into the folder `pictures` of `out`."""
    (out / PICTURES).mkdir()
    drawn = Drawn()
    for part, asked in (
        (COMPARED, _compared),
        (CHARTS, _charts),
        (STAYS, _stays),
        (CHANGES, _changes),
        (STEPS, _steps),
        (CLAUSES, _clauses),
    ):
        drawn.left_out[part] = []
        drawn.kept[part] = [
            _keep(picture, name, out) for name, picture in asked(run, drawn.left_out[part]) if picture is not None
        ]
    return drawn


Named = Iterator[tuple[str, Picture | None]]


def _keep(picture: Picture, name: str, out: Path) -> Kept:
    """Write one picture under a name that no other has, also where capitals are not told apart."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-").lower()[:80]
    file, number = out / PICTURES / f"{plain}.svg", 1
    while file.exists():
        number += 1
        file = out / PICTURES / f"{plain}-{number}.svg"
    file.write_text(picture.svg, encoding="utf-8")
    return Kept(picture, f"{PICTURES}/{file.name}")


def _compared(run: Run, left_out: list[str]) -> Named:
    """Where somebody stands out first, then where most could be told."""
    ranked, nobody = [], 0
    for result in run.results:
        for by, comparison in result.comparisons.items():
            told = [
                one
                for one in run.signals_of(result.measure.name, by).values()
                if one.verdict is not Verdict.CANNOT_TELL
            ]
            standing = [abs(one.adjusted_z) for one in told if one.verdict is not Verdict.NO_SIGNAL]
            if told:
                ranked.append((max(standing, default=0.0), len(told), result, by))
            elif comparison.prepared is not None:
                nobody += 1
    ranked.sort(key=lambda one: (-one[0], -one[1], one[2].measure.name, one[3]))
    for _, _, result, by in ranked[:MOST_COMPARED]:
        name = f"{result.measure.name}-{by}"
        yield f"funnel-{name}", drawing.funnel(run, result, by, {})
        yield f"caterpillar-{name}", drawing.caterpillar(run, result, by, {})
    left_out += [f"{result.measure.title} by {by}" for _, _, result, by in ranked[MOST_COMPARED:]]
    if nobody:
        left_out.append(
            f"{counted(nobody, 'comparison', 'comparisons')} in which nobody could be told, see what is unknown"
        )


def _charts(run: Run, left_out: list[str]) -> Named:
    """The charts over time whose last periods break a rule; those that break most rules first."""
    found = [(result, one) for result in run.results for one in result.over_time if one.breaks]
    found.sort(key=lambda pair: (-len(pair[1].breaks), pair[0].measure.name, pair[1].unit))
    for result, one in found[:MOST_CHARTS]:
        yield f"over-time-{result.measure.name}-{one.unit or drawing.EVERYBODY}", drawing.over_time(result, one, {})
    left_out += [f"{result.measure.title}: {one.unit or drawing.EVERYBODY}" for result, one in found[MOST_CHARTS:]]


def _stays(run: Run, left_out: list[str]) -> Named:  # noqa: ARG001
    for result in run.results:
        yield f"stays-{result.measure.name}", drawing.stays(result, {})


def _changes(run: Run, left_out: list[str]) -> Named:  # noqa: ARG001
    yield "before-and-after", drawing.pairs(run)


def _steps(run: Run, left_out: list[str]) -> Named:  # noqa: ARG001
    yield "step-down", drawing.steps(run, 1)


def _clauses(run: Run, left_out: list[str]) -> Named:
    """The clauses met least often, in the programs with most verdicts; by their names, which are shorter than they."""
    programs = _most_judged(run.clause_months)
    months = sorted({one.month for one in run.clause_months})[-MOST_MONTHS:]
    seen = programs[:MOST_PROGRAMS]
    shown = [one for one in run.clause_months if one.program in seen and one.month in months]
    worst = list(dict.fromkeys(one.clause for one in worst_clauses(run) if one.clause in {c.clause for c in shown}))
    worst = worst[: max(1, MOST_ROWS // max(1, len(seen)))]
    if not worst:
        return
    cells = sorted(
        (replace(one, title=one.clause) for one in shown if one.clause in worst),
        key=lambda one: (worst.index(one.clause), seen.index(one.program), one.month),
    )
    title = "Clauses met least often, by program and month"
    yield "clauses", drawing.heat(replace(run, clause_months=tuple(cells)), worst, {}, title)
    if len(programs) > len(seen):
        few = counted(len(programs) - len(seen), "program", "programs")
        left_out.append(f"{few} with fewer verdicts")
    others = len({one.clause for one in run.clause_months}) - len(worst)
    if others > 0:
        left_out.append(f"{counted(others, 'clause', 'clauses')} met more often, or judged too seldom")


@dataclass(frozen=True)
class ClauseTotal:
    """One clause over all programs and months."""

    clause: str
    title: str
    met: int
    not_met: int
    unknown: int

    @property
    def share(self) -> float:
        """The share met among those judged."""
        return self.met / (self.met + self.not_met)


def worst_clauses(run: Run) -> list[ClauseTotal]:
    """This will give the clauses that were not always met, least often met first; seldom judged ones are left out."""
    grouped: dict[str, list[ClauseMonth]] = {}
    for one in run.clause_months:
        grouped.setdefault(one.clause, []).append(one)
    totals = [
        ClauseTotal(
            clause,
            some[0].title,
            sum(one.met for one in some),
            sum(one.not_met for one in some),
            sum(one.unknown for one in some),
        )
        for clause, some in grouped.items()
    ]
    found = [one for one in totals if one.not_met and one.met + one.not_met >= FEWEST_JUDGED]
    return sorted(found, key=lambda one: (one.share, -one.not_met, one.clause))


def _most_judged(months: tuple[ClauseMonth, ...]) -> list[str]:
    judged: dict[str, int] = {}
    for one in months:
        judged[one.program] = judged.get(one.program, 0) + one.met + one.not_met
    return sorted(judged, key=lambda program: (-judged[program], program))
