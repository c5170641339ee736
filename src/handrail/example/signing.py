"""Who signed a plan or a review, on which day, and who did not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from handrail.example.days import LAST_DAY, after
from handrail.example.ledger import Ledger
from handrail.example.programs import Staff


def sign(ledger: Ledger, document: Mapping[str, str], team: Sequence[Staff], day: date) -> None:
    """This will write the signatures under one document, named by its column and id, on its day."""
    lapse = ledger.lapses.pick(
        "signature_of_team_missing", "signature_of_individual_missing", "signature_refused", "signature_late"
    )
    signed = day
    if lapse == "signature_late":
        signed = after(day, ledger.between(33, 45))
        if signed > LAST_DAY:
            ledger.lapses.give_back(lapse)
            signed = day
    if lapse != "signature_of_individual_missing":
        is_refused = True if lapse == "signature_refused" else None
        ledger.add("signature", signer="individual", signed_on=signed, refused=is_refused, **document)
    absent = ledger.one_of(team) if lapse == "signature_of_team_missing" and team else None
    for staff in team:
        if staff is not absent:
            ledger.add("signature", signer="staff", staff_id=staff.staff_id, signed_on=day, **document)
