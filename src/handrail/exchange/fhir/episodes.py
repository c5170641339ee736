"""EpisodeOfCare: an episode of a program where its service is named, otherwise a stay where it treats substance use."""

from __future__ import annotations

from handrail.exchange.fhir.codes import code_map, codings, label
from handrail.exchange.fhir.context import Context, Episode
from handrail.exchange.fhir.elements import NOTHING, Element, part, parts, text
from handrail.exchange.fhir.reading import Found
from handrail.exchange.fhir.reasons import common_focus, reasons_by_diagnosis
from handrail.exchange.fhir.staff import staff_of

_BEGUN = ("active", "onhold", "finished")


def add_episodes(context: Context) -> None:
    """This will add every EpisodeOfCare, and the programs of those whose service is named."""
    unused = set(context.services)
    for found in context.kept_of("EpisodeOfCare"):
        with context.checking(found):
            _add_episode(context, found, unused)
    for code in sorted(unused):
        context.notes.left_out("EpisodeOfCare", "", "no episode of care has the type that --service names", code)


def _add_episode(context: Context, found: Found, unused: set[str]) -> None:
    person_id = context.person(found, "patient")
    status = text(found.resource, "status")
    if not person_id:
        return
    named = _names(found)
    unused -= named
    service = next((service for code, service in context.services.items() if code in named), "")
    if status not in _BEGUN:
        context.notes.left_out("EpisodeOfCare", found.id, f"has not begun, or is not true ({status or 'no status'})")
    elif service:
        _add_episode_of_program(context, found, person_id, service)
    else:
        _add_stay(context, found, person_id)


def _names(found: Found) -> set[str]:
    """List the ways in which `--service` may name a type of this episode: code, and system|code."""
    names = set()
    for concept in parts(found.resource, "type"):
        for short, raw in zip(codings(concept), _raw(concept), strict=True):
            names |= {short.code, f"{short.system}|{short.code}", f"{text(raw, 'system')}|{short.code}"}
    return names


def _raw(concept: Element) -> list[Element]:
    return [item for item in parts(concept, "coding") if text(item, "code")]


def _add_episode_of_program(context: Context, found: Found, person_id: str, service: str) -> None:
    resource = found.resource
    period = part(resource, "period")
    reference = part(resource, "managingOrganization")
    organization = context.directory.resolve(reference, found, "Organization")
    admitted_on = context.day(found, period, "start")
    if admitted_on is None:
        context.notes.left_out("EpisodeOfCare", found.id, "has no first day")
        return
    program_id = _program(context, found, organization, service)
    episode = Episode(found.id, person_id, program_id, organization, admitted_on)
    is_added = context.rows.add(
        found,
        "episode",
        episode_id=found.id,
        person_id=person_id,
        program_id=program_id,
        admitted_on=admitted_on,
        discharged_on=context.day(found, period, "end") if text(resource, "status") == "finished" else None,
    )
    if not is_added:
        return
    context.episodes[found.key] = episode
    for team in parts(resource, "team"):
        context.teams[context.directory.resolve(team, found, "CareTeam")] = episode


def add_care_managers(context: Context) -> None:
    """This will enter the care managers of episodes as staff, where they work for the program's organization."""
    for found in context.kept_of("EpisodeOfCare"):
        if episode := context.episodes.get(found.key):
            with context.checking(found):
                if manager := part(found.resource, "careManager"):
                    staff_of(context, found, manager, episode, NOTHING)


def _program(context: Context, found: Found, organization: str, service: str) -> str:
    """Give the id of the program of an organization that gives a service, entering it when it is first met."""
    reference = part(found.resource, "managingOrganization")
    name = context.organization_name(found, reference)
    owner = organization.partition("/")[2] or " ".join(name.split())
    program_id = f"{owner}:{service}" if owner else service
    if program_id not in context.programs:
        context.programs.add(program_id)
        line = _type_line(found)
        context.rows.add(
            found,
            "program",
            program_id=program_id,
            organization=name,
            service=service,
            level=line.get("level", ""),
            focus=line.get("focus", ""),
        )
    return program_id


def _type_line(found: Found) -> dict[str, str]:
    matches = [code_map("episode_types").find(concept) for concept in parts(found.resource, "type")]
    return next((dict(match[1]) for match in matches if match), {})


def _add_stay(context: Context, found: Found, person_id: str) -> None:
    resource = found.resource
    types, line = parts(resource, "type"), _type_line(found)
    focus = line.get("focus", "")
    if not types:
        focus = common_focus(reasons_by_diagnosis(context, found))
    if focus != "substance_use":
        said = label(types[0]) if types else "nothing"
        reason = "treats no substance use that its type or diagnosis says, and --service does not name it"
        context.notes.left_out("EpisodeOfCare", found.id, reason, said)
        return
    period = part(resource, "period")
    admitted_on = context.day(found, period, "start")
    if admitted_on is None:
        context.notes.left_out("EpisodeOfCare", found.id, "has no first day")
        return
    context.rows.add(
        found,
        "outside_stay",
        outside_stay_id=f"episode-of-care-{found.id}",
        person_id=person_id,
        level=line.get("level", ""),
        focus=focus,
        facility=context.organization_name(found, part(resource, "managingOrganization")),
        admitted_on=admitted_on,
        discharged_on=context.day(found, period, "end") if text(resource, "status") == "finished" else None,
    )
