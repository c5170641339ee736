"""Admission by both definitions by Handrail: Parquet to Parquet, what `handrail evaluate --format parquet` does.

That command writes every subject and has no way to ask for one, so the steps under it are taken here for admission
alone: hold the files unread, compile, write. Compiling counts in the time.
"""

from __future__ import annotations

import datetime
import time
from pathlib import Path

from benchmarks.members import records_of
from handrail.definitions.rulebook import packaged
from handrail.engine.evaluate import compiled, select
from handrail.engine.on_duckdb import DuckDB

CANDIDATES = True
"""Everybody is judged by each definition, also who never asked: the question that a payer puts to all its members."""


def run(folder: Path, out: dict[str, Path], as_of: datetime.date, *, threads: int, memory: str = "4GB") -> float:
    """This will judge a folder of records by both definitions and write the answers; gives the seconds to compile."""
    compiling = 0.0
    folders = [folder, *{file.parent for file in out.values()}]
    with DuckDB(threads=threads, memory=memory, folders=folders) as engine:
        engine.hold(records_of(folder))
        rulebook = packaged()
        for definition, file in out.items():
            for in_force in rulebook.in_force(definition):
                started = time.perf_counter()
                plan = compiled(in_force, "admission", candidates=CANDIDATES)
                sql = select(plan, engine.dialect, as_of)
                compiling += time.perf_counter() - started
                engine.show(plan.tables, as_of)
                engine.write(sql, file, apart=plan.is_apart)
    return compiling
