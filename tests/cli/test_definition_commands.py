"""What an analyst types about definitions, and what comes back: the text, the exit code, and nothing half-written."""

from __future__ import annotations

import csv
import datetime
import io
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from handrail.cli.main import app
from handrail.exchange.writing import write_folder
from handrail.records.holding import from_rows
from handrail.subjects.catalog import subjects as all_subjects

ID = "example/evening-groups"
_RULEBOOK = Path(__file__).resolve().parents[1] / "definitions" / "rulebook"
runner = CliRunner()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(_RULEBOOK, tmp_path / "rulebook"))


@pytest.fixture
def file(folder: Path) -> Path:
    return folder / ID / "2026-01-01.yaml"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Three sessions of the invented service: four people, two people, and nobody knows."""
    rows = [
        {"session_id": f"s{n}", "program_id": "eve", "type": "group", "status": "held", "setting": "clinic"} | told
        for n, told in enumerate([{"head_count": 4}, {"head_count": 2}, {}])
    ]
    program = {"program_id": "eve", "name": "Evening Example", "service": ID}
    for row in rows:
        row["held_on"] = datetime.date(2026, 2, 2)
    write_folder(from_rows({"program": [program], "session": rows}), tmp_path / "records")
    return tmp_path / "records"


def run(*args: object) -> Result:
    return runner.invoke(app, [str(arg) for arg in args])


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_definitions_lists_ids_titles_editions_and_how_much_they_ask(folder: Path) -> None:
    told = run("definitions", "--rulebook", folder)
    assert told.exit_code == 0
    assert (
        f"{ID}\n  Evening groups for people who work\n  2026-01-01  from 2026-01-01; 4 clauses, 1 decision"
        in told.output
    )
    assert "us-ne/intensive-outpatient-2.1" in told.output


def test_check_has_one_sentence_where_nothing_is_wrong(folder: Path) -> None:
    told = run("check", "--rulebook", folder)
    assert (told.exit_code, told.output) == (0, "Nothing is wrong with 1 definition (1 edition).\n")


def test_check_tells_every_finding_and_fails_with_2(folder: Path, file: Path) -> None:
    change(file, "duty: should", "duty: could")
    change(file, "(:places)", "(:place)")
    told = run("check", ID, "--rulebook", folder)
    assert told.exit_code == 2
    assert f"H105 {file}:" in told.output
    assert 'Did you mean "places"?' in told.output
    assert told.output.endswith("3 findings in 1 file.\n")


def test_check_tells_files_that_nobody_reads(folder: Path, file: Path) -> None:
    (file.parent / "2027-01-01.yml").write_text("", encoding="utf-8")
    told = run("check", "--rulebook", folder)
    assert told.exit_code == 2
    assert "H123" in told.output


def test_both_definitions_of_the_package_pass_the_check() -> None:
    told = run("check")
    assert told.exit_code == 0, told.output


@pytest.mark.parametrize("command", ["check", "show", "trace", "test"])
def test_an_unknown_definition_is_answered_with_the_nearest(command: str, folder: Path) -> None:
    told = run(command, "example/evening-group", "--rulebook", folder)
    assert told.exit_code == 2
    assert f'Did you mean "{ID}"?' in told.stderr


def test_an_empty_rulebook_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    told = run("check", "--rulebook", tmp_path / "empty")
    assert told.exit_code == 2
    assert "<its id>/<edition>.yaml" in told.stderr


def test_show_prints_a_page(folder: Path) -> None:
    told = run("show", f"{ID}@2026-01-01", "--rulebook", folder)
    assert told.exit_code == 0
    assert told.output.startswith("Evening groups for people who work\n====")


def test_show_takes_the_path_of_a_file(file: Path) -> None:
    assert run("show", file).exit_code == 0


def test_show_writes_an_html_page(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    told = run("show", ID, "--rulebook", folder, "--format", "html", "--out", out)
    assert (told.exit_code, told.stdout) == (0, "")
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_trace_follows_every_row_and_passes(folder: Path) -> None:
    told = run("trace", ID, "--rulebook", folder)
    assert told.exit_code == 0
    assert (
        "  EG-1    group-size  (session)\n          4 met, 1 not met, 2 cannot tell, 1 not applicable\n" in told.output
    )
    assert "6 of 6 rows of the source are followed through." in told.output


def test_trace_fails_with_1_and_names_what_is_missing(folder: Path, file: Path) -> None:
    change(file, "    rows: [EG-2]\n", "")
    change(file.parent / "cases" / "session.yaml", "    cannot tell: [{setting: clinic}]\n", "")
    told = run("trace", ID, "--rulebook", folder)
    assert told.exit_code == 1
    assert f"{ID}@2026-01-01  EG-2: No clause, informs or unresolved covers this row." in told.stderr
    assert f"{ID}@2026-01-01  good-session: No worked example answers it cannot tell." in told.stderr


def test_trace_speaks_json_and_csv(folder: Path) -> None:
    told = json.loads(run("trace", ID, "--rulebook", folder, "--format", "json").stdout)
    rows = list(csv.DictReader(io.StringIO(run("trace", ID, "--rulebook", folder, "--format", "csv").stdout)))
    assert [link["name"] for link in told[f"{ID}@2026-01-01"]] == [row["name"] for row in rows]
    assert rows[0]["examples"] == "met: 4; not met: 1; cannot tell: 2; not applicable: 1"


def test_both_definitions_of_the_package_are_traced() -> None:
    assert run("trace").exit_code == 0


def test_diff_speaks_in_sentences(folder: Path, file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("{from: 2026-01-01}", "{from: 2027-01-01}")
    (file.parent / "2027-01-01.yaml").write_text(text.replace("value: 180", "value: 240"), encoding="utf-8")
    told = run("diff", f"{ID}@2026-01-01", ID, "--rulebook", folder)
    assert told.exit_code == 0
    assert "\n  weekly_minutes\n    180 minutes becomes 240 minutes (used by weekly-hours).\n" in told.output
    assert told.output.endswith("2 differences.\n")


def test_diff_says_when_nothing_differs(file: Path) -> None:
    assert "Nothing differs." in run("diff", file, file).output


def test_diff_speaks_json(folder: Path, file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("value: 180", "value: 240")
    (folder / "other.yaml").write_text(text, encoding="utf-8")
    told = json.loads(run("diff", file, folder / "other.yaml", "--format", "json").stdout)
    assert [(change["section"], change["before"], change["after"]) for change in told["changes"]] == [
        ("parameters", "180 minutes", "240 minutes")
    ]


def test_simulate_tells_who_changes_by_which_clause_and_what_stays_open(folder: Path, file: Path, data: Path) -> None:
    (folder / "other.yaml").write_text(
        file.read_text(encoding="utf-8").replace("fewest_in_group: {value: 3", "fewest_in_group: {value: 5"),
        encoding="utf-8",
    )
    told = run("simulate", file, folder / "other.yaml", "--data", data, "--as-of", "2026-07-05")
    assert told.exit_code == 0, told.output
    assert "good-session (session): 2 of 3 rows keep their answer." in told.output
    assert "1 from yes to no, by group-size (1)" in told.output
    assert "Cannot be told: 1 under A, 1 under B, 1 under both." in told.output
    assert "good-session  session_id=s0: from yes to no, by group-size" in told.output


def test_simulate_compares_two_readings_of_one_edition(file: Path, data: Path) -> None:
    told = run("simulate", file, "--data", data, "--as-of", "2026-07-05", "--reading-b", "size=planned")
    assert told.exit_code == 0, told.output
    assert "1 from yes to cannot tell, by group-size (1)" in told.output
    assert "1 from no to cannot tell, by group-size (1)" in told.output


def test_simulate_speaks_json_and_csv_with_every_changed_row(file: Path, data: Path) -> None:
    asked = ("simulate", file, "--data", data, "--as-of", "2026-07-05", "--reading-b", "size=planned", "--limit", "0")
    told = json.loads(run(*asked, "--format", "json").stdout)
    rows = list(csv.DictReader(io.StringIO(run(*asked, "--format", "csv").stdout)))
    assert told["b"]["readings"] == {"size": "planned"}
    assert [row["key"] for row in rows] == [row["key"] for row in told["changed"]]
    assert len([row for row in rows if row["kind"] == "decision"]) == 2


def test_simulate_refuses_a_reading_that_is_not_offered(file: Path, data: Path) -> None:
    told = run("simulate", file, "--data", data, "--reading-b", "size=huge")
    assert told.exit_code == 2
    assert "offers came, planned" in told.stderr


def test_subjects_lists_what_a_clause_can_be_about() -> None:
    told = run("subjects")
    assert told.exit_code == 0
    assert all(f"\n{name} " in f"\n{told.output}" for name in all_subjects())


def test_subjects_tells_the_facts_of_one() -> None:
    told = " ".join(run("subjects", "session").output.split())
    session = all_subjects()["session"]
    assert all(f"{name} ({fact.type}): " in told for name, fact in session.facts.items())
    assert all(f"{name} ({parameter.type}): " in told for name, parameter in session.parameters.items())


def test_subjects_answers_a_misspelled_name_with_the_nearest() -> None:
    told = run("subjects", "sesion")
    assert told.exit_code == 2
    assert 'Did you mean "session"?' in told.stderr
