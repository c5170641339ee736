"""The dated fixed parts of letters, and how days and amounts are said in each language."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

LANGUAGES = {"en": "English", "es": "Español"}
"""In which a letter can be made, by the code of the `lang` attribute."""

_MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "es": [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
}


def wording(name: str, language: str) -> Mapping[str, Any]:
    """This will give one wording in one language. Raises `KeyError` where there is no such one."""
    told: Mapping[str, Any] = wordings()[name][language]
    return told


def wording_on(day: datetime.date) -> str:
    """This will name the wording that stands on a day; for a day before the first, the first."""
    known = sorted(wordings(), key=lambda name: wordings()[name]["since"])
    return next((name for name in reversed(known) if wordings()[name]["since"] <= day), known[0])


@cache
def wordings() -> Mapping[str, Mapping[str, Any]]:
    """This will give every wording by name."""
    text = files(__package__).joinpath("wordings.yaml").read_text(encoding="utf-8")
    told: Mapping[str, Mapping[str, Any]] = YAML(typ="safe").load(text)
    return told


def day_in(language: str, day: datetime.date | str | None) -> str:
    """This will say a day: March 5, 2026; 5 de marzo de 2026. Nothing where there is none."""
    if not day:
        return ""
    told = datetime.date.fromisoformat(day) if isinstance(day, str) else day
    month = _MONTHS[language][told.month - 1]
    return f"{told.day} de {month} de {told.year}" if language == "es" else f"{month} {told.day}, {told.year}"


def amount_in(said: Mapping[str, Any], units: int | None, unit: str) -> str:
    """This will say an amount: 36 hours. Nothing where no amount is stated."""
    if units is None:
        return ""
    one, many = said["units"].get(unit, said["units"][""])
    return f"{units} {one if units == 1 else many}"
