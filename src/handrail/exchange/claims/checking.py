"""The rows of one table of an extract: opened, checked by themselves, and placed for checks across tables."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from handrail.exchange.claims.finding_files import NEAR
from handrail.exchange.claims.input import Input, inputs
from handrail.exchange.folders import checks, connection, conversion, telling
from handrail.exchange.folders.connection import run
from handrail.exchange.folders.landing import Landed, land
from handrail.exchange.folders.layout import Given, Kind
from handrail.exchange.folders.lines import Count
from handrail.exchange.folders.scan import broken_files, places, scan
from handrail.exchange.folders.source import EVERY, Part, Source, open_source
from handrail.exchange.folders.troubles import SHOWN, Place, Trouble, finding, merge
from handrail.findings import Finding

_COLUMNS = "docs/claims.md lists the columns."


@dataclass(frozen=True)
class Checked:
    """One table whose values were checked. `notes` say what was left aside; unless it `is_whole`, rows are missing."""

    input: Input
    landed: Landed
    troubles: tuple[Trouble, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    count: Count | None = None
    is_whole: bool = True

    def placed(self) -> str:
        """This will give SQL for all rows with every declared column, `in_file` and `in_row`."""
        declared = self.input.table.columns
        source = self.landed.source
        if self.landed.copy is not None:
            scanned = f"read_parquet({connection.files([self.landed.copy])})"
            file = connection.text(str(source.parts[0].files[0].resolve()))
            where = f"{file} AS in_file, file_row_number + 1 AS in_row"
            return f"(SELECT {self._columns(source.columns)}, {where} FROM {scanned})"
        parts = []
        for part in source.parts:
            own = [
                f"{checks.typed(name) if name in part.given else _nothing(name, self.input)} AS {connection.name(name)}"
                for name in declared
            ]
            parts.append(f"SELECT {', '.join(own)}, in_file, in_row FROM {part.rows(placed=True)}")
        return f"({' UNION ALL '.join(parts)})"

    def find(self, wrong: str, database: duckdb.DuckDBPyConnection) -> tuple[int, list[tuple[str, int]]]:
        """This will count the rows of a SELECT of (in_file, in_row), and give the first of them."""
        count = int(run(database, f"SELECT count(*) FROM ({wrong})")[0][0])
        if not count:
            return 0, []
        rows = run(database, f"SELECT in_file, in_row FROM ({wrong}) ORDER BY ALL LIMIT {SHOWN}")
        return count, [(str(file), int(row)) for file, row in rows]

    def trouble(
        self, code: str, subject: str, says: str, mend: str, wrong: str, database: duckdb.DuckDBPyConnection
    ) -> Iterator[Trouble]:
        """This will give one trouble at the rows of a SELECT of (in_file, in_row), or none."""
        count, rows = self.find(wrong, database)
        if count:
            yield Trouble(code, subject, says, mend, count, places(self.files, rows))

    @property
    def files(self) -> list[Path]:
        """The files of the table, as they were given."""
        return [file for part in self.landed.source.parts for file in part.files]

    def tell(self, troubles: Sequence[Trouble], locate: Callable[[Place], Place] | None = None) -> list[Finding]:
        """This will tell everything wrong with the table: its own findings, and these troubles.

        `locate` turns the place of a row into that of the segment it was made from.
        """
        every = [*self.troubles, *troubles]
        if locate:
            moved = [replace(trouble, places=tuple(locate(place) for place in trouble.places)) for trouble in every]
            told = [finding(trouble, "segment") for trouble in moved]
        elif self.count is None:
            told = telling.of_parquet(every)
        else:
            told = telling.of_csv(every, self.count, len(self.landed.source.parts[0].positions))
        return [*self.findings, *told]

    def _columns(self, given: Sequence[str]) -> str:
        return ", ".join(
            connection.name(name) if name in given else f"{_nothing(name, self.input)} AS {connection.name(name)}"
            for name in self.input.table.columns
        )


def check_table(given: Given, database: duckdb.DuckDBPyConnection, work: Path) -> Checked:
    """This will check the values of every row of a table, and land CSV as Parquet in `work`."""
    about = inputs()[given.table]
    source, notes = _set_aside(open_source(about.table, given, database))
    try:
        scans = [scan(part, database) for part in source.parts]
        landed = land(source, database, work)
    except (duckdb.OutOfMemoryException, duckdb.PermissionException):
        raise
    except duckdb.Error:
        findings = (*source.findings, *(telling.unreadable(file) for file in broken_files(source.parts, database)))
        return Checked(about, Landed(replace(source, parts=())), findings=findings, notes=notes, is_whole=False)
    count = next((one.count for one in scans), None)
    return Checked(
        input=about,
        landed=landed,
        troubles=tuple(merge(trouble for one in scans for trouble in one.troubles)),
        findings=source.findings,
        notes=notes,
        count=count,
        is_whole=bool(source.parts) and source.is_whole and not (count and count.broken),
    )


def row_troubles(one: Checked, database: duckdb.DuckDBPyConnection) -> Iterator[Trouble]:
    """This will find dates in the wrong order, rows without any day, and rows that share one key."""
    if not one.landed.source.parts:
        return
    rows, about = one.placed(), one.input
    given = set(one.landed.source.columns)
    for begin, end in about.order:
        if {begin, end} <= given:
            wrong = f"SELECT in_file, in_row FROM {rows} WHERE {end} < {begin}"
            mend = "Correct the one that is wrong; they may be equal."
            yield from one.trouble("H344", end, f"{end} is earlier than {begin}.", mend, wrong, database)
    undated = merge(_undated(one, part, database) for part in one.landed.source.parts if about.one_of)
    yield from (trouble for trouble in undated if trouble.count)
    yield from _repeated(one, database)


def _undated(one: Checked, part: Part, database: duckdb.DuckDBPyConnection) -> Trouble:
    """Rows of which every day is empty as the file has it; a day that does not fit is told by itself."""
    columns = one.input.one_of
    empty = " AND ".join(f"{checks.raw(name)} IS NULL" for name in columns if name in part.given) or "TRUE"
    used = EVERY if part.kind is Kind.CSV else "0"
    rows = f"(SELECT in_file, in_row, {used} AS used FROM {part.rows(placed=True)} WHERE {empty})"
    count = int(run(database, f"SELECT count(*), bit_xor(used) FROM {rows}")[0][0])
    found = run(database, f"SELECT in_file, in_row, used FROM {rows} ORDER BY ALL LIMIT {SHOWN}") if count else []
    says = f"none of {', '.join(columns)} is given, so this row has no place in time."
    mend = f"Write at least one of them, for example 2026-07-01 as {columns[0]}."
    return Trouble("H345", columns[0], says, mend, count, places(part.files, found))


def _repeated(one: Checked, database: duckdb.DuckDBPyConnection) -> Iterator[Trouble]:
    """Rows with the key of an earlier one. Hashes are counted first, because they are small."""
    needed = {name for name in one.input.key if one.input.table.columns[name].required}
    if not needed <= set(one.landed.source.columns):
        return
    key = ", ".join(one.input.key)
    keyed = f"(SELECT {key}, hash({key}) AS hashed, in_file, in_row FROM {one.placed()})"
    twice = f"(SELECT hashed FROM {keyed} GROUP BY hashed HAVING count(*) > 1)"
    known = " AND ".join(f"{name} IS NOT NULL" for name in sorted(needed))
    run(
        database,
        f"""
        CREATE OR REPLACE TEMP TABLE repeated AS
        SELECT in_file, in_row, first_value(in_file) OVER same AS of_file, first_value(in_row) OVER same AS of_row
        FROM {keyed} SEMI JOIN {twice} USING (hashed)
        WHERE {known}
        WINDOW same AS (PARTITION BY {key} ORDER BY in_file, in_row)
        QUALIFY row_number() OVER same > 1
        """,
    )
    count = int(run(database, "SELECT count(*) FROM repeated")[0][0])
    if count:
        rows = run(database, f"SELECT * FROM repeated ORDER BY ALL LIMIT {SHOWN}")
        firsts = places(one.files, [row[2:] for row in rows])
        where = tuple(replace(place, of=of) for place, of in zip(places(one.files, rows), firsts, strict=True))
        says = "are together the key of a row, and stand in more than one row."
        mend = "Keep one row of each key; where they are different lines, number them apart."
        yield Trouble("H341", ", ".join(one.input.key), says, mend, count, where)
    run(database, "DROP TABLE repeated")


def _nothing(name: str, about: Input) -> str:
    return f"CAST(NULL AS {conversion.stored(about.table.columns[name])})"


def _set_aside(source: Source) -> tuple[Source, tuple[str, ...]]:
    """Columns that are not known are no fault of an extract: they are named and ignored, unless one is misspelt."""
    given = set(source.columns)
    free = [name for name in source.table.columns if name not in given]
    aside: dict[str, list[str]] = {}
    findings = []
    for one in source.findings:
        if one.code == "H309":
            near = difflib.get_close_matches(one.subject.strip().lower(), free, n=1, cutoff=NEAR)
            if not near:
                aside.setdefault(Path(one.file).name, []).append(one.subject)
                continue
            says = "looks like a column that is read and is not named like it, so what it holds would be left out."
            mend = f'Did you mean "{near[0]}"? Otherwise rename it or take it out.'
            findings.append(replace(one, says=says, mend=mend))
        else:
            findings.append(replace(one, mend=_COLUMNS) if "handrail " in one.mend else one)
    notes = tuple(f"{file}: columns not read: {', '.join(names)}." for file, names in aside.items())
    return replace(source, findings=tuple(findings)), notes
