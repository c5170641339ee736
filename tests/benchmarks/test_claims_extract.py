"""The invented extracts: as many lines as asked, the same for one seed, importable, and what is planted can be seen."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from benchmarks.generate.claims import PLANTED, write_extract

from handrail.exchange.claims import Imported, import_claims

LINES = 60_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[str]], Imported]:
    folder = tmp_path_factory.mktemp("claims")
    planted = write_extract(folder / "in", LINES)
    return folder, planted, import_claims(folder / "in", folder / "out")


def test_it_has_as_many_lines_as_asked_and_nothing_wrong(made):
    _, _, imported = made
    assert imported.rows["claim_line"] == LINES
    assert imported.rows["person"] == LINES // 10
    assert imported.rows["oversight/clinician"] == 5_000


def test_every_service_is_there(made):
    _, _, imported = made
    families = {family for family, _, _ in imported.families}
    wanted = {"iop", "recovery_support", "crisis", "ed", "detox", "residential", "otp", "primary_care", "inpatient"}
    assert families >= wanted | {"basic_outpatient", ""}


def test_the_same_seed_gives_the_same_rows(made, tmp_path):
    folder, planted, _ = made
    assert write_extract(tmp_path / "again", LINES) == planted
    for name in ("medical_claim", "eligibility.parquet", "episode.parquet", "clinician.parquet"):
        one, other = (ds.dataset(at / name, format="parquet").to_table() for at in (folder / "in", tmp_path / "again"))
        assert one.equals(other), name


def test_another_seed_gives_other_rows(made, tmp_path):
    folder, _, _ = made
    write_extract(tmp_path / "other", 1_000, seed=2)
    one, other = (pq.read_table(at / "eligibility.parquet").slice(0, 100) for at in (folder / "in", tmp_path / "other"))
    assert not one.equals(other)


def test_planted_clinicians_stand_out_by_what_was_planted(tmp_path):
    planted = write_extract(tmp_path / "in", 500_000)
    files = tmp_path / "in" / "medical_claim" / "*.parquet"
    connection = duckdb.connect()
    try:
        rows = connection.execute(
            f"""
            WITH course AS (
                SELECT rendering_npi, person_id, count(*) AS lines FROM '{files}' WHERE hcpcs_code = 'H0015' GROUP BY ALL
            ), crisis AS (
                SELECT rendering_npi, person_id, count(*) AS crises FROM '{files}' WHERE hcpcs_code = 'H2011' GROUP BY ALL
            )
            SELECT rendering_npi, lines, coalesce(crises, 0) FROM course LEFT JOIN crisis USING (rendering_npi, person_id)
            """
        ).fetchall()
    finally:
        connection.close()
    kinds = {npi: kind for kind, npis in planted.items() for npi in npis}
    means = {}
    for kind in (*PLANTED, None):
        some = [(lines, crises) for npi, lines, crises in rows if kinds.get(npi) == kind]
        means[kind] = [sum(values) / len(values) for values in zip(*some, strict=True)]
    assert 1.3 < means["long_intensive"][0] / means[None][0] < 1.9
    assert 0.4 < means["short_intensive"][0] / means[None][0] < 0.65
    assert means["many_crises"][1] - means[None][1] > 2.5
