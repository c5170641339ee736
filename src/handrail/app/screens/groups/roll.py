"""The roll of one session: who may be on it, what is recorded, what was typed, and what somebody else changed meanwhile.

Every row carries a seal of what the page showed. Typed values are written where the record is still as shown; where
somebody else changed it, a row that was left alone keeps the other's entry, and a row that was not is shown with both.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from handrail.app.accounts.access import Viewer
from handrail.app.chart import reading
from handrail.app.screens.groups.forms import FOR_ONE, STATES

SAID = dict(STATES)


@dataclass(frozen=True)
class Entry:
    """What a roll says of one person: the state, times as the clock shows them, the reason, the note, the objective."""

    state: str = ""
    arrived: str = ""
    left: str = ""
    reason: str = ""
    note: str = ""
    goal: str = ""

    @property
    def seal(self) -> str:
        """A short mark of the content, to see whether it was changed. Times of somebody who did not come are none."""
        told = (self.state, self.note, self.goal)
        told += (self.arrived, self.left) if self.state == "attended" else ()
        told += (self.reason,) if self.state == "excused" else ()
        return seal("\n".join(told))

    @property
    def says(self) -> str:
        """The state in words, with its times."""
        times = (
            f", {self.arrived or 'not documented'} to {self.left or 'not documented'}"
            if self.state == "attended"
            else ""
        )
        return SAID.get(self.state, "not marked").lower() + times


@dataclass
class Row:
    """One person of the roll."""

    episode: Any
    attendance: Any = None
    kept: Entry = field(default_factory=Entry)
    typed: Entry = field(default_factory=Entry)
    shown: str = ""
    error: str = ""
    theirs: str = ""
    was_kept: bool = False
    goals: list[tuple[str, str]] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The episode's id, which names the fields."""
        return str(self.episode.pk)

    @property
    def name(self) -> str:
        """What the person is called."""
        return str(getattr(self.episode.person, "identity", None) or "Without a name")

    @property
    def is_changed(self) -> bool:
        """Whether something is to be written."""
        return self.typed.seal != self.kept.seal


class Roll:
    """The people of one session. A fixed number of queries, however many they are."""

    def __init__(self, looking: Viewer, session: Any, *, everybody: bool = False) -> None:
        self.session = session
        self._looking = looking
        self.note_error = self.theirs = self.count_error = ""
        words = reading.wordings(looking, "session", session.pk)
        self.note = self.typed_note = words.get((session.pk, "note"), "")
        self.cancelled_because = words.get((session.pk, "reason"), "")
        self.planned_for = words.get((session.pk, "planned for"), "")
        self.shown_note = seal(self.note)
        self.defaults = (clock(session.starts_at), clock(session.ends_at))
        self.rows = self._read(everybody)
        counted = session.head_count is not None and session.head_count != self.came
        self.typed_count = str(session.head_count) if counted else ""

    def _read(self, everybody: bool) -> list[Row]:
        looking, session = self._looking, self.session
        found = reading.rows(looking, "attendance").filter(session_id=session.pk)
        attended = {row.episode_id: row for row in found.select_related("episode__person__identity").order_by("pk")}
        episodes = {row.episode_id: row.episode for row in attended.values()}
        if everybody or not self.planned_for:
            if everybody or not (attended and session.type in FOR_ONE):
                listed = in_program(looking, session.program_id, session.held_on)
                episodes |= {one.pk: one for one in listed.select_related("person__identity")}
        elif self.planned_for not in episodes:
            one = (
                reading.rows(looking, "episode").select_related("person__identity").filter(pk=self.planned_for).first()
            )
            episodes |= {one.pk: one} if one else {}
        words = reading.wordings(looking, "attendance", *(row.pk for row in attended.values()))
        goals = self._goals(list(episodes))
        rows = []
        for episode_id, episode in episodes.items():
            attendance = attended.get(episode_id)
            kept = _entry(attendance, words) if attendance else Entry()
            shown = kept if attendance else replace(kept, arrived=self.defaults[0], left=self.defaults[1])
            offered = goals.get(episode_id, [])
            if kept.goal and kept.goal not in dict(offered):
                offered = [(kept.goal, "The objective chosen then, no longer open"), *offered]
            rows.append(Row(episode, attendance, kept, shown, shown.seal, goals=offered))
        return sorted(rows, key=lambda row: (_family(row), row.name, row.id))

    def _goals(self, episode_ids: list[str]) -> dict[str, list[tuple[str, str]]]:
        day = self.session.held_on
        found = reading.rows(self._looking, "goal").filter(episode_id__in=episode_ids, set_on__lte=day)
        found = found.filter(Q(met_on=None) | Q(met_on__gte=day), Q(dropped_on=None) | Q(dropped_on__gte=day))
        listed = list(found.order_by("set_on", "pk"))
        words = reading.wordings(self._looking, "goal", *(goal.pk for goal in listed))
        offered: dict[str, list[tuple[str, str]]] = {}
        for goal in listed:
            parts = (words.get((goal.pk, part), "") for part in ("objective", "own_words", "goal"))
            said = next((part for part in parts if part), goal.linked_problem or f"Goal of {goal.set_on}")
            offered.setdefault(goal.episode_id, []).append((goal.pk, said[:120]))
        return offered

    @property
    def came(self) -> int:
        """How many are recorded as having come."""
        return sum(row.kept.state == "attended" for row in self.rows)

    @property
    def marked(self) -> int:
        """How many came as it now stands on the page."""
        return sum(row.typed.state == "attended" for row in self.rows)

    @property
    def has_errors(self) -> bool:
        """Whether something stands in the way of saving."""
        return bool(self.note_error or self.theirs or self.count_error) or any(
            row.error or row.theirs for row in self.rows
        )

    @property
    def wrong(self) -> list[Row]:
        """The rows that need a look."""
        return [row for row in self.rows if row.error or row.theirs]

    @property
    def kept_of_others(self) -> int:
        """How many rows somebody else changed, that were left alone here and so keep the other's entry."""
        return sum(row.was_kept for row in self.rows)

    @cached_property
    def persons(self) -> list[str]:
        """Everybody whose verdicts this session may change."""
        return sorted({row.episode.person_id for row in self.rows if row.kept.state or row.typed.state})

    @property
    def head_count(self) -> int:
        """The head count to keep: the one typed, else how many came."""
        return int(self.typed_count) if self.typed_count else self.marked

    def take(self, told: Mapping[str, str]) -> None:
        """This will take what was typed, find what is wrong with it, and what somebody else changed meanwhile."""
        for row in self.rows:
            self._take(row, told)
        self._take_note(told)
        self.typed_count = told.get("head_count", "").strip()
        if self.typed_count and not (self.typed_count.isdecimal() and len(self.typed_count) < 4):
            self.count_error = "Give a whole number, or leave it empty."

    def mark_everybody(self) -> None:
        """This will mark as come whoever is not marked yet; nothing is written."""
        for row in self.rows:
            if not row.typed.state:
                row.typed = replace(row.typed, state="attended")

    def _take(self, row: Row, told: Mapping[str, str]) -> None:
        def said(name: str) -> str:
            return told.get(f"{name}-{row.id}", "").replace("\r\n", "\n").strip()

        if f"shown-{row.id}" not in told:
            return
        start, end = self.defaults
        state = said("state") if said("state") in SAID else ""
        row.typed = Entry(state, said("arrived"), said("left"), said("reason"), said("note"), said("goal"))
        shown = said("shown")
        if row.typed.seal in (row.kept.seal, shown) or (not state and row.typed == Entry("", start, end)):
            is_theirs = row.typed.seal != row.kept.seal and row.attendance is not None
            row.typed = row.kept if row.attendance is not None else row.typed
            row.was_kept = is_theirs
            row.shown = row.kept.seal
            return
        if row.kept.seal != shown:
            row.theirs = f"Somebody else saved meanwhile: {row.kept.says}. Yours is shown. Save again to keep yours."
        row.shown = row.kept.seal
        row.error = self._wrong(row.typed, dict(row.goals))

    def _wrong(self, typed: Entry, goals: Mapping[str, str]) -> str:
        if not typed.state:
            return "Mark came, absent or excused first."
        if typed.goal and typed.goal not in goals:
            return "This objective is not among the open ones. Choose another."
        if typed.state == "excused" and not typed.reason:
            return "Say why the person was excused."
        if len(typed.reason) > 500:
            return "The reason is longer than 500 characters. Shorten it."
        if typed.state == "attended":
            for name, text in (("came", typed.arrived), ("left", typed.left)):
                if text and read_clock(text) is None:
                    return f"Give the time the person {name} like 09:30, or leave it empty."
            came, went = self.at(typed.arrived), self.at(typed.left)
            if came and went and went < came:
                return "The person cannot have left before coming."
        return ""

    def _take_note(self, told: Mapping[str, str]) -> None:
        if "note" not in told:
            return
        typed = told["note"].replace("\r\n", "\n").strip()
        shown = told.get("shown_note", "")
        if seal(typed) == shown:
            typed = self.note
        elif seal(self.note) not in (shown, seal(typed)):
            self.theirs = (
                "Somebody else wrote the group note meanwhile. Both are below: put them together, then save again."
            )
        self.typed_note, self.shown_note = typed, seal(self.note)

    def at(self, text: str) -> datetime.datetime | None:
        """This will put a time of the clock onto the session's day, or the day after where the session runs past midnight."""
        told = read_clock(text)
        if told is None:
            return None
        session = self.session
        at = datetime.datetime.combine(session.held_on, told)
        runs_over = session.ends_at is not None and session.ends_at.date() > session.held_on
        early = runs_over and session.starts_at is not None and told < (session.starts_at - _EARLY).time()
        return at + datetime.timedelta(days=1) if early else at

    def values(self, row: Row) -> dict[str, Any]:
        """This will give the columns of one attendance as typed."""
        came = row.typed.state == "attended"
        return {
            "status": row.typed.state,
            "arrived_at": self.at(row.typed.arrived) if came else None,
            "left_at": self.at(row.typed.left) if came else None,
            "excused_reason": row.typed.reason if row.typed.state == "excused" else None,
        }


_EARLY = datetime.timedelta(hours=2)


def in_program(looking: Viewer, program_id: str, day: datetime.date) -> QuerySet[Any]:
    """This will give the episodes that are open in a program on a day."""
    found = reading.rows(looking, "episode").filter(program_id=program_id, admitted_on__lte=day)
    return found.filter(Q(discharged_on=None) | Q(discharged_on__gte=day))


def seal(text: str) -> str:
    """This will give a short mark of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def clock(at: datetime.datetime | None) -> str:
    """This will give a time as the clock shows it; nothing where none is documented."""
    return "" if at is None else f"{at:%H:%M}"


def read_clock(text: str) -> datetime.time | None:
    """This will read a time of the clock; None where it is none."""
    try:
        return datetime.time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def _entry(row: Any, words: Mapping[tuple[str, str], str]) -> Entry:
    return Entry(
        row.status,
        clock(row.arrived_at),
        clock(row.left_at),
        row.excused_reason or "",
        words.get((row.pk, "note"), ""),
        words.get((row.pk, "goal"), ""),
    )


def _family(row: Row) -> str:
    identity = getattr(row.episode.person, "identity", None)
    return identity.family_name.casefold() if identity else "\uffff"
