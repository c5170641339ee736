"""Group sessions: what each cohort is offered, who came, who led, and how many were counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from handrail.example.census import Course
from handrail.example.days import LAST_DAY, MONDAYS, after, at, monday_of
from handrail.example.diary import Diary
from handrail.example.duty import Calendar, Week
from handrail.example.ledger import Ledger, words
from handrail.example.places import place
from handrail.example.presence import ABSENT, ATTENDED, Presence, excuse
from handrail.example.programs import Cohort, Program, Staff, on_duty

_CROWDS = {"group_of_thirteen": 13, "group_of_thirteen_with_two_leaders": 13, "group_of_fourteen": 14}
_LAPSES = ("group_of_two", "group_planned_for_two", *_CROWDS)
_LEADER_LAPSES = ("group_led_by_unlisted", "group_without_named_leader")


@dataclass(frozen=True)
class Block:
    """One block of one day of one cohort: the hours, and who of the cohort is enrolled and comes."""

    cohort: Cohort
    day: date
    spec: Mapping[str, Any]
    number: int
    statuses: dict[Course, str]

    def come(self) -> list[Course]:
        """This will give those who come."""
        return [course for course, status in self.statuses.items() if status == ATTENDED]


@dataclass(frozen=True)
class Offer:
    """What groups are given from: who is enrolled, who misses which days, and which weeks are unusual."""

    program: Program
    courses: Sequence[Course]
    presence: Presence
    doubled: Mapping[str, Sequence[date]]
    calendar: Calendar
    diary: Diary


def hold_groups(ledger: Ledger, offer: Offer) -> None:
    """This will write the group sessions of one program over the half year."""
    for cohort in offer.program.cohorts:
        own = [course for course in offer.courses if course.cohort is cohort]
        for day in _days(offer, cohort):
            enrolled = [course for course in own if course.is_in(day)]
            if not enrolled:
                continue
            guests = [course for course in offer.courses if _doubles(offer, course, cohort, day)]
            for number, spec in enumerate(cohort.blocks):
                statuses = {one: offer.presence.get((one.episode_id, day), ATTENDED) for one in [*enrolled, *guests]}
                _hold(ledger, offer, Block(cohort, day, spec, number, statuses))


def _days(offer: Offer, cohort: Cohort) -> Iterator[date]:
    for monday in MONDAYS:
        is_six = offer.calendar.week(cohort.program_id, monday) is Week.SIX_DAYS
        for number in (*cohort.days, 5) if is_six and cohort is offer.program.cohorts[0] else cohort.days:
            day = after(monday, number)
            if day <= LAST_DAY and offer.calendar.is_open(cohort.program_id, day):
                yield day


def _doubles(offer: Offer, course: Course, cohort: Cohort, day: date) -> bool:
    """Say whether somebody of another cohort comes to this one as well, all week."""
    if course.cohort is cohort or monday_of(day) not in offer.doubled.get(course.episode_id, ()):
        return False
    others = [one for one in offer.program.cohorts if one.family_hour != course.cohort.family_hour]
    return course.is_in(day) and bool(others) and cohort is max(others, key=lambda one: len(one.days))


def _hold(ledger: Ledger, offer: Offer, block: Block) -> None:
    if offer.calendar.week(block.cohort.program_id, block.day) is Week.WITHOUT_GROUPS:
        _write_session(ledger, block, status="cancelled", scheduled=len(block.statuses), head_count=None)
        return
    lapse = ledger.lapses.pick(*_LAPSES)
    if lapse is not None and not _apply(ledger, offer, block, lapse):
        ledger.lapses.give_back(lapse)
        lapse = None
    come = block.come()
    if not come:
        _write_session(ledger, block, status="cancelled", scheduled=len(block.statuses), head_count=None)
        return
    is_counted = lapse is not None or not ledger.lapses.happens("head_count_missing")
    session_id = _write_session(
        ledger,
        block,
        status="held",
        scheduled=2 if lapse == "group_planned_for_two" else len(block.statuses),
        head_count=len(come) if is_counted else None,
    )
    for staff in _leaders(ledger, offer, block, lapse):
        ledger.add("session_staff", session_id=session_id, staff_id=staff.staff_id)
    for course, status in block.statuses.items():
        attend(ledger, offer.diary, session_id, course, status=status, day=block.day, spec=block.spec)


def _apply(ledger: Ledger, offer: Offer, block: Block, lapse: str) -> bool:
    """Change who comes so that the session shows the lapse; False where too few people are there for it."""
    come = block.come()
    if lapse in ("group_of_two", "group_planned_for_two"):
        if len(come) < 2:
            return False
        two = ledger.some_of(come, 2)
        if lapse == "group_planned_for_two":
            block.statuses.clear()
        block.statuses.update(dict.fromkeys(come, ABSENT) if block.statuses else {})
        block.statuses.update(dict.fromkeys(two, ATTENDED))
        return True
    others = [one for one in offer.courses if one.cohort is not block.cohort and _is_free(offer, one, block)]
    wanted = _CROWDS[lapse] - len(come)
    if not 0 <= wanted <= len(others):
        return False
    block.statuses.update(dict.fromkeys(ledger.some_of(others, wanted), ATTENDED))
    return True


def _is_free(offer: Offer, course: Course, block: Block) -> bool:
    return (
        course.is_in(block.day)
        and course.admitted < block.day
        and course not in block.statuses
        and course.cohort.family_hour != block.cohort.family_hour
        and (course.episode_id, block.day) not in offer.presence
    )


def _leaders(ledger: Ledger, offer: Offer, block: Block, lapse: str | None) -> list[Staff]:
    first, second = (
        on_duty(block.cohort.seats[(block.number + block.day.toordinal() + turn) % 2], block.day) for turn in (0, 1)
    )
    if lapse in _CROWDS:
        return [first, second] if lapse == "group_of_thirteen_with_two_leaders" else [first]
    fault = ledger.lapses.pick(*_LEADER_LAPSES)
    if fault == "group_without_named_leader":
        return []
    if fault == "group_led_by_unlisted" and offer.program.peer and offer.program.nurse:
        return [ledger.one_of((offer.program.peer, offer.program.nurse))]
    return [first, second] if len(block.statuses) > 10 and ledger.chance(40) else [first]


def _write_session(ledger: Ledger, block: Block, *, status: str, scheduled: int, head_count: int | None) -> str:
    return ledger.add(
        "session",
        program_id=block.cohort.program_id,
        type=block.spec["type"],
        status=status,
        held_on=block.day,
        starts_at=at(block.day, block.spec["starts"]),
        ends_at=at(block.day, block.spec["ends"]),
        break_minutes=block.spec["break_minutes"],
        scheduled_count=scheduled,
        head_count=head_count,
        practice=ledger.one_of(words()["practices"]),
        **place(ledger, status),
    )


def attend(
    ledger: Ledger, diary: Diary, session_id: str, course: Course, *, status: str, day: date, spec: Mapping[str, Any]
) -> None:
    """This will write one person at one session, or the absence, and note in the diary who came."""
    arrived, left = None, None
    if status == ATTENDED:
        lapse = ledger.lapses.pick("times_not_documented", "left_early")
        if lapse != "times_not_documented":
            arrived = at(day, spec["starts"])
            left = at(day, spec["ends"], -30 if lapse == "left_early" else 0)
        minutes = (at(day, spec["ends"]) - at(day, spec["starts"])).seconds // 60
        diary.came(course.episode_id, day, minutes - int(spec["break_minutes"]))
    ledger.add(
        "attendance",
        session_id=session_id,
        episode_id=course.episode_id,
        status=status,
        arrived_at=arrived,
        left_at=left,
        excused_reason=excuse(ledger, status),
    )
