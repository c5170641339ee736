"""What another edition or reading would have said about the same records."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from handrail.definitions.document import Edition
from handrail.definitions.rulebook import InForce, load, packaged
from handrail.engine.evaluate import UnknownReadingError, compiled, judge
from handrail.engine.on_duckdb import DuckDB
from handrail.engine.side_by_side import NO_ROW
from handrail.engine.simulate import NOT_ASKED, Compared, Simulated, simulate
from handrail.records.holding import Records, from_rows

AS_OF = datetime.date(2026, 7, 5)
TEXT = """\
definition: example/groups
title: Groups
effective: {from: 2026-01-01}
source: {document: A made-up text, authority: The Example Agency, sections: {Groups: [EG-1]}}
parameters:
  fewest: {value: 3, cite: Groups}
readings:
  place:
    question: May it be anywhere?
    chosen: clinic
    instead: [anywhere]
    because: A clinic was meant.
clauses:
  - id: large-enough
    says: A group has enough people.
    cite: Groups
    about: session
    duty: must
    holds: head_count >= :fewest
  - id: right-place
    says: It is in a clinic.
    cite: Groups
    about: session
    duty: must
    holds: setting = 'clinic' OR :place = 'anywhere'
decisions:
  counts:
    about: session
    says: Does it count?
    yes: It counts.
    no: It does not count.
    all: [large-enough, right-place]
"""
SESSIONS = [
    {"head_count": 2, "setting": "clinic"},
    {"head_count": 4, "setting": "clinic"},
    {"head_count": 4, "setting": "home"},
    {"head_count": 6, "setting": "clinic"},
    {"setting": "clinic"},
    {"head_count": 4},
]
Changed = Callable[..., Edition]


@pytest.fixture
def changed(tmp_path: Path) -> Changed:
    def change(*replaced: tuple[str, str]) -> Edition:
        text = TEXT
        for old, new in replaced:
            assert old in text
            text = text.replace(old, new)
        file = tmp_path / f"{len(list(tmp_path.iterdir()))}.yaml"
        file.write_text(text, encoding="utf-8")
        return load(file)

    return change


@pytest.fixture
def sessions(duck: DuckDB) -> DuckDB:
    rows = [
        {
            "session_id": f"s{number}",
            "program_id": "p1",
            "type": "group",
            "status": "held",
            "held_on": datetime.date(2025, 3, 2),
        }
        | told
        for number, told in enumerate(SESSIONS)
    ]
    program = {"program_id": "p1", "name": "Evening Example", "service": "example/groups"}
    duck.hold(from_rows({"program": [program], "session": rows}))
    return duck


def told(engine: DuckDB, before: Edition, after: Edition, **more: object) -> tuple[dict[str, Compared], pa.Table]:
    (one,) = simulate(engine, before, after, as_of=AS_OF, **more)  # type: ignore[arg-type]
    return {compared.name: compared for compared in one.compared}, one.changed


def moves(compared: Compared) -> dict[tuple[str, str], int]:
    return {(move.before, move.after): move.rows for move in compared.moves}


def test_an_edition_changes_nothing_against_itself(sessions: DuckDB, changed: Changed) -> None:
    compared, rows = told(sessions, changed(), changed())
    assert rows.num_rows == 0
    assert all(one.kept == one.rows == len(SESSIONS) for one in compared.values())


def test_rows_that_change_their_answer_are_counted_by_the_clause_that_decides(
    sessions: DuckDB, changed: Changed
) -> None:
    compared, _ = told(sessions, changed(), changed(("value: 3", "value: 5")))
    counts = compared["counts"]
    assert moves(counts) == {
        ("yes", "yes"): 1,
        ("yes", "no"): 1,
        ("no", "no"): 2,
        ("cannot tell", "cannot tell"): 1,
        ("cannot tell", "no"): 1,
    }
    assert {(move.before, move.after): move.by for move in counts.changes} == {
        ("yes", "no"): {"large-enough": 1},
        ("cannot tell", "no"): {"large-enough": 1},
    }
    assert (counts.rows, counts.kept) == (6, 4)


def test_what_cannot_be_told_is_counted_for_each_side_and_for_both(sessions: DuckDB, changed: Changed) -> None:
    compared, _ = told(sessions, changed(), changed(("value: 3", "value: 5")))
    counts = compared["counts"]
    assert counts.cannot_tell(before=True) == 2
    assert counts.cannot_tell(after=True) == 1
    assert counts.cannot_tell(before=True, after=True) == 1


def test_the_rows_that_change_are_listed_with_their_key_and_clauses(sessions: DuckDB, changed: Changed) -> None:
    _, rows = told(sessions, changed(), changed(("value: 3", "value: 5")))
    decisions = [row for row in rows.to_pylist() if row["kind"] == "decision"]
    assert [(row["key"], row["before"], row["after"], row["by"]) for row in decisions] == [
        ("session_id=s1", "yes", "no", "large-enough"),
        ("session_id=s5", "cannot tell", "no", "large-enough"),
    ]
    assert {row["program_id"] for row in decisions} == {"p1"}
    clauses = [row["key"] for row in rows.to_pylist() if row["kind"] == "clause"]
    assert clauses == ["session_id=s1", "session_id=s2", "session_id=s5"]


def test_a_limit_shortens_the_list_and_not_the_counts(sessions: DuckDB, changed: Changed) -> None:
    compared, rows = told(sessions, changed(), changed(("value: 3", "value: 5")), limit=1)
    assert rows.num_rows == 1
    assert sum(move.rows for move in compared["counts"].changes) == 2


def test_a_reading_for_the_second_alone_is_compared_with_the_one_chosen(sessions: DuckDB, changed: Changed) -> None:
    compared, _ = told(sessions, changed(), changed(), readings_after={"place": "anywhere"})
    assert moves(compared["counts"])[("no", "yes")] == 1
    assert moves(compared["counts"])[("cannot tell", "yes")] == 1
    same, rows = told(sessions, changed(), changed(), readings={"place": "anywhere"})
    assert rows.num_rows == 0
    assert moves(same["counts"])[("yes", "yes")] == 4


def test_a_reading_that_nobody_offers_is_refused(sessions: DuckDB, changed: Changed) -> None:
    for readings in ({"readings": {"place": "nowhere"}}, {"readings_after": {"day": "1"}}):
        with pytest.raises(UnknownReadingError):
            told(sessions, changed(), changed(), **readings)


def test_a_clause_that_only_one_edition_has_is_told_as_not_asked(sessions: DuckDB, changed: Changed) -> None:
    line = "  - {id: held, says: It is held., cite: Groups, about: session, duty: must, holds: is_held}\n"
    other = changed(("clauses:\n", f"clauses:\n{line}"), ("all: [large", "all: [held, large"))
    compared, rows = told(sessions, changed(), other)
    assert moves(compared["held"]) == {(NOT_ASKED, "met"): 6}
    assert rows.num_rows == 0
    compared, _ = told(sessions, other, changed())
    assert moves(compared["held"]) == {("met", NOT_ASKED): 6}


def test_a_new_clause_that_decides_is_named(sessions: DuckDB, changed: Changed) -> None:
    line = "  - {id: huge, says: It is huge., cite: Groups, about: session, duty: must, holds: head_count > 100}\n"
    other = changed(("clauses:\n", f"clauses:\n{line}"), ("all: [large", "all: [huge, large"))
    compared, _ = told(sessions, changed(), other)
    assert [dict(move.by) for move in compared["counts"].changes] == [{"huge": 2}, {"huge": 1}]


def test_clauses_combined_otherwise_change_answers_without_a_clause_that_differs(
    sessions: DuckDB, changed: Changed
) -> None:
    compared, rows = told(sessions, changed(), changed(("    all: [", "    any: [")))
    assert {(move.before, move.after): dict(move.by) for move in compared["counts"].changes} == {
        ("no", "yes"): {},
        ("cannot tell", "yes"): {},
    }
    assert set(rows["by"].to_pylist()) == {""}


def test_both_judge_all_days_whatever_their_first_day(sessions: DuckDB, changed: Changed) -> None:
    compared, _ = told(sessions, changed(), changed(("from: 2026-01-01", "from: 2030-01-01")))
    assert compared["counts"].rows == len(SESSIONS)


def test_another_definition_judges_the_records_of_the_first(sessions: DuckDB, changed: Changed) -> None:
    compared, _ = told(sessions, changed(), changed(("definition: example/groups", "definition: example/other")))
    assert compared["counts"].kept == len(SESSIONS)


def test_comparing_agrees_with_judging_each_by_itself(duck: DuckDB, records: Records, tmp_path: Path) -> None:
    duck.hold(records)
    before = packaged().edition("us-ne/intensive-outpatient-2.1")
    text = Path(before.file).read_text(encoding="utf-8").replace("review_days: {value: 30", "review_days: {value: 14")
    file = tmp_path / "undated.yaml"
    file.write_text(text.replace("weekly_minutes: {value: 540", "weekly_minutes: {value: 600"), encoding="utf-8")
    after = load(file)
    for one in simulate(duck, before, after, as_of=AS_OF):
        _agrees(duck, before, after, one)


def _agrees(duck: DuckDB, before: Edition, after: Edition, one: Simulated) -> None:
    sides = []
    for edition in (before, after):
        plan = compiled(InForce(edition, None, None), one.subject)
        rows = judge(duck, plan, as_of=AS_OF, in_full=False).rows.to_pylist()
        sides.append({tuple(row[part] for part in plan.subject.key): row for row in rows})
    for compared in one.compared:
        column = f"{'answer' if compared.kind == 'decision' else 'verdict'}:{compared.name}"
        wanted = Counter(
            tuple(side[key][column] if key in side else NO_ROW for side in sides)
            for key in set(sides[0]) | set(sides[1])
        )
        assert {(move.before, move.after): move.rows for move in compared.moves} == dict(wanted), compared.name
        listed = [
            row for row in one.changed.to_pylist() if (row["kind"], row["name"]) == (compared.kind, compared.name)
        ]
        assert len(listed) == sum(count for (a, b), count in wanted.items() if a != b)
