"""A payer's folder in, a folder of records and service lines out: all of it, or nothing."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from handrail.exchange.claims.checking import Checked, check_table, row_troubles
from handrail.exchange.claims.families import Families, read_families
from handrail.exchange.claims.finding_files import Extract, find_files
from handrail.exchange.claims.writing import OVERSIGHT, write_tables
from handrail.exchange.folders import connection, telling
from handrail.exchange.folders.connection import run
from handrail.exchange.folders.troubles import Place, Trouble
from handrail.exchange.writing import cannot_write, check_free
from handrail.findings import Finding, FindingsError


@dataclass(frozen=True)
class Imported:
    """What an import wrote: rows by table (the tables for oversight under `oversight/`), lines and people by family.

    `uncoded` are the most frequent codes of lines in no family, with their lines. `notes` say what was left aside.
    """

    rows: Mapping[str, int]
    families: Sequence[tuple[str, int, int]]
    uncoded: Sequence[tuple[str, int]]
    notes: Sequence[str]


def import_claims(directory: Path, out: Path, *, families: Path | None = None) -> Imported:
    """This will check a payer's extract and write it as Parquet: records into `out`, service lines into `out/oversight`.

    Memory is bounded whatever the number of rows: DuckDB spills into a folder beside `out`, which goes away. The
    folder appears at once or not at all.

    Raises: `FindingsError` with everything that is wrong (H301 to H345, H401, H402, H421 to H424).
    """
    rules = start(out, families)
    extract = find_files(directory)
    if not extract.given:
        raise FindingsError(extract.findings)
    with building(out) as work:
        return import_extract(directory.resolve(), extract, rules, work)


def start(out: Path, families: Path | None) -> Families:
    """This will ask, before any long work, whether the output is free and the code table good; all at once."""
    findings: list[Finding] = []
    rules = None
    try:
        check_free(out)
    except FindingsError as error:
        findings += error.findings
    try:
        rules = read_families(families)
    except FindingsError as error:
        findings += error.findings
    if findings or rules is None:
        raise FindingsError(findings)
    return rules


@contextmanager
def building(out: Path) -> Iterator[Path]:
    """This will give a work folder beside `out`; what lies in its folder `out` at the end becomes `out`."""
    target = out.resolve()
    work = target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")
    try:
        (work / "out" / OVERSIGHT).mkdir(parents=True)
        yield work
        if target.exists():
            target.rmdir()
        (work / "out").rename(target)
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        raise FindingsError([telling.no_room(str(target.parent), error)]) from error
    except OSError as error:
        raise FindingsError([cannot_write(out, error)]) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def import_extract(
    directory: Path,
    extract: Extract,
    rules: Families,
    work: Path,
    *,
    people: Path | None = None,
    locate: Callable[[Place], Place] | None = None,
) -> Imported:
    """This will check the tables of an extract and write them into `work`.

    `people` is a Parquet file of person_id, birth_date, gender and death_date for files that say nothing of
    eligibility (837P); then nobody's coverage is written, and nobody's is asked for. `locate` gives the segment of
    such a file from which a row was made.
    """
    with connection.open_for(directory, work) as database:
        checked = {given.table: check_table(given, database, work) for given in extract.given}
        troubles = {
            name: [*row_troubles(one, database), *_lost(name, checked, database)] for name, one in checked.items()
        }
        findings = [*extract.findings]
        for name, one in checked.items():
            findings += one.tell(troubles[name], locate)
        if findings:
            raise FindingsError(findings)
        for name, one in checked.items():
            run(database, f"CREATE TEMP VIEW {name} AS SELECT * EXCLUDE (in_file, in_row) FROM {one.placed()}")
        of_whom = f"read_parquet({connection.files([people])})" if people else "eligibility"
        run(database, f"CREATE TEMP VIEW people AS SELECT person_id, birth_date, gender, death_date FROM {of_whom}")
        rows = write_tables(database, tuple(checked), rules, work / "out")
        notes = [
            *([f"Files left aside: {', '.join(extract.left_aside)}."] if extract.left_aside else ()),
            *(note for one in checked.values() for note in one.notes),
            *_told_apart(database),
            *_doubtful(database, work / "out"),
        ]
        lines = _lines(work / "out")
        return Imported(rows, _by_family(database, lines), _uncoded(database, lines), tuple(notes))


def _lost(name: str, checked: Mapping[str, Checked], database: duckdb.DuckDBPyConnection) -> Iterator[Trouble]:
    """People who are in no row of eligibility, and episodes that are in no row of episode."""
    mine = checked[name]
    for column, other in (("person_id", "eligibility"), ("episode_id", "episode")):
        target = checked.get(other)
        if other == name or target is None or not target.is_whole or column not in mine.landed.source.columns:
            continue
        if column not in target.landed.source.columns:
            continue
        keys = f"(SELECT DISTINCT {column} FROM {target.placed()} WHERE {column} IS NOT NULL)"
        wrong = (
            f"SELECT in_file, in_row FROM {mine.placed()} ANTI JOIN {keys} USING ({column}) WHERE {column} IS NOT NULL"
        )
        says = f"stands in no row of {other}: {target.input.table.says}"
        mend = f"Add the row to {other}, or correct it here."
        yield from mine.trouble("H342", column, says, mend, wrong, database)


def _told_apart(database: duckdb.DuckDBPyConnection) -> Iterator[str]:
    for column, what in (("birth_date", "dates of birth"), ("gender", "genders"), ("death_date", "dates of death")):
        apart = f"SELECT person_id FROM people GROUP BY person_id HAVING MIN({column}) <> MAX({column})"
        if count := _number(database, f"SELECT count(*) FROM ({apart})"):
            yield f"{count:,} people have several {what}; theirs are left empty."


def _doubtful(database: duckdb.DuckDBPyConnection, out: Path) -> Iterator[str]:
    """What is taken as it is and yet told: lines outside of enrolment, and lines that could be two families."""
    if (out / "coverage.parquet").exists():
        lines, spans = (
            f"read_parquet({connection.files([out / f'{name}.parquet'])})" for name in ("claim_line", "coverage")
        )
        outside = _number(
            database,
            f"SELECT count(*) FROM {lines} AS line ANTI JOIN {spans} AS span ON line.person_id = span.person_id "
            "AND span.starts_on <= line.starts_on AND line.starts_on <= coalesce(span.ends_on, line.starts_on)",
        )
        if outside:
            yield f"{outside:,} claim lines begin on a day on which their person was not enrolled; they are taken."
    if undecided := _number(
        database, f"SELECT count(*) FROM {_lines(out)} WHERE family IS NULL AND families IS NOT NULL"
    ):
        yield f"{undecided:,} claim lines match two families equally well; their family is left empty."


def _by_family(database: duckdb.DuckDBPyConnection, lines: str) -> list[tuple[str, int, int]]:
    asked = f"SELECT family, count(*), count(DISTINCT person_id) FROM {lines} GROUP BY family ORDER BY 2 DESC, 1"
    return [(str(family or ""), int(rows), int(people)) for family, rows, people in run(database, asked)]


def _uncoded(database: duckdb.DuckDBPyConnection, lines: str) -> list[tuple[str, int]]:
    code = "coalesce(hcpcs, 'revenue ' || revenue_code, 'place ' || place_of_service, 'no code')"
    asked = f"SELECT {code}, count(*) FROM {lines} WHERE families IS NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5"
    return [(str(told), int(rows)) for told, rows in run(database, asked)]


def _lines(out: Path) -> str:
    return f"read_parquet({connection.files([out / OVERSIGHT / 'service_line.parquet'])})"


def _number(database: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(run(database, query)[0][0])
