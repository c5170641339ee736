"""Encounter: stays elsewhere, visits to primary care, and the sessions of an episode whose service is named."""

from __future__ import annotations

from handrail.exchange.fhir.codes import code_map, coding_of, label
from handrail.exchange.fhir.context import Context, Sort
from handrail.exchange.fhir.elements import Element, part, parts, text
from handrail.exchange.fhir.reading import Found
from handrail.exchange.fhir.reasons import common_focus, reasons_by_diagnosis, sort_of
from handrail.exchange.fhir.sessions import Given, add_session, gives_session

_BEGUN = ("finished", "in-progress", "onleave")


def add_encounter(context: Context, found: Found) -> None:
    """This will add what one encounter shows: a stay, a visit or a session; most show nothing that is asked here."""
    encounter, notes = found.resource, context.notes
    status = text(encounter, "status")
    types = parts(encounter, "type")
    said = label(types[0]) if types else "nothing"
    kind = _class(encounter).get("kind", "")
    person_id = context.person(found)
    if not person_id:
        return
    if status not in _BEGUN:
        notes.left_out("Encounter", found.id, f"did not take place yet, or at all ({status or 'no status'})")
    elif not kind:
        notes.left_out("Encounter", found.id, "its class is in no map", str(coding_of(part(encounter, "class"))))
    elif part(encounter, "partOf"):
        notes.left_out("Encounter", found.id, "is part of another encounter", said)
    elif kind == "stay":
        _add_stay(context, found, person_id)
    elif measure := _type_line(encounter).get("measure"):
        _add_visit(context, found, person_id, measure)
    elif gives_session(context, found):
        _add_session(context, found)
    else:
        notes.left_out("Encounter", found.id, "is a visit of a type that is in no map", said)


def _add_stay(context: Context, found: Found, person_id: str) -> None:
    encounter, notes = found.resource, context.notes
    if context.episode_named(found):
        notes.left_out("Encounter", found.id, "is a stay within an episode of a named service")
        return
    period = part(encounter, "period")
    admitted_on, ended_on = context.day(found, period, "start"), context.day(found, period, "end")
    if admitted_on is None:
        notes.left_out("Encounter", found.id, "has no first day")
        return
    is_over = text(encounter, "status") == "finished"
    focus = _type_line(encounter).get("focus") or common_focus(_reasons(context, found))
    context.rows.add(
        found,
        "outside_stay",
        outside_stay_id=f"encounter-{found.id}",
        person_id=person_id,
        level=_class(encounter)["level_for_substance_use" if focus == "substance_use" else "level"],
        focus=focus,
        facility=context.organization_name(found, part(encounter, "serviceProvider")),
        admitted_on=admitted_on,
        discharged_on=ended_on if is_over else None,
        discharge_reason=_why_it_ended(encounter) if is_over else "",
    )


def _add_visit(context: Context, found: Found, person_id: str, measure: str) -> None:
    observed_on = context.day(found, part(found.resource, "period"), "start")
    if text(found.resource, "status") != "finished":
        context.notes.left_out("Encounter", found.id, "is a visit that is not finished")
    elif observed_on is None:
        context.notes.left_out("Encounter", found.id, "has no first day")
    else:
        context.rows.add(
            found,
            "observation",
            observation_id=f"encounter-{found.id}",
            person_id=person_id,
            measure=measure,
            observed_on=observed_on,
        )


def _add_session(context: Context, found: Found) -> None:
    encounter = found.resource
    episode = context.episode_named(found)
    by = [part(item, "individual") for item in parts(encounter, "participant")]
    if episode:
        period, setting = part(encounter, "period"), _class(encounter).get("setting", "")
        add_session(context, found, episode, Given(parts(encounter, "type"), period, by, setting))


def _reasons(context: Context, found: Found) -> list[Sort | None]:
    encounter = found.resource
    by_code: list[Sort | None] = [sort_of(concept) for concept in parts(encounter, "reasonCode")]
    keys = [context.directory.resolve(item, found, "Condition") for item in parts(encounter, "reasonReference")]
    return by_code + [context.sorts.get(key) for key in keys] or reasons_by_diagnosis(context, found)


def _why_it_ended(encounter: Element) -> str:
    match = code_map("dispositions").find(part(part(encounter, "hospitalization"), "dischargeDisposition"))
    return match[1]["reason"] if match else ""


def _class(encounter: Element) -> dict[str, str]:
    line = code_map("encounter_classes").line(coding_of(part(encounter, "class")))
    return dict(line) if line else {}


def _type_line(encounter: Element) -> dict[str, str]:
    matches = [code_map("encounter_types").find(concept) for concept in parts(encounter, "type")]
    return next((dict(match[1]) for match in matches if match), {})
