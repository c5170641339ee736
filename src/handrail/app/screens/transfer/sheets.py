"""Reading a CSV file as it comes out of other programs: its encoding, its separator, its headings and lines."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

MOST_BYTES = 1_000_000
MOST_LINES = 5_000
_LONGEST_CELL = 5_000


class UnreadableError(Exception):
    """The file as a whole cannot be read; the text says why and how to mend it."""


@dataclass(frozen=True)
class Sheet:
    """A file's headings, and its lines with their numbers as a text editor counts the first line of each."""

    heads: tuple[str, ...]
    lines: tuple[tuple[int, tuple[str, ...]], ...]


@cache
def kinds() -> Mapping[str, Mapping[str, Any]]:
    """This will say what each kind of file may hold."""
    text = files(__package__).joinpath("kinds.yaml").read_text(encoding="utf-8")
    return dict(YAML(typ="safe").load(text))


def decoded(raw: bytes) -> str:
    """This will give a file's text. Raises `UnreadableError` where it is too large, or no text."""
    if len(raw) > MOST_BYTES:
        raise UnreadableError(f"The file is larger than {MOST_BYTES // 1_000_000} MB. Split it and import each part.")
    if raw.startswith(b"PK\x03\x04") or raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableError(
            "This is a workbook. Save it as CSV (comma separated) in the spreadsheet, and choose that."
        )
    for encoding in ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise UnreadableError("This is no text. Save it as CSV (UTF-8), and choose that.")


def sheet(text: str) -> Sheet:
    """This will take a text apart into headings and lines; empty lines are left out.

    Raises `UnreadableError` where it has no headings, or too many lines.
    """
    if not text.strip():
        raise UnreadableError("The file is empty.")
    first = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found: list[tuple[int, tuple[str, ...]]] = []
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((start, tuple(_cell(cell) for cell in cells)))
            start = reader.line_num + 1
            if len(found) > MOST_LINES + 1:
                raise UnreadableError(f"The file has more than {MOST_LINES} lines. Split it and import each part.")
    except csv.Error:
        raise UnreadableError(
            f"Line {start} cannot be read: a quotation mark is not closed, or stands inside a text. Write it twice there."
        ) from None
    if len(found) < 2:
        raise UnreadableError("The file has no lines below its headings. The first line names the columns.")
    heads = found[0][1]
    named = [head for head in heads if head]
    if len(set(named)) < len(named):
        raise UnreadableError("Two columns have the same heading. Give each its own.")
    return Sheet(heads, tuple(found[1:]))


def guessed(kind: str, heads: tuple[str, ...], remembered: Mapping[str, str]) -> dict[str, str]:
    """This will find the heading of each column: the one remembered, else one by which it is often known."""
    simple = {_simple(head): head for head in reversed(heads) if head}
    found = {}
    for column, told in kinds()[kind]["columns"].items():
        if remembered.get(column) in heads:
            found[column] = remembered[column]
        else:
            known = (column, *told.get("known", ()))
            found[column] = next((simple[_simple(name)] for name in known if _simple(name) in simple), "")
    return found


def _simple(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _cell(cell: str) -> str:
    """The cell's text; the mark that keeps a spreadsheet from computing it is taken off again."""
    told = cell.strip()[:_LONGEST_CELL]
    return told[1:] if told[:1] == "'" and told[1:2] in ("=", "+", "-", "@") else told
