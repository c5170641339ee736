"""The needs that were found, and the referrals that answer them or do not."""

from __future__ import annotations

from datetime import date

from handrail.example.census import Course
from handrail.example.days import LAST_DAY, after
from handrail.example.ledger import Ledger, words

_CREDENTIAL = {"psychiatric": "psychiatrist", "medical": "physician", "primary_care": "physician"}


def arrange_needs(ledger: Ledger, course: Course) -> None:
    """This will write the needs of one course of treatment and what was arranged for each."""
    if course.is_waiting or not ledger.chance(60):
        return
    for kind in ledger.some_of(list(words()["needs"]), ledger.between(1, 2)):
        day = after(course.admitted, ledger.between(0, 10))
        if day > course.last_day:
            continue
        need_id = ledger.add("need", episode_id=course.episode_id, kind=kind, identified_on=day)
        referred = after(day, ledger.between(0, 12))
        if referred <= course.last_day and not ledger.lapses.happens("need_without_referral"):
            _refer(ledger, course, words()["needs"][kind], referred, credential=_CREDENTIAL.get(kind), need_id=need_id)


def refer_for_mental_health(ledger: Ledger, course: Course, assessed: date) -> None:
    """This will write the referral that an addiction counselor owes who suspects a mental condition."""
    lapse = ledger.lapses.pick("suspected_without_referral", "suspected_referred_late")
    if lapse == "suspected_without_referral":
        return
    day = min(after(assessed, ledger.between(0, 2)), max(assessed, course.admitted))
    if lapse == "suspected_referred_late":
        day = after(course.admitted, ledger.between(16, 25))
    if day > course.last_day:
        if lapse:
            ledger.lapses.give_back(lapse)
        return
    capable = ledger.one_of(("limhp", "psychologist", "aprn"))
    _refer(ledger, course, "mental_health", day, credential=capable)


def _refer(
    ledger: Ledger, course: Course, purpose: str, day: date, *, credential: str | None, need_id: str | None = None
) -> None:
    known = after(day, ledger.between(4, 24))
    is_known = known <= LAST_DAY and not ledger.lapses.happens("referral_unresolved")
    ledger.add(
        "referral",
        episode_id=course.episode_id,
        need_id=need_id,
        purpose=purpose,
        referred_on=day,
        receiver=words()["receiver"],
        receiver_credential=credential,
        outcome=ledger.one_of(("seen", "seen", "seen", "seen", "declined", "did_not_attend")) if is_known else None,
        outcome_on=known if is_known else None,
    )
