"""Conditions become diagnoses only where somebody made one, on the day it was made."""

from __future__ import annotations

from datetime import date

import pytest

ICD = "http://hl7.org/fhir/sid/icd-10-cm"
SNOMED = "http://snomed.info/sct"


def condition(*codes: tuple[str, str], **more: object) -> dict:
    return {
        "resourceType": "Condition",
        "id": "c1",
        "subject": {"reference": "Patient/ada"},
        "code": {"coding": [{"system": system, "code": code} for system, code in codes]},
        "recordedDate": "2024-02-03T10:00:00-06:00",
        **more,
    }


def status(code: str) -> dict:
    return {"coding": [{"code": code}]}


def test_a_condition_becomes_a_diagnosis(rows_of, ada):
    assert rows_of("diagnosis", ada, condition((ICD, "F11.20"))) == [
        {
            "diagnosis_id": "c1",
            "person_id": "ada",
            "code": "F11.20",
            "code_system": "icd10cm",
            "category": "substance_use",
            "diagnosed_on": date(2024, 2, 3),
            "recorded_on": date(2024, 2, 3),
        }
    ]


@pytest.mark.parametrize(
    ("code", "category"),
    [
        ("F10.10", "substance_use"),
        ("F10.21", "substance_use"),
        ("f1120", "substance_use"),
        ("F19", "substance_use"),
        ("F10.14", "substance_use"),
        ("F10.94", "substance_induced"),
        ("F11.93", "substance_induced"),
        ("F10.90", "other"),
        ("F17.210", "tobacco"),
        ("F32.9", "mental"),
        ("F43.10", "mental"),
        ("T40.2X1A", "other"),
        ("Z72.0", "other"),
        ("K70.30", "other"),
    ],
)
def test_an_icd_code_falls_into_its_category(rows_of, ada, code, category):
    assert rows_of("diagnosis", ada, condition((ICD, code)))[0]["category"] == category


@pytest.mark.parametrize(
    ("code", "category"),
    [
        ("5602001", "substance_use"),
        ("7200002", "substance_use"),
        ("370143000", "mental"),
        ("56294008", "tobacco"),
        ("55680006", "other"),
        ("449868002", "other"),
    ],
)
def test_a_snomed_code_falls_into_its_category(rows_of, ada, code, category):
    """An overdose is an event and daily smoking a habit: neither is a diagnosis of a use disorder."""
    assert rows_of("diagnosis", ada, condition((SNOMED, code)))[0]["category"] == category


def test_icd_decides_where_a_condition_has_several_codes(rows_of, ada):
    row = rows_of("diagnosis", ada, condition((SNOMED, "1234567"), (ICD, "F11.20")))[0]
    assert (row["code"], row["code_system"]) == ("F11.20", "icd10cm")


def test_a_code_in_no_map_is_told_and_not_called_other(read_all, notes_on, ada):
    unknown = condition((SNOMED, "999999"))
    assert "diagnosis" not in read_all(ada, unknown).rows
    assert notes_on(ada, unknown) == [("Condition", "left out", "its code is in no map", "snomed 999999")]


def test_words_without_a_code_are_no_diagnosis_and_are_not_repeated(notes_on, ada):
    words = condition(code={"text": "Something private"})
    assert notes_on(ada, words) == [("Condition", "left out", "its code is in no map", "words only")]


@pytest.mark.parametrize("verification", ["refuted", "entered-in-error", "provisional", "differential", "unconfirmed"])
def test_only_a_confirmed_condition_is_a_diagnosis(read_all, ada, verification):
    unsure = condition((ICD, "F11.20"), verificationStatus=status(verification))
    assert "diagnosis" not in read_all(ada, unsure).rows


def test_what_the_patient_says_of_herself_is_no_diagnosis(read_all, ada):
    said = condition((ICD, "F11.20"), asserter={"reference": "Patient/ada"})
    assert "diagnosis" not in read_all(ada, said).rows


def test_a_health_concern_is_no_diagnosis(read_all, ada):
    assert "diagnosis" not in read_all(ada, condition((ICD, "F11.20"), category=[status("health-concern")])).rows


def test_the_day_of_diagnosis_is_the_asserted_date_and_then_the_recorded_one(rows_of, ada):
    url = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate"
    asserted = condition((ICD, "F11.20"), extension=[{"url": url, "valueDateTime": "2024-01-15"}])
    row = rows_of("diagnosis", ada, asserted)[0]
    assert (row["diagnosed_on"], row["recorded_on"]) == (date(2024, 1, 15), date(2024, 2, 3))


def test_onset_is_when_it_began_and_never_the_day_of_diagnosis(notes_on, ada):
    begun = condition((ICD, "F11.20"), onsetDateTime="2020-01-01", recordedDate=None)
    reason = "does not say when it was diagnosed (onset is when it began)"
    assert notes_on(ada, begun) == [("Condition", "left out", reason, "icd10cm F11.20")]


def test_the_time_of_the_system_is_no_day_of_recording(read_all, ada):
    stamped = condition((ICD, "F11.20"), recordedDate=None, meta={"lastUpdated": "2024-05-05T00:00:00Z"})
    assert "diagnosis" not in read_all(ada, stamped).rows


def test_a_resolved_condition_has_its_last_day(rows_of, ada):
    over = condition((ICD, "F11.20"), clinicalStatus=status("resolved"), abatementDateTime="2024-06-01")
    assert rows_of("diagnosis", ada, over)[0]["resolved_on"] == date(2024, 6, 1)


def test_a_resolved_condition_without_a_day_is_not_shown_as_going_on(notes_on, ada):
    over = condition((ICD, "F11.20"), clinicalStatus=status("resolved"))
    assert notes_on(ada, over) == [("Condition", "left out", "is over, but on no day that is said", "icd10cm F11.20")]


def test_remission_is_not_the_end_of_a_disorder(rows_of, ada):
    quiet = condition((ICD, "F11.21"), clinicalStatus=status("remission"), abatementDateTime="2024-06-01")
    assert "resolved_on" not in rows_of("diagnosis", ada, quiet)[0]


def test_a_condition_that_was_over_before_it_was_written_down_is_left_out(notes_on, ada):
    old = condition((ICD, "F11.20"), clinicalStatus=status("resolved"), abatementDateTime="2019-06-01")
    reason = "resolved_on of diagnosis is earlier than its beginning"
    assert notes_on(ada, old) == [("Condition", "left out", reason, "")]


def test_a_diagnosis_names_the_credential_of_who_made_it(rows_of, ada):
    degree = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0360", "code": "MD"}]}
    doctor = {"resourceType": "Practitioner", "id": "dr", "qualification": [{"code": degree}]}
    made = condition((ICD, "F11.20"), asserter={"reference": "Practitioner/dr"})
    row = rows_of("diagnosis", ada, doctor, made)[0]
    assert (row.get("diagnosed_by"), row["diagnoser_credential"]) == (None, "physician")


def test_a_finding_on_how_she_lives_is_an_observation_and_no_diagnosis(read_all, rows_of, ada):
    homeless = condition((SNOMED, "32911000"))
    assert "diagnosis" not in read_all(ada, homeless).rows
    assert rows_of("observation", ada, homeless) == [
        {
            "observation_id": "condition-c1",
            "person_id": "ada",
            "measure": "living_arrangement",
            "value_code": "homeless",
            "observed_on": date(2024, 2, 3),
            "recorded_on": date(2024, 2, 3),
        }
    ]
