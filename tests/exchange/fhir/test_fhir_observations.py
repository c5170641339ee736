"""Observations: only the few that have a code here, and only answers that a map has."""

from __future__ import annotations

from datetime import date

import pytest

LOINC = "http://loinc.org"


def observation(code: str, answer: str, **more: object) -> dict:
    return {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": code}]},
        "subject": {"reference": "Patient/ada"},
        "effectiveDateTime": "2024-02-03T23:59:00-05:00",
        "issued": "2024-02-05T08:00:00.000-05:00",
        "valueCodeableConcept": {"coding": [{"system": LOINC, "code": answer}]},
        **more,
    }


@pytest.mark.parametrize(
    ("answer", "value"),
    [("LA30136-8", "full"), ("LA30138-4", "part"), ("LA17956-6", "unemployed"), ("LA30137-6", "not_in_labor_force")],
)
def test_an_answer_on_work_becomes_an_observation(rows_of, ada, answer, value):
    assert rows_of("observation", ada, observation("67875-5", answer)) == [
        {
            "observation_id": "observation-o1",
            "person_id": "ada",
            "measure": "employment",
            "value_code": value,
            "observed_on": date(2024, 2, 3),
            "recorded_on": date(2024, 2, 5),
        }
    ]


def test_having_housing_does_not_say_whether_it_is_her_own(notes_on, ada):
    told = notes_on(ada, observation("71802-3", "LA30189-7"))
    assert told == [("Observation", "left out", "its answer is in no map", "loinc 71802-3: loinc LA30189-7")]


def test_an_answer_to_another_question_is_left_out(read_all, ada):
    assert "observation" not in read_all(ada, observation("71802-3", "LA30136-8")).rows


def test_a_code_in_no_map_is_told(notes_on, ada):
    told = notes_on(ada, observation("8302-2", "x"))
    assert told == [("Observation", "left out", "its code is in no map", "loinc 8302-2")]


@pytest.mark.parametrize(
    "odd", [{"status": "preliminary"}, {"status": "entered-in-error"}, {"effectiveDateTime": "2024-02"}]
)
def test_what_is_not_final_or_has_no_day_is_left_out(read_all, ada, odd):
    assert "observation" not in read_all(ada, observation("67875-5", "LA30136-8", **odd)).rows


def test_resources_that_no_table_takes_are_counted(read_all, ada):
    claims = [{"resourceType": "Claim", "id": f"claim-{number}"} for number in range(5)]
    (told,) = read_all(ada, *claims).unmapped
    assert (told.resource_type, told.count, told.examples) == ("Claim", 5, ("claim-0", "claim-1", "claim-2"))
