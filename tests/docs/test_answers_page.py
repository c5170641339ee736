"""The page on answers, held against answers: every key and column is listed, and its example comes out as it says."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from handrail.definitions.rulebook import packaged
from handrail.engine.compiling import Compiled
from handrail.engine.evaluate import compiled, evaluate
from handrail.engine.judging import Answer, Verdict
from handrail.engine.on_duckdb import DuckDB
from handrail.exchange.answers import (
    DECISION_COLUMNS,
    VERDICT_COLUMNS,
    Run,
    judged_answers,
    new_folder,
    write_json,
    write_parquet,
)
from handrail.exchange.folders.reading import read_folder
from handrail.records.schema import tables

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "answers.md").read_text(encoding="utf-8")
DEFINITION = "us-nc/intensive-recovery-support"
_FILE = re.compile(r"`(\w+\.csv)`:\n\n```csv\n(.*?)^```", re.DOTALL | re.MULTILINE)
_JSON = re.compile(r"^```json\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def run() -> Run:
    return Run(list(packaged().in_force(DEFINITION)), date(2026, 3, 5), {}, "duckdb")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the records of the page in it, into which answers may be written too."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "records").mkdir()
    for name, body in _FILE.findall(PAGE):
        (folder / "records" / name).write_text(body, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def opened(place: Path) -> Iterator[DuckDB]:
    records = read_folder(place / "records")
    with DuckDB(threads=1, folders=[place, *records.folders]) as engine:
        engine.hold(records)
        yield engine


@pytest.fixture(scope="module")
def told(opened: DuckDB, run: Run) -> dict[str, Any]:
    stream = io.StringIO()
    write_json(stream, run, judged_answers(opened, evaluate(opened, run.editions, as_of=run.as_of), run))
    document: dict[str, Any] = json.loads(stream.getvalue())
    return document


def listed(heading: str) -> list[str]:
    """The names in the first column of the tables below a heading, up to the next."""
    _, _, rest = PAGE.partition(f"# {heading}\n")
    below = re.split(r"^#", rest, maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(r"^\| `([^`]+)` \|", below, re.MULTILINE)


def test_every_key_of_the_head_is_listed(told: dict[str, Any]) -> None:
    names = listed("The head")
    assert names == [*told, *told["definitions"][0]]
    assert list(told["definitions"][0]["unresolved"][0]) == ["says", "cite"]


def test_every_key_of_a_verdict_is_listed(told: dict[str, Any]) -> None:
    assert {tuple(one) for one in told["verdicts"]} == {tuple(listed("A verdict"))}
    assert {tuple(gap) for one in told["verdicts"] for gap in one["missing"]} == {("fact", "question", "ask")}
    assert {key for one in told["verdicts"] for record in one["evidence"] for key in record} == {"table", "id", "late"}


def test_every_key_of_an_answer_is_listed(told: dict[str, Any]) -> None:
    assert {tuple(one) for one in told["decisions"]} == {tuple(listed("An answer"))}


def test_every_column_of_the_csv_files_is_listed() -> None:
    assert listed("verdicts.csv") == list(VERDICT_COLUMNS)
    assert listed("decisions.csv") == list(DECISION_COLUMNS)


def test_every_column_of_the_parquet_files_is_listed(opened: DuckDB, run: Run, place: Path) -> None:
    out = place / "answers"
    with new_folder(out) as folder:
        write_parquet(opened, run, folder)
    (in_force,) = run.editions
    for name in in_force.edition.subjects:
        written = pq.read_schema(out / DEFINITION / "undated" / f"{name}.parquet").names
        assert written == columns(compiled(in_force, name)), name
    head = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert list(head) == ["handrail", "engine", "as_of", "readings", "definitions"]
    assert set(head) <= set(listed("The head"))


def columns(plan: Compiled) -> list[str]:
    """The columns that the page promises for a subject."""
    about = plan.subject
    asked = {fact for some in plan.facts.values() for fact in some}
    facts = [fact for fact in about.facts.values() if fact.name in asked]
    patterns = ["<key>", "<fact>", "<fact>_least", "<fact>_most"]
    patterns += ["verdict:<clause>", "answer:<decision>", "paths:<decision>"]
    promised = listed("Parquet")
    assert set(patterns) <= set(promised)
    context = [name for name in promised if name not in patterns]
    assert context == ["service", "judged_on", "person_id", "episode_id", "program_id"]
    return [
        *about.key,
        *(name for name in context if name in plan.context and name not in about.key),
        *(column for fact in facts for column in fact.columns),
        *(f"verdict:{clause.id}" for clause in plan.clauses),
        *(f"{what}:{name}" for name in plan.decisions for what in ("answer", "paths")),
    ]


def test_every_word_of_a_verdict_and_of_an_answer_is_named() -> None:
    assert all(f"`{word.value}`" in PAGE for word in (*Verdict, *Answer))


def test_the_example_comes_out_as_it_says(told: dict[str, Any]) -> None:
    assert {name.removesuffix(".csv") for name, _ in _FILE.findall(PAGE)} <= set(tables())
    shown = [json.loads(block) for block in _JSON.findall(PAGE)]
    assert [one.get("clause") for one in shown] == ["substance-diagnosis", "minor-child", None]
    produced = {one.get("clause"): one for one in (*told["verdicts"], *told["decisions"])}
    for one in shown:
        assert list(one) == list(produced[one.get("clause")])
        assert one | {"hash": produced[one.get("clause")]["hash"]} == produced[one.get("clause")]
