"""The first line of a CSV file: how it is encoded, what separates it, which columns it names."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from handrail.exchange.folders.columns import compare
from handrail.findings import Finding
from handrail.records.schema import Table

LONGEST_LINE = 2_000_000
"""A record of a CSV file may have so many bytes."""

_UTF8_MARK = b"\xef\xbb\xbf"
_OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff")
_UTF8 = 'Save it as "CSV UTF-8" (in a spreadsheet), or run: iconv -f UTF-16 -t UTF-8 old.csv > new.csv.'


@dataclass(frozen=True)
class Header:
    """The names in the first line, in order; none where the file cannot be read. `findings` say what is wrong."""

    names: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


def open_bytes(file: Path) -> IO[bytes]:
    """This will open a CSV file, compressed or not, for its bytes after any byte-order mark."""
    stream = cast(IO[bytes], gzip.GzipFile(file)) if file.suffix == ".gz" else file.open("rb")
    if stream.read(3) != _UTF8_MARK:
        stream.seek(0)
    return stream


def read_header(file: Path, table: Table) -> Header:
    """This will read the first line of a CSV file and compare it with the columns of its table."""
    try:
        with open_bytes(file) as stream:
            start = stream.read(LONGEST_LINE)
    except (OSError, EOFError, zlib.error) as error:
        return _refuse(file, "H312", _unreadable(error), "Copy or export the file again, and compare its size.")
    if not start.strip():
        mend = f"Its first line names the columns, at least {_required(table)}; `handrail template DIR` writes it."
        return _refuse(file, "H306", "is empty; not even the columns are named.", mend)
    first_line = start.split(b"\n", 1)[0]
    if start.startswith(_OTHER_MARKS) or b"\0" in first_line:
        return _refuse(file, "H307", "is not UTF-8 but UTF-16, or not text at all.", _UTF8)
    return _named(file, table, start)


def _named(file: Path, table: Table, start: bytes) -> Header:
    raw = next(csv.reader(io.StringIO(start.decode("latin-1"), newline="")), [])
    try:
        names = tuple(cell.encode("latin-1").decode("utf-8") for cell in raw)
    except UnicodeDecodeError:
        return _refuse(file, "H324", "has a sign in its first line that is not UTF-8.", _UTF8, line=1)
    known = {name.strip().lower() for name in names} & set(table.columns)
    if not known:
        for sign, told in ((";", "semicolons"), ("\t", "tabs"), ("|", "upright bars")):
            if {name.strip(' "').lower() for cell in names for name in cell.split(sign)} & set(table.columns):
                mend = "Export it again with commas; values that hold a comma stand in double quotes."
                return _refuse(file, "H308", f"is separated by {told}, not by commas.", mend, line=1)
        says = f"names no column of {table.name}; the first line must name the columns."
        return _refuse(file, "H308", says, f"A first line that will do: {_required(table)}", line=1)
    return Header(names, tuple(compare(str(file), table, names)))


def _required(table: Table) -> str:
    return ",".join(column.name for column in table.columns.values() if column.required)


def _unreadable(error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is damaged or cut short"
    return f"cannot be read: {reason}."


def _refuse(file: Path, code: str, says: str, mend: str, line: int = 0) -> Header:
    subject = "first line" if line else "file"
    return Header((), (Finding(str(file), line, code, subject, says, mend),))
