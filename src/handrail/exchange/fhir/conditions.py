"""Condition: diagnoses, and the few findings that say how somebody lives."""

from __future__ import annotations

from datetime import date

from handrail.exchange.fhir.codes import Coding, Meaning, code_map, codings, label
from handrail.exchange.fhir.context import Context
from handrail.exchange.fhir.directory import type_of
from handrail.exchange.fhir.elements import Element, extension, part, parts
from handrail.exchange.fhir.reading import Found
from handrail.exchange.fhir.staff import credential_of, practitioner_named, staff_known

_ASSERTED = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate"
_OVER = ("inactive", "resolved")


def way_of_life(concept: Element) -> tuple[str, str] | None:
    """This will give the measure and value of a finding such as being homeless, None for anything else."""
    found = code_map("observation_values").find(concept)
    return (found[1]["measure"], found[1]["value"]) if found else None


def add_condition(context: Context, found: Found) -> None:
    """This will add one diagnosis that somebody made and confirmed, on the day it was made."""
    condition, notes = found.resource, context.notes
    concept = part(condition, "code")
    living, match = way_of_life(concept), code_map("conditions").find(concept)
    why_not = _why_not(found)
    if living is None and match is None:
        why_not = why_not or "its code is in no map"
    person_id = context.person(found)
    if not person_id:
        return
    if why_not:
        notes.left_out("Condition", found.id, why_not, label(concept))
        return
    recorded_on = context.day(found, condition, "recordedDate")
    made_on = context.day(found, extension(condition, _ASSERTED), "valueDateTime") or recorded_on
    if made_on is None:
        notes.left_out(
            "Condition", found.id, "does not say when it was diagnosed (onset is when it began)", label(concept)
        )
    elif living is not None:
        context.rows.add(
            found,
            "observation",
            observation_id=f"condition-{found.id}",
            person_id=person_id,
            measure=living[0],
            value_code=living[1],
            observed_on=made_on,
            recorded_on=recorded_on,
        )
    elif match is not None:
        _add_diagnosis(context, found, person_id, match, made_on)


def _add_diagnosis(
    context: Context, found: Found, person_id: str, match: tuple[Coding, Meaning], made_on: date
) -> None:
    coding, meaning = match
    condition = found.resource
    resolved_on = context.day(found, condition, "abatementDateTime") if _status(condition) != "remission" else None
    if _status(condition) in _OVER and resolved_on is None:
        context.notes.left_out("Condition", found.id, "is over, but on no day that is said", str(coding))
        return
    practitioner = practitioner_named(context, found, part(condition, "asserter"))
    staff_id = staff_known(context, practitioner)
    context.rows.add(
        found,
        "diagnosis",
        diagnosis_id=found.id,
        person_id=person_id,
        code=coding.code,
        code_system=coding.system,
        category=meaning["category"],
        diagnosed_on=made_on,
        diagnosed_by=staff_id,
        diagnoser_credential="" if staff_id else credential_of(context, practitioner, made_on),
        resolved_on=resolved_on,
        recorded_on=context.day(found, condition, "recordedDate"),
    )


def _why_not(found: Found) -> str:
    """Say why this is no diagnosis that a professional made and confirmed, empty where it is one."""
    condition = found.resource
    verification = _code(part(condition, "verificationStatus"))
    if verification not in ("", "confirmed"):
        return f"is not a confirmed diagnosis ({verification})"
    categories = {coding.code for item in parts(condition, "category") for coding in codings(item)}
    if categories == {"health-concern"}:
        return "is a concern, not a diagnosis"
    if type_of(part(condition, "asserter"), found) in ("Patient", "RelatedPerson"):
        return "was said by herself or a relative, not diagnosed"
    return ""


def _status(condition: Element) -> str:
    return _code(part(condition, "clinicalStatus"))


def _code(concept: Element) -> str:
    return next((coding.code for coding in codings(concept)), "")
