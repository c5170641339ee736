"""The report of a run for the review team: one page that prints, in plain words, with every number's definition.

It hides no count, so it may not leave the team.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from pathlib import Path

from handrail.charts.drawing import counted
from handrail.charts.page import Section, Show, Table, page
from handrail.measures.drawing import EVERYBODY
from handrail.measures.facts.catalog import fact_parameters
from handrail.measures.measure import Measure
from handrail.measures.picturing import (
    CHANGES,
    CHARTS,
    CLAUSES,
    COMPARED,
    STAYS,
    STEPS,
    Drawn,
    draw,
    worst_clauses,
)
from handrail.measures.results import ALL, CHANCE, LATEST, OverTime, Result, Run, Tally, is_favourable
from handrail.oversight.signals import Direction, Signal, Verdict
from handrail.oversight.thresholds import Reason, Thresholds

REPORT = "report.html"
MOST_LISTED = 40
"""Rows of a list on the page; all of them are in the tables beside it."""
NOT_ATTRIBUTED = "not attributed"

_WARNING = (
    "For the review team. A signal is statistical: it picks what people should look at. It is no finding about "
    "quality and never the sole basis for action against anybody. What stands here is of peer review and protected by "
    "42 CFR Part 2. Do not pass it on: counts are not suppressed. What may leave the team is outcomes.md beside it."
)
_NONE = "–"


def write_report(run: Run, folder: Path, reasons: Mapping[str, Reason]) -> Path:
    """This will draw the run into `pictures` of a folder and write report.html there; `reasons` are the thresholds'."""
    drawn = draw(run, folder)
    title = f"Oversight from {run.source}, {run.span.since} to {run.span.as_of}"
    sections = [
        _standing(run),
        _changed(run, drawn),
        _unknown(run),
        _counts(run),
        _compared(run, drawn),
        _stays(run, drawn),
        _before_and_after(run, drawn),
        _steps(run, drawn),
        _clauses(run, drawn),
        _measures(run),
        _thresholds(run, reasons),
        _parameters(),
    ]
    told = [one for one in sections if one is not None]
    file = folder / REPORT
    file.write_text(page(title, _WARNING, in_short(run), told), encoding="utf-8")
    return file


def in_short(run: Run) -> list[str]:
    """This will say in a few sentences what a run comes to."""
    standing = run.standing_out()
    unclear = sum(one.verdict is Verdict.CANNOT_TELL for _, one in run.signals)
    compared = len({(by, one.unit) for by, one in run.signals})
    told = [f"{counted(len(run.results), 'measure', 'measures')}; {compared:,} programs and clinicians were compared."]
    told += [_says(run, by, one) for by, one in standing[:5]]
    if len(standing) > 5:
        told.append(f"{len(standing) - 5:,} more stand out; see below.")
    if not standing:
        told.append("Nobody stands out. That is no proof that all are alike.")
    if run.signals:
        told.append(f"Of {len(run.signals):,} verdicts on a unit and a measure, {unclear:,} are: cannot tell.")
    charts = sum(one.unit != ALL for _, one in _breaking(run))
    broken = counted(charts, "chart of a program over time breaks", "charts of programs over time break")
    told.append(f"{broken} a rule in the last {LATEST} periods.")
    if run.not_told:
        told.append(f"{counted(len(run.not_told), 'measure', 'measures')} cannot be told from {run.source}.")
    return told


def _says(run: Run, by: str, one: Signal) -> str:
    measure = run.result(one.measure).measure
    return (
        f"{one.verdict.value.capitalize()}: {by} {one.unit}, {measure.title}: {_value(run, by, one, one.value)} "
        f"over {one.cases:,.0f} cases, {_side(measure, one.direction)}."
    )


def _side(measure: Measure, direction: Direction) -> str:
    good = is_favourable(measure, direction)
    which = {True: "the better side", False: "the worse side", None: "the measure takes no side"}[good]
    return f"{'above' if direction is Direction.OVER else 'below'} the peers ({which})"


def _is_ratio(run: Run, by: str, one: Signal) -> bool:
    comparison = run.result(one.measure).comparisons.get(by)
    return comparison is not None and comparison.prepared is not None and comparison.prepared.expected is not None


def _value(run: Run, by: str, one: Signal, value: float) -> str:
    if math.isnan(value):
        return _NONE
    return f"{value:.2f} times expected" if _is_ratio(run, by, one) else f"{value:.1%}"


def _standing(run: Run) -> Section:
    standing = run.standing_out()
    said = (
        "Who lies so far from the peers that people should look. A signal needs every leg; review is outside the "
        f"{run.thresholds.review_level:.1%} limits, watch outside {run.thresholds.watch_level:.0%}. The better side "
        "is listed too: it may be good work, or records that leave something out."
    )
    if not standing:
        return Section("What stands out", (said, "Nobody stands out. What could not be told stands below."), ())
    columns = (
        "verdict", "who", "measure", "side", "value", "believed", "cases", "distance, adjusted", "not adjusted",
        "in the period before", "by the other rule",
    )  # fmt: skip
    rows = [_standing_row(run, by, one) for by, one in standing[:MOST_LISTED]]
    shows: list[Show] = [Table("", columns, rows)]
    shows.append(
        "Believed: the value after allowing for chance. Distance: in standard errors. By the other rule: what comes "
        "of it where a person counts for whoever saw her first (or most); where it differs, look at who shared the work."
    )
    for by, one in standing[:MOST_LISTED]:
        legs = [(leg.name, leg.answer.value, leg.says) for leg in one.legs]
        title = run.result(one.measure).measure.title
        caption = f"Each leg: {by} {one.unit}, {title}. The cases: handrail cases DIR {one.measure} --{by} {one.unit}"
        shows.append(Table(caption, ("leg", "answer", "number and threshold"), legs))
    return Section("What stands out", (said,), [*shows, *_more(len(standing), "signals.csv")])


def _standing_row(run: Run, by: str, one: Signal) -> tuple[object, ...]:
    measure = run.result(one.measure).measure
    other = run.by_other.get((one.measure, one.unit)) if by == "clinician" else None
    return (
        one.verdict.value,
        f"{by} {one.unit}",
        measure.title,
        _side(measure, one.direction),
        _value(run, by, one, one.value),
        _value(run, by, one, one.shrunken),
        f"{one.cases:,.0f}",
        _number(one.adjusted_z, "+.1f"),
        _number(one.raw_z, "+.1f"),
        "the same side" if one.persists else _NONE,
        other.value if other else _NONE,
    )


def _changed(run: Run, drawn: Drawn) -> Section:
    found = _breaking(run)
    said = (
        f"Charts whose last {LATEST} periods break a rule. Whatever stays inside the limits is noise. A chart needs 12 "
        f"whole periods; shorter ones are not judged. Of charts in which nothing changed, {CHANCE} break a rule by chance; "
        f"there are {sum(len(result.over_time) for result in run.results):,} charts here. All points are in over_time.csv."
    )
    if not found:
        return Section("What changed", (said, "No chart breaks a rule."), ())
    rows = [
        (one.unit or EVERYBODY, result.measure.title, "; ".join(one.breaks), _last_side(result.measure, one))
        for result, one in found[:MOST_LISTED]
    ]
    table = Table("", ("program", "measure", "what the last periods show", "side"), rows)
    return Section(
        "What changed", (said,), [table, *_more(len(found), "over_time.csv"), *_shown(drawn, CHARTS, "over_time.csv")]
    )


def _breaking(run: Run) -> list[tuple[Result, OverTime]]:
    """Charts whose last periods break a rule, programs before everybody together."""
    found = [(result, one) for result in run.results for one in result.over_time if one.breaks]
    return sorted(found, key=lambda pair: (pair[1].unit == ALL, -len(pair[1].breaks), pair[0].measure.name))


def _last_side(measure: Measure, one: OverTime) -> str:
    if one.side is None:
        return _NONE
    return _side(measure, one.side).replace("the peers", "its own mean")


def _unknown(run: Run) -> Section:
    said = (
        "Unknown is never no. What is unknown is in no share and no rate; where much is, the share may mislead. Cases "
        "that nobody has, because no one gave two contacts or nobody wrote down who did, are in everybody's count only."
    )
    rows = []
    for result in run.results:
        nobody = {
            by: sum(one.cases for one in comparison.units if one.unit == NOT_ATTRIBUTED)
            for by, comparison in result.comparisons.items()
        }
        if not result.whole.unknown and not any(nobody.values()):
            continue
        why = [f"{reason}: {n:,}" for reason, n in result.reasons.items() if reason not in result.measure.excluded]
        lost = [f"{n:,} have no {by}" for by, n in nobody.items() if n]
        share = result.whole.unknown / result.whole.cases if result.whole.cases else math.nan
        rows.append(
            (
                result.measure.title,
                f"{result.whole.unknown:,} of {result.whole.cases:,}",
                _number(share, ".0%"),
                "\n".join(why) or _NONE,
                "\n".join(lost) or _NONE,
            )
        )
    columns = ("measure", "unknown", "share", "why", "not attributed")
    shows: list[Show] = [Table("Cases that are unknown", columns, rows)] if rows else ["No case is unknown."]
    if unclear := list(_unclear(run)):
        caption = "Units of which it cannot be told whether they stand out"
        shows.append(Table(caption, ("measure", "by", "cannot tell", "legs that do not pass"), unclear))
    if run.not_told:
        lacks = [(name, ", ".join(needed)) for name, needed in run.not_told.items()]
        shows.append(Table(f"Measures that {run.source} cannot tell", ("measure", "facts it would need"), lacks))
    return Section("What is unknown", (said,), shows)


def _unclear(run: Run) -> Iterator[tuple[str, str, str, str]]:
    for result in run.results:
        for by in result.comparisons:
            every = run.signals_of(result.measure.name, by).values()
            some = [one for one in every if one.verdict is Verdict.CANNOT_TELL]
            if not some:
                continue
            volume = [leg.name for one in some for leg in one.legs[:3] if leg.answer.value != "pass"]
            why = ", ".join(f"{name}: {volume.count(name):,}" for name in dict.fromkeys(volume))
            told = f"{len(some):,} of {len(every):,}"
            yield result.measure.title, by, told, why or "the volume could not have shown a difference"


def _counts(run: Run) -> Section:
    said = "Cases = counted + left out + unknown. By program and clinician the same is in tallies.csv."
    rows = [_counts_row(result) for result in run.results]
    columns = ("measure", "cases", "counted", "left out", "unknown", "yes or events", "time", "value", "left out why")
    return Section("Everybody's count", (said,), [Table("", columns, rows)])


def _counts_row(result: Result) -> tuple[object, ...]:
    whole, measure = result.whole, result.measure
    why = [f"{reason}: {n:,}" for reason, n in result.reasons.items() if reason in measure.excluded]
    is_counted = measure.kind in ("share", "rate")
    return (
        measure.title,
        f"{whole.cases:,}",
        f"{whole.counted:,}",
        f"{whole.excluded:,}",
        f"{whole.unknown:,}",
        f"{whole.events:,.0f}" if is_counted else _NONE,
        f"{whole.exposure:,.1f} {measure.per_says}" if measure.kind == "rate" else _NONE,
        _tally_value(measure, whole),
        "\n".join(why) or _NONE,
    )


def _tally_value(measure: Measure, tally: Tally) -> str:
    if measure.kind == "rate":
        return _number(tally.value, ".3g")
    return _number(tally.value, ".1%") if measure.kind == "share" else "see below"


def _compared(run: Run, drawn: Drawn) -> Section:
    said = (
        "A funnel shows each unit beside its peers: the fewer cases, the wider the limits. Below it, what is to be "
        "believed of each once chance is allowed for. Drawn where somebody stands out, then where most could be told.",
    )
    bases: dict[str, dict[str, list[str]]] = {}
    for result in run.results:
        for by, one in result.comparisons.items():
            bases.setdefault(one.adjustment or one.says, {}).setdefault(result.measure.title, []).append(by)
    rows = [
        ("; ".join(f"{title} by {' and '.join(by)}" for title, by in some.items()), base)
        for base, some in bases.items()
    ]
    table = Table("What is expected, and of what that is made", ("measures", "expected"), rows)
    return Section("Beside the peers", said, [*_shown(drawn, COMPARED, "tallies.csv and signals.csv"), table])


def _stays(run: Run, drawn: Drawn) -> Section | None:
    if not any(result.stays for result in run.results):
        return None
    said = (
        "The share still in treatment, day by day; nobody's end is guessed who is still there. The log-rank test is "
        "over all programs and not adjusted for who was admitted where. Every program is in stays.csv.",
    )
    return Section("How long people stay", said, _shown(drawn, STAYS, "stays.csv"))


def _before_and_after(run: Run, drawn: Drawn) -> Section | None:
    pairs, rates = [], []
    for result in run.results:
        for unit, pair in result.pairs.items():
            name = (result.measure.title, unit or EVERYBODY)
            was, now = (
                (pair.both + side) / pair.pairs if pair.pairs else math.nan
                for side in (pair.only_before, pair.only_after)
            )
            change = f"{_points(pair.change.value)} ({_points(pair.change.lower)} to {_points(pair.change.upper)})"
            unknown = f"{pair.unknown_before:,} before, {pair.unknown_after:,} after"
            bounds = f"{_points(pair.if_missing_bad)} to {_points(pair.if_missing_good)}"
            shares = (_number(was, ".0%"), _number(now, ".0%"))
            pairs.append((*name, f"{pair.pairs:,}", *shares, change if pair.pairs else _NONE, unknown, bounds))
        for unit, rate in result.rates.items():
            interval = f"{_number(rate.lower, '.2f')} to {_number(rate.upper, '.2f')}"
            rates.append((result.measure.title, unit or EVERYBODY, _number(rate.value, ".2f"), interval))
    if not pairs and not rates:
        return None
    said = (
        "The same people at both times. Uncontrolled: people come when things are worst, so almost everybody is better "
        "later whatever is done. The bounds say what the change would be if every unknown answer afterwards were bad, "
        "or good; they are over everybody whose first answer is known, so the change among the pairs may lie outside them. "
        "Intervals are 95 %.",
    )
    columns = ("measure", "program", "pairs", "before", "after", "change in points", "unknown", "bounds in points")
    shows = _shown(drawn, CHANGES, "changes.csv")
    shows += [Table("Shares", columns, pairs)] if pairs else []
    again = ("measure", "program", "rate after for each before", "interval")
    shows += [Table("Rates: below 1 is fewer", again, rates)] if rates else []
    return Section("Before and after, the same people", said, shows)


def _steps(run: Run, drawn: Drawn) -> Section | None:
    if not run.steps:
        return None
    said = (
        "What became of those whose intensive treatment ended: whether recovery support was asked for, and whether it "
        "began within 30 days. The numbers are in steps.csv.",
    )
    return Section("From intensive treatment to recovery support", said, _shown(drawn, STEPS, "steps.csv"))


def _clauses(run: Run, drawn: Drawn) -> Section | None:
    if not run.clause_months:
        return None
    worst = worst_clauses(run)
    said = (
        "How often the clauses of the definitions were met, by program and month, worst first. What could not be told "
        "is in no share. The numbers are in clauses.csv.",
    )
    if not worst:
        return Section("Clauses", (*said, "No clause that was judged often enough was ever not met."), ())
    rows = [
        (one.clause, one.title, f"{one.share:.0%}", f"{one.met + one.not_met:,}", f"{one.unknown:,}")
        for one in worst[:MOST_LISTED]
    ]
    table = Table("Clauses met least often", ("clause", "what it says", "met", "of", "unknown"), rows)
    return Section("Clauses", said, [*_shown(drawn, CLAUSES, "clauses.csv"), table, *_more(len(worst), "clauses.csv")])


def _measures(run: Run) -> Section:
    said = "Each was chosen before the run, by the one who is named. Its whole text is in run.json."
    columns = ("measure", "what it counts", "better", "adjusted for", "peers", "chosen by, and why", "owner")
    rows = [_measure_row(result.measure, run.thresholds) for result in run.results]
    return Section("The measures", (said,), [Table("", columns, rows)])


def _measure_row(one: Measure, thresholds: Thresholds) -> tuple[str, ...]:
    counts = [f"{name}: {text}" for name, text in one.counts.items()]
    counts += [f"for each of: {one.per_says}"] if one.per_says else []
    whose = [f"of: {one.facts.name}{f', service {one.service}' if one.service else ''}, where {one.where}"]
    left = [f"left out, {reason}: {text}" for reason, text in one.excluded.items()]
    clauses = [f"clauses: {', '.join(one.clauses)}"] if one.clauses else []
    return (
        f"{one.title}\n({one.name}, {one.hash[:8]})",
        "\n".join([one.says, *whose, *counts, *left, *clauses, *one.notes]),
        one.better,
        ", ".join(one.adjusted_for) or "nothing",
        "\n".join(f"{what.lower()}: {told}" for what, told in one.compared(thresholds)),
        f"{one.chosen_by}: {one.why}",
        one.owner,
    )


def _thresholds(run: Run, reasons: Mapping[str, Reason]) -> Section:
    values = dataclasses.asdict(run.thresholds)
    rows = [(name, f"{values[name]:g}", said.unit, said.owner, said.reason) for name, said in reasons.items()]
    said = ("Set before the run. Whoever owns one may change it, with a reason, in a file of her own.",)
    return Section(
        "The thresholds", said, [Table("", ("threshold", "value", "unit", "owner", "reason"), rows)] if rows else ()
    )


def _parameters() -> Section:
    rows = [(name, f"{one.value}", one.says, one.owner, one.why) for name, one in fact_parameters().items()]
    columns = ("number", "value", "what it does", "owner", "reason")
    return Section("The numbers in the facts", ("What the facts were made with.",), [Table("", columns, rows)])


def _shown(drawn: Drawn, part: str, where: str) -> list[Show]:
    """The pictures of a part, and what was not drawn with where its numbers are."""
    left = drawn.left_out[part]
    return [*drawn.kept[part], *([f"Not drawn, the numbers are in {where}: {'; '.join(left)}."] if left else [])]


def _more(number: int, where: str) -> list[Show]:
    return [f"{number - MOST_LISTED:,} more are in {where}."] if number > MOST_LISTED else []


def _points(value: float) -> str:
    return _number(100 * value, "+.0f")


def _number(value: float, form: str) -> str:
    return _NONE if math.isnan(value) else format(value, form)
