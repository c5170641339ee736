"""An invented clinic for the tests of episodes: its codes, and how to write them."""

from __future__ import annotations

CPT, HCPCS = "http://www.ama-assn.org/go/cpt", "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
IOP = {"H0015": "us-ne/intensive-outpatient-2.1"}
PROGRAM = "clinic:us-ne/intensive-outpatient-2.1"
STAFF = f"lee@{PROGRAM}"


def concept(code: str, system: str = HCPCS) -> dict:
    return {"coding": [{"system": system, "code": code}]}


def about(resource_type: str, key: str, **more: object) -> dict:
    return {"resourceType": resource_type, "id": key, "subject": {"reference": "Patient/ada"}, **more}
