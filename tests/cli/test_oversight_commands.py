"""`handrail oversight` and `handrail cases`: over records and over an extract, and every wrong request refused."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from handrail.cli.main import main
from handrail.example import as_of, extract, planted
from handrail.exchange.claims import import_claims
from handrail.exchange.claims.input import declared_for
from handrail.exchange.writing import write_tables

DAY = as_of.isoformat()
Asked = Callable[..., tuple[int, str, str]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Asked:
    """The command in this process: its exit code, what it printed and what it complained of."""
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["handrail", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), *capfd.readouterr()

    return run


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An invented payer's extract, imported: in it one clinician has long courses."""
    folder = tmp_path_factory.mktemp("payer")
    made = extract()
    write_tables(made, declared_for(made), folder / "extract")
    import_claims(folder / "extract", folder / "imported")
    return folder / "imported"


@pytest.fixture(scope="module")
def done(imported: Path) -> subprocess.CompletedProcess[str]:
    """The command over the extract, as a person runs it."""
    asked = [sys.executable, "-m", "handrail.cli", "oversight", "--data", "imported", "--out", "found", "--as-of", DAY]
    asked += ["--measure", "long_stay", "--measure", "early_drop_out", "--no-pictures"]
    environment = os.environ | {"COLUMNS": "120", "PYTHONWARNINGS": "error"}
    return subprocess.run(asked, cwd=imported.parent, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def found(imported: Path, done: subprocess.CompletedProcess[str]) -> Path:
    """What that run wrote."""
    assert done.returncode == 0, done.stderr
    return imported.parent / "found"


def run_of(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return told


def test_over_records_it_says_that_nobody_stands_out_and_writes_everything(
    asked: Asked, clinic: Path, tmp_path: Path
) -> None:
    code, printed, _ = asked(
        "oversight", "--data", clinic, "--out", "out", "--as-of", DAY, "--measure", "length_of_stay", "--measure", "long_stay"
    )  # fmt: skip
    assert code == 0
    assert "2 measures, 2025-07-06 to 2026-07-05" in printed
    assert "Nobody stands out." in printed
    assert "not a finding about quality" in printed
    assert "Read out/report.html" in printed
    out = tmp_path / "out"
    told = run_of(out)
    assert (told["source"], told["since"], told["as_of"]) == ("records", "2025-07-06", DAY)
    assert [one["measure"]["measure"] for one in told["results"]] == ["length_of_stay", "long_stay"]
    page = (Path(__file__).parents[2] / "docs" / "oversight.md").read_text(encoding="utf-8")
    listed = page.split("## What it writes")[1].split("##")[0]
    assert {file.name for file in out.iterdir()} == set(
        re.findall(r"`([\w.]+)/?`(?=[^|]*\|[^|]*\|$)", listed, re.MULTILINE)
    )
    assert (out / "pictures" / "stays-length_of_stay.svg").is_file()
    assert "How long people stay" in (out / "report.html").read_text(encoding="utf-8")


def test_over_an_extract_it_finds_whom_was_planted(done: subprocess.CompletedProcess[str], found: Path) -> None:
    assert "2 measures, 2025-07-06 to 2026-07-05" in done.stdout
    assert f"clinician {planted().long_stays}" in done.stdout
    assert "not a finding about quality" in done.stdout
    assert run_of(found)["source"] == "claims"


def test_without_pictures_there_is_no_report(done: subprocess.CompletedProcess[str], found: Path) -> None:
    assert "report.html" not in done.stdout
    assert not (found / "report.html").exists()
    assert not (found / "pictures").exists()


def test_a_signal_of_an_earlier_run_persists(asked: Asked, imported: Path, found: Path, tmp_path: Path) -> None:
    before = {(one["by"], one["unit"]) for one in run_of(found)["signals"] if one["verdict"] in ("review", "watch")}
    assert ("clinician", planted().long_stays) in before
    assert not any(one["persists"] for one in run_of(found)["signals"])
    code, _, _ = asked(
        "oversight", "--data", imported, "--out", "again", "--as-of", DAY, "--measure", "long_stay", "--before", found,
        "--no-pictures",
    )  # fmt: skip
    assert code == 0
    persisting = {(one["by"], one["unit"]) for one in run_of(tmp_path / "again")["signals"] if one["persists"]}
    assert persisting == before


def test_the_cases_of_every_state_add_up(asked: Asked, found: Path) -> None:
    whole = next(one["whole"] for one in run_of(found)["results"] if one["measure"]["measure"] == "early_drop_out")
    counts = {}
    for state in ("yes", "no", "counted", "unknown", "excluded"):
        code, printed, _ = asked("cases", found, "early_drop_out", "--state", state)
        rows = list(csv.DictReader(io.StringIO(printed)))
        assert code == 0
        assert {row["state"] for row in rows} <= {state}
        counts[state] = len(rows)
    assert counts["yes"] == whole["events"] > 0
    assert counts["excluded"] == whole["excluded"] > 0
    assert counts["yes"] + counts["no"] == whole["counted"]
    code, printed, _ = asked("cases", found, "early_drop_out")
    assert len(list(csv.DictReader(io.StringIO(printed)))) == sum(counts.values()) == whole["cases"]


def test_the_cases_of_one_program_and_of_one_clinician(asked: Asked, found: Path) -> None:
    told = next(one["comparisons"] for one in run_of(found)["results"] if one["measure"]["measure"] == "long_stay")
    units = {
        option: next(one for one in told[option]["units"] if one["cases"] > 1) for option in ("program", "clinician")
    }
    for option, unit in units.items():
        code, printed, _ = asked("cases", found, "long_stay", f"--{option}", unit["unit"])
        rows = list(csv.DictReader(io.StringIO(printed)))
        assert code == 0
        assert len(rows) == unit["cases"]
        assert {row[option] for row in rows} == {unit["unit"]}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--measure", "long_stai"), "There is no measure long_stai. Did you mean"),
        (("--since", "2026-08-01"), "--since lies after --as-of"),
        (("--since", "July"), "is no day"),
        (("--before", "nowhere"), "holds no run.json"),
        (("--engine", "excel"), "duckdb or spark"),
    ],
)
def test_a_wrong_request_is_refused_in_a_sentence(
    asked: Asked, clinic: Path, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    code, printed, complained = asked("oversight", "--data", clinic, "--out", "out", "--as-of", DAY, *arguments)
    assert (code, printed) == (2, "")
    assert says in complained
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_left_alone(asked: Asked, clinic: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    code, _, complained = asked("oversight", "--data", clinic, "--out", "out", "--as-of", DAY)
    assert code == 2
    assert "H410" in complained
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_a_mistake_in_ones_own_thresholds_or_measures_is_said_with_its_place(
    asked: Asked, clinic: Path, tmp_path: Path
) -> None:
    ours = (files("handrail.oversight") / "thresholds.yaml").read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(ours.replace("minimum_peers:", "minimum_pears:"), encoding="utf-8")
    request = ("oversight", "--data", clinic, "--out", "out", "--as-of", DAY)
    code, _, complained = asked(*request, "--thresholds", "mine.yaml")
    assert code == 2
    for says in ("H501", "mine.yaml:", "Did you mean 'minimum_peers'?", "H503"):
        assert says in complained
    (tmp_path / "measures").mkdir()
    (tmp_path / "measures" / "mine.yaml").write_text("measure: mine\n", encoding="utf-8")
    code, _, complained = asked(*request, "--measures", "measures")
    assert code == 2
    assert "H602 mine.yaml" in complained
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("long_stay", "--state", "maybe"), "There is no state maybe. Known: yes, no, counted, unknown, excluded."),
        (("long_stai",), "This run has no measure long_stai. Did you mean"),
    ],
)
def test_a_list_that_is_not_there_is_refused(asked: Asked, found: Path, arguments: tuple[str, ...], says: str) -> None:
    code, printed, complained = asked("cases", found, *arguments)
    assert (code, printed) == (2, "")
    assert says in complained


def test_a_folder_without_a_run_has_no_cases(asked: Asked, tmp_path: Path) -> None:
    code, _, complained = asked("cases", tmp_path, "long_stay")
    assert code == 2
    assert "Give a folder that `handrail oversight` wrote." in complained
