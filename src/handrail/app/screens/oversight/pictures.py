"""The pictures of a kept run, each drawn once: a run never changes, and drawing takes longer than all else on a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from handrail.app.screens.oversight.asked import Asked
from handrail.charts import Picture
from handrail.measures import drawing
from handrail.measures.results import OverTime, Result

_MOST_HELD = 64
"""So many pictures of a run are held in memory; then it begins anew."""
_NOT_DRAWN = object()


def funnel(asked: Asked, result: Result, by: str) -> Picture | None:
    """This will give the units of a comparison in their funnel; None where nothing is compared."""
    return _once(asked, drawing.funnel, asked.found.run, result, by, key=("funnel", result.measure.name, by))


def caterpillar(asked: Asked, result: Result, by: str) -> Picture | None:
    """This will give what is believed of each unit; None where there is no belief."""
    return _once(asked, drawing.caterpillar, asked.found.run, result, by, key=("caterpillar", result.measure.name, by))


def over_time(asked: Asked, result: Result, one: OverTime) -> Picture | None:
    """This will give one unit's values over time."""
    return _once(asked, drawing.over_time, result, one, key=("over time", result.measure.name, one.unit))


def stays(asked: Asked, result: Result) -> Picture | None:
    """This will give how long people stay; None where the measure does not say."""
    return _once(asked, drawing.stays, result, key=("stays", result.measure.name))


def heat(asked: Asked, most: int) -> Picture | None:
    """This will give the clauses that were met least often, at most so many, by program and month; None without one."""
    run = asked.found.run
    worst = drawing.least_met(run, most)
    return _once(asked, lambda names: drawing.heat(run, worst, names, "Clauses met"), key=("heat",)) if worst else None


def pairs(asked: Asked) -> Picture | None:
    """This will give every pair of shares from before to after; None where there is none."""
    return _once(asked, lambda _names: drawing.pairs(asked.found.run), key=("pairs",))


def steps(asked: Asked) -> Picture | None:
    """This will give what became of those whose intensive treatment ended, for the team: no flow is suppressed."""
    return _once(asked, lambda _names: drawing.steps(asked.found.run, 1), key=("steps",))


def _once(asked: Asked, draw: Callable[..., Picture | None], *of: Any, key: tuple[str, ...]) -> Picture | None:
    """The picture as it was drawn before under the same names, else drawn now."""
    held, whole = asked.found.held, (*key, *sorted(asked.names.items()))
    if (found := held.get(whole, _NOT_DRAWN)) is not _NOT_DRAWN:
        return cast("Picture | None", found)
    picture = draw(*of, asked.names)
    if len(held) >= _MOST_HELD:
        held.clear()
    held[whole] = picture
    return picture
