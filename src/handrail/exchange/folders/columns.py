"""The names of a file's columns, compared with those that its table declares."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from handrail.findings import Finding
from handrail.records.schema import Table

_LONGEST_SHOWN = 60


def compare(file: str, table: Table, names: Sequence[str], *, line: int = 1) -> list[Finding]:
    """This will give a finding for each column that is unknown, named twice, without a name, or missing."""
    times = Counter(names)
    findings = [_unknown(table, name, names) for name in times if name and name not in table.columns]
    findings += [_unnamed(table, at) for at, name in enumerate(names, start=1) if not name]
    findings += [_twice(name) for name, count in times.items() if name and count > 1]
    findings += [
        _missing(table, column.name)
        for column in table.columns.values()
        if column.required and column.name not in times
    ]
    return [replace(finding, file=file, line=line) for finding in findings]


def usable(table: Table, names: Sequence[str]) -> list[str]:
    """This will give the declared columns that a file has exactly once, in the order of the file."""
    times = Counter(name.lower() for name in names)
    return [name for name in names if name in table.columns and times[name] == 1]


def _unknown(table: Table, name: str, names: Sequence[str]) -> Finding:
    free = [column for column in table.columns if column not in names]
    near = difflib.get_close_matches(name.strip().lower(), free, n=1, cutoff=0.6)
    hint = f'Did you mean "{near[0]}"?' if near else "Take the column out, or leave it in another file."
    return Finding(
        file="",
        line=0,
        code="H309",
        subject=_short(name),
        says=f"is no column of {table.name}, so what it holds would be left out.",
        mend=f"{hint} `handrail schema {table.name}` lists the columns.",
    )


def _unnamed(table: Table, at: int) -> Finding:
    return Finding(
        file="",
        line=0,
        code="H309",
        subject=f"column {at}",
        says="has no name, so what it holds would be left out.",
        mend=f"Name it as `handrail schema {table.name}` says, or take the column (or the comma too many) out.",
    )


def _twice(name: str) -> Finding:
    return Finding(
        file="",
        line=0,
        code="H310",
        subject=_short(name),
        says="is the name of more than one column; which one counts cannot be known.",
        mend=f"Keep one column {_short(name)} and rename or take out the others.",
    )


def _missing(table: Table, name: str) -> Finding:
    return Finding(
        file="",
        line=0,
        code="H311",
        subject=name,
        says=f"is missing; {table.name} cannot be read without it: {table.columns[name].says}",
        mend=f"Add the column {name}, with a value in every row.",
    )


def _short(name: str) -> str:
    clean = "".join(sign if sign.isprintable() else "?" for sign in name)
    return clean if len(clean) <= _LONGEST_SHOWN else clean[:_LONGEST_SHOWN] + "..."
