"""How the example is made: area by area, each building on what the ones before have written."""

from __future__ import annotations

from collections.abc import Sequence

from handrail.example.census import Course, admit
from handrail.example.claims import bill_recovery, bill_treatment
from handrail.example.contacts import Use, authorize, hold_contacts, plan_rota
from handrail.example.coordination import coordinate_recovery, coordinate_treatment
from handrail.example.diary import Diary
from handrail.example.duty import Calendar, keep_on_call, plan_weeks
from handrail.example.endings import end
from handrail.example.groups import Offer, hold_groups
from handrail.example.hours import hold_hours
from handrail.example.intake import take_in
from handrail.example.late_entries import write_late
from handrail.example.ledger import Ledger
from handrail.example.outcomes import observe_recovery, observe_treatment
from handrail.example.planning import gather_team, write_plan
from handrail.example.presence import foresee
from handrail.example.programs import Program, open_outpatient, open_recovery
from handrail.example.recovery import Support, come_from_elsewhere, step_over
from handrail.example.reviews import review
from handrail.example.support_plans import plan_support
from handrail.example.troubles import complain, follow_use, slip_in_treatment
from handrail.records.holding import Records, from_rows

_USE_LAPSES = (
    "contact_gap",
    "use_above_plan",
    "use_below_plan",
    "function_declines_despite_high_use",
    "function_declines",
    "neither_progress_nor_practice",
)


def example(seed: int = 7, people: int = 200) -> Records:
    """This will make the records of an invented clinic: so many people, over half a year; the same for the same seed.

    Three people of four come to intensive outpatient treatment, the rest to recovery support from elsewhere.
    Raises `ValueError` for fewer than ten people, since groups need some.
    """
    if people < 10:
        raise ValueError(f"an example needs at least 10 people to form groups, not {people}")
    ledger = Ledger(seed)
    in_treatment = people * 78 // 100
    programs = open_outpatient(ledger, in_treatment)
    recovery = open_recovery(ledger, people * 32 // 100)
    calendar = plan_weeks(ledger, programs)
    courses = admit(ledger, programs, calendar, in_treatment)
    diary = Diary()
    for program in programs:
        keep_on_call(ledger, program)
        _treat(ledger, program, courses, calendar, diary)
    supports = step_over(ledger, recovery, courses)
    supports += come_from_elsewhere(ledger, recovery, people - in_treatment, already=len(supports))
    _support(ledger, recovery, supports, diary)
    write_late(ledger)
    return from_rows(ledger.rows)


def _treat(ledger: Ledger, program: Program, courses: Sequence[Course], calendar: Calendar, diary: Diary) -> None:
    """Write everything about the people of one intensive outpatient program."""
    own = [course for course in courses if course.program is program]
    begun = [course for course in own if not course.is_waiting]
    for course in own:
        take_in(ledger, course)
    presence, doubled = foresee(ledger, begun)
    offer = Offer(program, begun, presence, doubled, calendar, diary)
    hold_groups(ledger, offer)
    hold_hours(ledger, offer)
    for course in begun:
        members = gather_team(ledger, course)
        plan = write_plan(ledger, course, diary, members)
        if plan is not None:
            review(ledger, course, plan, members)
        end(ledger, course)
        coordinate_treatment(ledger, course)
        observe_treatment(ledger, course)
        slip_in_treatment(ledger, course)
        complain(ledger, course)
        bill_treatment(ledger, course, diary)


def _support(ledger: Ledger, program: Program, supports: Sequence[Support], diary: Diary) -> None:
    """Write everything about the women of recovery support once they have been enrolled."""
    rota = plan_rota(ledger, program)
    begun = [support for support in supports if not support.is_waiting]
    for support in begun:
        lapse = ledger.lapses.pick(*_USE_LAPSES)
        is_stuck = lapse == "neither_progress_nor_practice"
        hold_contacts(ledger, support, rota, Use(lapse, not is_stuck), diary)
        authorize(ledger, support)
        coordinate_recovery(ledger, support)
        plan_support(ledger, support, makes_progress=not is_stuck)
        observe_recovery(ledger, support, lapse)
        follow_use(ledger, support)
        complain(ledger, support)
        bill_recovery(ledger, support, diary)
