"""The counts of an outcomes report as one system of sums, hidden all together so that none can be worked out.

Also what follows from what is printed is a count here: who had left by a day, read off a curve, and how those answered
at admission who have no answer at discharge, read off the bounds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from handrail.measures.results import ALL, Result
from handrail.oversight.arrays import BoolArray
from handrail.oversight.change import Estimate, PairedChange
from handrail.oversight.retention import Retention
from handrail.oversight.room import Sum
from handrail.oversight.suppression import suppress

HIDDEN = "suppressed"
NONE = "–"
"""What stands where there is nothing to say."""
DAYS = (30, 60, 90, 180)
"""Days after which it is told who is still in treatment; of those that `running.STAYDAYS` has."""
_LINKED = ("cases", "counted", "excluded", "unknown")
_NO_ESTIMATE = Estimate(math.nan, math.nan, math.nan, math.nan)


@dataclass
class Cells:
    """Every count of a report, by its name, and the sums that hold between them."""

    values: list[int] = field(default_factory=list)
    sums: list[Sum] = field(default_factory=list)
    places: dict[tuple[str, str], int] = field(default_factory=dict)

    def put(self, measure: str, **counts: int) -> None:
        """This will take up counts of one measure."""
        for name, value in counts.items():
            self.places[measure, name] = len(self.values)
            self.values.append(int(value))

    def add_up(self, measure: str, total: str, *parts: str) -> None:
        """This will say that one count is the sum of others."""
        self.sums.append(Sum(self.places[measure, total], tuple(self.places[measure, part] for part in parts)))

    def link(self, one: tuple[str, str], other: tuple[str, str]) -> None:
        """This will say that two counts are the same."""
        self.sums.append(Sum(self.places[one], (self.places[other],)))

    def suppressed(self) -> Shown:
        """This will hide what must be hidden, all together; what no sum connects says nothing of the rest."""
        shown = np.ones(len(self.values), dtype=bool)
        for places, sums in self._apart():
            at = {place: here for here, place in enumerate(places)}
            own = [Sum(at[one.total], tuple(at[part] for part in one.parts)) for one in sums]
            shown[places] = suppress([self.values[place] for place in places], own).shown
        return Shown(self, shown)

    def _apart(self) -> list[tuple[list[int], list[Sum]]]:
        """The counts that sums connect, group by group: looking for what to hide in each is much quicker than in all."""
        ends = [(one.total, part) for one in self.sums for part in one.parts]
        rows, columns = zip(*ends, strict=True) if ends else ((), ())
        size = len(self.values)
        graph = coo_array((np.ones(len(ends)), (rows, columns)), shape=(size, size))
        number, group = connected_components(graph, directed=False)
        return [
            (np.flatnonzero(group == one).tolist(), [told for told in self.sums if group[told.total] == one])
            for one in range(number)
        ]


@dataclass(frozen=True)
class Shown:
    """The counts of a report, as they may be printed."""

    cells: Cells
    shown: BoolArray

    def is_shown(self, measure: str, *names: str) -> bool:
        """This will say whether all of some counts of a measure may be printed."""
        return all(bool(self.shown[self.cells.places[measure, name]]) for name in names)

    def count(self, measure: str, name: str) -> int:
        """This will give a count. Ask `is_shown` before it is printed."""
        return self.cells.values[self.cells.places[measure, name]]

    def text(self, measure: str, name: str) -> str:
        """This will give a count as it is printed."""
        return f"{self.count(measure, name):,}" if self.is_shown(measure, name) else HIDDEN

    def share(self, measure: str, part: str, of: str) -> str:
        """This will give a share in percent, where both of its counts are shown."""
        if not self.is_shown(measure, part, of):
            return HIDDEN
        below = self.count(measure, of)
        return percent(self.count(measure, part) / below) if below else NONE


def cells_of(results: Sequence[Result]) -> Cells:
    """This will put every count that a report of some results shows, or that follows from it, into one system."""
    cells = Cells()
    for result in results:
        name, whole = result.measure.name, result.whole
        known = {"cases": whole.cases, "excluded": whole.excluded}
        if result.measure.kind == "pair":
            _put_pair(cells, name, known, result.pairs.get(ALL))
            continue
        cells.put(name, **known, counted=whole.counted, unknown=whole.unknown)
        cells.add_up(name, "cases", "counted", "excluded", "unknown")
        if result.measure.kind == "share":
            yes = round(whole.events)
            cells.put(name, yes=yes, no=whole.counted - yes)
            cells.add_up(name, "counted", "yes", "no")
        if result.measure.kind == "stay" and ALL in result.stays:
            _put_stay(cells, name, result.stays[ALL])
    _link(cells, results)
    return cells


def _put_pair(cells: Cells, name: str, known: Mapping[str, int], pair: PairedChange | None) -> None:
    """The four kinds of pair and who could not be paired; `lost` had an answer at admission and none at discharge."""
    one = pair or PairedChange(0, 0, 0, 0, 0, 0, _NO_ESTIMATE, math.nan, math.nan)
    gone = lost_yes(one)
    cells.put(
        name,
        **known,
        both=one.both,
        only_before=one.only_before,
        only_after=one.only_after,
        neither=one.neither,
        counted=one.pairs,
        before=one.both + one.only_before,
        after=one.both + one.only_after,
        lost_yes=gone,
        lost_no=one.unknown_after - gone,
        lost=one.unknown_after,
        never=one.unknown_before,
        unknown=one.unknown_after + one.unknown_before,
    )
    cells.add_up(name, "cases", "counted", "excluded", "unknown")
    cells.add_up(name, "counted", "both", "only_before", "only_after", "neither")
    cells.add_up(name, "before", "both", "only_before")
    cells.add_up(name, "after", "both", "only_after")
    cells.add_up(name, "counted", "before", "only_after", "neither")
    cells.add_up(name, "counted", "after", "only_before", "neither")
    cells.add_up(name, "lost", "lost_yes", "lost_no")
    cells.add_up(name, "unknown", "lost", "never")


def lost_yes(pair: PairedChange) -> int:
    """This will say how many said yes at admission and have no answer at discharge, read back from the bounds that rest on them."""
    known = pair.pairs + pair.unknown_after
    lowest = min(pair.if_missing_bad, pair.if_missing_good)
    if not known or math.isnan(lowest):
        return 0
    return round(pair.both + pair.only_after - lowest * known) - pair.both - pair.only_before


def _put_stay(cells: Cells, name: str, stay: Retention) -> None:
    """Who had left by each day, as estimated from the curve: a share and its people give the number away."""
    before, gone = f"gone_{DAYS[0]}", 0
    for place, day in enumerate(DAYS):
        share = held(stay, day)
        now = gone if math.isnan(share) else max(gone, round(stay.people * (1 - share)))
        cells.put(name, **{f"gone_{day}": now, f"here_{day}": stay.people - now})
        cells.add_up(name, "counted", f"gone_{day}", f"here_{day}")
        if place:
            cells.put(name, **{f"left_{day}": now - gone})
            cells.add_up(name, f"gone_{day}", before, f"left_{day}")
        before, gone = f"gone_{day}", now


def held(stay: Retention, day: int) -> float:
    """The share still in treatment on a day; NaN where nobody was there to be seen."""
    days = [int(one) for one in stay.days]
    return float(stay.share[days.index(day)]) if day in days else math.nan


def _link(cells: Cells, results: Sequence[Result]) -> None:
    """Say which counts of different measures are one: those of the same cases, left out for the same reasons."""
    seen: dict[tuple[Any, ...], tuple[str, str]] = {}
    for result in results:
        one = result.measure
        for name in _LINKED:
            place = (one.name, name)
            key = (one.facts.name, one.service, name, cells.values[cells.places[place]])
            if not key[-1]:
                continue  # zeros are never hidden
            if key in seen:
                cells.link(seen[key], place)
            seen.setdefault(key, place)


def percent(share: float) -> str:
    """This will say a share in whole percent."""
    return f"{100 * share:.0f} %"
