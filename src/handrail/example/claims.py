"""What was billed: a day of intensive outpatient treatment, a quarter of an hour of recovery support."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from handrail.example.census import Course
from handrail.example.days import monday_of
from handrail.example.diary import Diary
from handrail.example.ledger import Ledger
from handrail.example.recovery import Support


def bill_treatment(ledger: Ledger, course: Course, diary: Diary) -> None:
    """This will write a claim line for each day of three hours or more, on one claim a week."""
    for day in diary.days(course.episode_id):
        if diary.minutes[course.episode_id][day] >= 180:
            _write(ledger, course, day, code="H0015", units=1, price=Decimal("148.50"))


def bill_recovery(ledger: Ledger, support: Support, diary: Diary) -> None:
    """This will write a claim line for each contact."""
    for day in diary.days(support.episode_id):
        units = diary.minutes[support.episode_id][day] // 15
        _write(ledger, support, day, code="T1012", units=units, price=Decimal("14.25"))


def _write(ledger: Ledger, whose: Course | Support, day: date, *, code: str, units: int, price: Decimal) -> None:
    ledger.add(
        "claim_line",
        claim_id=f"{whose.episode_id}-{monday_of(day):%m%d}",
        person_id=whose.person.person_id,
        billing_npi=whose.program.npi,
        service_code=code,
        units=Decimal(units),
        starts_on=day,
        ends_on=day,
        diagnosis_code=whose.person.substance["code"],
        paid_amount=price * units,
    )
