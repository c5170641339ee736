"""Returns to use, incidents and grievances."""

from __future__ import annotations

from datetime import date

from handrail.example.census import Course
from handrail.example.days import LAST_DAY, after
from handrail.example.ledger import Ledger, words
from handrail.example.people import Person, ask
from handrail.example.recovery import Support


def follow_use(ledger: Ledger, support: Support) -> None:
    """This will write her returns to use: in the year before recovery support, and since."""
    lapse = ledger.lapses.pick("substance_use_never_asked", "more_relapses_than_before")
    if lapse == "substance_use_never_asked":
        return
    ask(ledger, support.person, support.requested, ["substance_use"], support.worker.staff_id)
    before = 1 if lapse == "more_relapses_than_before" else ledger.between(4, 9)
    day = after(support.admitted, -360)
    for _ in range(before):
        day = after(day, ledger.between(12, 34))
        _write_use(ledger, support.person, day, recorded_on=support.requested)
    now = ledger.between(3, 4) if lapse == "more_relapses_than_before" else int(ledger.chance(30))
    day = after(support.admitted, ledger.between(8, 20))
    for _ in range(now):
        if day <= support.last_day:
            _write_use(ledger, support.person, day)
        day = after(day, ledger.between(9, 16))
    day = after(support.admitted, 30)
    while day <= support.last_day:
        ask(ledger, support.person, day, ["substance_use"], support.worker.staff_id)
        day = after(day, 30)


def slip_in_treatment(ledger: Ledger, course: Course) -> None:
    """This will write a return to use during intensive outpatient treatment, for some."""
    day = after(course.admitted, ledger.between(7, 50))
    if ledger.chance(25) and day <= course.last_day:
        _write_use(ledger, course.person, day)


def complain(ledger: Ledger, whose: Course | Support) -> None:
    """This will write the incidents and grievances of one episode; people are asked about both every seven weeks."""
    asked = after(whose.admitted, 10)
    is_asked = not ledger.lapses.happens("troubles_never_asked")
    while is_asked and asked <= whose.last_day:
        ask(ledger, whose.person, asked, ["incidents", "grievances"], None)
        asked = after(asked, 50)
    program_id, episode_id = whose.program.program_id, whose.episode_id
    day = min(after(whose.admitted, ledger.between(1, 60)), whose.last_day)
    if ledger.lapses.happens("incident"):
        severity = ledger.one_of(("minor", "minor", "moderate", "severe", "sentinel"))
        ledger.add("incident", program_id=program_id, episode_id=episode_id, occurred_on=day, severity=severity)
    if ledger.lapses.happens("grievance"):
        ledger.add("grievance", program_id=program_id, episode_id=episode_id, received_on=day, upheld=ledger.chance(40))


def _write_use(ledger: Ledger, person: Person, day: date, recorded_on: date | None = None) -> None:
    if day <= LAST_DAY:
        ledger.add(
            "use_event",
            person_id=person.person_id,
            occurred_on=day,
            substance=person.substance["substance"],
            source=ledger.one_of(words()["use_sources"]),
            recorded_on=recorded_on,
        )
