"""The peers of the benchmarks stay honest: what they say of 2,000 members is what Handrail says. Nothing is timed."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from benchmarks.agreement import DisagreementError, agreed
from benchmarks.generate.columns import AS_OF
from benchmarks.handrail_admission import CANDIDATES, run
from benchmarks.members import write_members
from benchmarks.peers import pandas_admission, polars_admission
from benchmarks.reading import columns_read
from benchmarks.worker import Task

from handrail.definitions.rulebook import packaged
from handrail.engine.evaluate import compiled
from handrail.exchange.folders.reading import read_folder

MEMBERS = 2_000


@pytest.fixture(scope="module")
def task(tmp_path_factory: pytest.TempPathFactory) -> Task:
    data, out = tmp_path_factory.mktemp("members"), tmp_path_factory.mktemp("answers")
    write_members(data, MEMBERS, seed=7)
    judged = Task(data, out, threads=1, sample=0, memory="1GB")
    run(data, judged.answers("handrail"), AS_OF, threads=1, memory="1GB")
    return judged


@pytest.mark.parametrize("name", ["polars", "pandas"])
def test_a_peer_gives_every_fact_verdict_and_answer_as_handrail_does(task: Task, name: str) -> None:
    peer = {"polars": polars_admission, "pandas": pandas_admission}[name]
    peer.run(task.data, task.answers(name), AS_OF)
    for definition, ours in task.answers("handrail").items():
        assert agreed(ours, task.answers(name)[definition]).rows >= MEMBERS * 0.9


def test_one_other_verdict_is_found(task: Task) -> None:
    for definition, ours in task.answers("handrail").items():
        other = task.out / f"other-{definition.split('/')[0]}.parquet"
        with duckdb.connect() as database:
            changed = "CASE WHEN admission_id = (SELECT min(admission_id) FROM rows) THEN 'other' ELSE \"answer:admission\" END"
            database.execute(f"CREATE VIEW rows AS FROM '{ours}'")
            database.execute(f"COPY (SELECT * REPLACE ({changed} AS \"answer:admission\") FROM rows) TO '{other}'")
        with pytest.raises(DisagreementError, match="answer:admission in 1"):
            agreed(ours, other)


def test_one_missing_row_is_found(task: Task) -> None:
    ours = next(iter(task.answers("handrail").values()))
    fewer = task.out / "fewer.parquet"
    with duckdb.connect() as database:
        database.execute(f"COPY (FROM '{ours}' ORDER BY admission_id OFFSET 1) TO '{fewer}'")
    with pytest.raises(DisagreementError, match="1 stand alone"):
        agreed(ours, fewer)


def test_the_members_are_records_without_a_fault_and_of_every_kind(task: Task) -> None:
    read_folder(task.data)
    for ours in task.answers("handrail").values():
        answers = {told for (told,) in duckdb.sql(f"SELECT DISTINCT \"answer:admission\" FROM '{ours}'").fetchall()}
        assert answers >= {"yes", "no", "cannot tell"}


def test_the_same_seed_gives_the_same_members(task: Task, tmp_path: Path) -> None:
    write_members(tmp_path, MEMBERS, seed=7)
    for file in sorted(task.data.rglob("*.parquet")):
        assert (tmp_path / file.relative_to(task.data)).read_bytes() == file.read_bytes(), file.name


def test_the_bare_scan_reads_the_tables_that_admission_reads() -> None:
    rulebook = packaged()
    read: set[str] = set()
    for definition in rulebook.files:
        for in_force in rulebook.in_force(definition):
            read |= set(compiled(in_force, "admission", candidates=CANDIDATES).tables)
    assert read == set(columns_read())
