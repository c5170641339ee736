"""An extract becomes records that the engine reads, and service lines; the command says what it did."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from handrail.cli.main import app
from handrail.exchange.claims import import_claims
from handrail.exchange.folders import read_folder


def test_claim_lines_are_written_as_the_records_declare_them(rows):
    (line,) = rows("claim_line", [{"claim_id": "c:1", "data_source": "ac:me", "hcpcs_modifier_2": "HQ"}])
    assert line == {
        "claim_line_id": "ac%3Ame:c:1:1",
        "claim_id": "c:1",
        "person_id": "ada",
        "billing_npi": "1900000001",
        "rendering_npi": "1000000001",
        "service_code": "H0015",
        "modifiers": "HQ",
        "units": Decimal("1"),
        "starts_on": date(2026, 1, 5),
        "ends_on": date(2026, 1, 5),
        "diagnosis_code": "F11.20",
        "paid_amount": Decimal("148.5"),
    }


def test_what_was_written_is_read_as_records(extract, tmp_path):
    import_claims(extract([{}, {"claim_line_number": 2}]), tmp_path / "out")
    held = read_folder(tmp_path / "out").held
    assert {name: table.num_rows for name, table in held.items()} == {"claim_line": 2, "coverage": 1, "person": 1}


def test_the_line_s_own_days_come_before_the_claim_s(rows):
    days = {"claim_line_start_date": "2026-02-01", "claim_line_end_date": ""}
    (line,) = rows("oversight/service_line", [days])
    assert (line["starts_on"], line["ends_on"]) == (date(2026, 2, 1), None)


def test_what_two_rows_of_eligibility_tell_differently_stays_empty(rows):
    later = {"enrollment_start_date": "2027-01-01", "enrollment_end_date": "", "birth_date": "1991-01-01"}
    (person,) = rows("person", None, [{}, later])
    assert (person["birth_date"], person["sex"]) == (None, "female")


def test_an_open_enrolment_goes_on(rows):
    (coverage,) = rows("coverage", None, [{"enrollment_end_date": ""}])
    assert coverage["ends_on"] is None


def test_what_is_left_aside_and_what_is_doubtful_is_told(extract, tmp_path):
    directory = extract([{"procedure_code_1": "x", "claim_start_date": "2025-12-31"}], pharmacy_claim="claim_id\n1\n")
    notes = import_claims(directory, tmp_path / "out").notes
    assert notes == (
        "Files left aside: pharmacy_claim.csv.",
        "medical_claim.csv: columns not read: procedure_code_1.",
        "1 claim lines begin on a day on which their person was not enrolled; they are taken.",
    )


def test_side_tables_are_kept_for_oversight(rows):
    clinician = "npi,credential,program\n1000000001,ladc,North\n"
    assert rows("oversight/clinician", clinician=clinician) == [
        {"npi": "1000000001", "credential": "ladc", "program": "North"}
    ]


def test_an_extract_without_lines_is_read(rows):
    assert rows("claim_line", medical_claim="claim_id,claim_line_number,data_source,person_id,claim_start_date\n") == []
    assert rows("oversight/service_line") == []


@pytest.mark.parametrize("command", ["claims", "x12"])
def test_the_command_has_its_help(command):
    told = CliRunner(env={"COLUMNS": "100"}).invoke(app, ["import", command, "--help"])
    assert told.exit_code == 0
    assert "records and service" in " ".join(told.output.split())


def test_the_command_tells_what_it_wrote(extract, tmp_path):
    run = ["import", "claims", str(extract()), "--out", str(tmp_path / "out")]
    told = CliRunner(env={"COLUMNS": "160"}).invoke(app, run)
    assert told.exit_code == 0, told.output
    assert "service_line" in told.output
    assert "iop" in told.output


def test_the_command_fails_with_2_and_leaves_nothing(extract, tmp_path):
    run = ["import", "claims", str(extract([{"paid_amount": "x"}])), "--out", str(tmp_path / "out")]
    told = CliRunner(env={"COLUMNS": "160"}).invoke(app, run)
    assert told.exit_code == 2
    assert "H332" in told.output + told.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["extract"]
