"""One pass over the rows of a part: which checks fail, how often, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from handrail.exchange.folders.checks import Check, checks
from handrail.exchange.folders.connection import run
from handrail.exchange.folders.layout import Kind
from handrail.exchange.folders.lines import Broken, Count
from handrail.exchange.folders.source import BLANK, EVERY, Part
from handrail.exchange.folders.troubles import SHOWN, Place, Trouble


@dataclass(frozen=True)
class Scan:
    """What one pass found. `count` is of a CSV file; `has_blank_text` says that some text is empty, not absent."""

    troubles: tuple[Trouble, ...]
    count: Count | None = None
    has_blank_text: bool = False


def scan(part: Part, database: duckdb.DuckDBPyConnection) -> Scan:
    """This will check every value and every row of a part.

    Raises: `duckdb.Error` where the file cannot be read to its end.
    """
    asked = checks(part.table, part.given)
    is_csv = part.kind is Kind.CSV
    told = [f"count_if({check.when})" for check in asked] + ["count(*)", "0" if is_csv else f"count_if({BLANK})"]
    if is_csv and part.has_strays:
        told.append(f"bit_xor({EVERY})")
    run(database, "DROP TABLE IF EXISTS reject_errors")
    answer = run(database, f"SELECT {', '.join(told)} FROM {part.rows()}")[0]
    counts = [int(number or 0) for number in answer]
    broken = _broken(database) if is_csv else ()
    troubles = tuple(
        _trouble(part, check, count, database) for check, count in zip(asked, counts, strict=False) if count
    )
    readable, blanks = counts[len(asked)], counts[len(asked) + 1]
    return Scan(troubles, Count(part.files[0], readable, broken) if is_csv else None, blanks > 0)


def _trouble(part: Part, check: Check, count: int, database: duckdb.DuckDBPyConnection) -> Trouble:
    every = f", {EVERY}" if part.kind is Kind.CSV else ""
    rows = run(
        database,
        f"SELECT in_file, in_row{every} FROM {part.rows(placed=True)} WHERE {check.when} "
        f"ORDER BY in_file, in_row LIMIT {SHOWN}",
    )
    return Trouble(check.code, check.subject, check.says, check.mend, count, places(part.files, rows))


def broken_files(parts: Iterable[Part], database: duckdb.DuckDBPyConnection) -> Iterator[Path]:
    """This will give the files that cannot be read to their end, each tried by itself."""
    for part in parts:
        for file in part.files:
            try:
                scan(replace(part, files=(file,)), database)
            except duckdb.Error:
                yield file


def places(files: Sequence[Path], rows: Sequence[Sequence[object]]) -> tuple[Place, ...]:
    """This will turn rows of (file, row) as the database tells them into places in the files as they were given."""
    named = {str(file.resolve()): file for file in files}
    return tuple(Place(named[str(row[0])], int(str(row[1]))) for row in rows)


def _broken(database: duckdb.DuckDBPyConnection) -> tuple[Broken, ...]:
    """Give the broken lines of the scan just made, the gravest error of each."""
    rows = run(
        database,
        """
        SELECT line_byte_position, error_type::VARCHAR,
            coalesce(TRY_CAST(regexp_extract(error_message, 'Found: (\\d+)', 1) AS BIGINT), 0)
        FROM reject_errors
        QUALIFY row_number() OVER (PARTITION BY line_byte_position ORDER BY CASE error_type::VARCHAR
            WHEN 'UNQUOTED VALUE' THEN 0 WHEN 'INVALID ENCODING' THEN 1 ELSE 2 END) = 1
        ORDER BY line_byte_position
        """,
    )
    return tuple(Broken(int(byte), str(error), int(width)) for byte, error, width in rows)
