"""The code table by which a claim line is known for a service: read, checked, and ready for SQL."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from itertools import combinations
from pathlib import Path

from handrail.exchange.folders.connection import text
from handrail.findings import Finding, FindingsError

COLUMNS = (
    "family",
    "hcpcs",
    "modifier",
    "revenue_code",
    "place_of_service",
    "since",
    "until",
    "source",
    "owner",
    "note",
)
CODES = COLUMNS[1:5]
"""The columns that may tell a line; what tells more stands first, and a rule with it wins over one without."""

FAMILIES = (
    "iop", "php", "detox", "residential", "otp", "crisis", "basic_outpatient", "recovery_support", "primary_care", "ed",
    "inpatient",
)  # fmt: skip
"""The families that measures know."""

PACKAGED = "service_families.csv"

_SHAPES: Mapping[str, tuple[str, str]] = {
    "hcpcs": (r"[A-Z0-9]\d{3}[A-Z0-9]", "H0015 or H0008-H0014"),
    "modifier": (r"[A-Z0-9]{2}", "HF"),
    "revenue_code": (r"\d{4}", "0905 or 0905-0906"),
    "place_of_service": (r"\d{2}", "52"),
}
_START, _END = date.min, date.max


@dataclass(frozen=True)
class Rule:
    """One line of the table. A code is a span (first, last), both counted; a code not given matches every line.

    It holds on days from `since` on, and no longer on `until`.
    """

    line: int
    family: str
    codes: Mapping[str, tuple[str, str]]
    since: date
    until: date

    @property
    def rank(self) -> int:
        """How much it asks of a line: which codes, from the most telling on, and whether each is one code alone."""
        given = [int(name in self.codes) for name in CODES]
        alone = [int(name in self.codes and self.codes[name][0] == self.codes[name][1]) for name in CODES]
        return int("".join(map(str, given + alone)), 2)


@dataclass(frozen=True)
class Families:
    """The rules, and the name of the file they stand in."""

    file: str
    rules: tuple[Rule, ...]

    def sql(self) -> str:
        """This will give the rules as rows of SQL: one column for each end of each code, family, rank, line, days."""
        rows = []
        for rule in self.rules:
            ends = [text(end) if end else "NULL" for name in CODES for end in rule.codes.get(name, ("", ""))]
            days = f"DATE '{rule.since.isoformat()}', DATE '{rule.until.isoformat()}'"
            rows.append(f"({', '.join(ends)}, {text(rule.family)}, {rule.rank}, {rule.line}, {days})")
        names = [f"{name}_{end}" for name in CODES for end in ("first", "last")]
        return f"(VALUES {', '.join(rows)}) AS rules({', '.join(names)}, family, rank, line, since, until)"


def read_families(file: Path | None = None) -> Families:
    """This will read the packaged table, or a user's own in its place.

    Raises: `FindingsError` (H421 to H424) with everything that is wrong, overlaps too.
    """
    name = str(file) if file else PACKAGED
    try:
        raw = file.read_bytes() if file else files(__package__).joinpath(PACKAGED).read_bytes()
        told = raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        says = "cannot be read as UTF-8 text."
        raise FindingsError([Finding(name, 0, "H421", "file", says, "Name a CSV file saved as UTF-8.")]) from None
    reader = csv.DictReader(io.StringIO(told, newline=""))
    findings = list(_of_header(name, reader.fieldnames or ()))
    if findings:
        raise FindingsError(findings)
    rules: list[Rule] = []
    for row in reader:
        rule = _rule(name, reader.line_num, row)
        if isinstance(rule, Rule):
            rules.append(rule)
        else:
            findings += rule
    findings += _overlaps(name, rules)
    if not rules and not findings:
        says = "has no rule, so no line would be in any family."
        findings.append(Finding(name, 0, "H421", "file", says, f"Start from the packaged {PACKAGED}."))
    if findings:
        raise FindingsError(findings)
    return Families(Path(name).name, tuple(rules))


def _of_header(name: str, given: Sequence[str]) -> Iterator[Finding]:
    for column in ("family", *CODES, "since", "until", "source", "owner"):
        if column not in given:
            mend = f"A first line that will do: {','.join(COLUMNS)}"
            yield Finding(name, 1, "H421", column, "is no column of the file, and the table needs it.", mend)
    for column in sorted(set(given) - set(COLUMNS)):
        yield Finding(name, 1, "H421", column, "is no column of this table.", f"The columns are {', '.join(COLUMNS)}.")


def _rule(name: str, line: int, row: Mapping[str, str | None]) -> Rule | list[Finding]:
    findings: list[Finding] = []
    family = (row["family"] or "").strip()
    if family not in FAMILIES:
        near = difflib.get_close_matches(family, FAMILIES, n=1)
        mend = f'Did you mean "{near[0]}"?' if near else f"Write one of: {', '.join(FAMILIES)}."
        findings.append(Finding(name, line, "H422", "family", "is no family that measures know.", mend))
    codes: dict[str, tuple[str, str]] = {}
    for column in CODES:
        if told := (row[column] or "").strip():
            first, dash, last = told.partition("-")
            shape, example = _SHAPES[column]
            last = last if dash else first
            if not (re.fullmatch(shape, first) and re.fullmatch(shape, last) and first <= last):
                says = "is neither a code nor a span of codes, the lower first."
                findings.append(Finding(name, line, "H422", column, says, f"Write for example {example}."))
            codes[column] = (first, last)
    if not codes:
        says = "has no code, so every line would be in this family."
        findings.append(Finding(name, line, "H422", "line", says, f"Fill in at least one of {', '.join(CODES)}."))
    days: dict[str, date] = {"since": _START, "until": _END}
    for column in days:
        if told := (row[column] or "").strip():
            try:
                days[column] = date.fromisoformat(told)
            except ValueError:
                findings.append(Finding(name, line, "H422", column, "is not a date.", "Write for example 2026-07-01."))
    if days["until"] <= days["since"]:
        says = "is not later than since; it is the first day on which the rule no longer holds."
        findings.append(Finding(name, line, "H422", "until", says, "Correct the one that is wrong."))
    return findings or Rule(line, family, codes, days["since"], days["until"])


def _overlaps(name: str, rules: Sequence[Rule]) -> Iterator[Finding]:
    """Two rules that ask equally much, match one line on one day and give two families: which wins cannot be known."""
    for one, other in combinations(rules, 2):
        is_same = one.family == other.family or one.rank != other.rank
        if is_same or max(one.since, other.since) >= min(one.until, other.until):
            continue
        if all(_meet(one.codes[code], other.codes[code]) for code in one.codes):
            says = f"overlaps line {one.line}: one claim line could be {one.family} and {other.family}."
            mend = "Narrow one of them by a code, or end one (until) where the other begins (since)."
            yield Finding(name, other.line, "H424", "rule", says, mend)


def _meet(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return max(one[0], other[0]) <= min(one[1], other[1])
