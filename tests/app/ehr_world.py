"""An invented EHR: Bea, her episode of care with a plan, a session and who gave it, as FHIR. And how the page is used."""

from __future__ import annotations

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

PAGE = "/import/fhir"
HCPCS, CPT = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "http://www.ama-assn.org/go/cpt"
IOP = "hcpcs|H0015"
Resource = dict[str, Any]


def concept(code: str, system: str = HCPCS) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def patient(key: str = "bea", **more: Any) -> Resource:
    record = {"type": concept("MR", "http://terminology.hl7.org/CodeSystem/v2-0203"), "value": f"MR-{key}"}
    secret = {"type": concept("SS", "http://terminology.hl7.org/CodeSystem/v2-0203"), "value": "000-00-0000"}
    return {
        "resourceType": "Patient",
        "id": key,
        "identifier": [secret, record],
        "name": [
            {"use": "maiden", "family": "Before", "given": ["Bea"]},
            {"use": "official", "family": "Brook", "given": [key.title()]},
        ],
        "gender": "female",
        "birthDate": "1990-02-28",
        **more,
    }


def episode(key: str = "ep", who: str = "bea", **period: str) -> Resource:
    return {
        "resourceType": "EpisodeOfCare",
        "id": key,
        "status": "finished" if "end" in period else "active",
        "type": [concept("H0015")],
        "patient": {"reference": f"Patient/{who}"},
        "managingOrganization": {"reference": "Organization/clinic"},
        "period": {"start": "2026-01-05", **period},
    }


def diagnosis(key: str = "c1", code: str = "F10.20", who: str = "bea") -> Resource:
    return {
        "resourceType": "Condition",
        "id": key,
        "subject": {"reference": f"Patient/{who}"},
        "code": concept(code, "http://hl7.org/fhir/sid/icd-10-cm"),
        "recordedDate": "2026-01-06",
    }


def plan() -> list[Resource]:
    about = {"subject": {"reference": "Patient/bea"}}
    extension = {
        "url": "http://hl7.org/fhir/StructureDefinition/workflow-episodeOfCare",
        "valueReference": {"reference": "EpisodeOfCare/ep"},
    }
    return [
        {
            "resourceType": "CarePlan", "id": "plan", **about, "status": "active", "intent": "plan",
            "period": {"start": "2026-01-08"}, "extension": [extension], "goal": [{"reference": "Goal/g"}],
        },
        {"resourceType": "Goal", "id": "g", **about, "lifecycleStatus": "active", "startDate": "2026-01-08"},
    ]  # fmt: skip


def visit(key: str = "v1", day: str = "2026-01-09") -> Resource:
    return {
        "resourceType": "Encounter",
        "id": key,
        "status": "finished",
        "subject": {"reference": "Patient/bea"},
        "type": [concept("90853", CPT)],
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "period": {"start": f"{day}T09:00:00-06:00", "end": f"{day}T12:00:00-06:00"},
        "episodeOfCare": [{"reference": "EpisodeOfCare/ep"}],
        "participant": [{"individual": {"reference": "Practitioner/carl"}}],
    }


def clinic(name: str = "Carl Example") -> list[Resource]:
    return [
        {"resourceType": "Organization", "id": "clinic", "name": "Example Clinic"},
        {"resourceType": "Practitioner", "id": "carl", "name": [{"text": name}]},
        {
            "resourceType": "PractitionerRole",
            "id": "role",
            "practitioner": {"reference": "Practitioner/carl"},
            "organization": {"reference": "Organization/clinic"},
        },
    ]


def everything(**period: str) -> list[Resource]:
    """This will give Bea and all about her."""
    return [*clinic(), patient(), episode(**period), diagnosis(), *plan(), visit()]


def lines(*resources: Resource) -> bytes:
    return "\n".join(json.dumps(one) for one in resources).encode()


def bundle(*resources: Resource) -> bytes:
    entries = [{"resource": one} for one in resources]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}, indent=1).encode()


def look(client: Any, *files: bytes, **more: Any) -> Any:
    """This will choose files and look at them."""
    chosen = [SimpleUploadedFile(f"a file {place}.json", one) for place, one in enumerate(files)]
    return client.post(PAGE, {"files": chosen, **more})


def send(client: Any, page: Any, act: str = "write", program: str = "iop", **more: Any) -> Any:
    """This will send the page that looked at files, with a program chosen for every type; to write, after another look."""
    told = {**{name: program for name, *_rest in page.context["types"]}, **more}
    if act == "write" and not page.context["plan"].another:
        page = client.post(PAGE, {"carried": page.context["carried"], "act": "check", **told})
        if "looked" not in page.context:
            return page
    return client.post(PAGE, {"carried": page.context["carried"], "looked": page.context["looked"], "act": act, **told})


def bring_in(client: Any, *resources: Resource, **more: Any) -> Any:
    """This will look at resources, and write them."""
    page = look(client, lines(*resources))
    assert "plan" in page.context, page.content.decode()
    return send(client, page, **more)


def counts(page: Any) -> dict[str, dict[str, int]]:
    """This will give what a look says, by table and state, without what is none."""
    return {
        table: {state: count for state, count in told.items() if count}
        for table, told in page.context["plan"].counts.items()
    }
