"""The import itself: the files are read twice, first to learn who is who, then to write the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from handrail.exchange.fhir import observations, procedures
from handrail.exchange.fhir.codes import label
from handrail.exchange.fhir.conditions import add_condition
from handrail.exchange.fhir.context import Context, dangling_findings
from handrail.exchange.fhir.elements import Element, part, parts
from handrail.exchange.fhir.encounters import add_encounter
from handrail.exchange.fhir.episodes import add_care_managers, add_episodes
from handrail.exchange.fhir.notes import Notes, Unmapped
from handrail.exchange.fhir.people import add_children, add_person, merge_persons, want_births
from handrail.exchange.fhir.plans import add_plans
from handrail.exchange.fhir.reading import Found, files_of, resources
from handrail.exchange.fhir.reasons import sort_of
from handrail.exchange.fhir.staff import add_teams, note_strangers
from handrail.findings import Finding, FindingsError
from handrail.records.holding import Records

KEPT = (
    "RelatedPerson",
    "Practitioner",
    "PractitionerRole",
    "Organization",
    "EpisodeOfCare",
    "CareTeam",
    "CarePlan",
    "Goal",
)
"""Few and pointed to by others: held in memory, without their narrative and addresses."""

STREAMED: Mapping[str, Callable[[Context, Found], None]] = MappingProxyType(
    {
        "Patient": add_person,
        "Condition": add_condition,
        "Encounter": add_encounter,
        "Observation": observations.add_observation,
        "Procedure": procedures.add_procedure,
    }
)
"""Many: each is mapped as it is read the second time, and then forgotten."""

_BALLAST = ("text", "meta", "address", "telecom", "photo", "contact", "note")


@dataclass(frozen=True)
class Imported:
    """What came of an import: the records, and what could not be mapped to them."""

    records: Records
    unmapped: tuple[Unmapped, ...]

    @property
    def rows(self) -> Mapping[str, int]:
        """How many rows each table has."""
        return {name: self.records.in_memory(name).num_rows for name in self.records.held}


def read(paths: Iterable[Path], services: Mapping[str, str] | None = None) -> Imported:
    """This will read FHIR R4 files (.json, .ndjson, each also .gz; a folder stands for those in it) into records.

    `services` names the service definition for a code (or `system|code`) of EpisodeOfCare.type. What FHIR does
    not say stays empty; what has no place in the tables is listed in `unmapped`.

    Raises: `FindingsError` with everything that is wrong (H403 to H409); then there are no records at all.
    """
    context = Context(services or {})
    files = files_of(paths, context.notes)
    for found in resources(files, context.notes):
        with context.checking(found):
            _survey(context, found)
    _add_kept(context)
    for found in resources(files, Notes()):
        if found.type in STREAMED and context.directory.takes(found.key):
            with context.checking(found):
                STREAMED[found.type](context, found)
    add_children(context)
    procedures.add_screenings(context)
    note_strangers(context)
    records = context.rows.records()
    for finding in dangling_findings(context.dangling):
        context.notes.finding(finding)
    findings = context.notes.findings
    if not findings and "person" not in records.held:
        where = ", ".join(str(path) for path in files) or "input"
        findings = [Finding(where, 0, "H409", "input", "holds no Patient, so there is nobody to import.")]
    if findings:
        raise FindingsError(findings)
    return Imported(records, context.notes.unmapped)


def _survey(context: Context, found: Found) -> None:
    """Enter a resource into the directory, and keep of it what others will ask for."""
    resource, notes = found.resource, context.notes
    if found.type not in KEPT and found.type not in STREAMED:
        notes.left_out(found.type, found.id, "no table takes this type of resource")
        return
    mapped = {"Observation": observations.is_mapped, "Procedure": procedures.is_mapped}.get(found.type)
    if mapped is not None and not mapped(resource):
        notes.left_out(found.type, found.id, "its code is in no map", label(part(resource, "code")))
        return
    if not context.directory.add(found):
        notes.finding(_two_of_one(found))
        return
    if found.type in KEPT or (found.type == "Patient" and parts(resource, "link")):
        context.kept.setdefault(found.type, {}).setdefault(found.key, _lighter(found))
    elif found.type == "Condition" and (sort := sort_of(part(resource, "code"))):
        context.sorts[found.key] = sort
    elif found.type == "Encounter" and parts(resource, "episodeOfCare"):
        context.encounters.setdefault(found.key, _lighter(found))


def _add_kept(context: Context) -> None:
    """Map what was kept, in the order in which one needs the other."""
    merge_persons(context)
    want_births(context)
    add_episodes(context)
    add_care_managers(context)
    add_teams(context)
    add_plans(context)


def _lighter(found: Found) -> Found:
    resource: Element = {name: value for name, value in found.resource.items() if name not in _BALLAST}
    return Found(resource, found.type, found.id, found.full_url, found.bundle, found.file, found.line)


def _two_of_one(found: Found) -> Finding:
    says = "has the type and id of another resource and says something else; it cannot be known which one is true."
    mend = "Keep the right one, or import files of different systems into different folders."
    return Finding(found.file, found.line, "H406", found.key, says, mend)
