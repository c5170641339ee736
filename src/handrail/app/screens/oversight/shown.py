"""What the pages show of a run: lines ready for a table, each number with the address of its list."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from handrail.app.screens.oversight.asked import Asked
from handrail.measures.measure import Measure, packaged_measures
from handrail.measures.results import ALL, OverTime, Result, Tally, is_favourable
from handrail.oversight.signals import Direction, Signal, Verdict

UNKNOWN_SHARE = 0.1
"""A measure of which more than this share is unknown is told on the home page."""


@dataclass(frozen=True)
class Number:
    """A count and the address of its list; no address where it is 0."""

    count: int
    address: str


@dataclass(frozen=True)
class Line:
    """One unit on one measure, ready to show."""

    measure: Measure
    by: str
    unit: str
    name: str
    address: str
    value: str
    expected: str
    counts: dict[str, Number]
    signal: Signal | None
    side: str
    by_other: str


@dataclass(frozen=True)
class Change:
    """One unit's last periods that break a rule of its chart."""

    measure: Measure
    name: str
    address: str
    chart: OverTime
    side: str


@dataclass(frozen=True)
class First:
    """The first lines of a list, and how many there are."""

    shown: Sequence[Any]
    count: int

    @classmethod
    def of(cls, every: Sequence[Any], most: int) -> First:
        """This will take at most so many."""
        return cls(every[:most], len(every))

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.shown)


def line(asked: Asked, result: Result, by: str, tally: Tally) -> Line:
    """This will make the line of one unit, or of everybody (`by` empty)."""
    run, measure = asked.found.run, result.measure
    signal = run.signals_of(measure.name, by).get(tally.unit) if by else None
    is_out = signal is not None and signal.verdict in (Verdict.REVIEW, Verdict.WATCH)
    other = run.by_other.get((measure.name, tally.unit)) if by == "clinician" and is_out else None
    address = unit_address(asked, by, tally.unit) if by else ""
    expected = "" if math.isnan(tally.expected) else f"{tally.expected:,.1f}"
    return Line(
        measure,
        by,
        tally.unit,
        asked.name(tally.unit),
        address,
        value(measure, tally),
        expected,
        _counts(asked, measure, by, tally),
        signal,
        side(measure, signal.direction) if signal else "",
        f"by {measure.attributed_otherwise.replace('_', ' ')}: {other.value}" if other else "",
    )


def standing_out(asked: Asked) -> list[Line]:
    """This will give what stands out, review before watch."""
    found = []
    for by, signal in asked.found.run.standing_out():
        result = asked.result(signal.measure)
        tally = next(one for one in result.comparisons[by].units if one.unit == signal.unit)
        found.append(line(asked, result, by, tally))
    return found


def changes(asked: Asked) -> list[Change]:
    """This will give the units whose last periods break a rule, one line each; everybody only where no program does."""
    found = []
    for result in asked.found.run.results:
        broken = [one for one in result.over_time if one.breaks and one.side is not None]
        apart = [one for one in broken if one.unit != ALL] or broken
        for one in apart:
            if one.side is None:
                continue
            address = (
                unit_address(asked, "program", one.unit) if one.unit else measure_address(asked, result.measure.name)
            )
            found.append(Change(result.measure, asked.name(one.unit), address, one, side(result.measure, one.side)))
    return sorted(found, key=lambda one: ("worse" not in one.side, -len(one.chart.breaks), one.measure.title))


def unknown(asked: Asked) -> list[tuple[Measure, Number, int]]:
    """This will give the measures of which much is unknown: how many, of how many."""
    found = []
    for result in asked.found.run.results:
        whole = result.whole
        if whole.cases and whole.unknown > UNKNOWN_SHARE * whole.cases:
            number = Number(whole.unknown, cases_address(asked, result.measure.name, state="unknown"))
            found.append((result.measure, number, whole.cases))
    return sorted(found, key=lambda one: -one[1].count / one[2])


def too_little(asked: Asked) -> list[tuple[str, str, str, int]]:
    """This will give the units of which no measure could be judged: by, name, address, and their most cases."""
    able = {(by, one.unit) for by, one in asked.found.run.signals if one.verdict is not Verdict.CANNOT_TELL}
    most: dict[tuple[str, str], int] = {}
    for result in asked.found.run.results:
        for by, comparison in result.comparisons.items():
            for one in comparison.units:
                most[by, one.unit] = max(most.get((by, one.unit), 0), one.counted)
    return sorted(
        (by, asked.name(unit), unit_address(asked, by, unit), cases)
        for (by, unit), cases in most.items()
        if (by, unit) not in able and unit != "not attributed"
    )


def not_told(asked: Asked) -> list[tuple[str, str]]:
    """This will give the measures that the source cannot tell, and what they would need."""
    known = packaged_measures()
    return [
        (known[name].title if name in known else name, ", ".join(one.replace("_", " ") for one in lacks))
        for name, lacks in asked.found.run.not_told.items()
    ]


def measure_lines(asked: Asked) -> Iterator[Line]:
    """This will give each measure over everybody, by its title."""
    for result in sorted(asked.found.run.results, key=lambda one: one.measure.title):
        yield line(asked, result, "", result.whole)


def value(measure: Measure, tally: Tally) -> str:
    """This will say a share in percent, or a rate for 100 of its unit of time; a dash where nothing was counted."""
    if measure.kind not in ("share", "rate") or math.isnan(tally.value):
        return "–"
    return f"{100 * tally.value:.0f} %" if measure.kind == "share" else f"{100 * tally.value:.3g} per 100"


def side(measure: Measure, direction: Direction) -> str:
    """This will say on which side something lies, and whether that is good."""
    good = is_favourable(measure, direction)
    word = "more" if direction is Direction.OVER else "less"
    return word if good is None else f"{word} ({'better' if good else 'worse'})"


def measure_address(asked: Asked, name: str) -> str:
    """This will give the address of a measure's page in this run."""
    return _with(reverse("oversight_measure", args=[name]), asked.query)


def unit_address(asked: Asked, by: str, unit: str) -> str:
    """This will give the address of a program's or clinician's page; empty for what is attributed to nobody."""
    return "" if unit == "not attributed" else _with(reverse("oversight_unit", args=[by, unit]), asked.query)


def cases_address(asked: Asked, name: str, *, state: str = "", by: str = "", unit: str = "") -> str:
    """This will give the address of the list behind a number."""
    told = {key: text for key, text in (("state", state), ("by", by), ("unit", unit)) if text}
    query = "&".join(part for part in (asked.query, urlencode(told)) if part)
    return _with(reverse("oversight_cases", args=[name]), query)


def _counts(asked: Asked, measure: Measure, by: str, tally: Tally) -> dict[str, Number]:
    yes = int(tally.events) if measure.kind == "share" else tally.counted
    states = {
        "cases": ("", tally.cases),
        "excluded": ("excluded", tally.excluded),
        "unknown": ("unknown", tally.unknown),
    }
    states["yes"] = ("yes" if measure.kind == "share" else "counted", yes)
    return {
        key: Number(count, cases_address(asked, measure.name, state=state, by=by, unit=tally.unit) if count else "")
        for key, (state, count) in states.items()
    }


def _with(address: str, query: str) -> str:
    return f"{address}?{query}" if query else address
