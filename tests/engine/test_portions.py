"""Many people judged portion by portion come to the same as all at once."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.engine.compiling import Compiled
from handrail.engine.evaluate import select
from handrail.engine.on_duckdb import DuckDB
from handrail.engine.portions import WHOLE, portions
from handrail.example import as_of
from handrail.records.holding import Records


@pytest.fixture(scope="module")
def in_files(records: Records, tmp_path_factory: pytest.TempPathFactory) -> Records:
    folder = tmp_path_factory.mktemp("files")
    for name in records.held:
        pq.write_table(records.in_memory(name), folder / f"{name}.parquet")
    return Records({name: (folder / f"{name}.parquet",) for name in records.held})


def test_every_subject_about_one_person_is_the_same_in_portions(
    plans: list[Compiled], in_files: Records, tmp_path: Path
) -> None:
    judged = [plan for plan in plans if plan.is_apart]
    assert len(judged) > 10
    folders = [*in_files.folders, tmp_path]
    with DuckDB(folders=folders) as one, DuckDB(folders=folders, people_at_once=7) as other:
        for engine in (one, other):
            engine.hold(in_files)
        for number, plan in enumerate(judged):
            written = []
            for engine, file in ((one, tmp_path / f"{number}.parquet"), (other, tmp_path / f"{number}-apart.parquet")):
                engine.show(plan.tables, as_of)
                count = engine.write(select(plan, "duckdb", as_of), file, apart=True)
                written.append(sorted(map(str, pq.read_table(file).to_pylist())))
                assert count == len(written[-1])
            assert (tmp_path / f"{number}-apart.parquet").is_dir()
            assert written[0] == written[1], plan.subject.name


def test_after_portions_everybody_is_seen_again(plans: list[Compiled], in_files: Records, tmp_path: Path) -> None:
    plan = next(plan for plan in plans if plan.is_apart)
    with DuckDB(folders=[*in_files.folders, tmp_path], people_at_once=5) as engine:
        engine.hold(in_files)
        engine.show(plan.tables, as_of)
        before = engine.query(select(plan, "duckdb", as_of)).num_rows
        engine.write(select(plan, "duckdb", as_of), tmp_path / "apart.parquet", apart=True)
        assert engine.query(select(plan, "duckdb", as_of)).num_rows == before


def test_subjects_that_compare_people_or_are_about_a_program_are_not_cut(plans: list[Compiled]) -> None:
    whole = {plan.subject.name for plan in plans if not plan.is_apart}
    assert {"program_week", "session", "staff_member", "clinician_quarter"} <= whole


@given(st.lists(st.text(max_size=4), max_size=40), st.integers(1, 9))
def test_every_id_lies_in_just_one_portion(ids: list[str], number: int) -> None:
    cut = portions(ids, number)
    assert 1 <= len(cut) <= number
    for one in {*ids, "", "zz", "o'brien"}:
        assert sum((p.first is None or p.first <= one) and (p.until is None or one < p.until) for p in cut) == 1


def test_everybody_needs_no_condition() -> None:
    assert WHOLE.condition("person", {"person": ("people", frozenset({"person_id"}))}) == ""
