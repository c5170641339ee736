"""The diagnoses made at intake, and by whom."""

from __future__ import annotations

from datetime import date

from handrail.example.days import after
from handrail.example.ledger import Ledger, words
from handrail.example.people import Person, ask
from handrail.example.programs import Program, Staff

_LAPSES = (
    "diagnosis_missing",
    "diagnoses_never_asked",
    "diagnosis_tobacco_alone",
    "diagnosis_author_unknown",
    "diagnosis_by_unlisted",
    "diagnosis_by_older_manual",
    "diagnosis_substance_induced",
)


def diagnose(ledger: Ledger, person: Person, day: date, author: Staff, program: Program) -> None:
    """This will write what a clinician of the program diagnosed at intake."""
    lapse = ledger.lapses.pick(*_LAPSES)
    if lapse != "diagnoses_never_asked":
        ask(ledger, person, day, ["diagnoses"], author.staff_id)
    by: dict[str, object] = {"diagnosed_by": author.staff_id}
    if lapse == "diagnosis_author_unknown":
        by = {}
    if lapse == "diagnosis_by_unlisted":
        by = {"diagnoser_credential": "peer"}
    _write_substance(ledger, person, day, lapse, by)
    if person.mental_code is not None:
        _write_mental(ledger, person, day, author, program)


def diagnose_elsewhere(ledger: Ledger, person: Person, day: date) -> None:
    """This will write the diagnosis that a woman from elsewhere brings to recovery support."""
    lapse = ledger.lapses.pick(*_LAPSES)
    if lapse != "diagnoses_never_asked":
        ask(ledger, person, day, ["diagnoses"], None)
    by: dict[str, object] = {"diagnoser_credential": ledger.one_of(("limhp", "physician", "ladc"))}
    if lapse == "diagnosis_author_unknown":
        by = {}
    if lapse == "diagnosis_by_unlisted":
        by = {"diagnoser_credential": "peer"}
    _write_substance(ledger, person, after(day, -ledger.between(20, 400)), lapse, by | {"recorded_on": day})


def _write_substance(ledger: Ledger, person: Person, day: date, lapse: str | None, by: dict[str, object]) -> None:
    manual = words()["older_manual" if lapse == "diagnosis_by_older_manual" else "manual"]
    if lapse == "diagnosis_substance_induced":
        _write(ledger, person, words()["substance_induced_code"], "substance_induced", manual=manual, day=day, by=by)
    elif lapse not in ("diagnosis_missing", "diagnoses_never_asked", "diagnosis_tobacco_alone"):
        _write(ledger, person, person.substance["code"], "substance_use", manual=manual, day=day, by=by)
    if lapse == "diagnosis_tobacco_alone" or (lapse is None and ledger.chance(15)):
        _write(ledger, person, words()["tobacco_code"], "tobacco", manual=manual, day=day, by=by)


def _write_mental(ledger: Ledger, person: Person, day: date, author: Staff, program: Program) -> None:
    if program.is_enhanced and ledger.lapses.happens("enhanced_without_mental_diagnosis"):
        return
    capable = author if author.may_diagnose_mental else program.director
    by: dict[str, object] = {"diagnosed_by": capable.staff_id}
    if ledger.lapses.happens("mental_diagnosis_by_addiction_counselor"):
        by = {"diagnoser_credential": "ladc"}
    _write(ledger, person, str(person.mental_code), "mental", manual=words()["manual"], day=day, by=by)


def _write(
    ledger: Ledger, person: Person, code: str, category: str, *, manual: str, day: date, by: dict[str, object]
) -> None:
    ledger.add(
        "diagnosis",
        person_id=person.person_id,
        code=code,
        code_system="icd10cm",
        category=category,
        manual=manual,
        diagnosed_on=day,
        **by,
    )
