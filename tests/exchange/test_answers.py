"""Answers are written whole or not at all, the same every time, and do no harm where they are opened."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from handrail.definitions.rulebook import InForce, packaged
from handrail.engine.evaluate import Judged, compiled, evaluate, judge
from handrail.engine.on_duckdb import DuckDB
from handrail.engine.results import ClauseVerdict, DecisionAnswer
from handrail.exchange.answers import (
    DECISION_COLUMNS,
    VERDICT_COLUMNS,
    Run,
    judged_answers,
    new_file,
    new_folder,
    write_csv,
    write_json,
    write_parquet,
)
from handrail.findings import FindingsError
from handrail.records.holding import Records, from_rows

DEFINITION = "us-nc/intensive-recovery-support"
DAY = date(2026, 3, 5)
ODD = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", 'Ada "the first", Example', "Zoë Example")
"""Ids that somebody could have written, and that a spreadsheet would take for a formula or a new line."""

Answers = Iterator[tuple[Iterator[ClauseVerdict], Iterator[DecisionAnswer]]]


def records(ids: Sequence[str] = ("e1", "e2", "e3")) -> Records:
    day = date(2026, 3, 2)
    stay = {"level": "2.1", "focus": "substance_use", "admitted_on": date(2026, 1, 5), "discharged_on": day}
    held = {"program_id": "elm", "type": "recovery_support", "setting": "home", "status": "held", "held_on": day}
    came = {"session_id": "s1", "status": "attended", "arrived_at": datetime(2026, 3, 2, 9)}
    return from_rows(
        {
            "program": [{"program_id": "elm", "service": DEFINITION}],
            "person": [{"person_id": f"{one}-p", "birth_date": date(1990, 5, 1), "sex": "female"} for one in ids],
            "episode": [
                {
                    "episode_id": one,
                    "person_id": f"{one}-p",
                    "program_id": "elm",
                    "requested_on": day,
                    "admitted_on": day,
                }
                for one in ids
            ],
            "outside_stay": [{"outside_stay_id": f"{one}-o", "person_id": f"{one}-p", **stay} for one in ids],
            "session": [{"session_id": "s1", **held}],
            "attendance": [{"attendance_id": f"{one}-a", "episode_id": one, "recorded_on": DAY, **came} for one in ids],
        }
    )


@pytest.fixture(scope="module")
def run() -> Run:
    return Run(list(packaged().in_force(DEFINITION)), DAY, {"relapse": "count"}, "duckdb")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDB]:
    with DuckDB(threads=1, folders=[tmp_path]) as opened:
        opened.hold(records())
        yield opened


def judged(engine: DuckDB, run: Run) -> Iterator[Judged]:
    return evaluate(engine, run.editions, as_of=run.as_of, readings=run.readings)


def answers(engine: DuckDB, run: Run) -> Answers:
    return judged_answers(engine, judged(engine, run), run)


def as_text(engine: DuckDB, run: Run) -> str:
    stream = io.StringIO()
    write_json(stream, run, answers(engine, run))
    return stream.getvalue()


def breaking(answered: Answers) -> Answers:
    """The first subject's answers, then a break."""
    yield next(answered)
    raise RuntimeError("the machine stops")


# --- JSON -------------------------------------------------------------------------------------------------------


def test_json_holds_every_verdict_and_answer(engine: DuckDB, run: Run) -> None:
    told = json.loads(as_text(engine, run))
    rows = {one.compiled.subject.name: one for one in judged(engine, run)}
    assert len(told["verdicts"]) == sum(one.rows.num_rows * len(one.clauses) for one in rows.values())
    assert len(told["decisions"]) == sum(one.rows.num_rows * len(one.compiled.decisions) for one in rows.values())
    assert {one["definition"] for one in told["verdicts"]} == {DEFINITION}
    assert told["readings"] == {"relapse": "count"}
    assert told["definitions"][0]["readings"]["relapse"] == "count"
    assert told["definitions"][0]["hash"] == run.editions[0].edition.hash


def test_json_is_the_same_twice_and_whatever_the_order_of_the_records(engine: DuckDB, run: Run) -> None:
    first = as_text(engine, run)
    assert as_text(engine, run) == first
    mixed = {}
    for name, table in records().held.items():
        assert isinstance(table, pa.Table)
        mixed[name] = table.take(list(reversed(range(table.num_rows))))
    with DuckDB(threads=2) as other:
        other.hold(Records(mixed))
        assert as_text(other, run) == first


def test_json_has_one_answer_a_line(engine: DuckDB, run: Run) -> None:
    lines = as_text(engine, run).splitlines()
    told = json.loads("\n".join(lines))
    inner = [line.rstrip(",") for line in lines if line.startswith('{"definition"')]
    assert [json.loads(line) for line in inner] == [*told["verdicts"], *told["decisions"]]


def test_json_of_nothing_is_json(engine: DuckDB, run: Run) -> None:
    engine.hold(Records())
    told = json.loads(as_text(engine, run))
    assert (told["verdicts"], told["decisions"]) == ([], [])


def test_json_keeps_odd_ids_as_they_are(engine: DuckDB, run: Run) -> None:
    engine.hold(records(ODD))
    told = json.loads(as_text(engine, run))
    assert {one["episode_id"] for one in told["decisions"]} == set(ODD)


# --- CSV --------------------------------------------------------------------------------------------------------


def read(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def test_csv_says_what_json_says(engine: DuckDB, run: Run, tmp_path: Path) -> None:
    write_csv(tmp_path, answers(engine, run))
    told = json.loads(as_text(engine, run))
    head, *rows = read(tmp_path / "verdicts.csv")
    assert head == list(VERDICT_COLUMNS)
    assert [row[head.index("verdict")] for row in rows] == [one["verdict"] for one in told["verdicts"]]
    assert [row[head.index("key")] for row in rows] == [
        "/".join(map(str, one["key"].values())) for one in told["verdicts"]
    ]
    head, *rows = read(tmp_path / "decisions.csv")
    assert head == list(DECISION_COLUMNS)
    assert [row[head.index("answer")] for row in rows] == [one["answer"] for one in told["decisions"]]
    assert [row[head.index("missing")] for row in rows] == [
        " ".join(gap["fact"] for gap in one["missing"]) for one in told["decisions"]
    ]


def test_a_cell_says_facts_bounds_and_lateness(engine: DuckDB, run: Run, tmp_path: Path) -> None:
    write_csv(tmp_path, answers(engine, run))
    head, *rows = read(tmp_path / "verdicts.csv")
    told = [dict(zip(head, row, strict=True)) for row in rows]
    contact = next(row for row in told if row["clause"] == "in-the-community" and row["episode_id"] == "e1")
    assert contact["facts"] == "is_held=true; setting=home"
    assert "attendance:e1-a(late)" in " ".join(row["evidence"] for row in told)
    age = next(row for row in told if row["clause"] == "minor-child")
    assert age["facts"] == "has_minor_child="
    assert age["missing"] == "has_minor_child"


def test_no_cell_can_be_taken_for_a_formula(engine: DuckDB, run: Run, tmp_path: Path) -> None:
    engine.hold(records(ODD))
    write_csv(tmp_path, answers(engine, run))
    seen = set()
    for name, columns in (("verdicts.csv", VERDICT_COLUMNS), ("decisions.csv", DECISION_COLUMNS)):
        for row in read(tmp_path / name):
            assert len(row) == len(columns)
            assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in row), row
            seen.add(row[columns.index("episode_id")])
    assert {cell.removeprefix("'") for cell in seen} >= set(ODD)
    assert "'=1+1" in seen
    assert "Zoë Example" in seen


@pytest.mark.parametrize(
    ("least", "most", "cell"),
    [(380, 570, "380..570"), (380, None, "380.."), (None, 570, "..570"), (570, 570, "570"), (None, None, "")],
)
def test_a_partly_documented_number_is_written_with_its_bounds(
    engine: DuckDB, run: Run, tmp_path: Path, least: Any, most: Any, cell: str
) -> None:
    engine.hold(records(["e1"]))
    told = judge(engine, compiled(run.editions[0], "utilization_review"), as_of=DAY)
    rows = told.rows
    for name, value in (("percent_of_plan_least", least), ("percent_of_plan_most", most)):
        place = rows.column_names.index(name)
        rows = rows.set_column(place, name, pa.array([value], rows.schema.field(place).type))
    write_csv(tmp_path, judged_answers(engine, [Judged(told.compiled, rows)], run))
    head, *lines = read(tmp_path / "verdicts.csv")
    (over,) = (row for row in lines if row[head.index("clause")] == "no-over-use")
    assert f"percent_of_plan={cell}" in over[head.index("facts")].split("; ")


# --- Parquet ----------------------------------------------------------------------------------------------------


def test_parquet_holds_the_same_verdicts(engine: DuckDB, run: Run, tmp_path: Path) -> None:
    rows: dict[str, int] = {}
    with new_folder(tmp_path / "out") as folder:
        write_parquet(engine, run, folder, told=lambda name, count: rows.update({name: count}))
    (in_force,) = run.editions
    assert list(rows) == list(in_force.edition.subjects)
    place = tmp_path / "out" / DEFINITION / "undated"
    assert sorted(path.name for path in place.iterdir()) == sorted(f"{name}.parquet" for name in rows)
    for one in judged(engine, run):
        written = pq.read_table(place / f"{one.compiled.subject.name}.parquet")
        assert written.num_rows == one.rows.num_rows == rows[one.compiled.subject.name]
        order = [(name, "ascending") for name in one.compiled.context]
        assert written.sort_by(order).to_pylist() == one.rows.select(written.column_names).sort_by(order).to_pylist()
    assert json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8")) == run.header()


def test_two_editions_lie_beside_each_other(engine: DuckDB, run: Run, tmp_path: Path) -> None:
    (whole,) = run.editions
    spring = date(2026, 3, 2)
    edition = whole.edition.model_copy(
        update={"effective": whole.edition.effective.model_copy(update={"since": spring})}
    )
    both = Run([InForce(whole.edition, None, spring), InForce(edition, spring, None)], DAY, {}, "duckdb")
    write_parquet(engine, both, tmp_path / "out")
    files = [tmp_path / "out" / DEFINITION / name / "admission.parquet" for name in ("undated", "2026-03-02")]
    assert [pq.read_metadata(file).num_rows for file in files] == [0, 3]
    assert pc.all(pc.greater_equal(pq.read_table(files[1])["judged_on"], spring)).as_py()


# --- whole or not at all ----------------------------------------------------------------------------------------


def test_an_error_midway_leaves_no_folder(engine: DuckDB, run: Run, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="stops"), new_folder(tmp_path / "out") as folder:
        write_csv(folder, breaking(answers(engine, run)))
    with pytest.raises(RuntimeError, match="stops"), new_folder(tmp_path / "out") as folder:
        write_parquet(engine, run, folder, told=stop)
    assert list(tmp_path.iterdir()) == []


def stop(_name: str, _rows: int) -> None:
    raise RuntimeError("the machine stops")


def test_an_error_midway_leaves_the_file_as_it_was(engine: DuckDB, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "answers.json"
    for before in (None, "what was there"):
        if before is not None:
            out.write_text(before, encoding="utf-8")
        with pytest.raises(RuntimeError, match="stops"), new_file(out) as stream:
            write_json(stream, run, breaking(answers(engine, run)))
        assert [path.name for path in tmp_path.iterdir()] == ([] if before is None else ["answers.json"])
    assert out.read_text(encoding="utf-8") == "what was there"


def test_a_file_is_replaced_only_by_a_whole_one(engine: DuckDB, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "answers.json"
    for _ in range(2):
        with new_file(out) as stream:
            write_json(stream, run, answers(engine, run))
            assert not out.exists() or json.loads(out.read_text(encoding="utf-8"))
    assert json.loads(out.read_text(encoding="utf-8"))["verdicts"]
    assert [path.name for path in out.parent.iterdir()] == ["answers.json"]


def test_a_folder_that_holds_something_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    for out in (tmp_path / "full", tmp_path / "file"):
        if out.name == "full":
            out.mkdir()
            (out / "kept.txt").write_text("kept", encoding="utf-8")
        else:
            out.write_text("kept", encoding="utf-8")
        with pytest.raises(FindingsError) as error, new_folder(out):
            pytest.fail("nothing may be written")
        assert [one.code for one in error.value.findings] == ["H410"]
    assert (tmp_path / "full" / "kept.txt").read_text(encoding="utf-8") == "kept"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "full"]


def test_a_folder_that_is_empty_or_not_there_is_taken(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("empty", "deep/new"):
        with new_folder(tmp_path / name) as folder:
            (folder / "one.txt").write_text("one", encoding="utf-8")
        assert [path.name for path in (tmp_path / name).iterdir()] == ["one.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["deep", "empty"]
