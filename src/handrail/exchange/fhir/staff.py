"""Practitioner, PractitionerRole and CareTeam: who works in a program, who is on a team, who helps from outside."""

from __future__ import annotations

from datetime import date

from handrail.exchange.fhir.codes import code_map, label
from handrail.exchange.fhir.context import Context, Episode
from handrail.exchange.fhir.elements import NOTHING, Element, part, parts, text, texts
from handrail.exchange.fhir.reading import Found

_NPI = "http://hl7.org/fhir/sid/us-npi"


def practitioner_named(context: Context, found: Found, reference: Element) -> str:
    """This will give the key of the Practitioner that a reference names, through a PractitionerRole where need be."""
    key = context.directory.resolve(reference, found, "Practitioner")
    if (role := context.find(key)) and role.type == "PractitionerRole":
        key = context.directory.resolve(part(role.resource, "practitioner"), role, "Practitioner")
    return key if key.startswith("Practitioner/") else ""


def staff_known(context: Context, practitioner: str) -> str:
    """This will give the id of a member of staff already entered, empty where this practitioner is none."""
    ids = sorted(staff_id for (key, _), staff_id in context.staff.items() if key == practitioner)
    return ids[0] if ids else ""


def staff_of(context: Context, found: Found, reference: Element, episode: Episode, behalf: Element) -> str:
    """This will give the id of a member of the episode's program, entering her when she is first met.

    Empty where the files do not say that she works for the organization that runs the program.
    """
    practitioner = practitioner_named(context, found, reference)
    if not practitioner or not works_for(context, found, reference, episode.organization, behalf):
        return ""
    key = (practitioner, episode.program_id)
    if key not in context.staff:
        context.staff[key] = f"{practitioner.partition('/')[2]}@{episode.program_id}"
        if person := context.find(practitioner):
            _add_staff(context, person, context.staff[key], episode.program_id)
    return context.staff[key]


def works_for(context: Context, found: Found, reference: Element, organization: str, behalf: Element) -> bool | None:
    """This will say whether somebody works for an organization; None where the files do not say for whom she works."""
    directory = context.directory
    key = directory.resolve(reference, found, "Practitioner")
    own = context.find(key)
    roles = [own] if own and own.type == "PractitionerRole" else context.roles.get(key, [])
    employers = {directory.resolve(part(role.resource, "organization"), role, "Organization") for role in roles}
    employers.add(directory.resolve(behalf, found, "Organization"))
    employers.discard("")
    return organization in employers if organization and employers else None


def credential_of(context: Context, practitioner: str, on: date) -> str:
    """This will give the first mapped qualification that was valid on a day, empty where there is none."""
    found = context.find(practitioner)
    if found is None:
        return ""
    for qualification in parts(found.resource, "qualification"):
        period = part(qualification, "period")
        starts, ends = context.day(found, period, "start"), context.day(found, period, "end")
        match = code_map("qualifications").find(part(qualification, "code"))
        if match and (starts is None or starts <= on) and (ends is None or on <= ends):
            return match[1]["credential"]
    return ""


def add_teams(context: Context) -> None:
    """This will add the members of the care teams of episodes: staff to the team, others as outside providers."""
    for found in context.kept_of("CareTeam"):
        with context.checking(found):
            episode = context.teams.get(found.key)
            if episode is None:
                context.notes.left_out("CareTeam", found.id, "belongs to no episode of a named service")
                continue
            for position, participant in enumerate(parts(found.resource, "participant")):
                _add_participant(context, found, participant, episode, f"{found.id}-{position + 1}")


def note_strangers(context: Context) -> None:
    """This will note the practitioners who are not known to work for any program that was imported."""
    known = {practitioner for practitioner, _ in context.staff}
    for found in context.kept_of("Practitioner"):
        if found.key not in known:
            context.notes.left_out("Practitioner", found.id, "is not known to work for an imported program")


def _add_participant(context: Context, found: Found, participant: Element, episode: Episode, entry: str) -> None:
    member, behalf = part(participant, "member"), part(participant, "onBehalfOf")
    period, team_period = part(participant, "period"), part(found.resource, "period")
    starts_on = context.day(found, period, "start") or context.day(found, team_period, "start")
    ends_on = context.day(found, period, "end") or context.day(found, team_period, "end")
    practitioner, notes = practitioner_named(context, found, member), context.notes
    belongs = works_for(context, found, member, episode.organization, behalf) if practitioner else None
    roles = [code_map("care_team_roles").find(item) for item in parts(participant, "role")]
    role = next((match[1]["role"] for match in roles if match), "")
    said = label(next(iter(parts(participant, "role")), NOTHING))
    if not practitioner:
        notes.left_out("CareTeam", found.id, "a participant is no practitioner that is in the files", said)
    elif starts_on is None:
        notes.left_out("CareTeam", found.id, "a participant has no first day", said)
    elif belongs is None:
        notes.left_out("CareTeam", found.id, "a participant may be of the program or from outside", said)
    elif belongs:
        staff_id = staff_of(context, found, member, episode, behalf)
        context.rows.add(
            found,
            "team_member",
            team_member_id=entry,
            episode_id=episode.episode_id,
            staff_id=staff_id,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    elif not role:
        notes.left_out("CareTeam", found.id, "the role of an outside provider is in no map", said)
    else:
        context.rows.add(
            found,
            "care_team_member",
            care_team_member_id=entry,
            episode_id=episode.episode_id,
            role=role,
            name=_name(context, practitioner),
            known_on=starts_on,
        )


def _add_staff(context: Context, found: Found, staff_id: str, program_id: str) -> None:
    practitioner = found.resource
    npi = next((text(item, "value") for item in parts(practitioner, "identifier") if text(item, "system") == _NPI), "")
    context.rows.add(found, "staff", staff_id=staff_id, program_id=program_id, name=_name(context, found.key), npi=npi)
    for position, qualification in enumerate(parts(practitioner, "qualification")):
        period, match = part(qualification, "period"), code_map("qualifications").find(part(qualification, "code"))
        issued_on = context.day(found, period, "start")
        if match is None:
            said = label(part(qualification, "code"))
            context.notes.left_out("Practitioner", found.id, "the code of a qualification is in no map", said)
        elif issued_on is None:
            context.notes.left_out("Practitioner", found.id, "a qualification has no first day")
        else:
            context.rows.add(
                found,
                "credential",
                credential_id=f"{staff_id}-{position + 1}",
                staff_id=staff_id,
                kind=match[1]["credential"],
                issued_on=issued_on,
                expires_on=context.day(found, period, "end"),
            )


def _name(context: Context, practitioner: str) -> str:
    found = context.find(practitioner)
    name = next(iter(parts(found.resource, "name")), NOTHING) if found else NOTHING
    return text(name, "text") or " ".join([*texts(name, "given"), text(name, "family")]).strip()
