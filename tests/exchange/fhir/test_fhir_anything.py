"""Whatever stands in a file, the import either succeeds soundly or says what is wrong; it never falls over."""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path
from typing import Any

from fhir_clinic import CPT, IOP, about, concept
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handrail.exchange.fhir import read
from handrail.findings import FindingsError

ICD = "http://hl7.org/fhir/sid/icd-10-cm"
LOINC = "http://loinc.org"
DAYS = {"start": "2024-01-08", "end": "2024-02-01"}
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
ROLE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"

SOUND: list[dict[str, Any]] = [
    {"resourceType": "Patient", "id": "ada", "gender": "female", "birthDate": "1990-05-01", "deceasedBoolean": False},
    {
        "resourceType": "Patient",
        "id": "cleo",
        "birthDate": "2015-01-02",
        "link": [{"other": {"reference": "RelatedPerson/rel"}, "type": "seealso"}],
    },
    {
        "resourceType": "RelatedPerson",
        "id": "rel",
        "patient": {"reference": "Patient/ada"},
        "relationship": [concept("CHILD", ROLE)],
    },
    {"resourceType": "Organization", "id": "clinic", "name": "Example Clinic"},
    {
        "resourceType": "Practitioner",
        "id": "lee",
        "name": [{"given": ["Lee"], "family": "Example"}],
        "qualification": [{"code": concept("MD"), "period": DAYS}],
    },
    {
        "resourceType": "PractitionerRole",
        "id": "role",
        "practitioner": {"reference": "Practitioner/lee"},
        "organization": {"reference": "Organization/clinic"},
    },
    {
        "resourceType": "EpisodeOfCare",
        "id": "ep",
        "status": "finished",
        "type": [concept("H0015")],
        "patient": {"reference": "Patient/ada"},
        "managingOrganization": {"reference": "Organization/clinic"},
        "period": DAYS,
        "team": [{"reference": "CareTeam/team"}],
        "careManager": {"reference": "PractitionerRole/role"},
    },
    about("CareTeam", "team", period=DAYS, participant=[{"member": {"reference": "Practitioner/lee"}}]),
    about(
        "CarePlan",
        "plan",
        status="active",
        intent="plan",
        period=DAYS,
        careTeam=[{"reference": "CareTeam/team"}],
        goal=[{"reference": "Goal/goal"}],
        activity=[{"detail": {"code": concept("90853", CPT)}}],
    ),
    about("Goal", "goal", lifecycleStatus="active", startDate="2024-01-09", target=[{"dueDate": "2024-02-01"}]),
    about("Condition", "c", code=concept("F11.20", ICD), recordedDate="2024-01-01", abatementDateTime="2024-05-01"),
    about(
        "Encounter",
        "e",
        status="finished",
        period=DAYS,
        type=[concept("90853", CPT)],
        episodeOfCare=[{"reference": "EpisodeOfCare/ep"}],
        participant=[{"individual": {"reference": "Practitioner/lee"}}],
        reasonReference=[{"reference": "Condition/c"}],
        **{"class": {"system": ACT, "code": "AMB"}},
    ),
    about("Encounter", "s", status="finished", period=DAYS, **{"class": {"system": ACT, "code": "IMP"}}),
    about(
        "Procedure",
        "p",
        status="completed",
        code=concept("H0001"),
        performedPeriod=DAYS,
        encounter={"reference": "Encounter/e"},
        performer=[{"actor": {"reference": "Practitioner/lee"}}],
    ),
    about(
        "Observation",
        "o",
        status="final",
        code=concept("67875-5", LOINC),
        valueCodeableConcept=concept("LA17956-6", LOINC),
        effectiveDateTime="2024-01-09T10:00:00Z",
    ),
]

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.sampled_from(["2024-13", "#x"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=6), inner, max_size=2),
    max_leaves=4,
)


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """List the way to every element."""
    if isinstance(value, dict):
        return [path, *(place for name, inner in value.items() for place in places(inner, (*path, name)))]
    if isinstance(value, list):
        return [path, *(place for index, inner in enumerate(value) for place in places(inner, (*path, index)))]
    return [path]


def outcome(resources: list[Any]) -> dict[str, list[Any]] | None:
    """Give the keys by table, None where there are findings."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.ndjson"
        file.write_text("\n".join(json.dumps(resource) for resource in resources), encoding="utf-8")
        try:
            records = read([file], IOP).records
        except FindingsError as error:
            assert error.findings
            return None
    return {name: records.in_memory(name)[f"{name}_id"].to_pylist() for name in records.held}


def test_the_sound_resources_reach_every_mapping():
    tables = set(outcome(SOUND) or {})
    assert {"person", "child", "diagnosis", "outside_stay", "episode", "program", "staff", "plan", "goal"} <= tables
    assert {"team_member", "session", "attendance", "assessment", "observation"} <= tables


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_element_may_be_anything(data):
    resources = copy.deepcopy(SOUND)
    place = data.draw(st.sampled_from([place for place in places(resources) if place]))
    value = data.draw(ANYTHING)
    element: Any = resources
    for step in place[:-1]:
        element = element[step]
    element[place[-1]] = value
    keys = outcome(resources)
    assert keys is None or all(len(set(ids)) == len(ids) for ids in keys.values())


@settings(max_examples=25, deadline=None)
@given(st.permutations(SOUND))
def test_the_order_of_the_resources_does_not_matter(shuffled):
    ordered, mixed = outcome(SOUND), outcome(list(shuffled))
    assert ordered is not None
    assert mixed is not None
    assert {name: sorted(ids) for name, ids in mixed.items()} == {name: sorted(ids) for name, ids in ordered.items()}


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(0, len(SOUND) - 1)))
def test_leaving_resources_away_adds_no_row_about_others(missing):
    """What is not said may turn an episode's stay into none, and never one person's record into another's."""
    kept = [resource for number, resource in enumerate(SOUND) if number not in missing]
    whole, part = outcome(SOUND), outcome(kept)
    assert whole is not None
    for name in ("person", "diagnosis", "episode", "plan", "goal", "observation"):
        assert set((part or {}).get(name, [])) <= set(whole[name])
