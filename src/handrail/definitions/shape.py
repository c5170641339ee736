"""What is wrong with the shape of an edition, said in a definition's own words and with the line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from handrail.definitions.document import (
    Clause,
    Decision,
    Duty,
    Edition,
    Informs,
    Parameter,
    Reading,
    Source,
    Unresolved,
)
from handrail.definitions.expressions import near
from handrail.definitions.opening import Opened
from handrail.definitions.places import line_of
from handrail.findings import Finding

_SAYS = {
    "missing": ("is not there, and it must be.", ""),
    "extra_forbidden": ("is not a word that a definition knows here.", ""),
    "string_type": ("must be a text.", "Put it in quotes."),
    "string_too_short": ("is empty.", "Say it in a sentence."),
    "tuple_type": ("must be a list.", "Write it as `[one, two]`, or each on a line of its own after `- `."),
    "dict_type": ("must be names with what belongs to each.", "Write each as `name: ...` on a line of its own."),
    "model_type": ("must be names with what belongs to each.", "Write each as `name: ...` on a line of its own."),
    "date_type": ("must be a day.", "Write it as 2026-07-01."),
    "invalid_key": ("must be a text.", "Put it in quotes."),
}
_UNIONS = {
    "effective": ("must be a day, or undated.", "Write it as 2026-07-01."),
    "parameters": (
        "must be a number, true or false, a text, or a list of texts.",
        "Put the texts of a list in quotes.",
    ),
    "readings": ("must be a number, true or false, a text, or a list of texts.", "Put the texts of a list in quotes."),
}
_TREE = ("all", "any", "at least", "of")
_PARTS: Mapping[str, type[BaseModel]] = {
    "clauses": Clause,
    "parameters": Parameter,
    "readings": Reading,
    "decisions": Decision,
    "informs": Informs,
    "unresolved": Unresolved,
    "source": Source,
}


def shape_findings(file: Path, opened: Opened, error: ValidationError) -> list[Finding]:
    """This will turn what pydantic found into findings, one for each place, each with its line."""
    found: dict[tuple[int | str, ...], Finding] = {}
    for one in error.errors():
        place, in_union = _place(opened.told, one)
        code, says, mend = _sentence(place, in_union, one)
        name = ".".join(str(_named(opened.told, place[: i + 1])) for i in range(len(place)))
        found.setdefault(place, Finding(str(file), line_of(opened.text, place), code, name, says, mend))
    return list(found.values())


def _place(told: Any, error: Any) -> tuple[tuple[int | str, ...], bool]:
    """The part of pydantic's location that the file has (or lacks, as the last one), and whether that was all of it.

    What is left over names the kinds that were tried in turn.
    """
    at, place = told, list[int | str]()
    for part in error["loc"]:
        is_there = part in at if isinstance(at, Mapping) else isinstance(at, list) and part in range(len(at))
        if is_there:
            at = at[part]
        elif error["type"] != "missing":
            return tuple(place), True
        place.append(part)
    return tuple(place), False


def _sentence(place: Sequence[int | str], in_union: bool, error: Any) -> tuple[str, str, str]:
    what = f"`{place[-1] if place and isinstance(place[-1], str) else ' '.join(map(str, place[:1])) or 'the file'}`"
    code = "H110" if error["type"] == "missing" and place[-1] == "cite" else "H102"
    if in_union and error["type"] != "invalid_key":
        says, mend = _UNIONS.get(str(place[0]), ("cannot be read.", ""))
    elif error["type"] == "value_error":
        says, mend = _told(str(error["ctx"]["error"]), place)
    else:
        says, mend = _SAYS.get(error["type"], (f"cannot be read: {error['msg']}.", ""))
    if error["type"] == "extra_forbidden":
        known = list(_known(place))
        mend = f"{near(str(place[-1]), known)}Known here: {', '.join(known)}."
    return code, f"{what} {says}", mend


def _told(message: str, place: Sequence[int | str]) -> tuple[str, str]:
    if place[-1] == "duty":
        return f"must be one of {', '.join(Duty)}.", ""
    return f"cannot be read: {message}.", ""


def _known(place: Sequence[int | str]) -> Iterator[str]:
    """The words that may stand where an unknown one was found."""
    if len(place) == 1:
        yield from (name for name in Edition.model_fields if name not in ("hash", "file"))
    elif place[0] == "effective":
        yield from ("from", "until")
    else:
        fields = _PARTS[str(place[0])].model_fields
        yield from (name for name in fields if name != "tree")
        yield from _TREE if place[0] == "decisions" else ()


def _named(told: Any, place: Sequence[int | str]) -> int | str:
    at = told
    for part in place:
        try:
            at = at[part]
        except (KeyError, IndexError, TypeError):
            return place[-1]
    return at["id"] if isinstance(at, dict) and isinstance(at.get("id"), str) else place[-1]
