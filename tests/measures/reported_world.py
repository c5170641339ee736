"""A run made up by hand for the outcomes report: results of the packaged measures with counts of one's choice."""

from __future__ import annotations

import datetime
import random

from handrail.measures.measure import packaged_measures
from handrail.measures.reporting import SECTIONS
from handrail.measures.results import ALL, Comparison, Result, Run, Tally
from handrail.measures.running import STAY_DAYS
from handrail.measures.sources import Span
from handrail.oversight.change import paired_change, rate_ratio
from handrail.oversight.retention import retention
from handrail.oversight.thresholds import packaged_thresholds

SPAN = Span(datetime.date(2025, 7, 6), datetime.date(2026, 7, 5))
NAMES = ("Meadow Evenings", "Carla Clinician")
"""A program and a clinician, which no report may name."""


def share(name: str, yes: int, no: int, excluded: int = 0, unknown: int = 0) -> Result:
    """A share, with a program and a clinician who have all of its cases."""
    counts = {"counted": yes + no, "events": float(yes), "exposure": 0.0, "excluded": excluded, "unknown": unknown}
    cases = yes + no + excluded + unknown
    by = {
        kind: Comparison(kind, (Tally(unit, cases, **counts),), None, "", "")
        for kind, unit in zip(("program", "clinician"), NAMES, strict=True)
    }
    return Result(packaged_measures()[name], Tally(ALL, cases, **counts), {}, by)


def pair(name: str, before: list[bool | None], after: list[bool | None], excluded: int = 0) -> Result:
    """A pair of answers a person."""
    found = paired_change(before, after)
    cases = len(before) + excluded
    whole = Tally(ALL, cases, found.pairs, 0.0, 0.0, excluded, len(before) - found.pairs)
    return Result(packaged_measures()[name], whole, {}, {}, pairs={ALL: found})


def stay(days: list[float], ended: list[bool], excluded: int = 0, unknown: int = 0) -> Result:
    """Lengths of stay."""
    whole = Tally(ALL, len(days) + excluded + unknown, len(days), 0.0, 0.0, excluded, unknown)
    stays = {ALL: retention(days, ended, STAY_DAYS)}
    return Result(packaged_measures()["length_of_stay"], whole, {}, {}, stays=stays)


def rates(events: list[int], times: list[int], name: str = "fewer_relapses") -> Result:
    """Events now and in the time before: twice as many before."""
    known = len(events)
    whole = Tally(ALL, known + 12, known, 0.0, 0.0, 0, 12)
    ratio = rate_ratio([2 * one for one in events], events, [365] * known, times)
    return Result(packaged_measures()[name], whole, {}, {}, rates={ALL: ratio})


def run(*results: Result) -> Run:
    """A run of these results."""
    lacks = {
        name: ("something",)
        for section in SECTIONS
        for several in section.measures
        for name in several
        if name not in {result.measure.name for result in results}
    }
    return Run("records", SPAN, packaged_thresholds(), results, (), {}, lacks)


def at_random(seed: int, people: int) -> Run:
    """Every measure of the report with counts at random, many of them small, over so many people at most."""
    chance = random.Random(seed)  # noqa: S311
    known = packaged_measures()
    results = []
    for section in SECTIONS:
        for name in (several[0] for several in section.measures):
            kind = known[name].kind
            if kind == "share":
                results.append(
                    share(
                        name,
                        *(chance.randint(0, people // 3) for _ in range(2)),
                        *(chance.choice((0, 3, 12)) for _ in range(2)),
                    )
                )
            elif kind == "pair":
                answers = [[chance.choice((True, True, False, None)) for _ in range(people)] for _ in range(2)]
                results.append(pair(name, *answers, excluded=chance.choice((0, 4, 15))))
            elif kind == "stay":
                results.append(
                    stay(
                        [float(chance.randint(0, 200)) for _ in range(people)],
                        [chance.random() < 0.8 for _ in range(people)],
                        5,
                        2,
                    )
                )
            else:
                events, times = ([chance.randint(*ends) for _ in range(people)] for ends in ((0, 3), (30, 300)))
                results.append(rates(events, times, name))
    return run(*results)
