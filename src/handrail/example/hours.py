"""Individual and family sessions, and the hours that are no treatment: self-help, drug screens, crisis calls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from handrail.example.census import Course
from handrail.example.days import LAST_DAY, MONDAYS, after, at
from handrail.example.duty import Week
from handrail.example.groups import Offer, attend
from handrail.example.ledger import Ledger, words
from handrail.example.places import place
from handrail.example.presence import ATTENDED

_SIDE_HOURS = {
    "self_help": ("12:30", 60),
    "meal": ("12:20", 30),
    "transport": ("08:15", 30),
    "drug_screen": ("08:45", 15),
    "paperwork": ("16:40", 20),
    "case_management": ("16:40", 30),
    "crisis_phone": ("22:10", 25),
}


def hold_hours(ledger: Ledger, offer: Offer) -> None:
    """This will write the sessions that one person has alone or with family, week by week."""
    for course in offer.courses:
        for monday in MONDAYS:
            day = _own_day(offer, course, monday)
            if day is None:
                continue
            is_quiet = offer.calendar.week(course.program.program_id, monday) is Week.WITHOUT_GROUPS
            if is_quiet and (course.chair > 0 or day.weekday() > 1):
                continue
            _hold(ledger, offer, course, "individual", day=day, clock=course.cohort.individual_hours[_round(course)])
            is_family_week = (MONDAYS.index(monday) + _family_turn(course)) % 4 == 0
            if course.person.family_joins and is_family_week and not is_quiet:
                _hold(ledger, offer, course, "family", day=day, clock=course.cohort.family_hour)
            if ledger.chance(25) and not is_quiet:
                _hold_aside(ledger, offer, course, day)


def _own_day(offer: Offer, course: Course, monday: date) -> date | None:
    """Give the day of the week on which this chair has its hour, if the person is enrolled and the program open."""
    days = course.cohort.days
    day = after(monday, days[course.chair // 2 % len(days)])
    is_held = day <= LAST_DAY and course.is_in(day) and offer.calendar.is_open(course.program.program_id, day)
    return day if is_held else None


def _round(course: Course) -> int:
    """Give 0 for the first person whom this counselor sees on that day, 1 for the second."""
    return course.chair // 2 // len(course.cohort.days) % len(course.cohort.individual_hours)


def _family_turn(course: Course) -> int:
    """Give the week of four in which the family comes; no two families of one counselor and day share it."""
    return 2 * _round(course) + course.chair // 2 % 2


def _hold(ledger: Ledger, offer: Offer, course: Course, kind: str, *, day: date, clock: str) -> None:
    status = offer.presence.get((course.episode_id, day), ATTENDED)
    is_held = status == ATTENDED and (kind == "family" or not ledger.lapses.happens("individual_cancelled"))
    ends_at = at(day, clock, 60)
    spec = {"starts": clock, "ends": f"{ends_at:%H:%M}", "break_minutes": 0}
    people = [course, *_companions(ledger, offer, course, kind, day)] if is_held else [course]
    session_id = ledger.add(
        "session",
        program_id=course.program.program_id,
        type=kind,
        status="held" if is_held else "cancelled",
        held_on=day,
        starts_at=at(day, clock),
        ends_at=ends_at,
        break_minutes=0,
        scheduled_count=len(people),
        head_count=len(people) if is_held else None,
        practice=ledger.one_of(words()["practices"]),
        **place(ledger, "held" if is_held else "cancelled"),
    )
    if is_held:
        counselor = course.cohort.counselor(course.chair, day)
        ledger.add("session_staff", session_id=session_id, staff_id=counselor.staff_id)
    if is_held or status != ATTENDED:
        for one in people:
            attend(ledger, offer.diary, session_id, one, status=status, day=day, spec=spec)


def _companions(ledger: Ledger, offer: Offer, course: Course, kind: str, day: date) -> Iterator[Course]:
    lapse = "family_of_two" if kind == "family" else "individual_with_two"
    if not ledger.lapses.happens(lapse):
        return
    others = [
        one
        for one in offer.courses
        if one.cohort is course.cohort
        and one is not course
        and one.is_in(day)
        and one.chair % 2 == course.chair % 2
        and one.chair // 2 % len(one.cohort.days) != course.chair // 2 % len(one.cohort.days)
        and (one.episode_id, day) not in offer.presence
    ]
    if others:
        yield ledger.one_of(others)
    else:
        ledger.lapses.give_back(lapse)


def _hold_aside(ledger: Ledger, offer: Offer, course: Course, day: date) -> None:
    """Write an hour that no definition counts as treatment."""
    if offer.presence.get((course.episode_id, day), ATTENDED) != ATTENDED:
        return
    kind = ledger.one_of(list(_SIDE_HOURS))
    clock, minutes = _SIDE_HOURS[kind]
    session_id = ledger.add(
        "session",
        program_id=course.program.program_id,
        type=kind,
        setting="telehealth" if kind == "crisis_phone" else "clinic",
        status="held",
        held_on=day,
        starts_at=at(day, clock),
        ends_at=at(day, clock, minutes),
        scheduled_count=1,
        head_count=1,
    )
    ledger.add("session_staff", session_id=session_id, staff_id=course.cohort.counselor(course.chair, day).staff_id)
    ledger.add(
        "attendance",
        session_id=session_id,
        episode_id=course.episode_id,
        status="attended",
        arrived_at=at(day, clock),
        left_at=at(day, clock, minutes),
    )
