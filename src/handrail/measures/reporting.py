"""The outcomes report: what leaves the review team, for a board or a state. No person, no clinician, no program named.

Every count of one report is a cell of one system of sums, and all of it is suppressed together
(`handrail.oversight.suppression`): no count from 1 to 10 is shown, nor can one be worked out from the others.
A share is shown only where its numerator and its denominator are, and what is estimated only where all that it
rests on is. Two reports over days that overlap can still be subtracted: publish one a year.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from handrail.measures.measure import Measure, packaged_measures
from handrail.measures.reported_counts import DAYS, HIDDEN, NONE, Shown, cells_of, held, percent
from handrail.measures.results import ALL, Result, Run
from handrail.measures.writing import write_table
from handrail.oversight.thresholds import Thresholds

UNCONTROLLED = "uncontrolled: regression to the mean"


@dataclass(frozen=True)
class Chosen:
    """One section of the report and the measures that it shows, of several alternatives the first of which anything is known."""

    title: str
    says: str
    measures: tuple[tuple[str, ...], ...]


SECTIONS = (
    Chosen(
        "What recovery support is to achieve",
        "The expected outcomes: a healthy living environment, a link to primary care, fewer relapses, steadier housing, goals met in time.",
        (("healthy_environment",), ("primary_care",), ("fewer_relapses",), ("housing_steadier",), ("goals_in_time",)),
    ),
    Chosen(
        "What intensive outpatient treatment is to achieve",
        "The desired outcomes at the end: goals met, condition stabilized, impairment limited, treatment completed.",
        (("goals_met",), ("condition_stabilized",), ("impairment_limited",), ("completed",)),
    ),
    Chosen(
        "From admission to discharge",
        "National outcomes of the same people at both ends of their treatment.",
        (("abstinent_change",), ("employed_change",), ("housed_change",), ("not_arrested_change",), ("self_help_change",), ("detox_change",)),
    ),
    Chosen(
        "Staying in treatment, and stepping down",
        "How many were still in intensive outpatient treatment after so many days, and how many went on to recovery support within 30 days of its end.",
        (("length_of_stay",), ("step_down", "step_down_any")),
    ),
)  # fmt: skip
"""What the report shows, in its order."""

COLUMNS = ("Outcome", "Result", "Number", "Of", "Left out", "Unknown", "Between")
PAIR_COLUMNS = (
    "Outcome", "At admission", "At discharge", "Change", "Same people", "Left out", "Unknown", "Between",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One line of a table: the measure, and its cells as text, the outcome first."""

    measure: Measure
    cells: tuple[str, ...]
    is_uncontrolled: bool = False

    @property
    def name(self) -> str:
        """What the line is about."""
        return self.cells[0]


@dataclass(frozen=True)
class Table:
    """One table of the report."""

    title: str
    says: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Report:
    """The report, ready to print. `hidden` of `counts` counts are suppressed. `not_told`: titles, and what they lack."""

    source: str
    since: datetime.date
    as_of: datetime.date
    tables: tuple[Table, ...]
    measures: tuple[Measure, ...]
    thresholds: Thresholds
    not_told: tuple[tuple[str, tuple[str, ...]], ...]
    hidden: int
    counts: int

    @property
    def words(self) -> tuple[str, ...]:
        """What a reader must know first, in sentences."""
        return (
            f"This report counts courses of treatment from {_day(self.since)} to {_day(self.as_of)}, out of {_SOURCES.get(self.source, self.source)}.",
            "A share is of those whose answer is known. What is unknown stands beside it, never counts as no, and the last column says where the share would lie if all of it were no, or all yes.",
            "Counts from 1 to 10 are suppressed, and with them those from which they could be worked out. "
            + (f"{self.hidden} of {self.counts} counts are." if self.hidden else "None had to be."),
            f"What compares the same people before and after is {UNCONTROLLED}. People come when things are worst, so almost everybody is better later, whatever was done.",
            "It names nobody, and it is no finding about the quality of anybody's work.",
        )


_SOURCES = {"records": "the provider's own records", "claims": "a payer's claims"}


def report_of(run: Run) -> Report:
    """This will make the report of a run. Measures that the run does not have are named as not told."""
    results = {result.measure.name: result for result in run.results}
    told: list[tuple[Chosen, list[Result]]] = []
    missing: list[str] = []
    for section in SECTIONS:
        found = [_first([results[name] for name in names if name in results]) for names in section.measures]
        told.append((section, [one for one in found if one is not None]))
        missing += [names[0] for names, one in zip(section.measures, found, strict=True) if one is None]
    chosen = [result for _, several in told for result in several]
    cells = cells_of(chosen)
    shown = cells.suppressed()
    known = packaged_measures()
    return Report(
        run.source,
        run.span.since,
        run.span.as_of,
        tuple(_table(section, several, shown) for section, several in told if several),
        tuple(result.measure for result in chosen),
        run.thresholds,
        tuple((known[name].title if name in known else name, tuple(run.not_told.get(name, ()))) for name in missing),
        int((~shown.shown).sum()),
        len(cells.values),
    )


def _first(several: Sequence[Result]) -> Result | None:
    """The first of some alternatives of which anything is known, else the first."""
    return next((one for one in several if one.whole.counted), several[0] if several else None)


def _table(section: Chosen, results: Sequence[Result], shown: Shown) -> Table:
    columns = PAIR_COLUMNS if any(result.measure.kind == "pair" for result in results) else COLUMNS
    rows: list[Row] = []
    for result in results:
        make = {"pair": _pair_rows, "rates": _rates_rows, "stay": _stay_rows}.get(result.measure.kind, _share_rows)
        rows += make(result, shown)
        if result.measure.kind == "rates" and columns is PAIR_COLUMNS:
            title, says, none, *counts = rows[-1].cells
            rows[-1] = Row(result.measure, (title, none, none, says, *counts), is_uncontrolled=True)
    return Table(section.title, section.says, columns, tuple(rows))


def _share_rows(result: Result, shown: Shown) -> list[Row]:
    name = result.measure.name
    counts = tuple(shown.text(name, part) for part in ("yes", "counted", "excluded", "unknown"))
    between = HIDDEN
    if shown.is_shown(name, "yes", "no", "counted", "unknown"):
        yes, no, unknown = (shown.count(name, part) for part in ("yes", "no", "unknown"))
        everybody = yes + no + unknown
        between = _between(yes / everybody, (yes + unknown) / everybody) if everybody else NONE
    return [Row(result.measure, (result.measure.title, shown.share(name, "yes", "counted"), *counts, between))]


def _rates_rows(result: Result, shown: Shown) -> list[Row]:
    """A ratio of rates. It is no count; it is shown where the people it rests on are."""
    name, rate = result.measure.name, result.rates.get(ALL)
    says, between = NONE, NONE
    if not shown.is_shown(name, "counted"):
        says = HIDDEN
    elif rate is not None and not math.isnan(rate.value):
        since = "the year before" if result.measure.name == "fewer_relapses" else "before"
        says = f"{rate.value:.2f} times {since}"
        if not math.isnan(rate.lower):
            says += f" (95 % interval {rate.lower:.2f} to {rate.upper:.2f})"
    counts = tuple(shown.text(name, part) for part in ("counted", "excluded", "unknown"))
    return [Row(result.measure, (result.measure.title, says, NONE, *counts, between), is_uncontrolled=True)]


def _stay_rows(result: Result, shown: Shown) -> list[Row]:
    name = result.measure.name
    counts = tuple(shown.text(name, part) for part in ("counted", "excluded", "unknown"))
    stay = result.stays.get(ALL)
    rows = []
    for day in DAYS:
        says, number = NONE, NONE
        if stay is not None and not math.isnan(held(stay, day)):
            says = shown.share(name, f"here_{day}", "counted")
            is_shown = shown.is_shown(name, f"here_{day}")
            number = f"about {shown.count(name, f'here_{day}'):,}" if is_shown else HIDDEN
        rows.append(Row(result.measure, (f"Still in treatment after {day} days", says, number, *counts, NONE)))
    return rows


def _pair_rows(result: Result, shown: Shown) -> list[Row]:
    name, pair = result.measure.name, result.pairs.get(ALL)
    before, after = (shown.share(name, part, "counted") for part in ("before", "after"))
    change, between = HIDDEN, HIDDEN
    kinds = ("both", "only_before", "only_after", "neither")
    if shown.is_shown(name, *kinds, "counted"):
        change = NONE
        if pair is not None and pair.pairs:
            told = pair.change
            change = f"{_points(told.value)} (95 % interval {_points(told.lower)} to {_points(told.upper)})"
        if shown.is_shown(name, "lost_yes", "lost_no", "lost"):
            between = NONE
            if pair is not None and not math.isnan(pair.if_missing_bad):
                low, high = sorted((pair.if_missing_bad, pair.if_missing_good))
                between = _points(low) if pair.unknown_after == 0 else f"{_points(low)} to {_points(high)}"
    title = result.measure.title.removesuffix(", admission to discharge")
    counts = tuple(shown.text(name, part) for part in ("counted", "excluded", "unknown"))
    return [Row(result.measure, (title, before, after, change, *counts, between), is_uncontrolled=True)]


def _between(low: float, high: float) -> str:
    return percent(low) if low == high else f"{percent(low)} to {percent(high)}"


def _points(change: float) -> str:
    """A change of a share in percentage points, with its sign."""
    return f"{100 * change:+.0f}".replace("+0", "0").replace("-0", "0").replace("-", "\N{MINUS SIGN}")


def _day(day: datetime.date) -> str:
    return f"{day.day} {day:%b %Y}"


def as_rows(report: Report) -> Iterable[tuple[str, ...]]:
    """This will give the report as rows for a spreadsheet, a cell each: section, measure, line, what, value."""
    yield ("section", "measure", "line", "what", "value")
    for table in report.tables:
        for row in table.rows:
            for column, cell in zip(table.columns[1:], row.cells[1:], strict=True):
                yield (table.title, row.measure.name, row.name, column, cell)
            if row.is_uncontrolled:
                yield (table.title, row.measure.name, row.name, "Note", UNCONTROLLED)
    for one in report.measures:
        for what, value in one.definition(report.thresholds):
            yield ("Definitions", one.name, one.title, what, value)
    for title, lacks in report.not_told:
        yield ("Not told", "", title, "Lacks", ", ".join(lacks))


def write_outcomes(run: Run, out: Path) -> None:
    """This will write the report of a run into a folder: outcomes.csv for a spreadsheet, outcomes.md to read."""
    report = report_of(run)
    columns, *rows = as_rows(report)
    write_table(out / "outcomes.csv", columns, rows)
    (out / "outcomes.md").write_text("\n".join(_as_markdown(report)) + "\n", encoding="utf-8")


def _as_markdown(report: Report) -> Iterable[str]:
    yield from ("# Outcomes", "")
    for sentence in report.words:
        yield from (sentence, "")
    for table in report.tables:
        yield from (f"## {table.title}", "", table.says, "")
        yield f"| {' | '.join(table.columns)} |"
        yield f"|{'---|' * len(table.columns)}"
        for row in table.rows:
            first = f"{row.name} ({UNCONTROLLED})" if row.is_uncontrolled else row.name
            yield f"| {' | '.join((first, *row.cells[1:]))} |"
        yield ""
    yield from ("## Definitions", "")
    for one in report.measures:
        yield from (f"### {one.title}", "")
        yield from (f"- {what}: {value}" for what, value in one.definition(report.thresholds))
        yield ""
    if report.not_told:
        yield from ("## Not told by this source", "")
        yield from (f"- {title}" + (f", lacks {', '.join(lacks)}" if lacks else "") for title, lacks in report.not_told)
