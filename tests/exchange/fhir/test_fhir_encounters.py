"""Encounters: stays elsewhere, and visits to primary care."""

from __future__ import annotations

from datetime import date

import pytest

SNOMED = "http://snomed.info/sct"


def concept(code: str, system: str = SNOMED) -> dict:
    return {"coding": [{"system": system, "code": code}]}


def diagnosis(condition: str, rank: int) -> dict:
    return {"condition": {"reference": f"Condition/{condition}"}, "rank": rank}


def encounter(kind: str, code: str, **more: object) -> dict:
    return {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": kind},
        "type": [concept(code)],
        "subject": {"reference": "Patient/ada"},
        "period": {"start": "2024-03-01T22:00:00-06:00", "end": "2024-03-09T08:00:00-06:00"},
        **more,
    }


def test_inpatient_rehabilitation_is_a_stay_for_substance_use(rows_of, ada):
    clinic = {"resourceType": "Organization", "id": "o1", "name": "Example Hospital"}
    stay = encounter("IMP", "56876005", serviceProvider={"reference": "Organization/o1"})
    assert rows_of("outside_stay", ada, clinic, stay) == [
        {
            "outside_stay_id": "encounter-e1",
            "person_id": "ada",
            "level": "3.7",
            "focus": "substance_use",
            "facility": "Example Hospital",
            "admitted_on": date(2024, 3, 1),
            "discharged_on": date(2024, 3, 9),
        }
    ]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (("IMP", "5602001"), ("3.7", "substance_use")),
        (("IMP", "82423001"), (None, "medical")),
        (("IMP", "370143000"), (None, "mental")),
        (("IMP", "999999"), (None, None)),
        (("NONAC", "5602001"), (None, "substance_use")),
        (("EMER", "55680006"), ("emergency", "medical")),
        (("EMER", "5602001"), ("emergency", "substance_use")),
    ],
)
def test_a_stay_has_the_level_and_focus_that_class_and_reason_say(rows_of, ada, told, expected):
    kind, reason = told
    row = rows_of("outside_stay", ada, encounter(kind, "183452005", reasonCode=[concept(reason)]))[0]
    assert (row.get("level"), row.get("focus")) == expected


def test_reasons_that_differ_leave_the_focus_open(rows_of, ada):
    stay = encounter("IMP", "183452005", reasonCode=[concept("5602001"), concept("82423001")])
    assert "focus" not in rows_of("outside_stay", ada, stay)[0]


@pytest.mark.parametrize(
    "told",
    [
        {"reasonReference": [{"reference": "Condition/c1"}]},
        {
            "diagnosis": [
                {"condition": {"reference": "Condition/c2"}, "rank": 2},
                {"condition": {"reference": "Condition/c1"}, "rank": 1},
            ]
        },
    ],
)
def test_the_focus_may_stand_in_a_condition_elsewhere(rows_of, ada, told):
    first, second = (
        {"resourceType": "Condition", "id": key, "subject": {"reference": "Patient/ada"}, "code": concept(code)}
        for key, code in (("c1", "7200002"), ("c2", "82423001"))
    )
    assert rows_of("outside_stay", encounter("IMP", "1", **told), ada, first, second)[0]["focus"] == "substance_use"


def test_a_stay_that_goes_on_has_no_last_day(rows_of, ada):
    assert "discharged_on" not in rows_of("outside_stay", ada, encounter("IMP", "1", status="in-progress"))[0]


def test_a_day_of_leaving_without_its_day_stays_empty_and_is_told(rows_of, notes_on, ada):
    stay = encounter("IMP", "1", period={"start": "2024-03-01", "end": "2024-04"})
    assert "discharged_on" not in rows_of("outside_stay", ada, stay)[0]
    assert notes_on(ada, stay) == [("Encounter", "left empty", "end has no day", "")]


def test_leaving_against_advice_is_why_it_ended(rows_of, ada):
    system = "http://terminology.hl7.org/CodeSystem/discharge-disposition"
    stay = encounter("IMP", "1", hospitalization={"dischargeDisposition": concept("aadvice", system)})
    assert rows_of("outside_stay", ada, stay)[0]["discharge_reason"] == "left against advice"


@pytest.mark.parametrize(
    "odd",
    [
        {"status": "planned"},
        {"status": "cancelled"},
        {"status": "entered-in-error"},
        {"partOf": {"reference": "Encounter/e0"}},
        {"period": {"start": "2024"}},
        {"period": {}},
        {"period": {"start": "2024-03-09", "end": "2024-03-01"}},
        {"class": {"code": "PRENC"}},
        {"subject": None},
        {"subject": {"reference": "Group/g1"}},
        {"subject": {"display": "somebody"}},
    ],
)
def test_what_was_no_stay_or_has_no_day_is_left_out_and_told(read_all, ada, odd):
    imported = read_all(ada, encounter("IMP", "56876005", **odd))
    assert "outside_stay" not in imported.rows
    assert "left out" in [item.effect for item in imported.unmapped]


@pytest.mark.parametrize(
    ("system", "code"), [(SNOMED, "185349003"), ("http://www.ama-assn.org/go/cpt", "99396"), (SNOMED, "162673000")]
)
def test_a_check_up_is_a_visit_to_primary_care(rows_of, ada, system, code):
    visit = encounter("AMB", code, type=[concept(code, system)])
    assert rows_of("observation", ada, visit) == [
        {
            "observation_id": "encounter-e1",
            "person_id": "ada",
            "measure": "primary_care_visit",
            "observed_on": date(2024, 3, 1),
        }
    ]


def test_other_visits_are_told_by_their_code(notes_on, ada):
    visit = encounter("AMB", "185345009")
    assert notes_on(ada, visit) == [
        ("Encounter", "left out", "is a visit of a type that is in no map", "snomed 185345009")
    ]


def test_a_visit_for_rehabilitation_is_no_stay_and_no_discharge(read_all, ada):
    assert "outside_stay" not in read_all(ada, encounter("AMB", "56876005")).rows
