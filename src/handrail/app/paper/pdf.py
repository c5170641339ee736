"""Making a PDF of a template and what it is told."""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import typst

from handrail.app.paper.printable import Printable

LANGUAGES = ("en", "es")
TEMPLATES = Path(__file__).parent / "templates"
"""Where templates stand; nothing outside of this folder can be read by one."""

_NEEDED = ("title", "organization")
_NO_SIGN = re.compile(r"the text `(\"(?:[^\"\\]|\\.)*\")` could not be displayed")
_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}|\\(.)")
_PLACE = re.compile(r"┌─ (\S+?\.typ:\d+)")
_SAID = re.compile(r"`[^`]*`|\"(?:[^\"\\]|\\.)*\"|\d+")
_TRIES = 6
_DOTS_AN_INCH = 96.0
_LATIN = "\u036f"
Made = TypeVar("Made")


class PaperError(Exception):
    """A paper could not be made; the text says which template and place, and never what was to be printed."""


def pdf(template: str, told: Mapping[str, Any], *, at: datetime.date, language: str = "en") -> bytes:
    """This will make a PDF/UA-1 (tagged, titled, with its language) from a template and the data that it shows.

    `told` needs `title` and `organization`, may have `small` (a line at the foot of each page), and whatever the
    template shows: text, numbers, days, lists and mappings. Text is printed as it stands. A character that the fonts in
    the package do not have is printed by its number, like [U+1F600], and the paper says so at its end. `at` is the day
    or the moment (with its zone) that the file bears: the same `told` and `at` give the same bytes.

    Raises `PaperError` where the template is unknown or fails, or `told` lacks something or cannot be printed.
    """
    return _made(template, told, at, language, _as_pdf)


def pictures(template: str, told: Mapping[str, Any], *, at: datetime.date, language: str = "en") -> list[bytes]:
    """This will make the same paper as one PNG a page, to look at before it is made. Raises as `pdf` does."""
    return _made(template, told, at, language, _as_pictures)


def _made(
    template: str, told: Mapping[str, Any], at: datetime.date, language: str, making: Callable[..., Made]
) -> Made:
    source = TEMPLATES / f"{template}.typ"
    if not re.fullmatch(r"[a-z_]+", template) or not source.is_file():
        known = ", ".join(sorted(one.stem for one in TEMPLATES.glob("*.typ")))
        raise PaperError(f"H951  There is no template of this name. Known are: {known}.")
    if missing := [name for name in _NEEDED if not told.get(name)]:
        raise PaperError(f"H952  {template}.typ needs {' and '.join(missing)}. Give them in what is told.")
    if language not in LANGUAGES:
        raise PaperError(f"H953  {template}.typ is not made in this language. Use one of: {', '.join(LANGUAGES)}.")
    unprintable: frozenset[str] = frozenset()
    for _ in range(_TRIES):
        values = _values(template, told, language, unprintable)
        try:
            return making(source, values, _moment(at))
        except typst.TypstError as error:
            found = _without_sign(error.diagnostic) - unprintable
            if not found:
                raise PaperError(_reason(template, error)) from None
        except BaseException as error:
            if type(error).__name__ != "PanicException":
                raise
            found = _marks(values) or _beyond_latin(values)
            if not found:
                raise PaperError(f"H957  {template}.typ cannot be set. Shorten what it is told.") from None
        unprintable |= found
    raise PaperError(f"H957  {template}.typ cannot be set. Give it letters of one script alone.")


def _as_pdf(source: Path, values: str, at: datetime.datetime) -> bytes:
    made = _compiler().compile(
        input=source, format="pdf", sys_inputs={"told": values}, pdf_standards=["ua-1"], timestamp=at
    )
    assert isinstance(made, bytes)
    return made


def _as_pictures(source: Path, values: str, at: datetime.datetime) -> list[bytes]:
    made = _compiler().compile(input=source, format="png", ppi=_DOTS_AN_INCH, sys_inputs={"told": values}, timestamp=at)
    return [made] if isinstance(made, bytes) else list(made)


def _compiler() -> typst.Compiler:
    return typst.Compiler(root=TEMPLATES, font_paths=_fonts(), ignore_system_fonts=True)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def _values(template: str, told: Mapping[str, Any], language: str, unprintable: frozenset[str]) -> str:
    """What is told as JSON; the templates read it as data, so that nothing in it is ever Typst."""
    printable = Printable(unprintable)
    try:
        plain = printable.plain(dict(told))
    except TypeError as error:
        raise PaperError(f"H954  {template}.typ cannot print this: {error}. Give text, numbers or days.") from None
    return json.dumps({"small": "", **plain, "language": language, "replaced": printable.replaced})


def _moment(at: datetime.date) -> datetime.datetime:
    if isinstance(at, datetime.datetime):
        if at.tzinfo is None:
            raise PaperError("H955  The moment of a paper needs its time zone. Give a day, or a moment with one.")
        return at.astimezone(datetime.UTC).replace(microsecond=0)
    return datetime.datetime(at.year, at.month, at.day, tzinfo=datetime.UTC)


def _without_sign(diagnostic: str) -> frozenset[str]:
    """The characters of which Typst says that no font can show them."""
    return frozenset(
        sign for told in _NO_SIGN.findall(diagnostic) for sign in _unescaped(told[1:-1]) if ord(sign) > 127
    )


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], text)


def _marks(values: str) -> frozenset[str]:
    """The marks that combine with letters; at those of right-to-left letters Typst may panic (typst issue 8667)."""
    return frozenset(sign for sign in _signs(values) if unicodedata.combining(sign) and sign > _LATIN)


def _beyond_latin(values: str) -> frozenset[str]:
    return frozenset(sign for sign in _signs(values) if sign > _LATIN)


def _signs(values: str) -> frozenset[str]:
    return frozenset(json.dumps(json.loads(values), ensure_ascii=False))


def _reason(template: str, error: typst.TypstError) -> str:
    """What went wrong and where, without anything that was told."""
    places = _PLACE.findall(error.diagnostic)
    where = places[0] if places else f"{template}.typ"
    return f"H956  {where} {_SAID.sub('…', error.message)}. Mend the template, or what it is told."
