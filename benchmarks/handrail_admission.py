"""Admission by both definitions by Handrail: Parquet to Parquet, what `handrail evaluate --format parquet` does.

That command writes every subject and has no way to ask for one, so the steps under it are taken here for admission
alone: hold the files unread, compile, write. Compiling counts in the time.
"""

from __future__ import annotations

import datetime
from pathlib import Path

from benchmarks.members import records_of
from handrail.definitions.rulebook import packaged
from handrail.engine.evaluate import compiled, needed_tables, select
from handrail.engine.on_duckdb import DuckDB

CANDIDATES = True
"""Everybody is judged by each definition, also who never asked: the question that a payer puts to all its members."""


def run(folder: Path, out: dict[str, Path], as_of: datetime.date, *, threads: int, memory: str = "4GB") -> int:
    """This will judge a folder of records by both definitions, write the answers of each, and count the rows."""
    rows = 0
    rulebook = packaged()
    folders = [folder, *{file.parent for file in out.values()}]
    with DuckDB(threads=threads, memory=memory, folders=folders) as engine:
        engine.hold(records_of(folder))
        for definition, file in out.items():
            for in_force in rulebook.in_force(definition):
                plan = compiled(in_force, "admission", candidates=CANDIDATES)
                engine.show(needed_tables(plan.sql), as_of)
                rows += engine.write(select(plan, engine.dialect, as_of), file)
    return rows
