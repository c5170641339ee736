"""Which columns of which tables admission reads."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML


@cache
def columns_read() -> Mapping[str, tuple[str, ...]]:
    """This will give the columns that admission reads, by table."""
    told = YAML(typ="safe").load((Path(__file__).parent / "columns.yaml").read_text(encoding="utf-8"))
    return {table: tuple(columns) for table, columns in told.items()}
