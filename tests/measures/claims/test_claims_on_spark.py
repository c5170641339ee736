"""The facts from claims on Spark: the same rows as on DuckDB, to the last NULL."""

from __future__ import annotations

from pathlib import Path

import pytest
from claims_world import NAMES, everything, facts

from handrail.engine.on_duckdb import DuckDB
from handrail.engine.on_spark import Spark

FEW = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
"""Settings for a few rows: no code generated for rows that are gone before it is compiled."""

pytestmark = [pytest.mark.spark, pytest.mark.xdist_group("spark")]


def test_every_worked_case_comes_out_equal(tmp_path: Path) -> None:
    rooms = [tmp_path / name for name in ("duckdb", "spark")]
    for room in rooms:
        room.mkdir()
    with (
        DuckDB(threads=1, folders=[tmp_path]) as one,
        Spark(master="local[2]", partitions=1, settings=FEW) as other,
    ):
        first, second = (facts(engine, everything(), room) for engine, room in zip((one, other), rooms, strict=True))
    for name in NAMES:
        assert second[name].to_pylist() == first[name].to_pylist()
