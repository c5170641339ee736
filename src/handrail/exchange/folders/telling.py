"""What was found in one table's rows, turned into findings with their lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from handrail.exchange.folders.lines import Broken, Count, broken_lines, odd_ending, row_lines
from handrail.exchange.folders.source import MOST_REJECTS
from handrail.exchange.folders.troubles import SHOWN, Place, Trouble, finding
from handrail.findings import Finding

_ENCODING = "Save the file as UTF-8; a sign such as an accented letter was written in another encoding."
_QUOTE = 'Close the double quote, or take it out; inside a quoted value write it twice: "a ""quoted"" word".'
_COMMA = "Write one value for each column, empty ones too; a value that holds a comma stands in double quotes."


def of_parquet(troubles: Sequence[Trouble]) -> list[Finding]:
    """This will tell troubles found in Parquet files, by the number of the row."""
    return [finding(trouble, "row") for trouble in troubles]


def of_csv(troubles: Sequence[Trouble], count: Count, width: int) -> list[Finding]:
    """This will tell broken lines and troubles of a CSV file with `width` columns, by line.

    Where too many lines are broken, or an open quote makes rows hard to tell apart, troubles that cannot be placed
    for certain wait until that is mended.
    """
    findings = [finding(trouble, "line") for trouble in _broken(count, width)]
    if len(count.broken) >= MOST_REJECTS:
        return findings
    rows = {at.line for trouble in troubles for place in trouble.places for at in (place, place.of) if at}
    lines = row_lines(count, rows) if rows else {}
    for trouble in troubles:
        placed = tuple(_placed(place, lines) for place in trouble.places if _is_known(place, lines))
        if placed:
            findings.append(finding(replace(trouble, places=placed), "line"))
    return findings


def unreadable(file: Path) -> Finding:
    """This will tell why a file could be opened and yet not be read to its end."""
    line = odd_ending(file) if file.suffix == ".csv" else 0
    if line:
        says = "ends otherwise than the first line (line feed, carriage return), so rows cannot be told apart."
        mend = "Save the file again with one kind of line ending, for example: dos2unix FILE."
        return Finding(str(file), line, "H314", "line ending", says, mend)
    says = "cannot be read to its end: it is damaged or cut short."
    return Finding(str(file), 0, "H312", "file", says, "Write or copy the file again, and compare its size.")


def no_room(place: str, error: Exception) -> Finding:
    """This will tell that the checked copy could not be made in a place."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else "no room on the disk or in memory"
    says = f"could not be written: {reason}. Nothing is left behind."
    mend = "Name a folder with room for as many bytes as the records have, unpacked, where you may write."
    return Finding(place, 0, "H351", "checked copy of the records", says, mend)


def _is_known(place: Place, lines: Mapping[int, int]) -> bool:
    return place.line in lines and (place.of is None or place.of.line in lines)


def _placed(place: Place, lines: Mapping[int, int]) -> Place:
    of = replace(place.of, line=lines[place.of.line]) if place.of else None
    return replace(place, line=lines[place.line], of=of)


def _broken(count: Count, width: int) -> Iterator[Trouble]:
    lines = broken_lines(count)
    sorts: dict[tuple[str, str, str], list[int]] = {}
    for broken, line in zip(count.broken, lines, strict=True):
        sorts.setdefault(_sort(broken, width), []).append(line)
    for (code, says, mend), some in sorts.items():
        at = tuple(Place(count.file, line) for line in some[:SHOWN])
        yield Trouble(code, "line", says, mend, len(some), at)


def _sort(broken: Broken, width: int) -> tuple[str, str, str]:
    match broken.error:
        case "MISSING COLUMNS":
            return "H321", f"has {broken.width} of {width} values, so which is which cannot be known.", _COMMA
        case "TOO MANY COLUMNS":
            return "H322", f"has more than {width} values, so which is which cannot be known.", _COMMA
        case "UNQUOTED VALUE":
            return "H323", "has a double quote that is not closed, so where the value ends cannot be known.", _QUOTE
        case "INVALID ENCODING":
            return "H324", "has a sign that is not UTF-8.", _ENCODING
        case "LINE SIZE OVER MAXIMUM":
            return "H325", "is longer than any row can be; a double quote before it may not be closed.", _QUOTE
        case _:
            return "H325", "cannot be taken apart into values.", _COMMA
