"""Everything wrong with an extract is told at once, with file, line and column, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from handrail.exchange.claims import import_claims
from handrail.findings import FindingsError


def test_all_errors_are_told_at_once(found):
    lines = [
        {},
        {"claim_id": "c2", "claim_start_date": "2026-02-30"},
        {"claim_id": "c3", "claim_end_date": "2026-01-01"},
        {},
        {"claim_id": "c4", "person_id": "nobody"},
        {"claim_id": "c5", "service_unit_quantity": -1},
        {"claim_id": "c6", "claim_line_number": "first", "paid_amount": "much"},
        {"claim_id": "c7", "claim_start_date": "", "claim_end_date": ""},
    ]
    assert found(lines, [{}, {"enrollment_start_date": "2026-05-01", "enrollment_end_date": "2026-04-01"}]) == [
        ("H344", "eligibility.csv", 3, "enrollment_end_date"),
        ("H333", "medical_claim.csv", 3, "claim_start_date"),
        ("H344", "medical_claim.csv", 4, "claim_end_date"),
        ("H341", "medical_claim.csv", 5, "claim_id, claim_line_number, data_source"),
        ("H342", "medical_claim.csv", 6, "person_id"),
        ("H337", "medical_claim.csv", 7, "service_unit_quantity"),
        ("H332", "medical_claim.csv", 8, "claim_line_number"),
        ("H332", "medical_claim.csv", 8, "paid_amount"),
        ("H345", "medical_claim.csv", 9, "claim_line_start_date"),
    ]


def test_a_missing_column_is_told(found):
    eligibility = "person_id,enrollment_start_date,data_source\nada,2026-01-01,acme\n"
    assert found(eligibility=eligibility) == [("H311", "eligibility.csv", 1, "payer_type")]


def test_a_misspelt_column_is_told_with_the_near_one(found, tmp_path):
    assert found([{"service_unit_quantity_": 1, "claim_line_start_dat": "2026-01-05"}]) == [
        ("H309", "medical_claim.csv", 1, "claim_line_start_dat")
    ]


def test_a_misspelt_file_and_a_missing_one_are_told(tmp_path):
    (tmp_path / "medical_claims.csv").write_text("claim_id\n", encoding="utf-8")
    with pytest.raises(FindingsError) as caught:
        import_claims(tmp_path, tmp_path / "out")
    assert [(one.code, one.subject) for one in caught.value.findings] == [
        ("H302", "eligibility"),
        ("H303", "medical_claims"),
    ]
    assert "Did you mean medical_claim.csv" in str(caught.value)


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FindingsError, match="H301"):
        import_claims(tmp_path / "nowhere", tmp_path / "out")


def test_the_output_and_the_code_table_are_asked_first_and_together(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "kept.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FindingsError) as caught:
        import_claims(tmp_path / "nowhere", out, families=tmp_path / "nothing.csv")
    assert {one.code for one in caught.value.findings} == {"H401", "H421"}
    assert (out / "kept.txt").read_text(encoding="utf-8") == "mine"


def test_a_broken_line_is_told_beside_what_is_wrong_elsewhere(found, extract):
    broken = "person_id,enrollment_start_date,data_source,payer_type\nada,2026-01-01,acme\n"
    assert found([{"paid_amount": "x"}], eligibility=broken) == [
        ("H321", "eligibility.csv", 2, "line"),
        ("H332", "medical_claim.csv", 2, "paid_amount"),
    ]


def test_side_tables_are_checked_for_their_people_and_episodes(found):
    episode = "episode_id,person_id,admission_date\ne1,ada,2026-01-01\ne2,nobody,2026-01-01\n"
    assessment = "assessment_id,person_id,episode_id,assessed_on,tool\na1,ada,e9,2026-01-05,PHQ\n"
    assert found(episode=episode, assessment=assessment) == [
        ("H342", "assessment.csv", 2, "episode_id"),
        ("H342", "episode.csv", 3, "person_id"),
    ]


def test_no_value_stands_in_what_is_told(extract, tmp_path):
    directory = extract([{"paid_amount": "secret-value", "person_id": "nobody-known"}])
    with pytest.raises(FindingsError) as caught:
        import_claims(directory, tmp_path / "out")
    assert "secret-value" not in str(caught.value)
    assert "nobody-known" not in str(caught.value)


def test_rows_of_parquet_parts_are_told_by_file_and_row(tmp_path):
    directory = tmp_path / "extract"
    (directory / "medical_claim").mkdir(parents=True)
    line = {"claim_id": ["c1", "c2"], "claim_line_number": [1, 1], "data_source": ["a", "a"], "person_id": ["ada"] * 2}
    day = pa.array(["2026-01-05", "2026-01-06"]).cast(pa.date32())
    for number in range(2):
        pq.write_table(pa.table(line | {"claim_start_date": day}), directory / "medical_claim" / f"p{number}.parquet")
    span = {"person_id": ["ada"], "data_source": ["a"], "payer_type": ["medicaid"], "enrollment_start_date": day[:1]}
    pq.write_table(pa.table(span), directory / "eligibility.parquet")
    with pytest.raises(FindingsError) as caught:
        import_claims(directory, tmp_path / "out")
    (finding,) = caught.value.findings
    assert (finding.code, Path(finding.file).name, finding.line) == ("H341", "p1.parquet", 1)
    assert "repeats p0.parquet row 1" in finding.says
