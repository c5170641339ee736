"""What the two screens show of the record and of the stored answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from handrail.app.accounts.access import Viewer
from handrail.app.chart import reading
from handrail.app.screens.person.source import edition_of
from handrail.app.worklists.models import Decision, Verdict
from handrail.records.schema import tables
from handrail.subjects.catalog import subject

MOST_SHOWN = 100


@dataclass
class Area:
    """One skill area: how many of her contacts named it, and the day of the last."""

    name: str
    count: int = 0
    last: Any = None


@dataclass
class Shown:
    """One contact with its skill areas and the verdicts about it."""

    attendance: Any
    areas: list[str] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    note: str = ""


def contacts(looking: Viewer, episode: Any) -> list[Shown]:
    """This will give the recovery contacts of an episode that she attended, the latest first."""
    came = (
        reading.rows(looking, "attendance")
        .filter(episode_id=episode.pk, status="attended", session__is_withdrawn=False)
        .filter(session__type="recovery_support", session__status="held")
        .select_related("session")
        .order_by("-session__held_on", "-pk")[:MOST_SHOWN]
    )
    shown = {row.pk: Shown(row) for row in came}
    sessions: dict[str, list[Shown]] = {}
    for one in shown.values():
        sessions.setdefault(one.attendance.session_id, []).append(one)
    for focus in reading.rows(looking, "session_focus").filter(session_id__in=sessions).order_by("area"):
        for one in sessions[focus.session_id]:
            one.areas.append(focus.area)
    for told in Verdict.objects.filter(
        organization=looking.organization, episode_id=episode.pk, subject="recovery_contact"
    ).order_by("position", "pk"):
        if told.key.get("attendance_id") in shown:
            shown[told.key["attendance_id"]].verdicts.append(told)
    for (row_id, part), text in reading.wordings(looking, "attendance", *shown).items():
        if part == "note":
            shown[row_id].note = text
    return list(shown.values())


def areas(looking: Viewer, episode: Any) -> list[Area]:
    """This will count, for each skill area that a definition names, the contacts that named it."""
    found = {name: Area(name) for name in tables()["session_focus"].columns["area"].values if name != "other"}
    came = reading.rows(looking, "attendance").filter(episode_id=episode.pk, status="attended")
    held = came.filter(session__is_withdrawn=False, session__status="held").values("session_id")
    focus = reading.rows(looking, "session_focus").filter(session_id__in=held)
    for area, day in focus.values_list("area", "session__held_on"):
        if area in found:
            found[area].count += 1
            found[area].last = max(found[area].last or day, day)
    return list(found.values())


@dataclass(frozen=True)
class Answer:
    """A stored decision with what its definition says about it."""

    decision: Decision
    says: str
    meaning: str


def answers(looking: Viewer, episode: Any, subjects: Sequence[str]) -> list[Answer]:
    """This will give the decisions about an episode on some subjects, with their sentences."""
    found = Decision.objects.filter(organization=looking.organization, episode_id=episode.pk, subject__in=subjects)
    made = []
    for one in found.order_by("position", "pk"):
        edition = edition_of(one.definition, one.edition)
        told = edition.decisions.get(one.decision) if edition else None
        meaning = {"yes": told.yes, "no": told.no}.get(one.answer, "") if told else ""
        made.append(Answer(one, told.says if told else one.decision.replace("-", " "), meaning))
    return made


@dataclass(frozen=True)
class Number:
    """One fact with its number now and, where there is one, in the year before."""

    says: str
    unit: str
    now: Any
    before: Any = None
    is_compared: bool = False


def numbers(verdicts: Sequence[Verdict]) -> list[Number]:
    """This will give the facts that verdicts rest on, once each; `x_now` stands beside `x_before`."""
    facts: dict[str, tuple[str, Any]] = {}
    for told in verdicts:
        facts.update({name: (told.subject, value) for name, value in told.facts.items()})
    made = []
    for name, (where, value) in facts.items():
        if name.endswith("_before") and f"{name.removesuffix('_before')}_now" in facts:
            continue
        fact = subject(where).facts.get(name)
        if fact is None or fact.type not in ("integer", "decimal"):
            continue
        before = facts.get(f"{name.removesuffix('_now')}_before") if name.endswith("_now") else None
        made.append(
            Number(fact.says, fact.unit, _said(value), _said(before[1]) if before else None, before is not None)
        )
    return made


def _said(value: Any) -> str:
    """A number as people write it; a floor and a ceiling as what is between them; nothing as not known."""
    if isinstance(value, dict):
        least, most = _said(value.get("least")), _said(value.get("most"))
        return least if least == most else f"{least} to {most}"
    if value is None:
        return "not known"
    return f"{round(Decimal(str(value)), 2):f}".rstrip("0").rstrip(".") if "." in str(value) else str(value)
