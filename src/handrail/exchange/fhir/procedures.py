"""Procedure: assessments, the screenings that are part of them, and sessions."""

from __future__ import annotations

from datetime import date

from handrail.exchange.fhir.codes import code_map, label
from handrail.exchange.fhir.context import Context, Episode
from handrail.exchange.fhir.elements import NOTHING, Element, part, parts, text
from handrail.exchange.fhir.reading import Found
from handrail.exchange.fhir.sessions import Given, add_session, gives_session, session_type
from handrail.exchange.fhir.staff import credential_of, practitioner_named, staff_of


def is_mapped(procedure: Element) -> bool:
    """This will say whether the code of a Procedure is in a map at all."""
    code = part(procedure, "code")
    return bool(session_type([code])) or code_map("procedure_types").find(code) is not None


def add_procedure(context: Context, found: Found) -> None:
    """This will add what one procedure shows; a screening waits until all assessments are known."""
    procedure, notes = found.resource, context.notes
    code = part(procedure, "code")
    match = code_map("procedure_types").find(code)
    status = text(procedure, "status")
    person_id = context.person(found)
    if not person_id:
        return
    if status != "completed":
        notes.left_out("Procedure", found.id, f"is not completed ({status or 'no status'})", label(code))
    elif match is None:
        _add_session(context, found)
    elif match[1]["table"] == "assessment":
        _add_assessment(context, found, person_id)
    else:
        _add_screening(context, found, match[1]["kind"])


def add_screenings(context: Context) -> None:
    """This will add the screenings whose assessment was imported, once all procedures were seen."""
    for found, assessment, kind in context.screenings:
        screened_on = _done_on(context, found)
        said = label(part(found.resource, "code"))
        if assessment not in context.assessments:
            context.notes.left_out("Procedure", found.id, "is a screening that is part of no assessment", said)
        elif screened_on is None:
            context.notes.left_out("Procedure", found.id, "has no last day", said)
        else:
            context.rows.add(
                found, "screening", screening_id=found.id, assessment_id=assessment, kind=kind, screened_on=screened_on
            )


def _add_screening(context: Context, found: Found, kind: str) -> None:
    keys = [context.directory.resolve(item, found, "Procedure") for item in parts(found.resource, "partOf")]
    context.screenings.append((found, next((key.partition("/")[2] for key in keys if key), ""), kind))


def _add_assessment(context: Context, found: Found, person_id: str) -> None:
    """Within an episode it is made at intake or during treatment, as its day says; otherwise it is from elsewhere."""
    completed_on = _done_on(context, found)
    if completed_on is None:
        context.notes.left_out("Procedure", found.id, "has no last day", label(part(found.resource, "code")))
        return
    episode = context.episode_of_encounter(found, part(found.resource, "encounter"))
    performer = next(iter(parts(found.resource, "performer")), NOTHING)
    actor, behalf = part(performer, "actor"), part(performer, "onBehalfOf")
    staff_id = staff_of(context, found, actor, episode, behalf) if episode and actor else ""
    practitioner = practitioner_named(context, found, actor)
    is_added = context.rows.add(
        found,
        "assessment",
        assessment_id=found.id,
        person_id=person_id,
        episode_id=episode.episode_id if episode else "",
        kind=_kind(episode, completed_on),
        completed_on=completed_on,
        assessor_id=staff_id,
        assessor_credential="" if staff_id else credential_of(context, practitioner, completed_on),
    )
    if is_added:
        context.assessments.add(found.id)


def _kind(episode: Episode | None, completed_on: date) -> str:
    if episode is None:
        return "prior"
    return "reassessment" if episode.admitted_on and completed_on > episode.admitted_on else "initial"


def _add_session(context: Context, found: Found) -> None:
    procedure = found.resource
    encounter = context.encounters.get(context.directory.resolve(part(procedure, "encounter"), found, "Encounter"))
    episode = context.episode_named(encounter) if encounter else None
    code = part(procedure, "code")
    if episode is None or encounter is None:
        context.notes.left_out("Procedure", found.id, "belongs to no episode of a named service", label(code))
    elif gives_session(context, encounter):
        context.notes.left_out("Procedure", found.id, "is told by its encounter, which gives the session", label(code))
    else:
        started = text(procedure, "performedDateTime")
        period = {"start": started} if started else part(procedure, "performedPeriod")
        by = [part(performer, "actor") for performer in parts(procedure, "performer")]
        add_session(context, found, episode, Given([code], period, by))


def _done_on(context: Context, found: Found) -> date | None:
    procedure = found.resource
    on = context.day(found, procedure, "performedDateTime")
    return on or context.day(found, part(procedure, "performedPeriod"), "end")
