"""`handrail evaluate`: each form of answer, and each wrong request refused in a sentence with nothing written."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

Handrail = Callable[..., subprocess.CompletedProcess[str]]
DAY = "2026-07-05"
IOP = "us-ne/intensive-outpatient-2.1"
IRS = "us-nc/intensive-recovery-support"


def test_the_summary_counts_every_decision_and_clause(handrail: Handrail, clinic: Path) -> None:
    done = handrail("evaluate", "--data", clinic, "--as-of", DAY)
    assert done.returncode == 0, done.stderr
    for word in (IOP, IRS, "admission", "continued-stay", "weekly-hours-offered", "minor-child", "cannot tell"):
        assert word in done.stdout


def test_json_has_every_verdict_and_decision_and_is_the_same_twice(handrail: Handrail, clinic: Path) -> None:
    first = handrail("evaluate", "--data", clinic, "--as-of", DAY, "--format", "json", "--definition", IRS)
    again = handrail("evaluate", "--data", clinic, "--as-of", DAY, "--format", "json", "--definition", IRS)
    assert first.returncode == 0, first.stderr
    assert first.stdout == again.stdout
    told = json.loads(first.stdout)
    assert {verdict["definition"] for verdict in told["verdicts"]} == {IRS}
    assert {decision["decision"] for decision in told["decisions"]} >= {"admission", "outcomes-reached"}
    assert told["definitions"][0]["unresolved"]


def test_csv_and_parquet_are_written_whole(handrail: Handrail, clinic: Path, tmp_path: Path) -> None:
    asked = ("evaluate", "--data", clinic, "--as-of", DAY, "--definition", IRS)
    assert handrail(*asked, "--format", "csv", "--out", "as-csv").returncode == 0
    with (tmp_path / "as-csv" / "decisions.csv").open(encoding="utf-8", newline="") as stream:
        answers = {row["key"]: row["answer"] for row in csv.DictReader(stream) if row["decision"] == "admission"}
    assert handrail(*asked, "--format", "parquet", "--out", "as-parquet").returncode == 0
    table = pq.read_table(tmp_path / "as-parquet" / IRS / "undated" / "admission.parquet")
    assert answers == dict(zip(table["admission_id"].to_pylist(), table["answer:admission"].to_pylist(), strict=True))
    assert json.loads((tmp_path / "as-parquet" / "run.json").read_text())["as_of"] == DAY


def test_another_reading_changes_answers(handrail: Handrail, clinic: Path) -> None:
    asked = ("evaluate", "--data", clinic, "--as-of", DAY, "--format", "json", "--definition", IOP)
    as_chosen = json.loads(handrail(*asked).stdout)
    otherwise = json.loads(handrail(*asked, "--reading", "six_dimensions=strict").stdout)
    assert otherwise["readings"] == {"six_dimensions": "strict"}
    assert [d["answer"] for d in as_chosen["decisions"]] != [d["answer"] for d in otherwise["decisions"]]


def test_candidates_are_judged_only_when_asked_for(handrail: Handrail, clinic: Path) -> None:
    asked = ("evaluate", "--data", clinic, "--as-of", DAY, "--format", "json", "--definition", IRS)
    without = json.loads(handrail(*asked).stdout)["decisions"]
    with_them = json.loads(handrail(*asked, "--candidates").stdout)["decisions"]
    extra = [d for d in with_them if str(d["key"].get("admission_id", "")).startswith("candidate:")]
    assert extra
    assert not [d for d in without if str(d["key"].get("admission_id", "")).startswith("candidate:")]


def test_one_person_gives_only_hers(handrail: Handrail, clinic: Path) -> None:
    told = json.loads(
        handrail("evaluate", "--data", clinic, "--as-of", DAY, "--format", "json", "--person", "P-0003").stdout
    )
    assert {verdict["person_id"] for verdict in told["verdicts"]} == {"P-0003"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--as-of", "5 July"), "is no day"),
        (("--as-of", DAY, "--definition", "us-ne/intensive-outpatient"), "Did you mean"),
        (("--as-of", DAY, "--reading", "adult"), "name=value"),
        (("--as-of", DAY, "--reading", "adult=12"), "offers"),
        (("--as-of", DAY, "--reading", "grown_up=21"), "No definition here has a reading"),
        (("--as-of", DAY, "--format", "csv"), "--out"),
        (("--as-of", DAY, "--engine", "excel"), "duckdb or spark"),
        (("--as-of", DAY, "--rulebook", "nowhere"), "There is no folder"),
    ],
)
def test_a_wrong_request_is_refused_in_a_sentence(
    handrail: Handrail, clinic: Path, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    done = handrail("evaluate", "--data", clinic, *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_folder_that_holds_something_is_not_written_over(handrail: Handrail, clinic: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    done = handrail("evaluate", "--data", clinic, "--as-of", DAY, "--format", "parquet", "--out", "mine")
    assert done.returncode == 2
    assert "H410" in done.stderr
    assert [file.name for file in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_records_with_faults_are_all_told_and_nothing_is_written(
    handrail: Handrail, clinic: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "person.csv").write_text("person_id,birth_date,sex\na,1990-02-30,female\nb,1990-01-01,woman\n")
    done = handrail("evaluate", "--data", folder, "--as-of", DAY, "--format", "json", "--out", "answers.json")
    assert done.returncode == 2
    assert done.stderr.count("person.csv:") >= 2
    assert "1990-02-30" not in done.stderr
    assert not (tmp_path / "answers.json").exists()
