"""The facts from records, by hand: who is the clinician, what was given, what became of her, at the edges."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from records_world import Clinic, day, facts

from handrail.engine.on_duckdb import DuckDB
from handrail.measures.facts.catalog import fact_sets

Told = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def duck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DuckDB, Path]]:
    room = tmp_path_factory.mktemp("facts")
    with DuckDB(threads=1, folders=[room]) as opened:
        yield opened, room


@pytest.fixture
def told(duck: tuple[DuckDB, Path]) -> Told:
    """The rows of one fact set of a clinic."""

    def of(clinic: Clinic, name: str = "episode_outcome") -> list[dict[str, Any]]:
        engine, room = duck
        return facts(engine, clinic.records, room / f"{len(list(room.iterdir()))}", [name])[name].to_pylist()

    return of


def course(told: Told, clinic: Clinic) -> dict[str, Any]:
    return next(row for row in told(clinic) if row["case_id"] == "e1")


def test_every_fact_set_has_its_columns_in_order(duck: tuple[DuckDB, Path]) -> None:
    clinic = Clinic()
    clinic.contact("03-03")
    found = facts(duck[0], clinic.records, duck[1] / "all", list(fact_sets()))
    for name, table in found.items():
        assert tuple(table.column_names) == fact_sets()[name].columns_of("records")


def test_a_clinic_without_anybody_has_no_facts(told: Told) -> None:
    clinic = Clinic()
    clinic.rows["episode"] = []
    assert all(told(clinic, name) == [] for name in ("episode_outcome", "person_period", "person_week"))


@pytest.mark.parametrize(
    ("contacts", "most", "first"),
    [
        ([], None, None),
        ([("03-03", ["ann"])], None, "ann"),
        ([("03-03", ["ann"]), ("03-04", ["ben"]), ("03-05", ["ben"])], "ben", "ann"),
        ([("03-03", ["ann"]), ("03-04", ["ben"]), ("03-05", ["ben"]), ("03-06", ["ann"])], "ann", "ann"),
        ([("03-03", ["ann", "ben"]), ("03-04", ["ben", "ann"])], "ann", "ann"),
    ],
    ids=["nobody", "one contact is not enough", "most contacts", "a tie goes to the latest", "then to the name"],
)
def test_the_clinician_gave_most_contacts_and_at_least_two(told: Told, contacts: Any, most: Any, first: Any) -> None:
    clinic = Clinic()
    for on, staff in contacts:
        clinic.contact(on, staff=staff)
    row = course(told, clinic)
    assert (row["clinician"], row["first_clinician"]) == (most, first)


def test_contacts_missed_and_after_the_end_count_for_nobody(told: Told) -> None:
    clinic = Clinic()
    clinic.set("episode", discharged_on=day("03-20"), discharge_reason="completed")
    clinic.contact("03-03")
    clinic.contact("03-04", status="absent")
    clinic.contact("03-05", status="excused")
    clinic.contact("03-21")
    row = course(told, clinic)
    assert (row["contact_count"], row["offered_count"], row["missed_count"], row["minutes"]) == (1, 3, 1, 60)
    assert row["longest_gap_days"] == 17


def test_minutes_are_unknown_where_a_session_has_no_end(told: Told) -> None:
    clinic = Clinic()
    clinic.contact("03-03", kind="group")
    assert (course(told, clinic)["minutes"], course(told, clinic)["group_minutes"]) == (60, 60)
    clinic.contact("03-04", minutes=None)
    assert (course(told, clinic)["minutes"], course(told, clinic)["group_minutes"]) == (None, None)


def test_the_plan_sets_minutes_for_the_days_in_which_it_is_in_force(told: Told) -> None:
    clinic = Clinic()
    clinic.set("episode", discharged_on=day("03-15"), discharge_reason="completed")
    assert course(told, clinic)["planned_minutes"] is None
    clinic.add("plan", episode_id="e1", effective_on=day("03-04"), planned_minutes_per_week=700)
    assert course(told, clinic)["planned_minutes"] == 1400
    clinic.add("plan", episode_id="e1", effective_on=day("03-09"), planned_minutes_per_week=350)
    assert course(told, clinic)["planned_minutes"] == 1050


@pytest.mark.parametrize(
    ("born", "began", "age"),
    [
        ("2000-02-29", "2026-02-28", 25),
        ("2000-02-29", "2026-03-01", 26),
        ("1990-03-02", "2026-03-02", 36),
        (None, "2026-03-02", None),
    ],
)
def test_age_is_that_of_the_first_day_also_of_who_was_born_on_a_leap_day(
    told: Told, born: Any, began: str, age: Any
) -> None:
    clinic = Clinic()
    clinic.set("person", birth_date=born and day(born))
    clinic.set("episode", admitted_on=day(began))
    assert course(told, clinic)["age"] == age


@pytest.mark.parametrize(
    ("ended", "reason", "early", "completed"),
    [
        (None, None, False, False),
        ("04-01", "dropped_out", True, False),
        ("04-02", "dropped_out", False, False),
        ("04-01", "completed", False, True),
        ("04-01", None, None, None),
    ],
    ids=["open", "day 30", "day 31", "completed early", "nobody said why"],
)
def test_early_is_within_thirty_days_and_not_completed(
    told: Told, ended: Any, reason: Any, early: Any, completed: Any
) -> None:
    clinic = Clinic()
    clinic.set("episode", discharged_on=ended and day(ended), discharge_reason=reason)
    row = course(told, clinic)
    assert (row["left_early"], row["completed"]) == (early, completed)


def eligible(clinic: Clinic) -> Clinic:
    clinic.set("episode", discharged_on=day("04-30"), discharge_reason="completed")
    clinic.add("child", person_id="ada", birth_date=day("2008-05-01"))
    return clinic


def test_she_may_be_eligible_until_the_day_before_her_child_is_eighteen(told: Told) -> None:
    clinic = eligible(Clinic())
    assert course(told, clinic)["may_be_eligible_irs"] is True
    clinic.set("child", birth_date=day("2008-04-30"))
    assert course(told, clinic)["may_be_eligible_irs"] is False


@pytest.mark.parametrize(
    ("person", "child", "asked", "may"),
    [
        ({"sex": "male"}, "2010-01-01", False, False),
        ({"sex": None}, "2010-01-01", False, None),
        ({"birth_date": datetime.date(2008, 5, 1)}, "2026-01-01", False, False),
        ({}, None, False, None),
        ({}, None, True, False),
        ({}, "", True, None),
    ],
    ids=["a man", "sex unknown", "not of age", "nobody asked", "asked, and none", "a child without a date"],
)
def test_unknown_is_not_no_for_who_may_be_eligible(told: Told, person: Any, child: Any, asked: bool, may: Any) -> None:
    clinic = Clinic()
    clinic.set("person", **person)
    clinic.set("episode", discharged_on=day("04-30"), discharge_reason="completed")
    if child is not None:
        clinic.add("child", person_id="ada", birth_date=day(child) if child else None)
    if asked:
        clinic.add("inquiry", person_id="ada", topic="children", asked_on=day("03-02"))
    assert course(told, clinic)["may_be_eligible_irs"] is may


@pytest.mark.parametrize(
    ("requested", "offered"), [("03-31", True), ("03-30", False), ("05-30", True), ("05-31", False)]
)
def test_she_was_offered_support_where_it_was_asked_for_around_the_end(
    told: Told, requested: str, offered: bool
) -> None:
    clinic = eligible(Clinic())
    clinic.add("episode", episode_id="e2", person_id="ada", program_id="irs", requested_on=day(requested))
    assert course(told, clinic)["was_offered_irs"] is offered


def test_step_down_counts_days_to_the_first_contact_of_support(told: Told) -> None:
    clinic = eligible(Clinic())
    assert course(told, clinic)["step_down_days"] is None
    clinic.add("episode", episode_id="e2", person_id="ada", program_id="irs", admitted_on=day("05-05"))
    clinic.contact("05-06", status="absent", episode="e2", program="irs", kind="recovery_support")
    clinic.contact("05-30", episode="e2", program="irs", kind="recovery_support")
    row = course(told, clinic)
    assert (row["step_down_days"], row["step_down_window_over"]) == (30, True)
    clinic.set("episode", discharged_on=day("05-31"))
    assert course(told, clinic)["step_down_window_over"] is False


def test_goals_are_missed_by_their_day_and_dropped_ones_are_not_due(told: Told) -> None:
    clinic = Clinic()
    clinic.add("plan", plan_id="p1", episode_id="e1", effective_on=day("03-04"))
    for target, met, dropped in [
        ("04-01", "04-01", None),
        ("04-01", "04-02", None),
        ("04-01", None, "03-31"),
        ("07-15", None, None),
    ]:
        clinic.add(
            "goal", episode_id="e1", plan_id="p1", set_on=day("03-04"), target_on=day(target),
            met_on=met and day(met), dropped_on=dropped and day(dropped),
        )  # fmt: skip
    row = course(told, clinic)
    assert (row["goals_due"], row["goals_missed"]) == (2, 1)


def test_outcomes_pair_the_start_with_the_end_and_never_one_answer_with_itself(told: Told) -> None:
    clinic = Clinic()
    clinic.set("episode", discharged_on=day("03-20"), discharge_reason="completed")
    clinic.add("observation", person_id="ada", measure="employment", value_code="unemployed", observed_on=day("03-10"))
    row = course(told, clinic)
    assert (row["employed_start"], row["employed_end"]) == (False, None)
    clinic.add("observation", person_id="ada", measure="employment", value_code="part", observed_on=day("03-20"))
    row = course(told, clinic)
    assert (row["employed_start"], row["employed_end"]) == (False, True)


def test_scores_of_two_instruments_make_no_pair(told: Told) -> None:
    clinic = Clinic()
    clinic.set("episode", discharged_on=day("05-20"), discharge_reason="completed")
    for tool, on, value in [("one", "03-02", 40), ("two", "05-20", 50)]:
        clinic.add(
            "observation", person_id="ada", measure="function_score", value_number=value, tool=tool, observed_on=day(on)
        )
    assert course(told, clinic)["score_end"] is None
    clinic.rows["observation"][1]["tool"] = "one"
    assert (course(told, clinic)["score_start"], course(told, clinic)["score_end"]) == (40, 50)


def test_no_use_on_file_is_abstinence_only_where_somebody_asked(told: Told) -> None:
    clinic = Clinic()
    assert course(told, clinic)["abstinent_start"] is None
    clinic.add("inquiry", person_id="ada", topic="substance_use", asked_on=day("03-02"))
    assert course(told, clinic)["abstinent_start"] is True
    clinic.add("use_event", person_id="ada", occurred_on=day("01-31"), source="self_report")
    assert course(told, clinic)["abstinent_start"] is False
    clinic.set("use_event", occurred_on=day("01-30"))
    assert course(told, clinic)["abstinent_start"] is True


def test_months_split_a_course_without_losing_a_day(told: Told) -> None:
    clinic = Clinic()
    clinic.set("episode", admitted_on=day("2025-12-20"), discharged_on=day("03-01"), discharge_reason="completed")
    for on in ("2025-12-31", "01-01", "01-31", "02-28", "03-01"):
        clinic.contact(on)
    rows = told(clinic, "person_period")
    assert [(f"{row['month']:%m}", row["days_enrolled"], row["contacts"]) for row in rows] == [
        ("01", 31, 2), ("02", 28, 1), ("03", 1, 1),
    ]  # fmt: skip


def test_incidents_are_none_only_where_somebody_asked(told: Told) -> None:
    clinic = Clinic()
    clinic.set("episode", discharged_on=day("04-10"), discharge_reason="completed")
    clinic.add("incident", program_id="iop", episode_id="e1", occurred_on=day("03-31"), severity="sentinel")
    clinic.add("inquiry", person_id="ada", topic="grievances", asked_on=day("03-15"))
    rows = told(clinic, "person_period")
    assert [(row["incidents"], row["severe_incidents"], row["grievances"]) for row in rows] == [
        (1, 1, 0),
        (None, None, None),
    ]


def test_a_week_is_below_nine_hours_as_the_definition_counts(told: Told) -> None:
    clinic = Clinic()
    clinic.add("credential", staff_id="ann", kind="ladc", issued_on=day("2025-01-01"))
    for on in ("03-02", "03-03", "03-04"):
        clinic.contact(on, minutes=180)
    for on in ("03-09", "03-10"):
        clinic.contact(on, minutes=180)
    rows = {row["week"]: row for row in told(clinic, "person_week")}
    first, second = rows[day("03-02")], rows[day("03-09")]
    assert (first["minutes_least"], first["below_nine"], first["is_full_week"]) == (540, False, True)
    assert (second["minutes_least"], second["below_nine"]) == (360, True)


def test_a_verdict_stands_with_its_clause_and_program(told: Told) -> None:
    clinic = Clinic()
    clinic.contact("03-03")
    rows = {row["clause"]: row for row in told(clinic, "clause_verdict") if row["case_id"].endswith("|e1|1")}
    late = rows["plan-within-two-sessions"]
    assert (late["program"], late["service"], late["person_id"]) == ("iop", "iop", "ada")
    assert {row["clause"]: row["is_path"] for row in told(clinic, "clause_verdict")}["adult"] is True
    assert late["is_path"] is False
