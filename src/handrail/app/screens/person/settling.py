"""From a missing fact to the form and the field that settle it, by the evidence that the subject declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import sqlglot
from django.urls import NoReverseMatch, reverse
from ruamel.yaml import YAML
from sqlglot import exp

from handrail.app.chart.declared import attribute
from handrail.app.worklists.models import Verdict
from handrail.records.schema import tables
from handrail.subjects.catalog import Fact, subjects


@dataclass(frozen=True)
class Way:
    """A link to the place where a fact is written down."""

    table: str
    says: str
    address: str


@cache
def _settles() -> Mapping[str, Any]:
    told: Mapping[str, Any] = YAML(typ="safe").load(
        files(__package__).joinpath("settles.yaml").read_text(encoding="utf-8")
    )
    return told


def fact_of(subject: str, name: str) -> Fact | None:
    """This will give a fact of a subject; None where there is none."""
    return subjects()[subject].facts.get(name) if subject in subjects() else None


def given(fact: Fact, table: str) -> Mapping[str, str]:
    """This will give the columns that a record needs to show a fact: `kind` is `expects_progress`.

    Read off the condition that the subject declares; of several values the first.
    """
    return _values_in(fact.evidence.get(table, ""))


@cache
def _values_in(condition: str) -> Mapping[str, str]:
    if not condition:
        return {}
    found: dict[str, str] = {}
    for node in sqlglot.parse_one(condition, dialect="duckdb").find_all(exp.EQ, exp.In):
        value = node.expressions[0] if isinstance(node, exp.In) else node.expression
        if isinstance(node.this, exp.Column) and isinstance(value, exp.Literal):
            found.setdefault(node.this.name, value.name)
    return found


def column_of(fact: Fact, table: str) -> str:
    """This will name the column of a table that a fact asks for; empty where no column stands out."""
    columns = tables()[table].columns
    named = _settles()["fields"].get(fact.name, fact.name)
    if named in columns or f"{named}_id" in columns:
        return str(named)
    last = fact.name.rsplit("_", 1)[-1]
    if table == "dimension_rating":
        return "has_problem" if last == "problem" else "rating"
    set_already = given(fact, table)
    if table == "judgement":
        return "answer"
    return next(
        (name for name in columns if name not in {*set_already, tables()[table].key, "person_id", "episode_id"}), ""
    )


def ways(told: Verdict, name: str) -> list[Way]:
    """This will list the places where a fact that a verdict misses can be written down, the likeliest first."""
    fact = fact_of(told.subject, name)
    if fact is None:
        return []
    found: dict[str, Way] = {}
    for table in fact.evidence:
        way = _way(told, fact, table)
        if way is not None:
            found.setdefault(way.says, way)
    if "dimension_rating" in fact.evidence:
        found.pop(_settles()["ways"]["assessment"]["says"], None)
    return list(found.values())


def _way(told: Verdict, fact: Fact, table: str) -> Way | None:
    way = _settles()["ways"].get(table)
    if way is None:
        return None
    screen = way["screen"]
    if table == "judgement":
        screen = _settles()["judgements"].get(told.subject, screen)
    field = field_id(fact, table)
    try:
        if screen == "record":
            row = {"person": told.person_id, "episode": told.episode_id, "program": told.program_id}[table]
            column = tables()[table].columns.get(column_of(fact, table))
            at = f"#id_{attribute(column)}" if column else ""
            return Way(table, way["says"], reverse("record", args=[table, row]) + at)
        return Way(table, way["says"], f"{reverse(screen, args=[told.episode_id])}?asks={fact.name}#{field}")
    except NoReverseMatch:
        return None


def field_id(fact: Fact, table: str) -> str:
    """This will name the field of the form that asks for a fact, as the page has it."""
    if table == "dimension_rating":
        return f"id_d{given(fact, table).get('dimension', '1')}-{column_of(fact, table)}"
    if table == "inquiry":
        return "id_inquiry-topic"
    column = column_of(fact, table)
    declared = tables()[table].columns
    found = declared.get(column) or declared.get(f"{column}_id")
    return f"id_{table}-{attribute(found) if found else column}"
