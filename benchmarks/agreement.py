"""Whether a peer says what Handrail says, row by row and column by column. A time without that is worth nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb


class DisagreementError(AssertionError):
    """A peer gives other answers than Handrail."""


@dataclass(frozen=True)
class Agreement:
    """How much was compared and found equal."""

    rows: int
    columns: int


def agreed(handrail: Path, peer: Path, *, is_sample: bool = False) -> Agreement:
    """This will compare the answers of one definition, each row by `admission_id` and each column of Handrail's.

    A sample may have fewer rows, and only the columns that it works out. Raises `DisagreementError` otherwise.
    """
    with duckdb.connect() as database:
        ours, theirs = (f"read_parquet('{file}')" for file in (handrail, peer))
        own = database.sql(f"FROM {ours}").columns
        given = database.sql(f"FROM {theirs}").columns
        missing = [] if is_sample else [name for name in own if name not in given]
        if missing:
            raise DisagreementError(f"{peer.stem} lacks {', '.join(missing)}")
        shared = [name for name in own if name in given and name != "admission_id"]
        differs = ", ".join(f'count(*) FILTER (o."{name}" IS DISTINCT FROM t."{name}")' for name in shared)
        joined = f"FROM {ours} o {'RIGHT' if is_sample else 'FULL'} JOIN {theirs} t USING (admission_id)"
        alone = "count(*) FILTER (o.person_id IS NULL OR t.answered IS NULL)"
        joined = joined.replace(theirs, f"(SELECT *, TRUE AS answered FROM {theirs})")
        (found,) = database.sql(f"SELECT count(*), {alone}, {differs} {joined}").fetchall()
    rows, unmatched, *different = found
    wrong = {name: count for name, count in zip(shared, different, strict=True) if count}
    if unmatched or wrong:
        told = ", ".join(f"{name} in {count:,}" for name, count in wrong.items())
        raise DisagreementError(
            f"{peer.stem}: of {rows:,} rows {unmatched:,} stand alone; different: {told or 'nothing'}"
        )
    return Agreement(rows, len(shared))
