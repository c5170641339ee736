"""At which lines of a CSV file its rows stand, and which of its lines cannot be read."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from handrail.exchange.folders.header import open_bytes

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Broken:
    """A line that is no row, by the place of its first byte (from 1, a byte-order mark counted)."""

    byte: int
    error: str
    width: int


@dataclass(frozen=True)
class Count:
    """The rows of one CSV file: how many could be read, and the lines that could not."""

    file: Path
    readable: int
    broken: tuple[Broken, ...] = ()

    @property
    def has_stray_quote(self) -> bool:
        """Whether a quote is not closed, so that the lines after it may not be what they seem."""
        return any(broken.error == "UNQUOTED VALUE" for broken in self.broken)


def broken_lines(count: Count) -> list[int]:
    """This will give the line of each broken record, in their order."""
    return _lines_of(count.file, [broken.byte for broken in count.broken])[0]


def row_lines(count: Count, rows: Collection[int]) -> dict[int, int]:
    """This will give the line of each of these rows (the n-th that could be read, from 1).

    A value may hold line breaks, lines may be blank, and a stray quote swallows what follows: where each record is
    one line, lines are counted; otherwise the records are. A row that cannot be placed for certain is left out.
    """
    lines, total = _lines_of(count.file, [broken.byte for broken in count.broken])
    if total == 1 + count.readable + len(lines):
        return dict(_counted(sorted(rows), lines))
    found, readable = _read(count.file, set(rows), set(lines), whole=count.has_stray_quote)
    if count.has_stray_quote and readable != count.readable:
        first = min(line for line, broken in zip(lines, count.broken, strict=True) if broken.error == "UNQUOTED VALUE")
        return {row: line for row, line in found.items() if line < first}
    return found


def odd_ending(file: Path) -> int:
    """This will give the first line that does not end as the first one does, outside of quotes; 0 if there is none."""
    ending, quotes = "", 0
    with open_bytes(file) as stream:
        text = io.TextIOWrapper(stream, encoding="latin-1", newline="")
        for number, line in enumerate(text, start=1):
            quotes += line.count('"')
            if quotes % 2 == 0:
                this = line[len(line.rstrip("\r\n")) :]
                ending = ending or this
                if this and this != ending:
                    return number
    return 0


def _counted(rows: Sequence[int], broken: Sequence[int]) -> Iterator[tuple[int, int]]:
    passed = 0
    for row in rows:
        while passed < len(broken) and broken[passed] <= 1 + row + passed:
            passed += 1
        yield row, 1 + row + passed


def _lines_of(file: Path, places: Sequence[int]) -> tuple[list[int], int]:
    """Give the line at each place (bytes, ascending), and the number of lines in all."""
    newline = b"\n"
    lines: list[int] = []
    before = start = 0
    last = b"\n"
    with open_bytes(file) as stream:
        start = stream.tell()
        while chunk := stream.read(_CHUNK):
            if start < _CHUNK and newline not in chunk and b"\r" in chunk:
                newline = b"\r"
            while len(lines) < len(places) and places[len(lines)] - 1 < start + len(chunk):
                at = places[len(lines)] - 1 - start
                at += chunk[at : at + 1] == b"\n"
                lines.append(before + chunk.count(newline, 0, max(at, 0)) + 1)
            before += chunk.count(newline)
            start += len(chunk)
            last = chunk[-1:]
    return lines, before + (last != newline)


def _read(file: Path, rows: set[int], broken: set[int], *, whole: bool) -> tuple[dict[int, int], int]:
    """Give the lines of the rows and how many rows were read, by reading the records one by one."""
    found: dict[int, int] = {}
    row = -1
    csv.field_size_limit(1 << 30)
    with open_bytes(file) as stream:
        reader = csv.reader(io.TextIOWrapper(stream, encoding="latin-1", newline=""))
        width, before = 0, 0
        for record in reader:
            start, before = before + 1, reader.line_num
            width = width or len(record)
            if start in broken or (not record and width > 1):
                continue
            row += 1
            if row in rows:
                found[row] = start
                if not whole and len(found) == len(rows):
                    break
    return found, row
