"""Whom the engine is asked about: people with a stay that ended lately or may end soon, and what they asked for since.

Wider than the question: which stays count is the definition's to say, and the engine says it.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from handrail.app.accounts.access import Viewer
from handrail.app.chart import reading
from handrail.app.worklists.models import Decision

_LEAVING = (("continued_stay", "no"), ("discharge", "yes"))
"""Kept answers after which somebody is likely to be discharged: of which subject, and which answer."""


@dataclass(frozen=True)
class Stay:
    """One stay in a program, ours or elsewhere. `episode_id` and `program_id` are empty for one elsewhere."""

    person_id: str
    where: str
    began_on: datetime.date
    ended_on: datetime.date | None
    episode_id: str = ""
    program_id: str = ""


@dataclass(frozen=True)
class Asked:
    """A request for the service: when, in which program, and what came of it."""

    episode: Any

    @property
    def on(self) -> datetime.date:
        """The day of the request or, where there was none, of the start."""
        day: datetime.date = self.episode.requested_on or self.episode.admitted_on
        return day


def leaving(viewer: Viewer) -> set[str]:
    """This will give the people in open episodes whose latest kept answer points to a discharge. Two queries."""
    viewer.require("read chart")
    here = reading.rows(viewer, "episode").filter(discharged_on=None, admitted_on__isnull=False)
    found: set[str] = set()
    for subject, answer in _LEAVING:
        told = Decision.objects.filter(organization=viewer.organization, subject=subject)
        told = told.filter(episode_id__in=here.values("pk")).order_by("judged_on", "position")
        latest = {
            episode: (person, word) for episode, person, word in told.values_list("episode_id", "person_id", "answer")
        }
        found |= {person for person, word in latest.values() if word == answer}
    return found


def stays(viewer: Viewer, service: str, since: datetime.date, also: Collection[str]) -> dict[str, list[Stay]]:
    """This will give every stay of those who left one since a day, and of some others, outside of a service."""
    ours = reading.rows(viewer, "episode").filter(admitted_on__isnull=False).exclude(program__service=service)
    elsewhere = reading.rows(viewer, "outside_stay")
    lately = Q(discharged_on__gte=since)
    people = {*also}
    people |= {*ours.filter(lately).values_list("person_id", flat=True)}
    people |= {*elsewhere.filter(lately).values_list("person_id", flat=True)}
    found: dict[str, list[Stay]] = {person: [] for person in people}
    for one in ours.filter(person_id__in=people).select_related("program").order_by("admitted_on", "pk"):
        where = one.program.name or one.program_id
        found[one.person_id].append(
            Stay(one.person_id, where, one.admitted_on, one.discharged_on, one.pk, one.program_id)
        )
    for one in elsewhere.filter(person_id__in=people).order_by("admitted_on", "pk"):
        where = f"Elsewhere: {one.facility}" if one.facility else "Elsewhere"
        found[one.person_id].append(Stay(one.person_id, where, one.admitted_on, one.discharged_on))
    return found


def requests(viewer: Viewer, service: str, people: Iterable[str]) -> dict[str, list[Asked]]:
    """This will give what people asked for of a service, the latest last."""
    held = reading.rows(viewer, "episode").filter(program__service=service, person_id__in=list(people))
    held = held.filter(Q(requested_on__isnull=False) | Q(admitted_on__isnull=False)).select_related("program")
    found: dict[str, list[Asked]] = {}
    for one in held:
        found.setdefault(one.person_id, []).append(Asked(one))
    return {person: sorted(several, key=lambda one: (one.on, one.episode.pk)) for person, several in found.items()}


def stay_of(several: list[Stay], left_on: datetime.date | None, today: datetime.date) -> Stay | None:
    """This will give the stay that is meant: the one that ended on a day, else the one still going on, else the last."""
    ended = [one for one in several if one.ended_on is not None and one.ended_on <= today]
    exact = [one for one in ended if one.ended_on == left_on]
    going_on = [one for one in several if one not in ended]
    choice = exact or (ended if left_on else going_on or ended) or several
    return max(choice, key=lambda one: (bool(one.episode_id), one.ended_on or today), default=None)
