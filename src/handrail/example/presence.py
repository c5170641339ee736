"""Who comes on which day: most people always, some miss a day or two of a week, with an excuse or without."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handrail.example.census import Course
from handrail.example.days import MONDAYS, after
from handrail.example.ledger import Ledger, words

ATTENDED, ABSENT, EXCUSED = "attended", "absent", "excused"
Presence = dict[tuple[str, date], str]
"""`attended`, `absent` or `excused`, by episode and day; a day that is not in it was attended."""


def foresee(ledger: Ledger, courses: Sequence[Course]) -> tuple[Presence, dict[str, list[date]]]:
    """This will decide who misses which days, and give for some episodes the weeks of double groups."""
    presence: Presence = {}
    doubled: dict[str, list[date]] = {}
    for course in courses:
        for monday in MONDAYS:
            days = [after(monday, number) for number in range(6) if course.is_in(after(monday, number))]
            group_days = [day for day in days if day.weekday() in course.cohort.days]
            if not group_days:
                continue
            lapse = ledger.lapses.pick("days_missed", "days_excused", "week_of_double_groups")
            if lapse == "week_of_double_groups":
                doubled.setdefault(course.episode_id, []).append(monday)
            missed = _missed(ledger, course, days, group_days, lapse)
            status = EXCUSED if lapse == "days_excused" else ABSENT
            presence |= {(course.episode_id, day): status for day in missed if day != course.admitted}
    return presence, doubled


def excuse(ledger: Ledger, status: str) -> str | None:
    """This will give a reason where the absence is excused."""
    return ledger.one_of(words()["excused_reasons"]) if status == EXCUSED else None


def _missed(
    ledger: Ledger, course: Course, days: Sequence[date], group_days: Sequence[date], lapse: str | None
) -> list[date]:
    if lapse in ("days_missed", "days_excused"):
        return ledger.some_of(group_days, ledger.between(1, 2))
    if lapse is not None:
        return []
    return [day for day in days if not ledger.chance(course.person.steadiness)]
