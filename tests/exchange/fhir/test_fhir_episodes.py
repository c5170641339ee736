"""EpisodeOfCare, and what hangs on it: plans, goals, teams, sessions, assessments."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from fhir_clinic import CPT, HCPCS, IOP, PROGRAM, STAFF, about, concept


def test_an_episode_whose_service_is_named_is_an_episode_of_a_program(rows_of, base):
    everything = [*base]
    assert rows_of("program", *everything, services=IOP) == [
        {
            "program_id": PROGRAM,
            "organization": "Example Clinic",
            "service": "us-ne/intensive-outpatient-2.1",
            "level": "2.1",
            "focus": "substance_use",
        }
    ]
    assert rows_of("episode", *everything, services=IOP) == [
        {
            "episode_id": "ep",
            "person_id": "ada",
            "program_id": PROGRAM,
            "admitted_on": date(2024, 1, 8),
            "discharged_on": date(2024, 3, 1),
        }
    ]
    assert rows_of("outside_stay", *everything, services=IOP) == []


@pytest.mark.parametrize("name", ["H0015", "hcpcs|H0015", f"{HCPCS}|H0015"])
def test_a_service_is_named_by_code_or_by_system_and_code(read_all, base, name):
    assert read_all(*base, services={name: "x/y"}).rows["episode"] == 1


def test_a_service_that_no_episode_has_is_told(notes_on, ada):
    reason = "no episode of care has the type that --service names"
    assert notes_on(ada, services={"H9": "x/y"}) == [("EpisodeOfCare", "left out", reason, "H9")]


def test_an_episode_of_no_named_service_is_a_stay_where_it_treats_substance_use(rows_of, base):
    assert rows_of("outside_stay", *base) == [
        {
            "outside_stay_id": "episode-of-care-ep",
            "person_id": "ada",
            "level": "2.1",
            "focus": "substance_use",
            "facility": "Example Clinic",
            "admitted_on": date(2024, 1, 8),
            "discharged_on": date(2024, 3, 1),
        }
    ]


def test_a_kind_of_episode_that_says_no_level_leaves_it_empty(rows_of, ada, episode):
    episode["type"] = [concept("da", "http://terminology.hl7.org/CodeSystem/episodeofcare-type")]
    row = rows_of("outside_stay", ada, episode)[0]
    assert ("level" in row, row["focus"]) == (False, "substance_use")


def test_an_episode_without_a_type_is_known_by_its_diagnosis(rows_of, ada, episode):
    snomed = concept("7200002", "http://snomed.info/sct")
    del episode["type"]
    episode["diagnosis"] = [{"condition": {"reference": "Condition/c1"}}]
    assert rows_of("outside_stay", ada, episode, about("Condition", "c1", code=snomed))[0]["focus"] == "substance_use"


@pytest.mark.parametrize("kind", ["hacc", "pac", "somewhere-local"])
def test_other_episodes_are_told(notes_on, ada, episode, kind):
    episode["type"] = [concept(kind, "http://terminology.hl7.org/CodeSystem/episodeofcare-type")]
    told = [note for note in notes_on(ada, episode) if note[0] == "EpisodeOfCare"]
    reason = "treats no substance use that its type or diagnosis says, and --service does not name it"
    assert told == [("EpisodeOfCare", "left out", reason, f"episode-type {kind}")]


@pytest.mark.parametrize("status", ["planned", "waitlist", "cancelled", "entered-in-error"])
def test_an_episode_that_has_not_begun_is_left_out(read_all, ada, episode, status):
    assert "episode" not in read_all(ada, episode | {"status": status}, services=IOP).rows


def test_an_episode_that_goes_on_has_no_last_day(rows_of, ada, episode):
    assert "discharged_on" not in rows_of("episode", ada, episode | {"status": "active"}, services=IOP)[0]


def test_a_group_visit_of_an_episode_is_a_session_and_an_attendance(rows_of, base, visit):
    everything = [*base, visit]
    starts, ends = datetime(2024, 1, 9, 9, 0), datetime(2024, 1, 9, 12, 5)
    assert rows_of("session", *everything, services=IOP) == [
        {
            "session_id": "encounter-v1",
            "program_id": PROGRAM,
            "type": "group",
            "setting": "telehealth",
            "status": "held",
            "held_on": date(2024, 1, 9),
            "starts_at": starts,
            "ends_at": ends,
        }
    ]
    assert rows_of("attendance", *everything, services=IOP) == [
        {
            "attendance_id": "encounter-v1",
            "session_id": "encounter-v1",
            "episode_id": "ep",
            "status": "attended",
            "arrived_at": starts,
            "left_at": ends,
        }
    ]
    assert rows_of("session_staff", *everything, services=IOP)[0]["staff_id"] == STAFF
    assert rows_of("staff", *everything, services=IOP) == [
        {"staff_id": STAFF, "program_id": PROGRAM, "name": "Lee Example", "npi": "0000000001"}
    ]
    assert rows_of("credential", *everything, services=IOP)[0]["kind"] == "registered_nurse"


def test_the_same_visit_outside_of_an_episode_is_no_session(read_all, base, visit):
    assert "session" not in read_all(*base, visit).rows


def test_an_outsider_who_gave_a_session_is_no_staff(read_all, base, visit):
    visit["participant"] = [{"individual": {"reference": "Practitioner/kim"}}]
    imported = read_all(*base, visit, services=IOP)
    assert "staff" not in imported.rows
    assert "gave a session by somebody not known to be staff" in [item.reason for item in imported.unmapped]


def test_a_stay_within_an_episode_is_no_stay_elsewhere(read_all, base, visit):
    visit["class"]["code"] = "IMP"
    assert "outside_stay" not in read_all(*base, visit, services=IOP).rows


def test_a_procedure_gives_a_session_only_where_its_encounter_gives_none(read_all, base, visit):
    done = about(
        "Procedure",
        "p1",
        status="completed",
        code=concept("90834", CPT),
        encounter={"reference": "Encounter/v1"},
        performedPeriod=visit["period"],
        performer=[{"actor": {"reference": "PractitionerRole/lee-role"}}],
    )
    everything = [done, *base, visit]
    assert read_all(*everything, services=IOP).rows["session"] == 1
    visit["type"] = [concept("unknown", CPT)]
    sessions = read_all(*everything, services=IOP).records.in_memory("session").to_pylist()
    assert [(row["session_id"], row["type"]) for row in sessions] == [("procedure-p1", "individual")]


@pytest.mark.parametrize(
    "told",
    [
        ("2024-01-08", True, "initial"),
        ("2024-01-05", True, "initial"),
        ("2024-01-09", True, "reassessment"),
        ("2024-01-05", False, "prior"),
    ],
)
def test_an_assessment_is_of_the_kind_that_its_day_says(rows_of, base, visit, told):
    day, linked, kind = told
    done = about(
        "Procedure",
        "a1",
        status="completed",
        code=concept("H0001"),
        performedDateTime=day,
        performer=[{"actor": {"reference": "Practitioner/lee"}}],
        **({"encounter": {"reference": "Encounter/v1"}} if linked else {}),
    )
    row = rows_of("assessment", *base, visit, done, services=IOP)[0]
    assert (row["assessment_id"], row["kind"], row.get("episode_id")) == ("a1", kind, "ep" if linked else None)
    if linked:
        assert row["assessor_id"] == STAFF
    else:
        assert row["assessor_credential"] == "registered_nurse"


def test_a_screening_needs_the_assessment_it_is_part_of(rows_of, read_all, ada):
    snomed = "http://snomed.info/sct"
    screening = about(
        "Procedure", "s1", status="completed", code=concept("171207006", snomed), performedDateTime="2024-01-05"
    )
    assessment = about("Procedure", "a1", status="completed", code=concept("H0001"), performedDateTime="2024-01-05")
    assert "screening" not in read_all(ada, assessment, screening).rows
    screening["partOf"] = [{"reference": "Procedure/a1"}]
    assert rows_of("screening", ada, screening, assessment) == [
        {"screening_id": "s1", "assessment_id": "a1", "kind": "cooccurring", "screened_on": date(2024, 1, 5)}
    ]
