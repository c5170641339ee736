"""The head of every page about a person: what she is called, her age, and the steps of an episode."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.urls import NoReverseMatch, reverse

from handrail.app.screens.person.source import edition_of

_STEPS = (
    ("Admission", "admission", ""),
    ("Assessment", "assessment", "assessment"),
    ("Plan", "plan", ""),
    ("Review", "review", "plan_review"),
    ("Continued stay", "continued_stay", "continued_stay"),
    ("Contacts", "recovery", "recovery_contact"),
    ("Outcomes", "outcomes", "episode_outcome"),
    ("Discharge", "discharge", ""),
    ("Authorization", "authorization", ""),
    ("Packet", "packet", ""),
)
"""The screens of an episode in order: title, view, and the subject that a definition must have for it."""


@dataclass(frozen=True)
class Step:
    """One screen of an episode."""

    title: str
    address: str
    is_here: bool


@dataclass(frozen=True)
class Who:
    """How a page names a person."""

    person_id: str
    name: str
    number: str
    age: int | None


def who(person: Any, today: datetime.date) -> Who:
    """This will say how a person is named, and how old; somebody without a name is named by her id."""
    try:
        name, number = str(person.identity), person.identity.number
    except ObjectDoesNotExist:
        name, number = f"Person {person.pk}", ""
    return Who(person.pk, name, number, age(person.birth_date, person.died_on or today))


def age(born: datetime.date | None, on: datetime.date) -> int | None:
    """This will count the full years from a day of birth."""
    if born is None or born > on:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def steps(episode: Any, here: str = "") -> list[Step]:
    """This will list the screens of an episode that its definition knows and that exist."""
    edition = edition_of(episode.program.service)
    told = []
    for title, view, subject in _STEPS:
        if subject and (edition is None or subject not in edition.subjects):
            continue
        try:
            told.append(Step(title, reverse(view, args=[episode.pk]), view == here))
        except NoReverseMatch:
            continue
    return told


def named_ids(key: dict[str, Any]) -> list[tuple[str, str]]:
    """This will say the parts of a verdict's key that are not ids: the week, the number of a review."""
    return [(name.replace("_", " "), str(value)) for name, value in key.items() if not name.endswith("_id")]
