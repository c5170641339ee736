"""The five tables, read back as rows of Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from examples.ctn0094.importing import TABLES

TRIALS = {27: "27 (START)", 30: "30 (POATS)", 51: "51 (X:BOT)"}


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """This will answer a query over the tables that `import_ctn0094` wrote into the folder."""
    with duckdb.connect() as database:
        for name in TABLES:
            database.read_parquet(str(folder / f"{name}.parquet")).create_view(name)
        found: list[tuple[Any, ...]] = database.execute(sql).fetchall()
        return found
