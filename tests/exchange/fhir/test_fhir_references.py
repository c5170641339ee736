"""References of every kind find who they mean, and a patient who is nowhere is a finding."""

from __future__ import annotations

import json

import pytest

from handrail.exchange.fhir import read

SERVER = "https://example.org/fhir"
MRN = {"system": "https://example.org/mrn", "value": "7"}


def stay(reference: object, **more: object) -> dict:
    return {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": reference if isinstance(reference, dict) else {"reference": reference},
        "period": {"start": "2024-03-01", "end": "2024-03-02"},
        **more,
    }


def bundle(*entries: tuple[str | None, dict], kind: str = "collection") -> str:
    listed = [{"resource": resource, **({"fullUrl": url} if url else {})} for url, resource in entries]
    return json.dumps({"resourceType": "Bundle", "type": kind, "entry": listed})


@pytest.fixture
def whose(tmp_path):
    """Gives the persons of the stays in some files."""

    def read_them(*texts: str) -> list[str]:
        files = []
        for number, text in enumerate(texts):
            file = tmp_path / f"{number}.json"
            file.write_text(text, encoding="utf-8")
            files.append(file)
        return read(files).records.in_memory("outside_stay")["person_id"].to_pylist()

    return read_them


@pytest.mark.parametrize(
    "reference",
    [
        "Patient/ada",
        f"{SERVER}/Patient/ada",
        "Patient/ada/_history/3",
        f"{SERVER}/Patient/ada/_history/3",
        "Patient?identifier=https://example.org/mrn|7",
        "Patient?identifier=https%3A%2F%2Fexample.org%2Fmrn%7C7",
        "Patient?identifier=7",
        {"identifier": MRN},
        {"type": "Patient", "identifier": MRN},
    ],
)
def test_a_reference_finds_its_patient(whose, ada, reference):
    ada["identifier"] = [MRN]
    assert whose(bundle((f"{SERVER}/Patient/ada", ada), (f"{SERVER}/Encounter/e1", stay(reference)))) == ["ada"]


def test_a_urn_finds_its_patient_in_the_bundle_and_across_bundles(whose, ada):
    urn = "urn:uuid:00000000-0000-4000-8000-000000000001"
    assert whose(bundle((None, stay(urn))), bundle((urn, ada))) == ["ada"]


def test_a_urn_finds_a_patient_whose_id_it_is_without_any_bundle(read_all, ada):
    ada["id"] = "00000000-0000-4000-8000-000000000001"
    imported = read_all(ada, stay("urn:uuid:00000000-0000-4000-8000-000000000001"))
    assert imported.rows["outside_stay"] == 1


def test_the_same_urn_in_two_bundles_means_each_its_own(whose, ada):
    ben = {"resourceType": "Patient", "id": "ben"}
    first = bundle(("urn:uuid:1", ada), (None, stay("urn:uuid:1")))
    second = bundle(("urn:uuid:1", ben), (None, stay("urn:uuid:1", id="e2")))
    assert whose(first, second) == ["ada", "ben"]


def test_a_resource_without_an_id_takes_that_of_its_address(whose, ada):
    del ada["id"]
    assert whose(bundle(("urn:uuid:abc", ada), (None, stay("urn:uuid:abc")))) == ["abc"]


def test_a_resource_without_any_name_has_the_same_id_every_time(whose, read_all, ada):
    nameless = stay("Patient/ada")
    del nameless["id"]
    first, second = (read_all(ada, nameless).records.in_memory("outside_stay")["outside_stay_id"] for _ in "ab")
    assert first == second
    assert first[0].as_py().startswith("encounter-sha-")


def test_a_contained_patient_is_known_by_the_identifier_she_shares(whose, ada):
    ada["identifier"] = [MRN]
    inside = {"resourceType": "Patient", "id": "p", "identifier": [MRN]}
    assert whose(bundle((None, ada), (None, stay("#p", contained=[inside])))) == ["ada"]


def test_a_contained_organization_lends_its_name(read_all, ada):
    inside = {"resourceType": "Organization", "id": "o", "name": "Contained Example"}
    imported = read_all(ada, stay("Patient/ada", contained=[inside], serviceProvider={"reference": "#o"}))
    assert imported.records.in_memory("outside_stay")["facility"].to_pylist() == ["Contained Example"]


@pytest.mark.parametrize(
    "reference",
    ["Patient/nobody", "urn:uuid:9", "https://elsewhere.example.org/fhir/Patient/ada", "Patient?identifier=none", "#p"],
)
def test_a_patient_who_is_in_none_of_the_files_is_a_finding(found_in, ada, reference):
    text = bundle((f"{SERVER}/Patient/ada", ada), (None, stay(reference)))
    assert found_in({"a.json": text}) == [("H407", "a.json", 0, "Encounter/e1")]


def test_two_patients_with_one_identifier_are_not_guessed_between(found_in, ada):
    ben = {"resourceType": "Patient", "id": "ben", "identifier": [MRN]}
    ada["identifier"] = [MRN]
    text = bundle((None, ada), (None, ben), (None, stay({"identifier": MRN})))
    assert found_in({"a.json": text}) == [("H407", "a.json", 0, "Encounter/e1")]


def test_a_dangling_patient_is_told_once_however_many_name_him(found_in, ada):
    lines = [ada, *(stay("Patient/nobody", id=f"e{number}") for number in range(7))]
    text = "\n".join(json.dumps(line) for line in lines)
    assert found_in({"a.ndjson": text}) == [("H407", "a.ndjson", 2, "Encounter/e0")]
