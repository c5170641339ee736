"""`handrail import fhir` writes a folder and says what it did, or writes nothing and says what is wrong."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from handrail.cli.import_fhir import import_fhir

ADA = {"resourceType": "Patient", "id": "ada", "birthDate": "1990"}


@pytest.fixture
def run(tmp_path):
    app = typer.Typer()
    app.command()(import_fhir)

    def call(*arguments: object):
        return CliRunner(env={"COLUMNS": "160"}).invoke(app, [str(argument) for argument in arguments])

    return call


@pytest.fixture
def file(tmp_path):
    def write(name: str, *resources: object):
        path = tmp_path / name
        path.write_text("\n".join(json.dumps(resource) for resource in resources), encoding="utf-8")
        return path

    return write


def test_it_writes_the_folder_and_tells_what_was_mapped_and_what_was_not(run, file, tmp_path):
    out = tmp_path / "deep" / "records"
    claim = {"resourceType": "Claim", "id": "c"}
    done = run(file("a.ndjson", ADA, claim), "--out", out)
    assert done.exit_code == 0, done.output
    assert [item.name for item in out.iterdir()] == ["person.csv"]
    assert out.joinpath("person.csv").read_text() == "person_id,birth_date,sex,died_on,recorded_on\nada,,,,\n"
    assert "birthDate has no day" in done.output
    assert "no table takes this type of resource" in done.output


def test_parquet_and_a_report_are_written_where_asked(run, file, tmp_path):
    report = tmp_path / "report.csv"
    done = run(file("a.ndjson", ADA), "--out", tmp_path / "o", "--format", "parquet", "--report", report)
    assert done.exit_code == 0, done.output
    assert [item.name for item in (tmp_path / "o").iterdir()] == ["person.parquet"]
    assert report.read_text().splitlines() == [
        "resource_type,effect,reason,code,count,examples",
        "Patient,left empty,birthDate has no day,,1,ada",
    ]


def test_all_findings_are_told_and_nothing_is_written(run, file, tmp_path):
    wrong = file("a.ndjson", ADA | {"birthDate": "x"}, {"no": "type"})
    done = run(wrong, tmp_path / "missing.json", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert [code for code in ("H403", "H405", "H408") if code in done.output] == ["H403", "H405", "H408"]
    assert [item.name for item in tmp_path.iterdir()] == ["a.ndjson"]


def test_a_folder_with_files_in_it_is_not_overwritten(run, file, tmp_path):
    done = run(file("a.ndjson", ADA), "--out", tmp_path)
    assert (done.exit_code, "H401" in done.output) == (2, True)


@pytest.mark.parametrize("pair", ["H0015", "=x", "H0015="])
def test_a_service_must_pair_a_code_with_a_definition(run, file, tmp_path, pair):
    done = run(file("a.ndjson", ADA), "--out", tmp_path / "o", "--service", pair)
    assert (done.exit_code, "H410" in done.output, (tmp_path / "o").exists()) == (2, True, False)


def test_a_service_makes_an_episode_of_a_program(run, file, tmp_path):
    episode = {
        "resourceType": "EpisodeOfCare",
        "id": "ep",
        "status": "active",
        "type": [{"coding": [{"code": "iop"}]}],
        "patient": {"reference": "Patient/ada"},
        "period": {"start": "2024-01-08"},
    }
    done = run(file("a.ndjson", ADA, episode), "--out", tmp_path / "o", "--service", "iop=us-ne/x")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "o" / "episode.csv").read_text().splitlines()[1].startswith("ep,ada,us-ne/x,")


def test_a_report_that_exists_is_not_overwritten(run, file, tmp_path):
    old = file("old.csv", {})
    done = run(file("a.ndjson", ADA), "--out", tmp_path / "o", "--report", old)
    assert (done.exit_code, old.read_text(), (tmp_path / "o").exists()) == (2, "{}", False)
