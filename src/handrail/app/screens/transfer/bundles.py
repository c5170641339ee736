"""Files of an EHR: taking them in, keeping them for the next step, and what the engine's reader does not give: names."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.core import signing

from handrail.app.accounts.access import Viewer
from handrail.app.screens.transfer.sheets import UnreadableError
from handrail.exchange.fhir.codes import codings
from handrail.exchange.fhir.elements import NOTHING, Element, ShapeError, part, parts, text, texts
from handrail.exchange.fhir.notes import Notes, Unmapped
from handrail.exchange.fhir.reading import Found, resources
from handrail.findings import Finding

MOST_BYTES = 4_000_000
"""Of all files together; a request may have 5 MB."""
MOST_FILES = 50
_LONGEST_NAME = 100
_LONGEST_NUMBER = 40
_LONGEST_KEY = 40
_CODES_SHOWN = 3
_CARRIED_SECONDS = 2 * 60 * 60
_NO_NAMES = ("old", "maiden", "nickname", "anonymous", "temp")


@dataclass(frozen=True)
class Upload:
    """One file: what it is called, for saying where something is wrong, and its text."""

    name: str
    text: str


@dataclass(frozen=True)
class Called:
    """What a Patient is called, and the clinic's own number of her record; each empty where it is not said."""

    given_name: str
    family_name: str
    number: str


@dataclass
class Seen:
    """What the files say besides records: names by the Patient's id, and the types of episodes with their counts."""

    people: dict[str, Called] = field(default_factory=dict)
    types: Counter[str] = field(default_factory=Counter)


def taken(files: Sequence[Any]) -> list[Upload]:
    """This will read uploads. Raises `UnreadableError` where there are none, too many or too large, or one is no JSON."""
    if not files:
        raise UnreadableError("Choose the files.")
    if len(files) > MOST_FILES:
        raise UnreadableError(f"These are more than {MOST_FILES} files. Import them in several parts.")
    if sum(one.size for one in files) > MOST_BYTES:
        raise UnreadableError(f"The files are larger than {MOST_BYTES // 1_000_000} MB together. Import them in several parts.")  # fmt: skip
    return [Upload(_shown(one.name, place), _decoded(one.read(), place)) for place, one in enumerate(files, start=1)]


def carried(looking: Viewer, uploads: Sequence[Upload]) -> str:
    """This will pack the files for the page, so that what is written is what was looked at: sealed, and for this viewer."""
    return signing.dumps([[one.name, one.text] for one in uploads], salt=_salt(looking), compress=True)


def uncarried(looking: Viewer, packed: str) -> list[Upload]:
    """This will unpack what the page carried. Raises `UnreadableError` where it is old, or not what was packed."""
    try:
        told = signing.loads(packed, salt=_salt(looking), max_age=_CARRIED_SECONDS)
    except signing.BadSignature:
        raise UnreadableError("What was looked at is no longer at hand. Choose the files again.") from None
    return [Upload(*one) for one in told]


@contextmanager
def stored(uploads: Sequence[Upload]) -> Iterator[dict[Path, str]]:
    """This will lay the files into a folder of its own for the reader, and take it away; gives their names by path."""
    with tempfile.TemporaryDirectory(prefix="handrail-") as folder:
        named = {}
        for place, one in enumerate(uploads, start=1):
            path = Path(folder) / f"{place}.{'ndjson' if _has_lines(one.text) else 'json'}"
            path.write_text(one.text, encoding="utf-8", newline="")
            named[path] = one.name
        yield named


def survey(paths: Iterable[Path]) -> Seen:
    """This will read what people are called and which types of episodes there are; what is wrong the reader says later."""
    seen = Seen()
    for found in resources(paths, Notes()):
        try:
            if found.type == "Patient":
                seen.people.setdefault(found.id, _called(found.resource))
            elif found.type == "EpisodeOfCare":
                seen.types.update(set(_types(found)))
        except ShapeError:
            continue
    return seen


def remembered_as(code: str) -> str:
    """This will give the key under which the program of a type is remembered."""
    return code if len(code) <= _LONGEST_KEY else f"sha-{hashlib.sha256(code.encode()).hexdigest()[:32]}"


def renamed(findings: Iterable[Finding], named: Mapping[Path, str]) -> list[Finding]:
    """This will put the names that people gave their files in place of those in the folder."""
    found = []
    for one in findings:
        file, says = one.file, one.says
        for path, name in named.items():
            file, says = file.replace(str(path), name), says.replace(str(path), name)
        found.append(replace(one, file=file, says=says))
    return found


def gathered(unmapped: Iterable[Unmapped]) -> list[dict[str, Any]]:
    """This will gather what was not mapped by resource and reason, as `handrail import fhir` says it."""
    groups: defaultdict[tuple[str, str, str], list[Unmapped]] = defaultdict(list)
    for one in unmapped:
        groups[one.resource_type, one.effect, one.reason].append(one)
    told = []
    for (resource, effect, reason), several in groups.items():
        codes = [one.code for one in several if one.code]
        more = f" and {len(codes) - _CODES_SHOWN} more" if len(codes) > _CODES_SHOWN else ""
        count = sum(one.count for one in several)
        told.append({"resource": resource, "effect": effect, "reason": reason, "count": count,
                     "codes": ", ".join(codes[:_CODES_SHOWN]) + more})  # fmt: skip
    return told


def _salt(looking: Viewer) -> str:
    return f"import from an EHR {looking.organization.pk} {looking.membership_id}"


def _shown(name: str, place: int) -> str:
    """A name that can be told apart and does nothing: it is shown, never opened."""
    plain = "".join(sign for sign in name if sign.isprintable()).replace("\\", "/").rpartition("/")[2]
    return f"file {place} ({plain[:60]})" if plain else f"file {place}"


def _decoded(raw: bytes, place: int) -> str:
    try:
        told = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        told = "\x00"
    if "\x00" in told:
        raise UnreadableError(f"File {place} is no text in UTF-8. Have it exported as JSON, and unpack archives first.")
    if told.lstrip()[:1] == "<":
        raise UnreadableError(f"File {place} is XML. Have it exported as FHIR JSON.")
    if told.lstrip()[:1] not in ("{", "["):
        raise UnreadableError(f"File {place} is no JSON. Choose FHIR R4 as JSON or NDJSON.")
    return told


def _has_lines(told: str) -> bool:
    """Whether the first line with anything on it is whole by itself and others follow: one resource a line."""
    first, _, rest = told.lstrip().partition("\n")
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return bool(rest.strip())


def _types(found: Found) -> Iterator[str]:
    """The first code of each type, as `--service` may name it."""
    for concept in parts(found.resource, "type"):
        for first in codings(concept)[:1]:
            yield f"{first.system}|{first.code}" if first.system else first.code


def _called(patient: Element) -> Called:
    names = [name for name in parts(patient, "name") if text(name, "use") not in _NO_NAMES]
    names.sort(key=lambda name: text(name, "use") != "official")
    name = names[0] if names else NOTHING
    given, family = " ".join(texts(name, "given")).strip(), text(name, "family")
    if not given and not family:
        given, _, family = text(name, "text").rpartition(" ")
    return Called(given[:_LONGEST_NAME], family[:_LONGEST_NAME], _number(patient))


def _number(patient: Element) -> str:
    """The clinic's own number of the record; never another number, such as that of social security or a licence."""
    for identifier in parts(patient, "identifier"):
        is_record = any(text(one, "code") == "MR" for one in parts(part(identifier, "type"), "coding"))
        if is_record and len(text(identifier, "value")) <= _LONGEST_NUMBER:
            return text(identifier, "value")
    return ""
