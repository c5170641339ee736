"""The page about one person: decisions first, each clause with its numbers, its records and what is missing."""

from __future__ import annotations

import datetime

import pytest
from clinic import FIRST, LAST, SERVICE, clinic

from handrail.definitions.rulebook import InForce, packaged
from handrail.definitions.tree import Group, paths
from handrail.engine.evaluate import Scope
from handrail.engine.explaining import TO_LOOK_AT, ClauseLine, Explanation, Part, explain, is_true
from handrail.engine.judging import Verdict
from handrail.engine.on_duckdb import DuckDB
from handrail.example import as_of
from handrail.records.holding import Records

HER = Scope(episode_id="e1")


@pytest.fixture(scope="module")
def nebraska() -> list[InForce]:
    return list(packaged().in_force(SERVICE))


@pytest.fixture(scope="module")
def page(duck: DuckDB, nebraska: list[InForce]) -> Explanation:
    """About Ada Example, who left one session without a time noted."""
    duck.hold(clinic(attendance=[{"attendance_id": "a3", "left_at": None, "recorded_on": LAST}]))
    (told,) = explain(duck, nebraska, scope=HER, as_of=LAST, readings={"adult": 21})
    return told


def part(page: Explanation, subject: str) -> Part:
    (found,) = (one for one in page.parts if one.subject == subject)
    return found


def hours(page: Explanation, week: int) -> ClauseLine:
    (line,) = (one for one in part(page, "service_week").rows[week].lines if one.clause.id == "weekly-hours-attended")
    return line


def test_subjects_with_a_decision_come_first(page: Explanation) -> None:
    has_decision = [bool(one.decisions) for one in page.parts]
    assert has_decision == sorted(has_decision, reverse=True)
    assert page.parts[0].subject == "admission"


def test_a_line_says_the_numbers_in_a_sentence(page: Explanation) -> None:
    assert hours(page, 0).verdict is Verdict.MET
    assert hours(page, 0).sentence == "attended 570 of 540 minutes"


def test_an_open_line_says_the_bounds_the_question_and_the_late_record(page: Explanation) -> None:
    line = hours(page, 1)
    assert line.verdict is Verdict.CANNOT_TELL
    assert line.sentence == "attended between 380 and 570 of 540 minutes"
    assert [ask for _, ask in line.missing] == ["group leader"]
    assert [(record.id, record.is_late) for record in line.records if record.table == "attendance"] == [
        ("a3", True),
        ("a4", False),
        ("a5", False),
    ]


def test_a_line_that_is_not_met_and_has_no_sentence_says_its_facts(page: Explanation) -> None:
    (line,) = (
        one for row in part(page, "staff_member").rows for one in row.lines if one.clause.id == "trained-in-recovery"
    )
    assert (line.verdict, line.sentence) == (Verdict.NOT_MET, "trained in recovery: no")


def test_clauses_of_a_row_come_in_the_order_of_the_source(page: Explanation) -> None:
    order = [clause.id for clause in page.edition.clauses]
    for one in page.parts:
        for row in one.rows:
            places = [order.index(line.clause.id) for line in row.lines]
            assert places == sorted(places)


def test_rows_that_are_in_order_need_no_look(page: Explanation) -> None:
    first, second = part(page, "service_week").rows[:2]
    assert not [line for line in first.lines if line.verdict in TO_LOOK_AT]
    assert [line for line in second.lines if line.verdict in TO_LOOK_AT]


def test_counts_cover_every_row(page: Explanation) -> None:
    for one in page.parts:
        for clause in one.clauses:
            assert sum(one.counts[clause.id].values()) == len(one.rows)


def test_the_readings_used_are_told(page: Explanation) -> None:
    assert page.readings["adult"] == 21
    assert page.readings["telehealth"] is True
    assert set(page.readings) == set(page.edition.readings)
    assert page.edition.unresolved


def test_subjects_of_the_program_are_told_in_short_and_only_of_hers(duck: DuckDB, nebraska: list[InForce]) -> None:
    more = {
        "program": [{"program_id": "oak", "service": SERVICE, "opened_on": datetime.date(2020, 1, 1)}],
        "staff": [{"staff_id": "cy", "program_id": "oak", "name": "Cy Example", "hired_on": FIRST}],
    }
    duck.hold(clinic(**more))
    (page,) = explain(duck, nebraska, scope=HER, as_of=LAST)
    short = {one.subject for one in page.parts if one.is_of_program}
    assert short == {"session", "service_day", "program_week", "program", "staff_member"}
    assert [row.key for row in part(page, "staff_member").rows] == [{"staff_id": "bo"}]
    assert all(not line.records for one in page.parts if one.is_of_program for row in one.rows for line in row.lines)


def test_nothing_is_said_about_somebody_whom_no_record_knows(duck: DuckDB, nebraska: list[InForce]) -> None:
    duck.hold(clinic())
    assert list(explain(duck, nebraska, scope=Scope(person_id="eve"), as_of=LAST)) == []
    assert list(explain(duck, nebraska, scope=HER, as_of=FIRST - datetime.timedelta(days=1))) == []


def test_a_person_without_an_episode_is_explained_as_a_candidate(duck: DuckDB, nebraska: list[InForce]) -> None:
    duck.hold(clinic(person=[{"person_id": "eve", "birth_date": datetime.date(2000, 1, 1)}]))
    (page,) = explain(duck, nebraska, scope=Scope(person_id="eve"), as_of=LAST, candidates=True)
    assert [told.name for told in part(page, "admission").decisions] == ["admission"]


def test_every_decision_has_its_lines_and_says_which_path_was_taken(
    duck: DuckDB, editions: list[InForce], records: Records
) -> None:
    duck.hold(records)
    taken: set[str] = set()
    for person in records.in_memory("person")["person_id"].to_pylist()[:2]:
        for page in explain(duck, editions, scope=Scope(person_id=person), as_of=as_of):
            for told in (one for some in page.parts for one in some.decisions):
                named = [node for node in paths(told.decision.tree) if is_true(node, told)]
                assert {node.path for node in named} == set(told.answer.paths)
                assert set(told.answer.deciding) <= set(told.lines)
                assert all(isinstance(node, Group) for node in named)
                taken |= set(told.answer.paths)
    assert taken
