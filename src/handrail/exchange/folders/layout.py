"""Which files of a folder hold which tables, and which files cannot be placed."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from handrail.findings import Finding
from handrail.records.schema import tables


class Kind(Enum):
    """How the rows of a file are written."""

    CSV = "csv"
    PARQUET = "parquet"


@dataclass(frozen=True)
class Given:
    """The files that hold one table: one CSV file, one Parquet file, or the parts of one folder."""

    table: str
    kind: Kind
    files: tuple[Path, ...]


@dataclass(frozen=True)
class Layout:
    """What lies in a folder. `named` are all tables that it seems to hold, readable or not."""

    given: tuple[Given, ...]
    named: frozenset[str]
    findings: tuple[Finding, ...]


_ENDINGS: Mapping[str, Kind] = {".csv": Kind.CSV, ".csv.gz": Kind.CSV, ".parquet": Kind.PARQUET}
_LOOKS_LIKE_ROWS = frozenset(
    {".arrow", ".bz2", ".csv", ".feather", ".gz", ".ods", ".parquet", ".pq", ".tab", ".tsv", ".xls", ".xlsx", ".zip"}
)
_HOW = "Each table is one file named after it: person.csv, person.csv.gz or person.parquet."


def look_into(directory: Path) -> Layout:
    """This will give the files of each table in a folder, and a finding for each that cannot be placed.

    Text files, pictures and hidden files are left alone; a file that looks like rows and has no table's name is
    a finding, because leaving it out would read its records as absent.
    """
    try:
        entries = sorted(directory.iterdir())
    except OSError as error:
        return Layout((), frozenset(), (_no_folder(directory, error),))
    found: dict[str, list[Given]] = {}
    findings: list[Finding] = []
    named: set[str] = set()
    for entry in entries:
        placed = None if entry.name.startswith((".", "_")) else _place(entry, directory)
        if isinstance(placed, Given):
            found.setdefault(placed.table, []).append(placed)
        elif placed is not None:
            findings.append(placed)
            named.add(_nearest(entry.name.split(".")[0]) or "")
    findings += [_given_twice(directory, name, several) for name, several in found.items() if len(several) > 1]
    if not found and not findings:
        findings.append(_nothing_known(directory, entries))
    given = tuple(several[0] for several in found.values() if len(several) == 1)
    return Layout(given, frozenset(named | set(found)), tuple(findings))


def _place(entry: Path, directory: Path) -> Given | Finding | None:
    if not entry.resolve().is_relative_to(directory.resolve()):
        return _leads_out(entry)
    return _parts(entry) if entry.is_dir() else _single(entry)


def _single(entry: Path) -> Given | Finding | None:
    for ending, kind in _ENDINGS.items():
        name = entry.name.removesuffix(ending)
        if name != entry.name and name in tables():
            return Given(name, kind, (entry,))
    return _misnamed(entry) if entry.suffix.lower() in _LOOKS_LIKE_ROWS else None


def _parts(entry: Path) -> Given | Finding | None:
    if entry.name not in tables():
        return _misnamed(entry) if _nearest(entry.name) else None
    files = [part for part in sorted(entry.iterdir()) if not part.name.startswith((".", "_"))]
    wrong = next((part for part in files if part.suffix != ".parquet" or not part.is_file()), None)
    if files and wrong is None:
        return Given(entry.name, Kind.PARQUET, tuple(files))
    return Finding(
        file=str(wrong or entry),
        line=0,
        code="H303",
        subject=entry.name,
        says="is not a Parquet file; a folder named after a table holds only its Parquet parts."
        if wrong
        else "is a folder without any Parquet file in it.",
        mend=f"Put {entry.name}.csv beside it instead, or parts such as {entry.name}/part-0.parquet into it.",
    )


def _nearest(name: str) -> str | None:
    near = difflib.get_close_matches(name.lower(), tables(), n=1, cutoff=0.7)
    return near[0] if near else None


def _misnamed(entry: Path) -> Finding:
    stem = entry.name.split(".")[0]
    if stem in tables():
        says, hint = "is neither CSV nor Parquet, so its rows cannot be read.", f"Save it as {stem}.csv."
    else:
        near = _nearest(stem)
        says = "is named after no table, so its rows would be left out."
        hint = f'Did you mean "{near}"?' if near else "Rename it, or move it out of this folder."
    return Finding(str(entry), 0, "H303", stem, says, f"{hint} {_HOW} `handrail schema` lists the tables.")


def _leads_out(entry: Path) -> Finding:
    return Finding(
        file=str(entry),
        line=0,
        code="H305",
        subject=entry.name,
        says="is a link that leads out of the folder; only what lies in the folder is read.",
        mend="Put the file itself here in place of the link.",
    )


def _given_twice(directory: Path, name: str, several: Sequence[Given]) -> Finding:
    names = " and ".join(given.files[0].relative_to(directory).parts[0] for given in several)
    return Finding(
        file=str(several[0].files[0]),
        line=0,
        code="H304",
        subject=name,
        says=f"The table stands here more than once ({names}); which one counts cannot be known.",
        mend="Keep one of them and move the others out of this folder.",
    )


def _no_folder(directory: Path, error: OSError) -> Finding:
    if not directory.exists():
        says = "does not exist."
    elif not directory.is_dir():
        says = "is a file, not a folder."
    else:
        says = f"cannot be opened: {error.strerror or type(error).__name__}."
    return Finding(str(directory), 0, "H301", "folder", says, f"Name a folder of records. {_HOW}")


def _nothing_known(directory: Path, entries: Sequence[Path]) -> Finding:
    says = "holds no table of records." if entries else "is empty."
    if any(entry.suffix in {".json", ".ndjson"} for entry in entries):
        mend = "FHIR files become such a folder by: handrail import fhir FILE... --out DIR."
    else:
        mend = f"{_HOW} `handrail template DIR` writes a folder to fill in."
    return Finding(str(directory), 0, "H302", "folder", says, mend)
