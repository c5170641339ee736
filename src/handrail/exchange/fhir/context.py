"""What every mapping needs at hand: who is who, the rows so far, and the notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar

from handrail.exchange.fhir.dates import day_of, minute_of
from handrail.exchange.fhir.directory import Directory, type_of
from handrail.exchange.fhir.elements import NOTHING, Element, ShapeError, part, text
from handrail.exchange.fhir.notes import Notes
from handrail.exchange.fhir.reading import Found, malformed
from handrail.exchange.fhir.rows import Rows
from handrail.findings import Finding

_Moment = TypeVar("_Moment", bound=date)


@dataclass(frozen=True)
class Episode:
    """An EpisodeOfCare whose service is named, as the tables know it."""

    episode_id: str
    person_id: str
    program_id: str
    organization: str
    admitted_on: date | None


@dataclass(frozen=True)
class Sort:
    """What sort of condition a Condition is: its code, category and focus as `maps/conditions.csv` gives them."""

    code: str
    category: str
    focus: str


@dataclass
class Dangling:
    """The first resource that names a patient who is in none of the files, and how many do."""

    file: str
    line: int
    key: str
    count: int = 0


@dataclass
class Context:
    """The state of one import. `kept` are the resources that others point to; the rest is streamed past."""

    services: Mapping[str, str]
    notes: Notes = field(default_factory=Notes)
    directory: Directory = field(default_factory=Directory)
    kept: dict[str, dict[str, Found]] = field(default_factory=dict)
    births: dict[str, date | None] = field(default_factory=dict)
    sorts: dict[str, Sort] = field(default_factory=dict)
    encounters: dict[str, Found] = field(default_factory=dict)
    episodes: dict[str, Episode] = field(default_factory=dict)
    teams: dict[str, Episode] = field(default_factory=dict)
    programs: set[str] = field(default_factory=set)
    staff: dict[tuple[str, str], str] = field(default_factory=dict)
    assessments: set[str] = field(default_factory=set)
    screenings: list[tuple[Found, str, str]] = field(default_factory=list)
    dangling: dict[str, Dangling] = field(default_factory=dict)

    @cached_property
    def rows(self) -> Rows:
        """The rows so far."""
        return Rows(self.notes)

    def kept_of(self, resource_type: str) -> list[Found]:
        """This will list the kept resources of one type, in the order of the files."""
        return list(self.kept.get(resource_type, {}).values())

    def find(self, key: str) -> Found | None:
        """This will give one kept resource by its key."""
        return self.kept.get(key.partition("/")[0], {}).get(key)

    @cached_property
    def roles(self) -> Mapping[str, list[Found]]:
        """The PractitionerRoles by the key of their Practitioner; asked for only when all files were surveyed."""
        roles: dict[str, list[Found]] = {}
        for role in self.kept_of("PractitionerRole"):
            with self.checking(role):
                practitioner = self.directory.resolve(part(role.resource, "practitioner"), role, "Practitioner")
                roles.setdefault(practitioner, []).append(role)
        return roles

    def organization_name(self, found: Found, reference: Element) -> str:
        """This will give the name of the organization a reference points to, or what the reference calls it."""
        address = text(reference, "reference")
        contained = found.contained(address[1:]) if address.startswith("#") else NOTHING
        known = self.find(self.directory.resolve(reference, found, "Organization"))
        return (text(known.resource, "name") if known else "") or text(contained, "name") or text(reference, "display")

    @contextmanager
    def checking(self, found: Found) -> Iterator[None]:
        """This will turn a wrongly shaped element into a finding and let the import go on to the next resource."""
        try:
            yield
        except ShapeError as error:
            self.notes.finding(malformed(found.key, error, found.file, found.line))

    def day(self, found: Found, element: Element, name: str) -> date | None:
        """This will give the day an element names; a month or year alone leaves it empty and is noted."""
        day = self._moment(found, element, name, day_of)
        if day is None and 4 <= len(text(element, name)) < len("2024-01-01"):
            self.notes.left_empty(found.type, found.id, f"{name} has no day")
        return day

    def minute(self, found: Found, element: Element, name: str) -> datetime | None:
        """This will give the wall-clock time an element names, None where it names only a day."""
        return self._moment(found, element, name, minute_of)

    def _moment(
        self, found: Found, element: Element, name: str, read: Callable[[str], _Moment | None]
    ) -> _Moment | None:
        written = text(element, name)
        try:
            return read(written) if written else None
        except ValueError:
            says = f'has in "{name}" something that is not a day of the calendar in FHIR\'s way of writing it.'
            mend = "Write 2024-03-01 or 2024-03-01T09:30:00-06:00."
            self.notes.finding(Finding(found.file, found.line, "H408", found.key, says, mend))
            return None

    def person(self, found: Found, name: str = "subject") -> str:
        """This will give the person a resource is about, empty where it names none; a dangling name is a finding."""
        reference = part(found.resource, name)
        key = self.directory.resolve(reference, found, "Patient")
        if key.startswith("Patient/"):
            return key.partition("/")[2]
        if type_of(reference, found) not in ("", "Patient"):
            self.notes.left_out(found.type, found.id, f"{name} is a {type_of(reference, found)}, not a patient")
        elif text(reference, "reference") or part(reference, "identifier"):
            address = text(reference, "reference")
            is_plain = address and not address.startswith("#") and "?" not in address
            target = address if is_plain else "a patient by identifier"
            self.dangling.setdefault(target, Dangling(found.file, found.line, found.key)).count += 1
        else:
            self.notes.left_out(found.type, found.id, f"{name} names no patient")
        return ""

    def episode_of_encounter(self, found: Found, reference: Element) -> Episode | None:
        """This will give the episode that a referenced Encounter belongs to, where its service is named."""
        encounter = self.encounters.get(self.directory.resolve(reference, found, "Encounter"))
        return self.episode_named(encounter) if encounter else None

    def episode_named(self, encounter: Found) -> Episode | None:
        """This will give the episode that an Encounter says it belongs to, where its service is named."""
        keys = [self.directory.resolve(item, encounter, "EpisodeOfCare") for item in _references(encounter)]
        return next((self.episodes[key] for key in keys if key in self.episodes), None)


def _references(encounter: Found) -> list[Element]:
    value = encounter.resource.get("episodeOfCare")
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def dangling_findings(dangling: Mapping[str, Dangling]) -> Iterator[Finding]:
    """This will say which patients are referred to and are in none of the files, one finding for each."""
    for target, named in dangling.items():
        more = f" (and {named.count - 1:,} more resources)" if named.count > 1 else ""
        says = f"is about {target}, who is in none of the files{more}."
        mend = "Name the file with that Patient too; without the person, the record would be nobody's."
        yield Finding(named.file, named.line, "H407", named.key, says, mend)
