"""Sessions and attendances, from the Encounters and Procedures of an episode whose service is named.

FHIR tells of one person at a time, so each gives a session of its own and says nothing of a group's size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handrail.exchange.fhir.codes import code_map
from handrail.exchange.fhir.context import Context, Episode
from handrail.exchange.fhir.elements import NOTHING, Element, parts, text
from handrail.exchange.fhir.reading import Found
from handrail.exchange.fhir.staff import staff_of


@dataclass(frozen=True)
class Given:
    """What was given: the codes that say what it was, when, by whom, and where."""

    types: Sequence[Element]
    period: Element
    by: Sequence[Element]
    setting: str = ""


def session_type(types: Sequence[Element]) -> str:
    """This will give the type of session that one of the codes names, empty where none does."""
    matches = [code_map("session_types").find(concept) for concept in types]
    return next((match[1]["type"] for match in matches if match), "")


def gives_session(context: Context, encounter: Found) -> bool:
    """This will say whether an Encounter gives a session, so that its Procedures give no second one."""
    return (
        text(encounter.resource, "status") == "finished"
        and bool(session_type(parts(encounter.resource, "type")))
        and context.episode_named(encounter) is not None
    )


def add_session(context: Context, found: Found, episode: Episode, given: Given) -> None:
    """This will add one session that was held, that she came, and which staff gave it."""
    held_on = context.day(found, given.period, "start")
    if held_on is None:
        context.notes.left_out(found.type, found.id, "has no first day")
        return
    starts_at, ends_at = context.minute(found, given.period, "start"), context.minute(found, given.period, "end")
    session_id = f"{found.type.lower()}-{found.id}"
    is_added = context.rows.add(
        found,
        "session",
        session_id=session_id,
        program_id=episode.program_id,
        type=session_type(given.types),
        setting=given.setting,
        status="held",
        held_on=held_on,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    if not is_added:
        return
    context.rows.add(
        found,
        "attendance",
        attendance_id=session_id,
        session_id=session_id,
        episode_id=episode.episode_id,
        status="attended",
        arrived_at=starts_at,
        left_at=ends_at,
    )
    staff = [staff_of(context, found, reference, episode, NOTHING) for reference in given.by if reference]
    for staff_id in dict.fromkeys(staff):
        if staff_id:
            row_id = f"{session_id}:{staff_id}"
            context.rows.add(found, "session_staff", session_staff_id=row_id, session_id=session_id, staff_id=staff_id)
        else:
            context.notes.left_empty(found.type, found.id, "gave a session by somebody not known to be staff")
