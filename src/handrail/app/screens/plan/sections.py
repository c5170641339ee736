"""The sections of a plan: their columns and words, as they are read, and what changed from one version to the next."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handrail.app.screens.templatetags.handrail import day


@dataclass(frozen=True)
class Section:
    """One section: its columns and its wordings, each with the label that people read."""

    title: str
    columns: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)


SECTIONS = (
    Section("Version", {"effective_on": "In effect from", "written_by": "Written by"}),
    Section(
        "Problems and strengths",
        parts={"problem": "Problems, in the person's own words", "strengths": "Strengths, and what has helped before"},
    ),
    Section(
        "Treatment planned",
        {
            "plans_individual": "Individual therapy",
            "plans_group": "Group therapy",
            "plans_family": "Family therapy",
            "plans_education": "Educational groups",
            "plans_motivation": "Motivational work",
            "planned_minutes_per_week": "Treatment minutes a week",
        },
    ),
    Section(
        "Supports",
        {"considers_supports": "Community, family and other supports were considered"},
        {"supports": "Which supports, or none and why"},
    ),
    Section(
        "Relapse prevention",
        {"has_relapse_prevention": "The plan has a relapse-prevention part"},
        {"relapse": "Relapse prevention"},
    ),
    Section(
        "Discharge", {"has_discharge_plan": "The plan has a discharge part"}, {"discharge": "How discharge is prepared"}
    ),
    Section(
        "Reviews",
        {"review_every_days": "Days between reviews, where medical need asks for fewer"},
        {"disagreement": "What the person sees differently"},
    ),
)

COLUMNS = {column: label for section in SECTIONS for column, label in section.columns.items()}
PARTS = {part: label for section in SECTIONS for part, label in section.parts.items()}
GOAL_PARTS = {
    "own_words": "The goal, in the person's own words",
    "objective": "The objective: what can be seen or counted",
}


@dataclass(frozen=True)
class Altered:
    """One thing that is other than in the version before. A text comes in pieces: same, gone, new."""

    label: str
    before: str = ""
    after: str = ""
    pieces: Sequence[tuple[str, str]] = ()


def value_of(row: Any, column: str) -> str:
    """This will say one value of a plan as people read it."""
    value = getattr(row, column)
    if value is None:
        return "not documented"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return day(value) if isinstance(value, datetime.date) else str(getattr(value, "name", value))


def shown(row: Any, words: Mapping[tuple[str, str], str]) -> list[dict[str, Any]]:
    """This will give the sections of one version, to be read."""
    return [
        {
            "title": section.title,
            "values": [(label, value_of(row, column)) for column, label in section.columns.items()],
            "texts": [(label, words.get((row.pk, part), "")) for part, label in section.parts.items()],
        }
        for section in SECTIONS
    ]


def compared(before: Any, after: Any, words: Mapping[tuple[str, str], str]) -> list[Altered]:
    """This will say what one version has other than the version before it; `words` are those of both."""
    told = [
        Altered(label, value_of(before, column), value_of(after, column))
        for column, label in COLUMNS.items()
        if value_of(before, column) != value_of(after, column)
    ]
    for part, label in PARTS.items():
        old, new = words.get((before.pk, part), ""), words.get((after.pk, part), "")
        if old != new:
            told.append(Altered(label, pieces=list(pieces(old, new))))
    return told


def pieces(before: str, after: str) -> Iterator[tuple[str, str]]:
    """This will cut two texts into pieces that are the same, gone or new, word by word."""
    old, new = before.split(), after.split()
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", " ".join(old[a:b])
        else:
            if a < b:
                yield "gone", " ".join(old[a:b])
            if c < d:
                yield "new", " ".join(new[c:d])
