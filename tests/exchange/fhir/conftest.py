"""Invented FHIR resources, read as an import would read them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from fhir_clinic import CPT, about, concept

from handrail.exchange.fhir import Imported, read
from handrail.findings import FindingsError
from handrail.records.schema import tables

Resource = dict[str, Any]
Row = dict[str, object]


def assert_sound(imported: Imported) -> None:
    held = {name: imported.records.in_memory(name).to_pydict() for name in imported.rows}
    for name, columns in held.items():
        for column in tables()[name].columns.values():
            assert not (column.required and None in columns[column.name]), f"{name}.{column.name} is empty"
            if column.references:
                keys = held.get(column.references, {}).get(f"{column.references}_id", [])
                assert set(columns[column.name]) - {None} <= set(keys), f"{name}.{column.name} refers to nobody"
        assert len(set(columns[f"{name}_id"])) == len(columns[f"{name}_id"])


@pytest.fixture
def ada() -> Resource:
    return {"resourceType": "Patient", "id": "ada", "gender": "female", "birthDate": "1990-05-01"}


@pytest.fixture
def read_all(tmp_path: Path) -> Callable[..., Imported]:
    """Reads resources from one NDJSON file. Its rows always have unique keys, all they need, and refer to rows."""

    def read_them(*resources: Resource, services: Mapping[str, str] | None = None) -> Imported:
        file = tmp_path / "some.ndjson"
        file.write_text("\n".join(json.dumps(resource) for resource in resources), encoding="utf-8")
        imported = read([file], services)
        assert_sound(imported)
        return imported

    return read_them


@pytest.fixture
def rows_of(read_all: Callable[..., Imported]) -> Callable[..., list[Row]]:
    """Gives the rows of one table that come of some resources, without their empty columns."""

    def rows(table: str, *resources: Resource, services: Mapping[str, str] | None = None) -> list[Row]:
        found = read_all(*resources, services=services).records.in_memory(table).to_pylist()
        return [{name: value for name, value in row.items() if value is not None} for row in found]

    return rows


@pytest.fixture
def notes_on(read_all: Callable[..., Imported]) -> Callable[..., list[tuple[str, str, str, str]]]:
    """Gives what could not be mapped, as (resource type, effect, reason, code)."""

    def notes(*resources: Resource, services: Mapping[str, str] | None = None) -> list[tuple[str, str, str, str]]:
        unmapped = read_all(*resources, services=services).unmapped
        return [(item.resource_type, item.effect, item.reason, item.code) for item in unmapped]

    return notes


@pytest.fixture
def found_in(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], list[tuple[str, str, int, str]]]:
    """Reads files that are wrong and gives (code, file, line, subject) of each finding."""

    def read_them(files: Mapping[str, str | bytes]) -> list[tuple[str, str, int, str]]:
        folder = tmp_path / "wrong"
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        with pytest.raises(FindingsError) as caught:
            read([folder / name for name in files])
        return [(one.code, Path(one.file).name, one.line, one.subject) for one in caught.value.findings]

    return read_them


@pytest.fixture
def clinic() -> list[dict]:
    """A clinic, where Lee Example works, and an outside doctor, Kim Example."""
    degree = concept("RN", "http://terminology.hl7.org/CodeSystem/v2-0360")
    licence = {"code": degree, "period": {"start": "2020-01-01", "end": "2030-01-01"}}
    npi = {"system": "http://hl7.org/fhir/sid/us-npi", "value": "0000000001"}
    name = [{"given": ["Lee"], "family": "Example"}]
    lee = {"resourceType": "Practitioner", "id": "lee", "identifier": [npi], "name": name, "qualification": [licence]}
    return [
        {"resourceType": "Organization", "id": "clinic", "name": "Example Clinic"},
        lee,
        {"resourceType": "Practitioner", "id": "kim", "name": [{"text": "Kim Example"}]},
        {
            "resourceType": "PractitionerRole",
            "id": "lee-role",
            "practitioner": {"reference": "Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|0000000001"},
            "organization": {"reference": "Organization/clinic"},
        },
    ]


@pytest.fixture
def episode() -> dict:
    return {
        "resourceType": "EpisodeOfCare",
        "id": "ep",
        "status": "finished",
        "type": [concept("H0015")],
        "patient": {"reference": "Patient/ada"},
        "managingOrganization": {"reference": "Organization/clinic"},
        "period": {"start": "2024-01-08", "end": "2024-03-01"},
        "team": [{"reference": "CareTeam/team"}],
    }


@pytest.fixture
def visit() -> dict:
    return about(
        "Encounter",
        "v1",
        status="finished",
        type=[concept("90853", CPT)],
        period={"start": "2024-01-09T09:00:00-06:00", "end": "2024-01-09T12:05:30-06:00"},
        episodeOfCare=[{"reference": "EpisodeOfCare/ep"}],
        participant=[{"individual": {"reference": "Practitioner/lee"}}],
        **{"class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "VR"}},
    )


@pytest.fixture
def base(ada: Resource, clinic: list[Resource], episode: Resource) -> list[Resource]:
    """Ada, the clinic, and her episode there."""
    return [ada, *clinic, episode]
