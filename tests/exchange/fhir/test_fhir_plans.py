"""Plans, goals and care teams, of episodes whose service is named."""

from __future__ import annotations

import copy
from datetime import date

import pytest
from fhir_clinic import CPT, IOP, STAFF, about, concept

from handrail.exchange.folders.reading import read_folder
from handrail.exchange.writing import write_folder


@pytest.fixture
def plan() -> dict:
    return about(
        "CarePlan",
        "plan",
        status="active",
        intent="plan",
        period={"start": "2024-01-10"},
        created="2024-01-11",
        author={"reference": "PractitionerRole/lee-role"},
        careTeam=[{"reference": "CareTeam/team"}],
        goal=[{"reference": "Goal/g1"}],
        activity=[
            {"detail": {"status": "in-progress", "code": concept("90853", CPT)}},
            {"detail": {"status": "cancelled", "code": concept("90847", CPT)}},
        ],
    )


GOAL = about(
    "Goal",
    "g1",
    lifecycleStatus="completed",
    achievementStatus={"coding": [{"code": "achieved"}]},
    startDate="2024-01-10",
    statusDate="2024-02-20",
    target=[{"dueDate": "2024-03-01"}],
    addresses=[{"display": "relapse"}],
)


def test_a_care_plan_of_an_episode_is_a_plan_with_its_goals(rows_of, base, plan):
    everything = [GOAL, plan, *base, about("CareTeam", "team")]
    assert rows_of("plan", *everything, services=IOP) == [
        {
            "plan_id": "plan",
            "episode_id": "ep",
            "effective_on": date(2024, 1, 10),
            "written_by": STAFF,
            "plans_group": True,
            "recorded_on": date(2024, 1, 11),
        }
    ]
    assert rows_of("goal", *everything, services=IOP) == [
        {
            "goal_id": "g1",
            "episode_id": "ep",
            "plan_id": "plan",
            "linked_problem": "relapse",
            "set_on": date(2024, 1, 10),
            "target_on": date(2024, 3, 1),
            "met_on": date(2024, 2, 20),
        }
    ]


@pytest.mark.parametrize("by", ["extension", "encounter"])
def test_a_plan_may_name_its_episode_in_other_ways(read_all, base, visit, plan, by):
    del plan["careTeam"]
    if by == "encounter":
        plan["encounter"] = {"reference": "Encounter/v1"}
    else:
        url = "http://hl7.org/fhir/StructureDefinition/workflow-episodeOfCare"
        plan["extension"] = [{"url": url, "valueReference": {"reference": "EpisodeOfCare/ep"}}]
    assert read_all(*base, visit, plan, services=IOP).rows["plan"] == 1


def test_a_plan_of_no_episode_is_left_out_with_its_goals(read_all, base, plan):
    imported = read_all(GOAL, plan, *base)
    assert not {"plan", "goal"} & set(imported.rows)
    assert {"CarePlan", "Goal"} <= {item.resource_type for item in imported.unmapped}


@pytest.mark.parametrize("change", [{"status": "draft"}, {"intent": "proposal"}, {"period": {"start": "2024"}}])
def test_a_plan_that_is_not_in_effect_is_left_out(read_all, base, plan, change):
    assert "plan" not in read_all(*base, plan | change, about("CareTeam", "team"), services=IOP).rows


@pytest.mark.parametrize(
    "change", [{"lifecycleStatus": "proposed"}, {"lifecycleStatus": "cancelled"}, {"startDate": None}]
)
def test_a_goal_that_is_not_agreed_or_not_dated_is_left_out(read_all, base, plan, change):
    everything = [GOAL | change, plan, *base, about("CareTeam", "team")]
    assert "goal" not in read_all(*everything, services=IOP).rows


def test_several_target_days_are_none(rows_of, base, plan):
    goal = GOAL | {"target": [{"dueDate": "2024-03-01"}, {"dueDate": "2024-04-01"}]}
    everything = [goal, plan, *base, about("CareTeam", "team")]
    assert "target_on" not in rows_of("goal", *everything, services=IOP)[0]


def test_a_care_team_tells_staff_from_outside_providers(rows_of, base):
    primary = concept("446050000", "http://snomed.info/sct")
    elsewhere = {"reference": "Organization/elsewhere"}
    kim = {"member": {"reference": "Practitioner/kim"}, "role": [primary], "onBehalfOf": elsewhere}
    team = about(
        "CareTeam",
        "team",
        period={"start": "2024-01-08"},
        participant=[{"member": {"reference": "Practitioner/lee"}, "period": {"start": "2024-01-09"}}, kim],
    )
    other = {"resourceType": "Organization", "id": "elsewhere", "name": "Elsewhere Example"}
    everything = [*base, other, team]
    assert rows_of("team_member", *everything, services=IOP) == [
        {"team_member_id": "team-1", "episode_id": "ep", "staff_id": STAFF, "starts_on": date(2024, 1, 9)}
    ]
    assert rows_of("care_team_member", *everything, services=IOP) == [
        {
            "care_team_member_id": "team-2",
            "episode_id": "ep",
            "role": "medical_home",
            "name": "Kim Example",
            "known_on": date(2024, 1, 8),
        }
    ]


def test_whose_employer_is_not_said_is_neither_staff_nor_outside(read_all, base):
    member = {"member": {"reference": "Practitioner/kim"}}
    team = about("CareTeam", "team", period={"start": "2024-01-08"}, participant=[member])
    imported = read_all(*base, team, services=IOP)
    assert not {"team_member", "care_team_member"} & set(imported.rows)
    assert "a participant may be of the program or from outside" in [item.reason for item in imported.unmapped]


def test_a_care_manager_is_staff_on_no_team_for_no_day_is_said(read_all, base):
    base[-1]["careManager"] = {"reference": "Practitioner/lee"}
    rows = read_all(*base, services=IOP).rows
    assert (rows["staff"], "team_member" in rows) == (1, False)


def test_an_unrelated_resource_changes_nothing(read_all, base, visit, plan):
    everything = [GOAL, plan, *base, visit]
    before = copy.deepcopy(read_all(*everything, services=IOP).records.held)
    ben = {"resourceType": "Patient", "id": "ben"}
    claim = {"resourceType": "Claim", "id": "x", "patient": {"reference": "Patient/nobody"}}
    after = read_all(*everything, ben, claim, services=IOP).records.held
    assert {name: rows for name, rows in after.items() if name != "person"} == {
        name: rows for name, rows in before.items() if name != "person"
    }


def test_an_episode_with_all_that_hangs_on_it_passes_the_checks_of_records(read_all, base, visit, plan, tmp_path):
    team = about("CareTeam", "team", participant=[{"member": {"reference": "Practitioner/lee"}}])
    team["period"] = {"start": "2024-01-08"}
    records = read_all(GOAL, plan, *base, visit, team, services=IOP).records
    write_folder(records, tmp_path / "records")
    assert set(read_folder(tmp_path / "records").held) == {
        "person",
        "episode",
        "program",
        "staff",
        "credential",
        "plan",
        "goal",
        "team_member",
        "session",
        "session_staff",
        "attendance",
    }
