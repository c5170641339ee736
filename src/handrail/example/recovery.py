"""Who is in recovery support: mothers who left intensive treatment here, and mothers from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from handrail.example.census import Course
from handrail.example.days import FIRST_DAY, LAST_DAY, after, workday_from, years_before
from handrail.example.diagnoses import diagnose_elsewhere
from handrail.example.impairments import find_impairments
from handrail.example.ledger import Ledger, setting, words
from handrail.example.people import Person, a_child, ask, meet, write_children
from handrail.example.programs import Program, Staff

_GAPS = {
    "discharged_the_same_day": (0, 0),
    "discharged_30_days_before": (30, 30),
    "discharged_31_days_before": (31, 31),
    "discharged_long_before": (41, 70),
}
_HOURS = ("08:30", "10:00", "11:30", "13:30", "15:00")
_STAY_LAPSES = ("not_yet_discharged", "stay_does_not_qualify", "stays_never_asked")
_PERSON_LAPSES = (
    "not_a_woman",
    "aged_17",
    "child_turned_18",
    "child_turns_18_later",
    "childless",
    "child_birth_date_not_recorded",
)


@dataclass(frozen=True, eq=False)
class Support:
    """One episode of recovery support. `is_waiting`: requested, not yet begun."""

    episode_id: str
    person: Person
    program: Program
    worker: Staff
    clock: str
    requested: date
    admitted: date
    discharged: date | None
    reason: str | None

    @property
    def is_waiting(self) -> bool:
        """True where the service has not begun."""
        return self.admitted > LAST_DAY

    @property
    def last_day(self) -> date:
        """The day of discharge, or the last day of the example."""
        return self.discharged or LAST_DAY


def step_over(ledger: Ledger, program: Program, courses: Sequence[Course]) -> list[Support]:
    """This will write the mothers who left intensive treatment here and came to recovery support, most of them."""
    supports: list[Support] = []
    for course in courses:
        left = course.discharged
        if left is None or not course.person.is_woman or not course.person.has_minor_child(left):
            continue
        if course.reason not in ("completed", "dropped_out", "transferred") or not ledger.chance(75):
            continue
        requested = _request_after(ledger, left)
        if requested <= LAST_DAY:
            support = _enroll(ledger, program, course.person, requested, len(supports))
            find_impairments(ledger, course.person, requested, support.worker)
            supports.append(support)
    return supports


def come_from_elsewhere(ledger: Ledger, program: Program, people: int, already: int) -> list[Support]:
    """This will write the mothers who come from a stay elsewhere, so many of them; others are there already."""
    lefts = [workday_from(after(FIRST_DAY, number * 178 // people - 8)) for number in range(people)]
    return [_come(ledger, program, left, already + number) for number, left in enumerate(lefts)]


def _come(ledger: Ledger, program: Program, left: date, number: int) -> Support:
    requested = _request_after(ledger, left)
    while requested > LAST_DAY:
        left, requested = after(left, -28), after(requested, -28)
    lapse = ledger.lapses.pick(*_PERSON_LAPSES)
    person = _meet(ledger, requested, lapse)
    if not ledger.lapses.happens("children_never_asked"):
        ask(ledger, person, requested, ["children"], None)
        write_children(ledger, person, requested, knows_birth_dates=lapse != "child_birth_date_not_recorded")
    elif lapse in ("child_turned_18", "child_turns_18_later", "childless", "child_birth_date_not_recorded"):
        ledger.lapses.give_back(lapse)
    diagnose_elsewhere(ledger, person, requested)
    _write_stay(ledger, person, left, requested)
    support = _enroll(ledger, program, person, requested, number)
    find_impairments(ledger, person, requested, support.worker)
    return support


def _meet(ledger: Ledger, day: date, lapse: str | None) -> Person:
    age = 17 if lapse == "aged_17" else ledger.between(22, 44)
    children = tuple(a_child(ledger, day, age) for _ in range(ledger.between(1, 3)))
    if lapse == "child_turned_18":
        age, children = ledger.between(38, 50), (years_before(day, 18, ledger.between(0, 300)),)
    if lapse == "child_turns_18_later":
        age, children = ledger.between(38, 50), (years_before(day, 18, -ledger.between(5, 45)),)
    if lapse == "childless":
        children = ()
    return meet(ledger, day, is_woman=lapse != "not_a_woman", has_mental=False, age=age, children=children)


def _request_after(ledger: Ledger, left: date) -> date:
    lapse = ledger.lapses.pick(*_GAPS)
    least, most = _GAPS[lapse] if lapse else (1, 26)
    requested = after(left, ledger.between(least, most))
    if requested > LAST_DAY and lapse:
        ledger.lapses.give_back(lapse)
    return requested


def _write_stay(ledger: Ledger, person: Person, left: date, day: date) -> None:
    lapse = ledger.lapses.pick(*_STAY_LAPSES)
    if lapse == "stays_never_asked":
        return
    ask(ledger, person, day, ["stays"], None)
    level, focus = ledger.one_of(words()["qualifying_levels"]), "substance_use"
    if lapse == "stay_does_not_qualify":
        level, focus = ledger.one_of((("1", focus), ("sober_living", focus), ("4", "mental"), ("emergency", focus)))
    has_ended = lapse != "not_yet_discharged"
    ledger.add(
        "outside_stay",
        person_id=person.person_id,
        level=level,
        focus=focus,
        facility=words()["outside_facility"],
        admitted_on=after(left, -ledger.between(10, 60)),
        discharged_on=left if has_ended else None,
        discharge_reason="moved on" if has_ended else None,
        objectives_met=True if has_ended else None,
        recorded_on=day,
    )


def _enroll(ledger: Ledger, program: Program, person: Person, requested: date, number: int) -> Support:
    turn, place = divmod(number, len(program.workers))
    worker, clock = program.workers[place], _HOURS[turn % len(_HOURS)]
    admitted = workday_from(max(after(requested, ledger.between(0, 5)), FIRST_DAY))
    while admitted in setting()["holidays"]:
        admitted = workday_from(after(admitted, 1))
    lacks_request = admitted <= LAST_DAY and ledger.lapses.happens("came_without_request")
    length = ledger.between(12, 24) * 7 if ledger.chance(75) else ledger.between(4, 10) * 7
    end = after(admitted, length)
    discharged = end if end <= LAST_DAY else None
    reason = None
    if discharged is not None:
        reason = ledger.one_of(("completed", "completed", "completed", "completed", "dropped_out", "transferred"))
    written = discharged
    if discharged is not None and ledger.lapses.happens("discharge_written_late"):
        written = min(after(discharged, ledger.between(8, 20)), LAST_DAY)
    episode_id = ledger.add(
        "episode",
        person_id=person.person_id,
        program_id=program.program_id,
        requested_on=None if lacks_request else requested,
        admitted_on=admitted if admitted <= LAST_DAY else None,
        discharged_on=discharged,
        discharge_reason=reason,
        discharge_recorded_on=written,
        objectives_met=None if reason is None else reason == "completed",
    )
    return Support(episode_id, person, program, worker, clock, requested, admitted, discharged, reason)
