"""Which class of information a table, or the words about a row, belong to: `classes.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from handrail.app.consent.models import Information

_OF_WORDS = "words"


def of_table(table: str) -> str:
    """This will give the class of a declared table; empty where it is about no person."""
    return _tables().get(table, "")


def of_words(table: str, part: str) -> str:
    """This will give the class of what was written about a row: counseling notes where nothing else is said."""
    apart: Mapping[str, Mapping[str, str]] = _told()[_OF_WORDS]
    if table in apart:
        return apart[table].get(part, Information.COUNSELING_NOTES)
    return of_table(table) or Information.COUNSELING_NOTES


def in_order(information: Iterable[str]) -> tuple[str, ...]:
    """This will give classes once each, in the order of their declaration; what is not a class comes last."""
    given = set(information)
    known = [str(one) for one in Information.values if one in given]
    return (*known, *sorted(given - set(known)))


def said(information: Iterable[str]) -> str:
    """This will say classes in plain words."""
    told = dict(Information.choices)
    return "; ".join(str(told.get(one, one)) for one in in_order(information))


@cache
def _told() -> Mapping[str, Any]:
    told: Mapping[str, Any] = YAML(typ="safe").load(
        files(__package__).joinpath("classes.yaml").read_text(encoding="utf-8")
    )
    return told


@cache
def _tables() -> Mapping[str, str]:
    return {table: one for one, tables in _told().items() if one != _OF_WORDS for table in tables}
