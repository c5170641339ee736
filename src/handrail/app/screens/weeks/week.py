"""The week of one program: who was enrolled, what they attended on each day, and what the engine said of the week."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from handrail.app.accounts.access import Viewer
from handrail.app.chart import reading
from handrail.app.screens.weeks.counting import Minutes, counted
from handrail.app.worklists.models import Verdict

FILTERS = {"all": "Everybody", "at-risk": "At risk", "below": "Below", "no-data": "No data"}
_NEVER_ALONE = "could"
"""The duty of a remark: it is shown, but puts nobody on a list."""
_SIX_DAYS = datetime.timedelta(days=6)


@dataclass
class Row:
    """One person's week."""

    episode: Any
    verdicts: list[Verdict] = field(default_factory=list)
    days: list[tuple[datetime.date, Minutes | None, int]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What the person is called."""
        return str(getattr(self.episode.person, "identity", None) or "Without a name")

    @property
    def total(self) -> Minutes | None:
        """The minutes that the engine counted in the week, as it keeps them with its verdict."""
        for one in self.verdicts:
            told = one.facts.get("attended_minutes")
            if isinstance(told, dict):
                return Minutes(told["least"], told["most"])
            if told is not None:
                return Minutes(told, told)
        return None

    @property
    def furthest(self) -> int:
        """A place in a list that begins with whoever has the fewest minutes."""
        return self.total.least if self.total else -1

    @property
    def asked(self) -> list[Verdict]:
        """What the definition asks of the week, without what does not apply and without mere remarks."""
        return [one for one in self.verdicts if one.duty != _NEVER_ALONE and one.verdict != "not applicable"]

    @property
    def remarks(self) -> list[Verdict]:
        """Remarks that are not met: something to look at."""
        return [one for one in self.verdicts if one.duty == _NEVER_ALONE and one.verdict == "not met"]

    @property
    def is_part(self) -> bool:
        """Whether the engine says that the person was not enrolled on all seven days."""
        return any(one.facts.get("is_full_week") is False for one in self.verdicts)

    @property
    def began(self) -> datetime.date | None:
        """The day of admission, where it lies after the Monday."""
        day = self.episode.admitted_on
        return day if day and self._monday < day <= self._monday + _SIX_DAYS else None

    @property
    def ended(self) -> datetime.date | None:
        """The day of discharge, where it lies before the Sunday."""
        day = self.episode.discharged_on
        return day if day and self._monday <= day < self._monday + _SIX_DAYS else None

    @property
    def _monday(self) -> datetime.date:
        return datetime.date.fromisoformat(self.verdicts[0].key["week_start"])

    def is_in(self, group: str) -> bool:
        """Whether the person belongs to one of the filters."""
        said = {one.verdict for one in self.asked}
        match group:
            case "at-risk":
                return "pending" in said
            case "below":
                return "not met" in said
            case "no-data":
                return not self.verdicts or "cannot tell" in said or not any(count for _, _, count in self.days)
            case _:
                return True


@dataclass(frozen=True)
class Week:
    """A week of a program."""

    monday: datetime.date
    rows: Sequence[Row]
    still_to_come: int
    as_of: datetime.date | None

    def counts(self) -> dict[str, int]:
        """This will say how many people belong to each filter."""
        return {name: sum(row.is_in(name) for row in self.rows) for name in FILTERS}


def read_week(looking: Viewer, program_id: str, monday: datetime.date) -> Week:
    """This will read a week in a fixed number of queries, however many people there are."""
    sunday = monday + datetime.timedelta(days=6)
    enrolled = reading.rows(looking, "episode").filter(admitted_on__lte=sunday)
    enrolled = enrolled.filter(Q(discharged_on=None) | Q(discharged_on__gte=monday))
    if program_id:
        enrolled = enrolled.filter(program_id=program_id)
    names = ("person__identity__family_name", "person__identity__given_name", "pk")
    rows = {one.pk: Row(one) for one in enrolled.select_related("person__identity", "program").order_by(*names)}
    for one in verdicts_of(looking, rows, monday):
        rows[one.episode_id].verdicts.append(one)
    parts: dict[tuple[str, str], list[Any]] = {}
    for row in attended(looking, rows, monday):
        parts.setdefault((row.episode_id, row.session.held_on.isoformat()), []).append(row)
    minutes = counted(looking, monday, parts)
    days = [monday + datetime.timedelta(days=number) for number in range(7)]
    for episode_id, row in rows.items():
        keys = [(episode_id, day.isoformat()) for day in days]
        row.days = [(day, minutes.get(key), len(parts.get(key, ()))) for day, key in zip(days, keys, strict=True)]
    judged = [one.as_of for row in rows.values() for one in row.verdicts]
    return Week(monday, list(rows.values()), _to_come(looking, program_id, monday), min(judged, default=None))


def verdicts_of(looking: Viewer, episode_ids: Iterable[str], monday: datetime.date) -> list[Verdict]:
    """This will give what the engine said last of a week of some episodes."""
    sunday = monday + datetime.timedelta(days=6)
    found = Verdict.objects.filter(
        organization=looking.organization, subject="service_week", judged_on__range=(monday, sunday)
    )
    found = found.filter(episode_id__in=list(episode_ids))
    return [one for one in found.order_by("position", "pk") if one.key.get("week_start") == monday.isoformat()]


def attended(looking: Viewer, episode_ids: Iterable[str], monday: datetime.date) -> list[Any]:
    """This will give the roll's entries of a week of some episodes, with their sessions."""
    sunday = monday + datetime.timedelta(days=6)
    found = reading.rows(looking, "attendance").filter(
        episode_id__in=list(episode_ids), session__held_on__range=(monday, sunday), session__is_withdrawn=False
    )
    return list(found.select_related("session", "episode").order_by("session__held_on", "session__starts_at", "pk"))


def _to_come(looking: Viewer, program_id: str, monday: datetime.date) -> int:
    """Minutes of the groups that are still planned in this week, by the clock: an offer, not a count."""
    sunday = monday + datetime.timedelta(days=6)
    found = reading.rows(looking, "session").filter(
        status="held", head_count=None, held_on__range=(max(monday, looking.today), sunday)
    )
    if program_id:
        found = found.filter(program_id=program_id)
    spans = found.values_list("starts_at", "ends_at", "break_minutes")
    return sum(int((end - start).total_seconds()) // 60 - (rest or 0) for start, end, rest in spans if start and end)
