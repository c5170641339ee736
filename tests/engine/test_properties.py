"""What must hold of every answer, tried on the built-in example with both definitions."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cutting import seen_by, without
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.engine.compiling import Compiled
from handrail.engine.desk import Desk
from handrail.engine.evaluate import EVERYBODY, Scope, judge
from handrail.engine.on_duckdb import DuckDB
from handrail.example import as_of, example
from handrail.records.holding import Records
from handrail.records.schema import tables

EXAMPLE = example(people=40)
PEOPLE = sorted(EXAMPLE.in_memory("person")["person_id"].to_pylist())
EPISODES = sorted(EXAMPLE.in_memory("episode").to_pylist(), key=lambda row: str(row["episode_id"]))
FIRST_DAY = datetime.date(2026, 1, 5)

Key = tuple[str, str, tuple[Any, ...]]
Row = Mapping[str, Any]
Rows = dict[Key, Row]


def rows(
    duck: DuckDB, plans: Iterable[Compiled], records: Records, *, day: datetime.date = as_of, scope: Scope = EVERYBODY
) -> Rows:
    """Every row of every subject, with its facts, verdicts, answers and what is missing."""
    duck.hold(records)
    found: Rows = {}
    for plan in plans:
        for row in judge(duck, plan, as_of=day, scope=scope).rows.to_pylist():
            key = tuple(row[part] for part in plan.subject.key)
            found[plan.edition.definition, plan.subject.name, key] = row
    return found


def differences(one: Rows, other: Rows) -> list[str]:
    """What two sets of rows do not have in common, in words."""
    found = [f"{key} only here" for key in one.keys() - other.keys()]
    found += [f"{key} only there" for key in other.keys() - one.keys()]
    for key in one.keys() & other.keys():
        for name in one[key]:
            if one[key][name] != other[key][name]:
                found.append(f"{key} {name}: {one[key][name]} here, {other[key][name]} there")
    return sorted(found)


def of(found: Rows, test: Callable[[Row], bool]) -> Rows:
    return {key: row for key, row in found.items() if test(row)}


@pytest.fixture(scope="session")
def each(plans: list[Compiled]) -> list[Compiled]:
    """The subjects whose rows are judged each by itself."""
    return [plan for plan in plans if not plan.subject.compares_rows]


@pytest.fixture(scope="session")
def all_rows(duck: DuckDB, each: list[Compiled]) -> Rows:
    return rows(duck, each, EXAMPLE)


def programs_of(person: str) -> set[str]:
    return {row["program_id"] for row in EPISODES if row["person_id"] == person}


def is_of_person(row: Row) -> bool:
    return "episode_id" in row or "person_id" in row


# --- one person and the others ----------------------------------------------------------------------------------


@settings(max_examples=8, deadline=None)
@given(gone=st.sets(st.sampled_from(PEOPLE), min_size=1, max_size=3))
def test_an_unrelated_person_changes_nothing(desk: Desk, each: list[Compiled], all_rows: Rows, gone: set[str]) -> None:
    programs = {program for person in gone for program in programs_of(person)}
    left = rows(desk, each, without(EXAMPLE, {"person": gone}))

    def stays(row: Row) -> bool:
        return row.get("person_id") not in gone if is_of_person(row) else row.get("program_id") not in programs

    assert differences(of(left, stays), of(all_rows, stays)) == []


@settings(max_examples=10, deadline=None)
@given(episode=st.sampled_from(EPISODES))
def test_one_case_alone_and_the_same_among_many_are_judged_alike(
    desk: Desk, each: list[Compiled], all_rows: Rows, episode: Row
) -> None:
    person = episode["person_id"]
    others = {"person": set(PEOPLE) - {person}}
    programs = {str(row["program_id"]) for row in EXAMPLE.in_memory("program").to_pylist()} - programs_of(person)
    alone = rows(desk, each, without(EXAMPLE, {**others, "program": programs}))

    def hers(row: Row) -> bool:
        return is_of_person(row) and row["person_id"] == person

    assert differences(of(alone, hers), of(all_rows, hers)) == []


@settings(max_examples=3, deadline=None)
@given(episode=st.sampled_from(EPISODES))
def test_asking_about_one_episode_gives_its_rows_and_no_others(
    duck: DuckDB, each: list[Compiled], all_rows: Rows, episode: Row
) -> None:
    told = rows(duck, each, EXAMPLE, scope=Scope(episode_id=episode["episode_id"]))
    assert differences(told, of(all_rows, lambda row: row.get("episode_id") == episode["episode_id"])) == []


@pytest.mark.parametrize("program", ["prairie", "meadow"])
def test_one_program_alone_and_the_same_among_many_are_judged_alike(
    desk: Desk, each: list[Compiled], all_rows: Rows, program: str
) -> None:
    others = {str(row["program_id"]) for row in EXAMPLE.in_memory("program").to_pylist()} - {program}
    alone = rows(desk, each, without(EXAMPLE, {"program": others}))

    def its(row: Row) -> bool:
        return not is_of_person(row) and row.get("program_id") == program

    assert of(alone, its)
    assert differences(of(alone, its), of(all_rows, its)) == []


# --- as of a day ------------------------------------------------------------------------------------------------


@settings(max_examples=3, deadline=None)
@given(days=st.integers(20, (as_of - FIRST_DAY).days - 1))
def test_what_is_dated_or_written_later_changes_nothing(duck: DuckDB, each: list[Compiled], days: int) -> None:
    day = FIRST_DAY + datetime.timedelta(days=days)
    assert differences(rows(duck, each, EXAMPLE, day=day), rows(duck, each, seen_by(EXAMPLE, day), day=day)) == []


@settings(max_examples=6, deadline=None)
@given(
    name=st.sampled_from([name for name in EXAMPLE.held if EXAMPLE.in_memory(name).num_rows]),
    seed=st.integers(0, 2**32 - 1),
    days=st.integers(1, 400),
)
def test_rows_written_after_the_day_are_as_if_they_were_not_there(
    desk: Desk, each: list[Compiled], name: str, seed: int, days: int
) -> None:
    table = EXAMPLE.in_memory(name)
    late = np.random.default_rng(seed).random(table.num_rows) < 0.3
    written = table["recorded_on"].to_pylist()
    after = as_of + datetime.timedelta(days=days)
    moved = pa.array([after if is_late else day for is_late, day in zip(late, written, strict=True)], pa.date32())
    at = table.column_names.index("recorded_on")
    hidden = Records({**EXAMPLE.held, name: table.set_column(at, table.schema.field(at), moved)})
    left_out = Records({**EXAMPLE.held, name: table.filter(pa.array(~late))})
    told = [plan for plan in each if name in plan.tables]
    assert differences(rows(desk, told, hidden), rows(desk, told, left_out)) == []


# --- how the records are held -----------------------------------------------------------------------------------


@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), parts=st.integers(1, 3))
def test_order_of_rows_and_columns_and_parts_of_files_change_nothing(
    each: list[Compiled], all_rows: Rows, tmp_path_factory: pytest.TempPathFactory, seed: int, parts: int
) -> None:
    folder = tmp_path_factory.mktemp("parts")
    random = np.random.default_rng(seed)
    held: dict[str, tuple[Path, ...]] = {}
    for name in EXAMPLE.held:
        table = EXAMPLE.in_memory(name)
        table = table.take(pa.array(random.permutation(table.num_rows)))
        files = []
        for number, some in enumerate(np.array_split(np.arange(table.num_rows), parts)):
            columns = [str(column) for column in random.permutation(table.column_names)]
            files.append(folder / f"{name}-{number}.parquet")
            pq.write_table(table.take(pa.array(some)).select(columns), files[-1])
        held[name] = tuple(files)
    with DuckDB(threads=1, folders=[folder]) as apart:
        assert differences(rows(apart, each, Records(held)), all_rows) == []


def test_in_files_and_in_memory_give_the_same(plans: list[Compiled], duck: DuckDB, tmp_path: Path) -> None:
    held = {}
    for name in EXAMPLE.held:
        held[name] = (tmp_path / f"{name}.parquet",)
        pq.write_table(EXAMPLE.in_memory(name), held[name][0])
    with DuckDB(threads=2, folders=[tmp_path]) as apart:
        assert differences(rows(apart, plans, Records(held)), rows(duck, plans, EXAMPLE)) == []


def test_a_table_that_nobody_holds_is_an_empty_one(desk: Desk, each: list[Compiled]) -> None:
    some = {name: EXAMPLE.in_memory(name) for name in ("person", "program", "episode")}
    empty = {name: tables()[name].empty() for name in tables()}
    assert differences(rows(desk, each, Records(some)), rows(desk, each, Records({**empty, **some}))) == []
