"""Which weeks are out of the ordinary at a program, which days it is closed, and who can be reached at night."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from handrail.example.days import FIRST_DAY, LAST_DAY, MONDAYS, after, at, monday_of
from handrail.example.ledger import Ledger, setting
from handrail.example.programs import Program, Staff, on_duty


class Week(Enum):
    """What kind of week a program has."""

    ORDINARY = "ordinary"
    CLOSED = "week_closed"
    WITHOUT_GROUPS = "week_without_groups"
    SIX_DAYS = "week_of_six_days"


@dataclass(frozen=True)
class Calendar:
    """The kind of every week of every program, where it is not an ordinary one."""

    unusual: dict[tuple[str, date], Week]

    def week(self, program_id: str, day: date) -> Week:
        """This will give the kind of the week in which the day lies."""
        return self.unusual.get((program_id, monday_of(day)), Week.ORDINARY)

    def is_open(self, program_id: str, day: date) -> bool:
        """True where the program is not closed on that day."""
        return day not in setting()["holidays"] and self.week(program_id, day) is not Week.CLOSED


def plan_weeks(ledger: Ledger, programs: Sequence[Program]) -> Calendar:
    """This will choose the unusual weeks, from the fourth on, and write the announced closures."""
    unusual = {}
    for monday in MONDAYS[3:]:
        for program in programs:
            lapse = ledger.lapses.pick("week_closed", "week_without_groups", "week_of_six_days")
            if lapse is not None:
                unusual[program.program_id, monday] = Week(lapse)
            if lapse == Week.CLOSED.value:
                ledger.add(
                    "program_closure",
                    program_id=program.program_id,
                    starts_on=monday,
                    ends_on=after(monday, 6),
                    reason="Repair of the heating, announced a month ahead",
                    recorded_on=max(after(monday, -30), FIRST_DAY),
                )
    return Calendar(unusual)


def keep_on_call(ledger: Ledger, program: Program) -> None:
    """This will write who can be reached, in shifts from eight to eight."""
    for number in range((LAST_DAY - FIRST_DAY).days + 2):
        day = after(FIRST_DAY, number - 1)
        seats = [seat for cohort in program.cohorts for seat in cohort.seats]
        staff: list[Staff] = [program.director, *(on_duty(seat, day) for seat in seats)]
        lapse = ledger.lapses.pick("on_call_gap", "on_call_unlisted")
        starts_at, who = at(day, "08:00"), staff[number % len(staff)]
        if lapse == "on_call_unlisted" and program.nurse is not None:
            who = program.nurse
        if lapse == "on_call_gap":
            starts_at = at(day, "08:00", ledger.between(2, 20) * 30)
        ledger.add(
            "on_call_shift",
            program_id=program.program_id,
            staff_id=who.staff_id,
            starts_at=starts_at,
            ends_at=at(after(day, 1), "08:00"),
        )
