"""The other providers of a person, and the contacts with them."""

from __future__ import annotations

from datetime import date

from handrail.example.census import Course
from handrail.example.days import after
from handrail.example.ledger import Ledger, words
from handrail.example.people import ask
from handrail.example.programs import Staff
from handrail.example.recovery import Support


def coordinate_treatment(ledger: Ledger, course: Course) -> None:
    """This will write the providers of somebody in intensive outpatient treatment, if there are any."""
    if course.is_waiting or not ledger.chance(45):
        return
    for role in ledger.some_of(words()["provider_roles"], ledger.between(1, 2)):
        by = course.cohort.counselor(course.chair, course.admitted)
        _know(ledger, course, role, by, known_from=course.admitted)


def coordinate_recovery(ledger: Ledger, support: Support) -> None:
    """This will write the medical home and the other providers of a woman in recovery support."""
    lapse = ledger.lapses.pick("medical_home_unknown", "medical_home_not_contacted", "providers_never_asked")
    if lapse == "providers_never_asked":
        return
    ask(ledger, support.person, support.requested, ["providers"], support.worker.staff_id)
    roles = ledger.some_of(("mental_health", "housing", "child_welfare", "probation", "peer"), ledger.between(0, 2))
    for role in roles:
        _know(ledger, support, role, support.worker, known_from=support.admitted)
    if lapse != "medical_home_unknown":
        contacts = lapse != "medical_home_not_contacted"
        _know(ledger, support, "medical_home", support.worker, known_from=support.admitted, contacts=contacts)


def _know(
    ledger: Ledger, whose: Course | Support, role: str, by: Staff, *, known_from: date, contacts: bool | None = None
) -> None:
    """Write one provider; `contacts` says whether they are contacted, None leaves it to the lapses."""
    lapse = None if contacts is not None else ledger.lapses.pick("provider_not_contacted", "provider_contact_refused")
    known = min(after(known_from, ledger.between(0, 4)), whose.last_day)
    is_refused = lapse == "provider_contact_refused"
    member_id = ledger.add(
        "care_team_member",
        episode_id=whose.episode_id,
        role=role,
        name=words()["receiver"],
        known_on=known,
        consent_on=None if is_refused else known,
        consent_refused=is_refused,
    )
    if is_refused or contacts is False or lapse == "provider_not_contacted":
        return
    day = after(known, ledger.between(0, 12))
    while day <= whose.last_day:
        ledger.add("coordination_contact", care_team_member_id=member_id, contacted_on=day, by_staff_id=by.staff_id)
        day = after(day, ledger.between(18, 35))
