"""Patients become persons; children only where a RelatedPerson says so."""

from __future__ import annotations

from datetime import date

import pytest


def related(relation: str, **more: object) -> dict:
    coding = {"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": relation}
    return {
        "resourceType": "RelatedPerson",
        "id": "rel",
        "patient": {"reference": "Patient/ada"},
        "relationship": [{"coding": [coding]}],
        **more,
    }


def test_a_patient_becomes_a_person(rows_of, ada):
    assert rows_of("person", ada) == [{"person_id": "ada", "birth_date": date(1990, 5, 1), "sex": "female"}]


@pytest.mark.parametrize("written", ["1990", "1990-05"])
def test_a_birth_date_without_its_day_stays_empty_and_is_told(rows_of, notes_on, ada, written):
    ada["birthDate"] = written
    assert rows_of("person", ada) == [{"person_id": "ada", "sex": "female"}]
    assert notes_on(ada) == [("Patient", "left empty", "birthDate has no day", "")]


@pytest.mark.parametrize(("gender", "sex"), [("male", "male"), ("other", "another"), ("unknown", None), (None, None)])
def test_sex_is_the_recorded_gender_and_unknown_stays_empty(rows_of, ada, gender, sex):
    ada["gender"] = gender
    assert rows_of("person", ada)[0].get("sex") == sex


def test_birth_sex_stands_in_where_no_gender_is_recorded(rows_of, ada):
    url = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
    ada |= {"gender": "unknown", "extension": [{"url": url, "valueCode": "F"}]}
    assert rows_of("person", ada)[0]["sex"] == "female"


def test_a_death_is_dated_by_the_day_as_written_there(rows_of, ada):
    ada["deceasedDateTime"] = "2024-03-01T23:30:00-06:00"
    assert rows_of("person", ada)[0]["died_on"] == date(2024, 3, 1)


def test_a_death_without_a_day_is_told_and_invents_none(rows_of, notes_on, ada):
    ada["deceasedBoolean"] = True
    assert "died_on" not in rows_of("person", ada)[0]
    assert notes_on(ada) == [("Patient", "left empty", "died, on a day that is not said", "")]


def test_a_death_before_birth_leaves_the_death_empty(rows_of, notes_on, ada):
    ada["deceasedDateTime"] = "1980-01-01"
    assert "died_on" not in rows_of("person", ada)[0]
    assert ("Patient", "left empty", "died_on of person is earlier than its beginning", "") in notes_on(ada)


def test_a_birth_before_1900_is_left_empty(rows_of, ada):
    ada["birthDate"] = "1899-12-31"
    assert "birth_date" not in rows_of("person", ada)[0]


def test_nobody_has_a_child_or_was_asked_about_one_unless_somebody_says_so(read_all, ada):
    assert set(read_all(ada).rows) == {"person"}


@pytest.mark.parametrize("relation", ["CHILD", "SON", "DAUC", "CHLDADOPT"])
def test_a_related_child_is_a_child_of_the_patient(rows_of, ada, relation):
    child = {"child_id": "related-person-rel", "person_id": "ada", "birth_date": date(2015, 2, 3)}
    assert rows_of("child", ada, related(relation, birthDate="2015-02-03")) == [child]


@pytest.mark.parametrize("relation", ["STPCHLD", "CHLDFOST", "GRNDSON", "SONINLAW", "SPS"])
def test_other_relations_are_told_and_make_no_child(rows_of, notes_on, ada, relation):
    assert rows_of("child", ada, related(relation)) == []
    reason = "is neither child nor parent of the patient"
    assert notes_on(ada, related(relation)) == [("RelatedPerson", "left out", reason, f"role {relation}")]


@pytest.mark.parametrize("over", [{"active": False}, {"period": {"end": "2020-01-01"}}])
def test_a_relationship_that_is_over_makes_no_child(rows_of, ada, over):
    assert rows_of("child", ada, related("CHILD", **over)) == []


def test_a_child_who_is_a_patient_too_lends_her_birth_date(rows_of, ada):
    link = {"other": {"reference": "RelatedPerson/rel"}, "type": "seealso"}
    cleo = {"resourceType": "Patient", "id": "cleo", "birthDate": "2016-07-08", "link": [link]}
    assert rows_of("child", cleo, ada, related("CHILD")) == [
        {"child_id": "related-person-rel", "person_id": "ada", "birth_date": date(2016, 7, 8)}
    ]


def test_a_parent_who_is_a_patient_has_the_patient_as_a_child(rows_of, ada):
    cleo = {"resourceType": "Patient", "id": "cleo", "birthDate": "2016-07-08"}
    mother = related("MTH", patient={"reference": "Patient/cleo"})
    ada["link"] = [{"other": {"reference": "RelatedPerson/rel"}, "type": "seealso"}]
    assert rows_of("child", ada, cleo, mother) == [
        {"child_id": "related-person-rel", "person_id": "ada", "birth_date": date(2016, 7, 8)}
    ]


def test_a_parent_who_is_no_patient_makes_no_child(notes_on, ada):
    reason = "is a parent who is not known as a patient"
    assert notes_on(ada, related("MTH")) == [("RelatedPerson", "left out", reason, "")]


def test_a_child_told_from_both_sides_is_one_child(rows_of, ada):
    see = {"type": "seealso"}
    ada["link"] = [{"other": {"reference": "RelatedPerson/mother"}, **see}]
    link = {"other": {"reference": "RelatedPerson/rel"}, **see}
    cleo = {"resourceType": "Patient", "id": "cleo", "birthDate": "2016-07-08", "link": [link]}
    mother = related("MTH", id="mother", patient={"reference": "Patient/cleo"})
    assert len(rows_of("child", ada, cleo, related("CHILD"), mother)) == 1


def test_a_replaced_patient_is_the_one_who_replaced_her(rows_of, ada):
    old = {
        "resourceType": "Patient",
        "id": "old-ada",
        "link": [{"other": {"reference": "Patient/ada"}, "type": "replaced-by"}],
    }
    child = related("CHILD", patient={"reference": "Patient/old-ada"})
    assert [row["person_id"] for row in rows_of("person", old, ada, child)] == ["ada"]
    assert rows_of("child", old, ada, child)[0]["person_id"] == "ada"


def test_two_patients_who_replace_each_other_stay_one_person(rows_of, ada):
    ben = {"resourceType": "Patient", "id": "ben", "gender": "male"}
    ada["link"] = [{"other": {"reference": "Patient/ben"}, "type": "replaced-by"}]
    ben["link"] = [{"other": {"reference": "Patient/ada"}, "type": "replaced-by"}]
    assert [row["person_id"] for row in rows_of("person", ada, ben)] == ["ben"]
