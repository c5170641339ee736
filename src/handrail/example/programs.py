"""The programs, their groups of people, and who works there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from handrail.example.days import FIRST_DAY, after
from handrail.example.ledger import Ledger, setting

HIRED_ON = date(2025, 12, 1)
LEAVES_ON = date(2026, 4, 10)
SUCCESSOR_FROM = date(2026, 4, 13)
ADDICTION_ONLY = ("ladc", "pladc")
PROVISIONAL = ("pladc", "plmhp", "provisional_psychologist")


@dataclass(frozen=True)
class Staff:
    """One member of staff; `credential` is empty for the office."""

    staff_id: str
    program_id: str
    name: str
    credential: str | None
    hired_on: date = HIRED_ON
    left_on: date | None = None

    @property
    def may_diagnose_mental(self) -> bool:
        """True for those whose licence reaches beyond addiction."""
        return self.credential not in (None, "peer", "other", "registered_nurse", *ADDICTION_ONLY)


Seat = tuple[Staff, ...]
"""The counselors who follow one another in one place, each from the day the one before has left."""


@dataclass(frozen=True)
class Cohort:
    """A group of people who come on the same days at the same time, with two counselors."""

    program_id: str
    days: tuple[int, ...]
    blocks: tuple[Mapping[str, Any], ...]
    individual_hours: tuple[str, ...]
    family_hour: str
    seats: tuple[Seat, Seat]

    def counselor(self, chair: int, day: date) -> Staff:
        """This will give the counselor who has the person on this chair, on that day."""
        return on_duty(self.seats[chair % 2], day)


@dataclass(frozen=True)
class Program:
    """One program with its leading people; cohorts for intensive outpatient, workers for recovery support."""

    program_id: str
    is_enhanced: bool
    npi: str
    director: Staff
    prescriber: Staff | None = None
    nurse: Staff | None = None
    peer: Staff | None = None
    cohorts: tuple[Cohort, ...] = ()
    workers: tuple[Staff, ...] = ()


def on_duty(seat: Seat, day: date) -> Staff:
    """This will give the counselor of a seat on a day."""
    return next((one for one in seat if one.left_on is None or day <= one.left_on), seat[-1])


def open_outpatient(ledger: Ledger, people: int) -> tuple[Program, ...]:
    """This will write the intensive outpatient programs, with a group of people for every 26 of them."""
    count = max(2, round(people / 26))
    names = [name for name, told in setting()["programs"].items() if told["level"] == "2.1"]
    programs = []
    for index, name in enumerate(names):
        program_id, told = _write_program(ledger, name)
        others = [_hire(ledger, program_id, other["role"], other["credential"]) for other in setting()["others"]]
        director = others[0]
        cohorts = tuple(_gather(ledger, program_id, number, director) for number in range(index, count, len(names)))
        programs.append(
            Program(
                program_id, told["enhanced"], told["npi"], director,
                prescriber=others[1], nurse=others[2], peer=others[3], cohorts=cohorts,
            )
        )  # fmt: skip
    return tuple(programs)


def open_recovery(ledger: Ledger, people: int) -> Program:
    """This will write the recovery support program, with a part-time worker for every six people."""
    program_id, told = _write_program(ledger, "lantern")
    supervisor = _hire(ledger, program_id, setting()["supervisor"]["role"], setting()["supervisor"]["credential"])
    kinds = setting()["workers"]
    workers = tuple(
        _hire(ledger, program_id, f"Recovery worker {number + 1:02}", kinds[number % len(kinds)])
        for number in range(max(2, round(people / 6)))
    )
    return Program(program_id, False, told["npi"], supervisor, workers=workers)


def _write_program(ledger: Ledger, name: str) -> tuple[str, Mapping[str, Any]]:
    told = setting()["programs"][name]
    is_outpatient = told["level"] == "2.1"
    ledger.add(
        "program",
        program_id=name,
        organization=told["organization"],
        name=told["name"],
        service=told["service"],
        level=told["level"],
        focus="substance_use",
        is_residential=False,
        dual_diagnosis_enhanced=told["enhanced"],
        license_required=is_outpatient,
        license_exempt_reason=None if is_outpatient else "A service in the community; no facility to license",
        opened_on=FIRST_DAY,
    )
    if is_outpatient:
        ends = date(2026, 6, 14) if ledger.lapses.happens("facility_licence_not_renewed") else date(2027, 12, 31)
        ledger.add(
            "facility_license", program_id=name, kind="Treatment center", issued_on=date(2025, 12, 15), expires_on=ends
        )
    for day, reason in setting()["holidays"].items():
        ledger.add("program_closure", program_id=name, starts_on=day, ends_on=day, reason=reason, recorded_on=FIRST_DAY)
    return name, told


def _gather(ledger: Ledger, program_id: str, number: int, director: Staff) -> Cohort:
    shift = setting()["shifts"][number // 2 % 3]
    patterns = setting()["day_patterns"]
    return Cohort(
        program_id,
        days=tuple(patterns[number % len(patterns)]),
        blocks=tuple(shift["blocks"]),
        individual_hours=tuple(shift["individual_hours"]),
        family_hour=shift["family_hour"],
        seats=(_fill_seat(ledger, program_id, director), _fill_seat(ledger, program_id, director)),
    )


def _fill_seat(ledger: Ledger, program_id: str, director: Staff) -> Seat:
    if not ledger.lapses.happens("counselor_leaves"):
        return (_hire_counselor(ledger, program_id, director),)
    return (
        _hire_counselor(ledger, program_id, director, left_on=LEAVES_ON),
        _hire_counselor(ledger, program_id, director, hired_on=SUCCESSOR_FROM),
    )


def _hire_counselor(
    ledger: Ledger, program_id: str, director: Staff, *, hired_on: date = HIRED_ON, left_on: date | None = None
) -> Staff:
    kinds: Sequence[str] = setting()["counselors"]
    number = sum(1 for row in ledger.rows["staff"] if str(row["name"]).startswith("Counselor"))
    kind = kinds[number % len(kinds)]
    return _hire(
        ledger, program_id, f"Counselor {number + 1:02}", kind, hired_on=hired_on, left_on=left_on, director=director
    )


def _hire(
    ledger: Ledger,
    program_id: str,
    name: str,
    credential: str | None,
    *,
    hired_on: date = HIRED_ON,
    left_on: date | None = None,
    director: Staff | None = None,
) -> Staff:
    number = len(ledger.rows["staff"]) + 1
    staff_id = ledger.add(
        "staff",
        program_id=program_id,
        name=name,
        npi=f"999{number:07}",
        treats=credential is not None,
        hired_on=hired_on,
        left_on=left_on,
    )
    staff = Staff(staff_id, program_id, name, credential, hired_on, left_on)
    if credential is not None:
        _license(ledger, staff, credential, director)
    _train(ledger, staff)
    return staff


def _license(ledger: Ledger, staff: Staff, kind: str, director: Staff | None) -> None:
    needs_supervisor = kind in PROVISIONAL and not ledger.lapses.happens("provisional_without_supervisor")
    supervisor = director.staff_id if director and needs_supervisor else None
    issued = date(2025, ledger.between(1, 11), 1)
    terms = [(issued, date(2027, ledger.between(1, 12), 28))]
    if director and staff.hired_on == HIRED_ON and ledger.lapses.happens("licence_renewed_late"):
        terms = [(issued, date(2026, 4, 14)), (date(2026, 5, 5), date(2028, 5, 4))]
    for first, last in terms:
        ledger.add(
            "credential", staff_id=staff.staff_id, kind=kind, issued_on=first, expires_on=last, supervisor_id=supervisor
        )


def _train(ledger: Ledger, staff: Staff) -> None:
    lapse = ledger.lapses.pick("training_in_recovery_missing", "training_in_trauma_care_missing", "training_late")
    day = after(staff.hired_on, ledger.between(1, 12) + (90 if lapse == "training_late" else 0))
    if day > (staff.left_on or day):
        return
    for topic, missing in (
        ("recovery_principles", "training_in_recovery_missing"),
        ("trauma_informed_care", "training_in_trauma_care_missing"),
    ):
        if lapse != missing:
            ledger.add("training", staff_id=staff.staff_id, topic=topic, completed_on=day)
    if ledger.chance(50):
        ledger.add("training", staff_id=staff.staff_id, topic="evidence_based_practice", completed_on=day)
