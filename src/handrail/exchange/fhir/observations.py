"""Observation: the few outcomes that have a code of their own."""

from __future__ import annotations

from datetime import date

from handrail.exchange.fhir.codes import code_map, label
from handrail.exchange.fhir.context import Context
from handrail.exchange.fhir.elements import Element, part, text
from handrail.exchange.fhir.reading import Found

_SETTLED = ("final", "amended", "corrected")


def is_mapped(observation: Element) -> bool:
    """This will say whether the code of an Observation is in the map."""
    return code_map("observation_codes").find(part(observation, "code")) is not None


def add_observation(context: Context, found: Found) -> None:
    """This will add one outcome; `recorded_on` is the day it was issued."""
    observation, notes = found.resource, context.notes
    code, concept = part(observation, "code"), part(observation, "valueCodeableConcept")
    match, value = code_map("observation_codes").find(code), code_map("observation_values").find(concept)
    status = text(observation, "status")
    observed_on = _observed_on(context, found)
    person_id = context.person(found)
    if not person_id or match is None:
        return
    measure = match[1]["measure"]
    if status not in _SETTLED:
        notes.left_out("Observation", found.id, f"is not final ({status or 'no status'})", label(code))
    elif value is None or value[1]["measure"] != measure:
        said = f"{label(code)}: {label(concept)}"
        notes.left_out("Observation", found.id, "its answer is in no map", said)
    elif observed_on is None:
        notes.left_out("Observation", found.id, "has no day", label(code))
    else:
        context.rows.add(
            found,
            "observation",
            observation_id=f"observation-{found.id}",
            person_id=person_id,
            measure=measure,
            value_code=value[1]["value"],
            observed_on=observed_on,
            recorded_on=context.day(found, observation, "issued"),
        )


def _observed_on(context: Context, found: Found) -> date | None:
    observation = found.resource
    on = context.day(found, observation, "effectiveDateTime") or context.day(found, observation, "effectiveInstant")
    return on or context.day(found, part(observation, "effectivePeriod"), "end")
