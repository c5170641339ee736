"""The invented payer's extract: it imports without a word, what is planted is there, and the statistics find it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from handrail.engine.on_duckdb import DuckDB
from handrail.example import as_of, extract, planted
from handrail.exchange.claims import Imported, import_claims
from handrail.exchange.claims.input import inputs
from handrail.exchange.writing import write_tables
from handrail.measures.measure import packaged_measures
from handrail.measures.results import Run
from handrail.measures.running import run_measures
from handrail.measures.sources import ClaimsSource, Span
from handrail.oversight.signals import Verdict
from handrail.oversight.thresholds import load_thresholds

YEAR = Span(date(2025, 7, 6), as_of)
THREE_MONTHS = as_of - timedelta(days=91)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("payer")


@pytest.fixture(scope="module")
def imported(folder: Path) -> Imported:
    made = extract()
    declared = {name: _given(name, rows.column_names) for name, rows in made.items()}
    write_tables(made, declared, folder / "in")
    return import_claims(folder / "in", folder / "out")


def _given(name: str, columns: list[str]) -> Any:
    table = inputs()[name].table
    return replace(table, columns={column: told for column, told in table.columns.items() if column in columns})


@pytest.fixture(scope="module")
def run(folder: Path, imported: Imported) -> Run:
    source, room = ClaimsSource(folder / "out"), folder / "room"
    room.mkdir()
    with DuckDB(folders=[*source.folders, room]) as engine:
        return run_measures(engine, source, packaged_measures(), YEAR, load_thresholds(None)[0], room)


@pytest.fixture
def facts(folder: Path, run: Run) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as database:
        for name in ("episode_outcome", "person_week"):
            database.execute(f"CREATE VIEW {name} AS FROM '{folder / 'room' / name}.parquet' WHERE service = 'iop'")
        yield database


def test_the_same_seed_gives_the_same_rows_and_another_others():
    one, again, other = extract(seed=3), extract(seed=3), extract(seed=4)
    assert all(one[name].equals(again[name]) for name in one)
    assert not one["medical_claim"].equals(other["medical_claim"])


def test_it_imports_without_a_word(imported: Imported):
    assert imported.notes == ()
    assert imported.rows["person"] == 902
    families = {family: people for family, _, people in imported.families}
    assert families["iop"] == 902
    assert {"recovery_support", "detox", "ed", "primary_care", "crisis", "basic_outpatient"} < set(families)
    assert "" not in families


def test_it_has_the_size_that_is_told(facts: duckdb.DuckDBPyConnection):
    told = "SELECT count(DISTINCT program), count(DISTINCT clinician) FROM episode_outcome"
    assert facts.execute(told).fetchone() == (15, 28)


def test_one_clinician_has_long_courses_and_nothing_is_better_for_it(facts: duckdb.DuckDBPyConnection):
    hers, others = (
        facts.execute(
            f"""SELECT count(*), avg(CAST(days_in_service > 90 AS INT)), avg(score_end - score_start),
            avg(CAST(detox_after > 0 AS INT)) FROM episode_outcome WHERE is_ended AND clinician {sign} ?""",
            [planted().long_stays],
        ).fetchone()
        for sign in ("=", "<>")
    )
    assert hers is not None
    assert others is not None
    assert hers[0] >= 45
    assert 2.0 < hers[1] / others[1] < 2.6
    assert abs(hers[2] - others[2]) < 3
    assert abs(hers[3] - others[3]) < 0.06


def test_the_other_clinicians_vary_within_bounds(facts: duckdb.DuckDBPyConnection):
    rows = facts.execute(
        """SELECT clinician, count(*), avg(CAST(days_in_service > 90 AS INT)), avg(score_end - score_start)
        FROM episode_outcome WHERE is_ended AND clinician IS NOT NULL GROUP BY clinician HAVING count(*) >= 20"""
    ).fetchall()
    others = [row for row in rows if row[0] != planted().long_stays]
    assert len(others) >= 24
    assert all(share < 0.4 and 3 < change < 16 for _, _, share, change in others)
    assert len({round(share, 3) for _, _, share, _ in others}) > 5


def test_one_clinician_has_too_few_courses_to_tell(facts: duckdb.DuckDBPyConnection, run: Run):
    many = facts.execute("SELECT count(*) FROM episode_outcome WHERE clinician = ?", [planted().too_few]).fetchone()
    assert many == (6,)
    hers = [one for by, one in run.signals if by == "clinician" and one.unit == planted().too_few]
    of_hers = {one.verdict for one in hers if run.result(one.measure).measure.facts.name == "episode_outcome"}
    assert of_hers == {Verdict.CANNOT_TELL}


def test_the_weeks_of_one_program_become_thinner(facts: duckdb.DuckDBPyConnection):
    rows = facts.execute(
        """SELECT program = ?, week > ?, avg(CAST(below_nine AS INT)) FROM person_week WHERE is_full_week
        GROUP BY ALL ORDER BY ALL""",
        [planted().drifting_program, THREE_MONTHS],
    ).fetchall()
    others_before, others_later, before, later = (share for _, _, share in rows)
    assert 0.1 < before < 0.2
    assert 0.1 < others_before < 0.2
    assert 0.1 < others_later < 0.2
    assert later > 0.3


def test_the_statistics_find_what_is_planted_and_nothing_else(run: Run):
    program = {"9100000004"}  # the long courses are most of their program's
    standing = {(one.unit, one.measure) for _, one in run.standing_out()}
    assert (planted().long_stays, "long_stay") in standing
    assert standing <= {(unit, "long_stay") for unit in {planted().long_stays} | program}
    changed = {
        (over_time.unit, result.measure.name)
        for result in run.results
        for over_time in result.over_time
        if over_time.breaks and over_time.unit
    }
    assert changed == {(planted().drifting_program, "nine_hours")}


def test_nothing_but_the_example_knows_what_is_planted():
    source = Path(__file__).parents[3] / "src" / "handrail"
    told = (*vars(planted()).values(), "planted")
    knowing = [
        file
        for file in source.rglob("*")
        if file.suffix in (".py", ".sql", ".yaml") and any(word in file.read_text("utf-8") for word in told)
    ]
    assert {file.parent.name for file in knowing} == {"example"}
