"""How a woman manages the activities of life, as found when recovery support begins."""

from __future__ import annotations

from datetime import date

from handrail.example.ledger import Ledger, words
from handrail.example.people import Person, ask
from handrail.example.programs import Staff


def find_impairments(ledger: Ledger, person: Person, day: date, finder: Staff) -> None:
    """This will write, for every activity that was asked about, whether substance use limits her in it."""
    lapse = ledger.lapses.pick("not_impaired", "impairment_not_related", "impairments_never_asked")
    if lapse == "impairments_never_asked":
        return
    ask(ledger, person, day, ["impairments"], finder.staff_id)
    activities = [*words()["activities"], "other"]
    limited = set() if lapse == "not_impaired" else set(ledger.some_of(activities, ledger.between(2, 4)))
    for activity in activities:
        is_limited = activity in limited
        ledger.add(
            "functional_impairment",
            person_id=person.person_id,
            activity=activity,
            limits_activity=is_limited,
            substance_related=is_limited and lapse != "impairment_not_related",
            observed_on=day,
            observed_by=finder.staff_id,
        )
