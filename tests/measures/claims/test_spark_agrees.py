"""The facts from claims on Spark: the same rows as on DuckDB, to the last NULL."""

from __future__ import annotations

import pytest
from claims_world import NAMES, everything, run

from handrail.engine.on_duckdb import DuckDB
from handrail.engine.on_spark import Spark

FEW = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
"""Settings for a few rows: no code generated for rows that are gone before it is compiled."""

pytestmark = [pytest.mark.spark, pytest.mark.xdist_group("spark")]


def test_every_worked_case_comes_out_equal() -> None:
    with DuckDB(threads=1) as one, Spark(master="local[2]", partitions=1, settings=FEW) as other:
        for name in NAMES:
            first, second = (run(engine, everything(), name) for engine in (one, other))
            assert second == first
