"""One meaning, two engines: Apache Spark comes to what DuckDB comes to, to the last NULL."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from handrail.definitions.rulebook import InForce, packaged
from handrail.engine.evaluate import Engine, Scope, compiled, evaluate, judge
from handrail.engine.on_duckdb import DuckDB
from handrail.engine.on_spark import Spark
from handrail.engine.results import as_json
from handrail.example import as_of, example
from handrail.exchange.answers import Run, judged_answers, write_parquet
from handrail.exchange.folders.reading import read_folder
from handrail.exchange.writing import write_folder
from handrail.records.holding import Records

pytestmark = [pytest.mark.spark, pytest.mark.xdist_group("spark")]
EDITIONS = [told for definition in packaged().files for told in packaged().in_force(definition)]
SUBJECTS = [(told, name) for told in EDITIONS for name in told.edition.subjects]

FEW = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
"""Settings for a few rows: no code generated for rows that are gone before it is compiled."""


@pytest.fixture(scope="module")
def clinic() -> Records:
    return example(people=30)


@pytest.fixture(scope="module")
def spark(clinic: Records) -> Iterator[Spark]:
    with Spark(master="local[2]", partitions=2) as engine:
        engine.hold(clinic)
        yield engine


@pytest.fixture(scope="module")
def duck(clinic: Records) -> Iterator[DuckDB]:
    with DuckDB() as engine:
        engine.hold(clinic)
        yield engine


@pytest.mark.parametrize(
    ("told", "name"), SUBJECTS, ids=[f"{told.edition.definition[:5]} {name}" for told, name in SUBJECTS]
)
def test_every_subject_comes_out_equal(spark: Spark, duck: DuckDB, told: InForce, name: str) -> None:
    plan = compiled(told, name, candidates=name == "admission", every_fact=True)
    one, other = (judge(engine, plan, as_of=as_of) for engine in (duck, spark))
    assert one.rows.num_rows > 0
    assert other.rows.schema.names == one.rows.schema.names
    assert other.rows.to_pylist() == one.rows.to_pylist()


def test_an_earlier_day_comes_out_equal(spark: Spark, duck: DuckDB) -> None:
    day = as_of - datetime.timedelta(days=75)
    plan = compiled(EDITIONS[1], "service_week")
    assert judge(spark, plan, as_of=day).rows.to_pylist() == judge(duck, plan, as_of=day).rows.to_pylist()


def test_one_persons_answers_gaps_and_evidence_come_out_equal(duck: DuckDB, clinic: Records) -> None:
    one = clinic.in_memory("episode").to_pylist()[0]["person_id"]
    with Spark(master="local[2]", partitions=1, settings=FEW) as few:
        few.hold(clinic)
        first, second = _answers(duck, one), _answers(few, one)
    assert any(answer.get("evidence") for answer in first)
    assert any(answer.get("missing") for answer in first)
    assert second == first


def _answers(engine: Engine, person: str) -> list[dict[str, Any]]:
    """Every answer about one person, with what is missing and the records behind it."""
    run = Run(EDITIONS, as_of, {}, "")
    judged = evaluate(engine, EDITIONS, as_of=as_of, scope=Scope(person_id=person))
    return [as_json(answer) for some in judged_answers(engine, judged, run) for part in some for answer in part]


def test_parquet_from_records_in_files_is_the_same_from_both(tmp_path: Path, clinic: Records) -> None:
    write_folder(clinic, tmp_path / "records", format="parquet")
    held = read_folder(tmp_path / "records", most_in_memory=0, spool=tmp_path)
    assert not any(isinstance(rows, pa.Table) for rows in held.held.values())
    run = Run([told for told in EDITIONS if told.edition.definition.startswith("us-nc")], as_of, {}, "")
    with (
        DuckDB(folders=[tmp_path]) as one,
        Spark(master="local[2]", partitions=1, settings=FEW) as other,
    ):
        for engine, name in ((one, "duckdb"), (other, "spark")):
            engine.hold(held)
            (tmp_path / name).mkdir()
            write_parquet(engine, run, tmp_path / name)
    written = sorted(file.relative_to(tmp_path / "duckdb") for file in (tmp_path / "duckdb").rglob("*.parquet"))
    assert len(written) == len(run.editions[0].edition.subjects)
    for file in written:
        first, second = (pq.read_table(tmp_path / name / file) for name in ("duckdb", "spark"))
        assert second.schema.names == first.schema.names
        assert sorted(map(str, second.to_pylist())) == sorted(map(str, first.to_pylist()))
