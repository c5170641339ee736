"""Which files of a payer's folder hold which tables."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from handrail.exchange.claims.input import inputs
from handrail.exchange.folders.layout import Given, Kind
from handrail.findings import Finding

NEAR = 0.85
"""A name so much like one of ours is taken for a slip of the pen and not for something else."""

_ENDINGS = {".csv": Kind.CSV, ".csv.gz": Kind.CSV, ".parquet": Kind.PARQUET}


@dataclass(frozen=True)
class Extract:
    """The files of an extract by table, those left aside, and what is wrong."""

    given: tuple[Given, ...]
    left_aside: tuple[str, ...]
    findings: tuple[Finding, ...]


def find_files(directory: Path) -> Extract:
    """This will give the files of each table in a folder; other files are left aside, unless misspelt."""
    try:
        entries = sorted(entry for entry in directory.iterdir() if not entry.name.startswith((".", "_")))
    except OSError as error:
        says = f"cannot be opened: {error.strerror or type(error).__name__}."
        mend = "Name a folder with medical_claim.csv (or .parquet) and eligibility.csv in it."
        return Extract((), (), (Finding(str(directory), 0, "H301", "folder", says, mend),))
    found: dict[str, list[Given]] = {}
    aside: list[str] = []
    findings: list[Finding] = []
    for entry in entries:
        given = _place(entry, directory)
        if isinstance(given, Given):
            found.setdefault(given.table, []).append(given)
        elif isinstance(given, Finding):
            findings.append(given)
        else:
            aside.append(entry.name)
    misspelt = {finding.subject for finding in findings}
    findings += [_twice(directory, name, some) for name, some in found.items() if len(some) > 1]
    findings += [
        _absent(directory, name)
        for name, one in inputs().items()
        if one.is_needed and name not in found and not difflib.get_close_matches(name, misspelt, cutoff=NEAR)
    ]
    given_once = tuple(some[0] for some in found.values() if len(some) == 1)
    return Extract(given_once, tuple(aside), tuple(findings))


def _place(entry: Path, directory: Path) -> Given | Finding | None:
    stem = entry.name.split(".")[0]
    near = difflib.get_close_matches(stem.lower(), inputs(), n=1, cutoff=NEAR)
    if not near:
        return None
    if not entry.resolve().is_relative_to(directory.resolve()):
        says = "is a link that leads out of the folder; only what lies in the folder is read."
        return Finding(str(entry), 0, "H305", stem, says, "Put the file itself here in place of the link.")
    if entry.is_dir() and stem in inputs():
        parts = tuple(sorted(part for part in entry.iterdir() if not part.name.startswith((".", "_"))))
        inside = all(part.resolve().is_relative_to(directory.resolve()) for part in parts)
        if parts and inside and all(part.suffix == ".parquet" and part.is_file() for part in parts):
            return Given(stem, Kind.PARQUET, parts)
        says = "is a folder that holds something else than Parquet files, or nothing."
        return Finding(str(entry), 0, "H303", stem, says, f"Put only parts such as {stem}/part-0.parquet into it.")
    for ending, kind in _ENDINGS.items():
        if entry.name == stem + ending and stem in inputs():
            return Given(stem, kind, (entry,))
    says = "looks like a table of an extract and is not named like one, so its rows would be left out."
    mend = f"Did you mean {near[0]}.csv, {near[0]}.csv.gz or {near[0]}.parquet? Otherwise move it out of this folder."
    return Finding(str(entry), 0, "H303", stem, says, mend)


def _twice(directory: Path, name: str, some: list[Given]) -> Finding:
    names = " and ".join(given.files[0].relative_to(directory).parts[0] for given in some)
    says = f"The table stands here more than once ({names}); which one counts cannot be known."
    return Finding(str(some[0].files[0]), 0, "H304", name, says, "Keep one of them and move the others away.")


def _absent(directory: Path, name: str) -> Finding:
    says = f"is not in the folder; an extract cannot be read without it: {inputs()[name].table.says}"
    mend = f"Add {name}.csv, {name}.csv.gz or {name}.parquet. docs/claims.md lists its columns."
    return Finding(str(directory), 0, "H302", name, says, mend)
