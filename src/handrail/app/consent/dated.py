"""The dated texts: the notice that goes along with a disclosure (2.32), and the wording of the consent form (2.31)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

LANGUAGES = {"en": "English", "es": "Español"}


@dataclass(frozen=True)
class Notice:
    """One statement of section 2.32. `text` is the federal sentence; `es` says it in Spanish beside it."""

    name: str
    since: datetime.date
    text: str
    es: str
    cite: str


@cache
def notices() -> Mapping[str, Notice]:
    """This will give every notice by name, the oldest first."""
    told = [Notice(name, **one) for name, one in _told("notices.yaml").items()]
    return {one.name: one for one in sorted(told, key=lambda one: one.since)}


def notice_on(day: datetime.date) -> Notice:
    """This will give the notice that stood on a day. Raises `LookupError` for a day before the first."""
    found = [one for one in notices().values() if one.since <= day]
    if not found:
        raise LookupError(f"There is no notice for {day}. Add the one that stood then to notices.yaml.")
    return found[-1]


def wording(name: str, language: str = "en") -> Mapping[str, Any]:
    """This will give one wording of the consent form in one language. Raises `KeyError` where there is no such one."""
    told: Mapping[str, Any] = _told("wordings.yaml")[name][language]
    return told


@cache
def wordings() -> Mapping[str, datetime.date]:
    """This will name every wording with the day from which it stands, the oldest first."""
    told = {name: one["since"] for name, one in _told("wordings.yaml").items()}
    return dict(sorted(told.items(), key=lambda one: one[1]))


def wording_on(day: datetime.date) -> str:
    """This will name the wording that stood on a day; for a day before the first, the first."""
    every = list(wordings())
    return next((name for name in reversed(every) if wordings()[name] <= day), every[0])


@cache
def _told(name: str) -> Mapping[str, Any]:
    told: Mapping[str, Any] = YAML(typ="safe").load(files(__package__).joinpath(name).read_text(encoding="utf-8"))
    return told
