"""What became of people: housing, surroundings, functioning, support, primary care, employment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from handrail.example.census import Course
from handrail.example.days import after
from handrail.example.ledger import Ledger, words
from handrail.example.people import Person, ask
from handrail.example.recovery import Support

_DECLINES = ("function_declines", "function_declines_despite_high_use", "neither_progress_nor_practice")


@dataclass(frozen=True)
class Turn:
    """Which outcomes of one recovery episode do not turn out well, or were not measured."""

    environment: bool
    housing: bool
    network: bool
    measured_again: bool
    uses_tool: bool


def observe_recovery(ledger: Ledger, support: Support, lapse: str | None) -> None:
    """This will write the measures of one recovery episode: at the start, then every month."""
    happens = ledger.lapses.happens
    turn = Turn(
        environment=not happens("environment_undermines"),
        housing=not happens("housing_worse"),
        network=not happens("network_smaller"),
        measured_again=not happens("not_measured_again"),
        uses_tool=not happens("measured_without_tool"),
    )
    nights, score, network = ledger.between(10, 22), ledger.between(35, 55), ledger.between(1, 4)
    is_independent = ledger.chance(25)
    for number, day in enumerate(_months(support, turn)):
        is_later = number > 0
        if is_later:
            nights += ledger.between(2, 5) if turn.housing else -ledger.between(1, 4)
            score += -ledger.between(2, 6) if lapse in _DECLINES else ledger.between(2, 8)
            network += ledger.between(0, 1) + (number == 1) if turn.network else -(number < 3)
            is_independent = turn.housing and (is_independent or ledger.chance(30))
        supports = is_later and turn.environment
        surroundings = "supports" if supports else ledger.one_of(("neutral", "undermines"))
        others = ("dependent", "dependent", "dependent" if is_later and turn.housing else "homeless")
        living = "independent" if is_independent else ledger.one_of(others)
        _number(ledger, support.person, "stable_nights", min(max(nights, 0), 30), day)
        _number(ledger, support.person, "support_network", max(network, 0), day)
        _number(ledger, support.person, "function_score", score, day, has_tool=turn.uses_tool)
        _code(ledger, support.person, "recovery_environment", surroundings, day)
        _code(ledger, support.person, "living_arrangement", living, day)
    _link_to_primary_care(ledger, support)


def observe_treatment(ledger: Ledger, course: Course) -> None:
    """This will write the national outcome measures of intensive outpatient treatment: at its start and its end."""
    if course.is_waiting:
        return
    ends = [course.discharged] if course.discharged and course.reason == "completed" else []
    for number, day in enumerate([course.admitted, *ends]):
        employed = ("full", "part") if number and ledger.chance(60) else ("part", "unemployed", "not_in_labor_force")
        _code(ledger, course.person, "employment", ledger.one_of(employed), day)
        living = ("independent", "dependent") if number else ("independent", "dependent", "homeless")
        _code(ledger, course.person, "living_arrangement", ledger.one_of(living), day)
        _number(ledger, course.person, "self_help", ledger.between(0, 4) + 4 * number, day)
        _number(ledger, course.person, "arrests", 0 if number else int(ledger.chance(10)), day)
        _number(ledger, course.person, "function_score", ledger.between(40, 60) + 12 * number, day, has_tool=True)


def _months(support: Support, turn: Turn) -> Iterator[date]:
    yield support.admitted
    day = after(support.admitted, 30)
    while turn.measured_again and day <= support.last_day:
        yield day
        day = after(day, 30)


def _link_to_primary_care(ledger: Ledger, support: Support) -> None:
    takes_medication = ledger.chance(40)
    if not ledger.lapses.happens("medication_never_asked"):
        ask(ledger, support.person, support.admitted, ["medication"], support.worker.staff_id)
        _code(ledger, support.person, "takes_medication", "yes" if takes_medication else "no", support.admitted)
    if ledger.lapses.happens("primary_care_not_visited"):
        return
    day = after(support.admitted, ledger.between(4, 28) if takes_medication else ledger.between(6, 75))
    if day <= support.last_day:
        ledger.add("observation", person_id=support.person.person_id, measure="primary_care_visit", observed_on=day)


def _number(ledger: Ledger, person: Person, measure: str, value: int, day: date, *, has_tool: bool = False) -> None:
    ledger.add(
        "observation",
        person_id=person.person_id,
        measure=measure,
        value_number=Decimal(value),
        tool=words()["function_tool"] if has_tool else None,
        observed_on=day,
    )


def _code(ledger: Ledger, person: Person, measure: str, value: str, day: date) -> None:
    ledger.add("observation", person_id=person.person_id, measure=measure, value_code=value, observed_on=day)
