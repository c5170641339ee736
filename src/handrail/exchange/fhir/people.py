"""Patient and RelatedPerson: persons, and the children of persons."""

from __future__ import annotations

from handrail.exchange.fhir.codes import code_map, label
from handrail.exchange.fhir.context import Context
from handrail.exchange.fhir.elements import extension, flag, part, parts, text
from handrail.exchange.fhir.reading import Found

_BIRTH_SEX = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
_SEXES = {"female": "female", "male": "male", "other": "another", "F": "female", "M": "male"}


def merge_persons(context: Context) -> None:
    """This will let each patient record that says it was replaced mean the record that replaced it."""
    for found in context.kept_of("Patient"):
        with context.checking(found):
            for link in parts(found.resource, "link"):
                other = context.directory.resolve(part(link, "other"), found, "Patient")
                if text(link, "type") == "replaced-by" and other.startswith("Patient/") and other != found.key:
                    context.directory.replace(found.key, other)
                    context.notes.left_out("Patient", found.id, "was replaced by another patient record")
                    context.directory.takes(found.key)


def want_births(context: Context) -> None:
    """This will mark the patients whose birth dates are needed once more, as those of children."""
    for found in context.kept_of("Patient"):
        context.births[_canonical(context, found)] = None
    for found in context.kept_of("RelatedPerson"):
        with context.checking(found):
            context.births[context.directory.resolve(part(found.resource, "patient"), found, "Patient")] = None


def add_person(context: Context, found: Found) -> None:
    """This will add one person. A birth date without its day stays empty, and so does a sex nobody recorded."""
    patient = found.resource
    sex = text(patient, "gender")
    if sex in ("", "unknown"):
        sex = text(extension(patient, _BIRTH_SEX), "valueCode")
    died_on = context.day(found, patient, "deceasedDateTime")
    if flag(patient, "deceasedBoolean"):
        context.notes.left_empty("Patient", found.id, "died, on a day that is not said")
    birth_date = context.day(found, patient, "birthDate")
    if found.key in context.births:
        context.births[found.key] = birth_date
    context.rows.add(found, "person", person_id=found.id, birth_date=birth_date, sex=_SEXES.get(sex), died_on=died_on)


def add_children(context: Context) -> None:
    """This will add the children that RelatedPersons name, from either side, once all persons are known.

    Either a RelatedPerson is the child of its patient; or it is the parent of its patient, and some other
    Patient's link says that this parent is that Patient. Nobody's silence is read as having no child.
    """
    patients = _patients_behind(context)
    told: set[tuple[str, str]] = set()
    for found in context.kept_of("RelatedPerson"):
        with context.checking(found):
            _add_child(context, found, patients.get(found.key, ""), told)


def _patients_behind(context: Context) -> dict[str, str]:
    """Find for each RelatedPerson the Patient that is the same human being, by the Patient's links."""
    behind = {}
    for found in context.kept_of("Patient"):
        with context.checking(found):
            for link in parts(found.resource, "link"):
                other = context.directory.resolve(part(link, "other"), found, "RelatedPerson")
                if text(link, "type") == "seealso" and other.startswith("RelatedPerson/"):
                    behind[other] = _canonical(context, found)
    return behind


def _add_child(context: Context, found: Found, same: str, told: set[tuple[str, str]]) -> None:
    related, notes = found.resource, context.notes
    relationships = parts(related, "relationship")
    meanings = [code_map("relationships").find(item) for item in relationships]
    relation = next((meaning[1]["is"] for meaning in meanings if meaning), "")
    patient_id = context.person(found, "patient")
    if not patient_id:
        return
    if not relation:
        said = label(relationships[0]) if relationships else "nothing"
        notes.left_out("RelatedPerson", found.id, "is neither child nor parent of the patient", said)
        return
    if flag(related, "active") is False or text(part(related, "period"), "end"):
        notes.left_out("RelatedPerson", found.id, "is a relationship that has ended or is not in use")
        return
    if relation == "child":
        parent_id, child = patient_id, same or found.key
        born = context.day(found, related, "birthDate") or context.births.get(child)
    elif same:
        parent_id, child = same.partition("/")[2], f"Patient/{patient_id}"
        born = context.births.get(child)
    else:
        notes.left_out("RelatedPerson", found.id, "is a parent who is not known as a patient")
        return
    if (parent_id, child) not in told:
        told.add((parent_id, child))
        context.rows.add(found, "child", child_id=f"related-person-{found.id}", person_id=parent_id, birth_date=born)


def _canonical(context: Context, found: Found) -> str:
    return context.directory.resolve({"reference": found.key}, found, "Patient")
