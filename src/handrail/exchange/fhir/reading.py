"""Files into resources: bundles of any type, single resources, and NDJSON read line by line."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import IO, NoReturn

from handrail.exchange.fhir.elements import NOTHING, Element, ShapeError, part, parts, text
from handrail.exchange.fhir.notes import Notes
from handrail.findings import Finding

LINES = (".ndjson", ".jsonl")
"""Endings of files with one resource a line."""

DOCUMENT = (".json",)
"""Endings of files with one bundle or resource."""

_MOST_BROKEN_LINES = 100
_HALF_A_SIGN = re.compile(rb"\\u[dD][89a-fA-F]")
_TYPE = re.compile(r"[A-Z][A-Za-z]{1,60}")
_UNREADABLE = (OSError, EOFError, zlib.error)


@dataclass(frozen=True)
class _Place:
    """Which bundle of which file, and the line where a line tells more than the resource's id."""

    file: str
    line: int
    bundle: str


@dataclass(frozen=True)
class Found:
    """One resource and where it was found. `bundle` says which bundle it came in, for its `urn:` references."""

    resource: Element
    type: str
    id: str
    full_url: str
    bundle: str
    file: str
    line: int

    @property
    def key(self) -> str:
        """The resource's name among all: type and id."""
        return f"{self.type}/{self.id}"

    def contained(self, anchor: str) -> Element:
        """This will give the contained resource that `#anchor` points to, empty where there is none."""
        return next((item for item in parts(self.resource, "contained") if text(item, "id") == anchor), NOTHING)


def files_of(paths: Iterable[Path], notes: Notes) -> list[Path]:
    """This will list the files to read; a folder stands for the FHIR files right in it."""
    listed: list[Path] = []
    for path in paths:
        if not path.is_dir():
            listed.append(path)
            continue
        inside = sorted(item for item in path.iterdir() if item.is_file() and _ending(item) in (*LINES, *DOCUMENT))
        if not inside:
            says = "is a folder without a .json or .ndjson file in it."
            notes.finding(Finding(str(path), 0, "H403", "input", says, "Name the files, or the folder they are in."))
        listed.extend(inside)
    return list(dict.fromkeys(listed))


def resources(paths: Iterable[Path], notes: Notes) -> Iterator[Found]:
    """This will give every resource of the files in turn; what cannot be read becomes a finding, the rest goes on."""
    for path in paths:
        ending = _ending(path)
        try:
            if ending in LINES:
                yield from _from_lines(path, notes)
            elif ending in DOCUMENT:
                yield from _from_document(path, notes)
            else:
                says = f'ends in "{path.suffix}", so it is not known how to read it.'
                mend = "Rename it to .json (a bundle or one resource) or .ndjson (one resource a line), each also .gz."
                notes.finding(Finding(str(path), 0, "H403", "input", says, mend))
        except _UNREADABLE as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
            mend = "See that the file is there, whole, and may be read."
            notes.finding(Finding(str(path), 0, "H403", "input", f"cannot be read to its end: {why}.", mend))


def _ending(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz")
    return Path(name).suffix


def _opened(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.name.lower().endswith(".gz") else path.open("rb")  # type: ignore[return-value]


def _from_lines(path: Path, notes: Notes) -> Iterator[Found]:
    broken = 0
    with _opened(path) as stream:
        for line, raw in enumerate(stream, start=1):
            if raw.isspace():
                continue
            value = _parsed(raw, str(path), line, notes)
            if value is not None:
                yield from _unpacked(value, "", _Place(str(path), line, f"{path}:{line}"), notes)
                continue
            broken += 1
            if broken == _MOST_BROKEN_LINES:
                says = f"was not read beyond this line: {broken} lines of it are not JSON."
                mend = "One resource a line is expected; a bundle that spans lines must be named .json."
                notes.finding(Finding(str(path), line, "H404", "input", says, mend))
                return


def _from_document(path: Path, notes: Notes) -> Iterator[Found]:
    with _opened(path) as stream:
        raw = stream.read()
    value = _parsed(raw, str(path), 0, notes)
    if value is not None:
        yield from _unpacked(value, "", _Place(str(path), 0, str(path)), notes)


def _parsed(raw: bytes, file: str, line: int, notes: Notes) -> object:
    """Give the JSON value, or None after noting why it is none."""
    where, subject, mend = line, "input", "FHIR as JSON is expected (UTF-8); have it exported again, or convert it."
    try:
        value: object = _DECODER.decode(raw.decode("utf-8-sig"))
        if _HALF_A_SIGN.search(raw):
            json.dumps(value, ensure_ascii=False, default=str).encode()
        if value is not None:
            return value
        what = "it says only null"
    except json.JSONDecodeError as error:
        where, subject, what = line or error.lineno, f"column {error.colno}", error.msg
        if not line and what == "Extra data":
            mend = "If the file has one resource a line, name it .ndjson."
    except UnicodeError:
        what = "a text in it is not Unicode written as UTF-8"
    except RecursionError:
        what = "it is nested too deeply"
    except ValueError:
        what = "a number in it is none"
    notes.finding(Finding(file, where, "H404", subject, f"is not JSON: {what}.", mend))
    return None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse)


def _unpacked(value: object, full_url: str, place: _Place, notes: Notes) -> Iterator[Found]:
    resource_type = value.get("resourceType") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(resource_type, str) or not _TYPE.fullmatch(resource_type):
        mend = 'Each resource names its type, for example {"resourceType": "Patient", "id": "ada"}.'
        notes.finding(Finding(place.file, place.line, "H405", "resource", "is not FHIR: it has no resourceType.", mend))
        return
    try:
        if resource_type == "Bundle":
            yield from _entries(value, place, notes)
        else:
            resource_id = _id(value, full_url)
            yield Found(value, resource_type, resource_id, full_url, place.bundle, place.file, place.line)
    except ShapeError as error:
        notes.finding(malformed(f"{resource_type}/{value.get('id', '?')}", error, place.file, place.line))


def malformed(subject: str, error: ShapeError, file: str, line: int) -> Finding:
    """This will say which element of which resource has not the shape that R4 gives it."""
    mend = "FHIR R4 (4.0.1) is read; a file in another version has to be converted first."
    return Finding(file, line, "H405", subject, f'is not FHIR R4: "{error.field}" should be {error.expected}.', mend)


def _entries(bundle: Element, place: _Place, notes: Notes) -> Iterator[Found]:
    """Give the resources of a bundle; of a history, which has the newest first, only the newest of each."""
    bundle_id, is_history = text(bundle, "id"), text(bundle, "type") == "history"
    if any(text(link, "relation") == "next" for link in parts(bundle, "link")):
        notes.left_out("Bundle", bundle_id, "is one page of several: see that the next page is among the files")
    past: set[str] = set()
    for position, entry in enumerate(parts(bundle, "entry")):
        if text(part(entry, "search"), "mode") == "outcome":
            continue
        if "resource" not in entry:
            request = part(entry, "request")
            past.add("/".join(text(request, "url").split("/")[-2:]))
            if text(request, "method") == "DELETE" and not is_history:
                notes.left_out("Bundle", bundle_id, "an entry asks for a deletion")
            continue
        is_bundle = isinstance(entry["resource"], dict) and entry["resource"].get("resourceType") == "Bundle"
        inner = replace(place, bundle=f"{place.bundle}[{position}]") if is_bundle else place
        for found in _unpacked(entry["resource"], text(entry, "fullUrl"), inner, notes):
            if not is_history or found.key not in past:
                yield found
            past.add(found.key)


def _id(resource: Element, full_url: str) -> str:
    """Give the resource's id; without one, that of its address, and without that, a digest of what it says."""
    written = text(resource, "id") or full_url.rstrip("/").rpartition(":" if full_url.startswith("urn:") else "/")[2]
    if written and (len(written) > 200 or not written.isprintable() or any(sign in written for sign in " /|#?:@")):
        raise ShapeError("id", "letters, digits, - and . without spaces")
    return written or f"sha-{digest(resource):016x}"


def digest(resource: Element) -> int:
    """This will give a number for what a resource says, whatever its order, metadata and narrative."""
    said = {name: value for name, value in resource.items() if name not in ("meta", "text")}
    told = json.dumps(said, sort_keys=True, default=str, separators=(",", ":")).encode()
    return int.from_bytes(hashlib.blake2b(told, digest_size=8).digest())
