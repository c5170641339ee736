"""A run as files: run.json with everything, and tables for a spreadsheet; pictures and the report are `handrail.charts`."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from handrail.measures.kept import to_plain
from handrail.measures.results import ALL, Run

EVERYBODY = "everybody"


def write_run(run: Run, out: Path) -> dict[str, int]:
    """This will write run.json and the tables into a folder, and give the rows of each table.

    They are for those who review: no count is hidden. What leaves them is the report.
    """
    plain = json.dumps(to_plain(run), indent=1, ensure_ascii=False)
    (out / "run.json").write_text(plain + "\n", encoding="utf-8")
    tables = {
        "tallies": tallies(run),
        "signals": signals(run),
        "over_time": over_time(run),
        "changes": changes(run),
        "stays": stays(run),
        "measures": measures(run),
        "steps": steps(run),
        "clauses": clauses(run),
    }
    return {name: write_table(out / f"{name}.csv", *table) for name, table in tables.items()}


def write_table(file: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """This will write one table as CSV, and give the number of rows."""
    count = 0
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        for row in rows:
            writer.writerow(["" if value is None or value != value else value for value in row])  # noqa: PLR0124
            count += 1
    return count


Told = tuple[Sequence[str], list[Sequence[Any]]]


def tallies(run: Run) -> Told:
    """This will give every count: counted + excluded + unknown = cases."""
    columns = (
        "measure",
        "by",
        "unit",
        "cases",
        "counted",
        "events",
        "exposure",
        "value",
        "expected",
        "excluded",
        "unknown",
    )
    rows: list[Sequence[Any]] = []
    for result in run.results:
        everybody = [("", result.whole)]
        for by, one in [*everybody, *((c.by, unit) for c in result.comparisons.values() for unit in c.units)]:
            name = one.unit or EVERYBODY
            counts = (one.cases, one.counted, one.events, one.exposure, one.value, one.expected)
            rows.append((result.measure.name, by, name, *counts, one.excluded, one.unknown))
    return columns, rows


def signals(run: Run) -> Told:
    """This will give every unit's verdict on every measure, with each leg, raw beside adjusted."""
    columns = (
        "measure", "by", "unit", "verdict", "side", "favourable", "cases", "value", "shrunken", "raw_z", "adjusted_z",
        "outside_raw", "outside_adjusted", "phi", "tau2", "peers", "detectable_below", "detectable_above", "persists",
        "by_other_rule", "legs",
    )  # fmt: skip
    rows: list[Sequence[Any]] = []
    for by, one in run.signals:
        better = run.result(one.measure).measure.better
        good = (
            "" if better == "neither" else ("yes" if (one.direction.value == "under") == (better == "lower") else "no")
        )
        other = run.by_other.get((one.measure, one.unit)) if by == "clinician" else None
        legs = "; ".join(f"{leg.name}: {leg.answer.value} ({leg.says})" for leg in one.legs)
        verdict = (one.measure, by, one.unit, one.verdict.value, one.direction.value, good, one.cases)
        numbers = (one.value, one.shrunken, one.raw_z, one.adjusted_z, one.outside_raw, one.outside_adjusted)
        spread = (one.phi, one.tau2, one.peers, *one.detectable)
        rows.append((*verdict, *numbers, *spread, one.persists, other.value if other else "", legs))
    return columns, rows


def over_time(run: Run) -> Told:
    """This will give every charted value with its limits and the rules that it breaks."""
    columns = ("measure", "program", "period", "counted", "value", "centre", "lower", "upper", "breaks")
    rows: list[Sequence[Any]] = []
    for result in run.results:
        for one in result.over_time:
            for i, tally in enumerate(one.tallies):
                broken = [
                    name for name in ("outside", "one_side", "trend", "near_limit") if getattr(one.chart, name)[i]
                ]
                limits = (one.chart.centre[i], one.chart.lower[i], one.chart.upper[i])
                name = one.unit or EVERYBODY
                rows.append(
                    (result.measure.name, name, one.periods[i], tally.counted, tally.value, *limits, " ".join(broken))
                )
    return columns, rows


def changes(run: Run) -> Told:
    """This will give what changed from before to after, same people, with its bounds."""
    columns = (
        "measure", "program", "kind", "pairs", "before", "after", "value", "lower", "upper", "p_value",
        "unknown_before", "unknown_after", "if_missing_bad", "if_missing_good",
    )  # fmt: skip
    rows: list[Sequence[Any]] = []
    for result in run.results:
        name = result.measure.name
        for unit, pair in result.pairs.items():
            was, now = (pair.both + side for side in (pair.only_before, pair.only_after))
            estimate = (pair.change.value, pair.change.lower, pair.change.upper, pair.change.p_value)
            missing = (pair.unknown_before, pair.unknown_after, pair.if_missing_bad, pair.if_missing_good)
            rows.append((name, unit or EVERYBODY, "difference of shares", pair.pairs, was, now, *estimate, *missing))
        for unit, rate in result.rates.items():
            estimate = (rate.value, rate.lower, rate.upper, rate.p_value)
            rows.append((name, unit or EVERYBODY, "ratio of rates", None, None, None, *estimate, *[None] * 4))
    return columns, rows


def stays(run: Run) -> Told:
    """This will give retention at each day with the numbers at risk."""
    columns = ("measure", "program", "day", "share", "lower", "upper", "at_risk", "people", "median")
    rows: list[Sequence[Any]] = []
    for result in run.results:
        for unit, stay in result.stays.items():
            for i, day in enumerate(stay.days):
                numbers = (stay.share[i], stay.lower[i], stay.upper[i], stay.at_risk[i], stay.people, stay.median)
                rows.append((result.measure.name, unit or ALL or EVERYBODY, int(day), *numbers))
    return columns, rows


def measures(run: Run) -> Told:
    """This will give what was measured, who chose it and why, and what the source could not tell."""
    columns = (
        "measure",
        "title",
        "says",
        "clauses",
        "better",
        "adjusted_for",
        "attributed",
        "peers",
        "minimum_cases",
        "minimum_expected",
        "minimum_peers",
        "chosen_by",
        "why",
        "owner",
        "hash",
        "lacks",
    )
    rows: list[Sequence[Any]] = []
    for result in run.results:
        m, held = result.measure, result.measure.held_to(run.thresholds)
        words = (m.name, m.title, m.says, " ".join(m.clauses), m.better, " ".join(m.adjusted_for))
        compared = (m.attributed, " ".join(m.peers), held.minimum_cases, held.minimum_expected, held.minimum_peers)
        rows.append((*words, *compared, m.chosen_by, m.why, m.owner, m.hash, ""))
    rows += [(name, *[""] * (len(columns) - 2), " ".join(lacks)) for name, lacks in run.not_told.items()]
    return columns, rows


def steps(run: Run) -> Told:
    """This will give the flows from intensive treatment to recovery support."""
    return ("from", "to", "people"), [*run.steps]


def clauses(run: Run) -> Told:
    """This will give how often each clause was met, by program and month."""
    columns = ("clause", "title", "program", "month", "met", "not_met", "unknown")
    rows: list[Sequence[Any]] = []
    for one in run.clause_months:
        rows.append((one.clause, one.title, one.program, one.month, one.met, one.not_met, one.unknown))
    return columns, rows
