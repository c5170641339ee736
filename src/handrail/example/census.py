"""Who is in intensive outpatient treatment when: each place in a group is taken by one person after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from handrail.example.days import FIRST_DAY, LAST_DAY, MONDAYS, after, monday_of
from handrail.example.duty import Calendar
from handrail.example.ledger import Ledger, words
from handrail.example.people import Person, ask, meet, write_children
from handrail.example.programs import Cohort, Program

_FEWEST_CHAIRS = 5
_STILL_WAITING = 2
_REASONS = ("completed",) * 15 + ("dropped_out",) * 3 + ("transferred", "incarcerated")


@dataclass(frozen=True)
class Stay:
    """One person's place in a group, before anybody has it: from one day to another, or still going on."""

    admitted: date
    discharged: date
    reason: str
    program: Program
    cohort: Cohort
    chair: int


@dataclass(frozen=True, eq=False)
class Course:
    """One episode of intensive outpatient treatment. `is_waiting`: requested, not yet begun."""

    episode_id: str
    person: Person
    program: Program
    cohort: Cohort
    chair: int
    assessed: date
    admitted: date
    discharged: date | None
    reason: str | None

    @property
    def is_waiting(self) -> bool:
        """True where treatment has not begun."""
        return self.admitted > LAST_DAY

    @property
    def last_day(self) -> date:
        """The day of discharge, or the last day of the example."""
        return self.discharged or LAST_DAY

    def is_in(self, day: date) -> bool:
        """True where the person is enrolled on that day."""
        return self.admitted <= day <= self.last_day


def admit(ledger: Ledger, programs: Sequence[Program], calendar: Calendar, people: int) -> list[Course]:
    """This will write the persons and episodes of intensive outpatient treatment, so many people in all."""
    stays: list[Stay] = []
    chair = 0
    while len(stays) < people or chair < _FEWEST_CHAIRS:
        for program in programs:
            for cohort in program.cohorts:
                stays += _stays_on(ledger, calendar, program, cohort, chair)
        chair += 1
    stays.sort(key=lambda stay: (stay.admitted, stay.cohort.program_id, stay.cohort.family_hour, stay.chair))
    begun, waiting = stays[: people - _STILL_WAITING], stays[-_STILL_WAITING:]
    return [_enroll(ledger, stay) for stay in (*begun, *waiting)]


def _stays_on(ledger: Ledger, calendar: Calendar, program: Program, cohort: Cohort, chair: int) -> list[Stay]:
    stays = []
    start = FIRST_DAY if chair < 7 else MONDAYS[ledger.between(1, 3)]
    while start <= after(LAST_DAY, 4):
        admitted = _group_day(calendar, cohort, start)
        reason = ledger.one_of(_REASONS)
        weeks = ledger.between(8, 15) if reason == "completed" else ledger.between(2, 6)
        end = after(monday_of(admitted), weeks * 7 + cohort.days[-1])
        stays.append(Stay(admitted, end, reason, program, cohort, chair))
        start = after(monday_of(end), 7 * ledger.between(1, 2))
    return stays


def _group_day(calendar: Calendar, cohort: Cohort, start: date) -> date:
    """Give the first day on or after the start on which the group meets."""
    day = start
    while day.weekday() not in cohort.days or not calendar.is_open(cohort.program_id, day):
        day = after(day, 1)
    return day


def _enroll(ledger: Ledger, stay: Stay) -> Course:
    is_aged_18 = ledger.lapses.happens("aged_18")
    has_mental = stay.program.is_enhanced or ledger.chance(25)
    requested = min(after(stay.admitted, -ledger.between(0, 5)), LAST_DAY)
    assessed = after(requested, -ledger.between(0, 4))
    person = meet(ledger, assessed, is_woman=ledger.chance(48), has_mental=has_mental, age=18 if is_aged_18 else None)
    discharged = stay.discharged if stay.discharged <= LAST_DAY else None
    reason = stay.reason if discharged else None
    written = discharged
    if discharged and ledger.lapses.happens("discharge_written_late"):
        written = min(after(discharged, ledger.between(8, 20)), LAST_DAY)
    explains = not person.family_joins and not ledger.lapses.happens("family_absent_without_reason")
    episode_id = ledger.add(
        "episode",
        person_id=person.person_id,
        program_id=stay.program.program_id,
        requested_on=requested,
        admitted_on=stay.admitted if stay.admitted <= LAST_DAY else None,
        discharged_on=discharged,
        discharge_reason=reason,
        discharge_recorded_on=written,
        objectives_met=None if reason is None else reason == "completed",
        family_declined_reason=ledger.one_of(words()["family_reasons"]) if explains else None,
    )
    _ask_about_children(ledger, person, assessed)
    return Course(
        episode_id, person, stay.program, stay.cohort, stay.chair, assessed, stay.admitted, discharged, reason
    )


def _ask_about_children(ledger: Ledger, person: Person, day: date) -> None:
    if person.is_woman and ledger.lapses.happens("children_never_asked"):
        return
    ask(ledger, person, day, ["children"], None)
    write_children(ledger, person, day)
