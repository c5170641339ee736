"""Who is a candidate: what a worked example cannot say, since it names rows that are there."""

from __future__ import annotations

import datetime
from typing import Any

from handrail.definitions.rulebook import packaged
from handrail.engine.evaluate import compiled, judge
from handrail.engine.on_duckdb import DuckDB
from handrail.records.holding import from_rows

SERVICE = "us-nc/intensive-recovery-support"
DAY = datetime.date(2026, 3, 2)


def _rows(candidates: bool, **more: list[dict[str, Any]]) -> list[str]:
    people = [{"person_id": "ada"}, {"person_id": "bea"}]
    programs = [{"program_id": "harbor", "service": SERVICE}, {"program_id": "prairie", "service": "another/service"}]
    records = from_rows({"person": people, "program": programs} | more)
    (in_force,) = packaged().in_force(SERVICE)
    with DuckDB(threads=1) as engine:
        engine.hold(records)
        told = compiled(in_force, "admission", candidates=candidates)
        return sorted(judge(engine, told, as_of=DAY).rows["admission_id"].to_pylist())


def test_everybody_without_an_episode_of_the_service_is_a_candidate() -> None:
    other = {"episode_id": "e1", "person_id": "bea", "program_id": "prairie", "admitted_on": DAY}
    assert _rows(True, episode=[other]) == ["candidate:ada", "candidate:bea"]


def test_without_the_question_nobody_is_a_candidate() -> None:
    assert _rows(False) == []


def test_who_asked_for_the_service_has_her_own_row_and_is_no_candidate() -> None:
    asked = {"episode_id": "e1", "person_id": "bea", "program_id": "harbor", "requested_on": DAY}
    assert _rows(True, episode=[asked]) == ["candidate:ada", "e1"]


def test_who_asks_only_tomorrow_is_still_a_candidate() -> None:
    day = DAY + datetime.timedelta(days=1)
    tomorrow = {"episode_id": "e1", "person_id": "bea", "program_id": "harbor", "requested_on": day}
    assert _rows(True, episode=[tomorrow]) == ["candidate:ada", "candidate:bea"]


def test_who_has_died_is_no_candidate() -> None:
    assert _rows(True, person=[{"person_id": "ada"}, {"person_id": "bea", "died_on": DAY}]) == ["candidate:ada"]
