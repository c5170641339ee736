"""`handrail explain`, `example` and `demo`, run as a person would."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

Handrail = Callable[..., subprocess.CompletedProcess[str]]
DAY = "2026-07-05"


def an_episode(handrail: Handrail, clinic: Path, answer: str) -> str:
    asked = ("evaluate", "--data", clinic, "--as-of", DAY, "--format", "json")
    decisions = json.loads(handrail(*asked).stdout)["decisions"]
    return next(d["episode_id"] for d in decisions if d["decision"] == "admission" and d["answer"] == answer)


def test_an_episode_is_explained_with_numbers_readings_and_what_is_unresolved(handrail: Handrail, clinic: Path) -> None:
    done = handrail("explain", "--data", clinic, "--as-of", DAY, "--episode", an_episode(handrail, clinic, "yes"))
    assert done.returncode == 0, done.stderr
    for word in ("yes by", "(taken)", "years old", "Readings used", "Not settled by the source", "; must"):
        assert word in done.stdout


def test_what_cannot_be_told_ends_in_the_questions_that_settle_it(handrail: Handrail, clinic: Path) -> None:
    done = handrail(
        "explain", "--data", clinic, "--as-of", DAY, "--episode", an_episode(handrail, clinic, "cannot tell")
    )
    assert "This would settle it:" in done.stdout
    assert "(ask: " in done.stdout


def test_a_person_is_explained_with_every_episode(handrail: Handrail, clinic: Path) -> None:
    done = handrail("explain", "--data", clinic, "--as-of", DAY, "--person", "P-0003", "--all")
    assert done.returncode == 0, done.stderr
    assert "P-0003" in done.stdout


def test_nobody_is_explained_for_nobody(handrail: Handrail, clinic: Path) -> None:
    unknown = handrail("explain", "--data", clinic, "--as-of", DAY, "--episode", "nobody")
    assert unknown.returncode == 2
    assert "nothing" not in unknown.stdout
    assert "has anything to say about episode nobody" in unknown.stderr
    neither = handrail("explain", "--data", clinic, "--as-of", DAY)
    assert neither.returncode == 2
    assert "--episode ID or --person ID" in neither.stderr


def test_the_demo_ends_with_answers_and_can_be_run_again(handrail: Handrail, tmp_path: Path) -> None:
    for _ in range(2):
        done = handrail("demo", "--people", "20")
        assert done.returncode == 0, done.stderr
        assert "example/answers.json" in done.stdout
    told = json.loads((tmp_path / "example" / "answers.json").read_text(encoding="utf-8"))
    assert {decision["answer"] for decision in told["decisions"]} >= {"yes", "no"}


def test_the_demo_touches_no_folder_with_other_things_in_it(handrail: Handrail, tmp_path: Path) -> None:
    (tmp_path / "example").mkdir()
    (tmp_path / "example" / "thesis.txt").write_text("keep")
    done = handrail("demo", "--people", "20")
    assert done.returncode == 2
    assert "thesis.txt" in done.stderr
    assert [file.name for file in (tmp_path / "example").iterdir()] == ["thesis.txt"]


def test_the_example_of_a_payers_extract_can_be_imported(handrail: Handrail, tmp_path: Path) -> None:
    done = handrail("example", "--extract", "payer")
    assert done.returncode == 0, done.stderr
    assert "handrail import claims payer --out imported" in done.stdout
    imported = handrail("import", "claims", "payer", "--out", "imported")
    assert imported.returncode == 0, imported.stderr
    assert (tmp_path / "imported" / "oversight" / "assessment.parquet").is_file()
