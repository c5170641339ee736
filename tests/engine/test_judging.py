"""How a clause comes to a verdict, and how clauses come to an answer, against readers of the rules written apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kleene import CLAUSES, Truth, Verdicts, answer_of, paths_of, rooted, trees, with_paths
from sqlglot import exp

from handrail.definitions.document import Decision
from handrail.definitions.tree import parse_tree
from handrail.engine.conditions import Condition
from handrail.engine.gaps import gaps
from handrail.engine.judging import judged
from handrail.engine.on_duckdb import DuckDB

PARTS = ("applies", "holds", "excused", "settled")
TRUTHS = (True, False, None)
SHOWS = {
    "met": (True, True, False, True),
    "not met": (True, False, False, True),
    "cannot tell": (True, None, False, True),
    "pending": (True, False, False, False),
    "not applicable": (False, False, False, True),
    "excused": (True, False, True, True),
}
"""Parts by which a clause comes to each verdict."""

# --- the order of judging ---------------------------------------------------------------------------------------


def verdict_of(applies: Truth, holds: Truth, excused: Truth, settled: Truth) -> str:
    """The rules in prose: does it apply, does it hold, is it excused, is it too early, is anything still unknown."""
    if applies is False:
        return "not applicable"
    if applies is None:
        return "cannot tell"
    if holds is True:
        return "met"
    if excused is True:
        return "excused"
    if settled is False:
        return "pending"
    could_still_be_excused_or_early = excused is None or settled is None
    if could_still_be_excused_or_early or holds is None:
        return "cannot tell"
    return "not met"


def column(name: str) -> Condition:
    return Condition(exp.column(name), ())


def table_of(duck: DuckDB, parts: Sequence[str]) -> dict[tuple[Truth, ...], str]:
    """The verdict for every combination of truths of a clause's parts, as the engine gives it."""
    rows = [dict(zip(parts, truths, strict=True)) for truths in product(TRUTHS, repeat=len(parts))]
    duck.relate("rows_of_truths", pa.Table.from_pylist(rows, schema=pa.schema([(part, pa.bool_()) for part in parts])))
    conditions = {"it": {part: column(part) for part in parts}}
    sql = judged(exp.select("*").from_("rows_of_truths"), parts, conditions, {})
    told = duck.query(sql.sql(dialect="duckdb")).to_pylist()
    return {tuple(row[part] for part in parts): row["verdict:it"] for row in told}


@pytest.mark.parametrize(
    "parts",
    [
        PARTS,
        ("holds",),
        ("applies", "holds"),
        ("holds", "excused"),
        ("holds", "settled"),
        ("applies", "holds", "excused"),
        ("applies", "holds", "settled"),
        ("holds", "excused", "settled"),
    ],
    ids="+".join,
)
def test_every_combination_of_truths_comes_to_the_verdict_of_the_rules(duck: DuckDB, parts: Sequence[str]) -> None:
    absent = {"applies": True, "excused": False, "settled": True}
    told = table_of(duck, parts)
    assert len(told) == 3 ** len(parts)
    for truths, verdict in told.items():
        known = absent | dict(zip(parts, truths, strict=True))
        assert verdict == verdict_of(*(known[part] for part in PARTS)), known


def completions(truths: Sequence[Truth]) -> list[tuple[Truth, ...]]:
    return list(product(*((True, False) if truth is None else (truth,) for truth in truths)))


def test_not_met_and_not_applicable_are_said_only_where_nothing_unknown_could_change_it(duck: DuckDB) -> None:
    told = table_of(duck, PARTS)
    for truths, verdict in told.items():
        if verdict in ("not met", "not applicable"):
            assert {told[known] for known in completions(truths)} == {verdict}, truths


def test_met_is_said_only_where_nothing_unknown_could_change_it(duck: DuckDB) -> None:
    told = table_of(duck, PARTS)
    for truths, verdict in told.items():
        assert (verdict == "met") == ({told[known] for known in completions(truths)} == {"met"}), truths


def test_cannot_tell_is_said_only_where_it_could_come_out_in_more_than_one_way(duck: DuckDB) -> None:
    told = table_of(duck, PARTS)
    for truths, verdict in told.items():
        if verdict == "cannot tell":
            assert len({told[known] for known in completions(truths)}) > 1, truths


# --- decisions --------------------------------------------------------------------------------------------------


some_verdicts = st.lists(st.sampled_from(list(SHOWS)), min_size=len(CLAUSES), max_size=len(CLAUSES))
decided = settings(max_examples=20, deadline=None)


def answers(duck: DuckDB, told: dict[str, Any], rows: Sequence[Verdicts]) -> list[dict[str, Any]]:
    """The rows as the engine judges and decides them, with the clauses that decide."""
    decision = Decision.model_validate({"about": "x", "says": "x", "yes": "x", "no": "x", **told})
    assert decision.tree == parse_tree(told)
    names = [f"{part}_{clause}" for clause in CLAUSES for part in PARTS]
    truths = [
        {"number": number} | {f"{p}_{c}": truth for c in CLAUSES for p, truth in zip(PARTS, SHOWS[row[c]], strict=True)}
        for number, row in enumerate(rows)
    ]
    schema = pa.schema([("number", pa.int64()), *((name, pa.bool_()) for name in names)])
    duck.relate("rows_of_parts", pa.Table.from_pylist(truths, schema=schema))
    conditions = {clause: {part: column(f"{part}_{clause}") for part in PARTS} for clause in CLAUSES}
    sql = judged(exp.select("*").from_("rows_of_parts"), ["number"], conditions, {"d": decision})
    came = duck.query(sql.sql(dialect="duckdb")).sort_by("number")
    duck.relate("rows_judged", came.append_column("row_number", came["number"]))
    deciding = duck.query(gaps({}, {"d": decision}, "rows_judged").sql(dialect="duckdb")).sort_by("row_number")[
        "deciding:d"
    ]
    return came.append_column("deciding", deciding).to_pylist()


def spread(rows: Sequence[Sequence[str]]) -> list[Verdicts]:
    return [dict(zip(CLAUSES, row, strict=True)) for row in rows]


@decided
@given(told=trees(3).map(rooted).map(with_paths), rows=st.lists(some_verdicts, min_size=15, max_size=15).map(spread))
def test_any_tree_over_any_verdicts_answers_as_three_valued_logic_does(
    duck: DuckDB, told: dict[str, Any], rows: list[Verdicts]
) -> None:
    for row, came in zip(rows, answers(duck, told, rows), strict=True):
        assert came["answer:d"] == answer_of(told, row), (told, row)
        assert set(came["paths:d"].split()) == paths_of(told, row), (told, row)


@decided
@given(
    told=trees(3).map(rooted),
    rows=st.lists(some_verdicts, min_size=12, max_size=12).map(spread),
    others=st.lists(some_verdicts, min_size=6, max_size=6).map(spread),
)
def test_the_deciding_clauses_carry_the_answer(
    duck: DuckDB, told: dict[str, Any], rows: list[Verdicts], others: list[Verdicts]
) -> None:
    for row, came in zip(rows, answers(duck, told, rows), strict=True):
        deciding = came["deciding"].split()
        assert deciding, (told, row)
        if came["answer:d"] in ("yes", "no"):
            it_stands_whatever_the_others_come_to(told, row, deciding, others)
        else:
            it_waits_for_these_and_for_no_other(told, row, deciding, others)


def it_stands_whatever_the_others_come_to(
    told: dict[str, Any], row: Verdicts, deciding: list[str], others: list[Verdicts]
) -> None:
    kept = {clause: row[clause] for clause in deciding}
    assert {answer_of(told, {**other, **kept}) for other in others} == {answer_of(told, row)}, (told, row, deciding)


def it_waits_for_these_and_for_no_other(
    told: dict[str, Any], row: Verdicts, deciding: list[str], others: list[Verdicts]
) -> None:
    is_open = ("cannot tell", "pending")
    assert {row[clause] for clause in deciding} <= set(is_open)
    for other in others:
        idle = {clause: other[clause] for clause in CLAUSES if row[clause] in is_open and clause not in deciding}
        assert answer_of(told, {**row, **idle}) == answer_of(told, row), (told, row, idle)
        closed = {clause: "met" if other[clause] in is_open else other[clause] for clause in deciding}
        assert answer_of(told, {**row, **closed}) in ("yes", "no"), (told, row, closed)


@pytest.mark.parametrize(
    ("told", "verdicts", "answer"),
    [
        ({"any": ["a", "b"]}, {"a": "pending", "b": "cannot tell"}, "cannot tell"),
        ({"any": ["a", "b"]}, {"a": "pending", "b": "not met"}, "pending"),
        ({"all": ["a", "b"]}, {"a": "pending", "b": "met"}, "pending"),
        ({"all": ["a", "b"]}, {"a": "pending", "b": "cannot tell"}, "cannot tell"),
        ({"all": ["a", "b"]}, {"a": "cannot tell", "b": "not met"}, "no"),
        ({"any": ["a", "b"]}, {"a": "cannot tell", "b": "met"}, "yes"),
        ({"all": ["a", {"any": ["b", "c"]}]}, {"a": "pending", "b": "cannot tell", "c": "met"}, "pending"),
        ({"at least": 2, "of": ["a", "b", "c"]}, {"a": "met", "b": "cannot tell", "c": "excused"}, "yes"),
        ({"at least": 2, "of": ["a", "b", "c"]}, {"a": "met", "b": "not met", "c": "cannot tell"}, "cannot tell"),
        ({"at least": 2, "of": ["a", "b", "c"]}, {"a": "cannot tell", "b": "not met", "c": "not met"}, "no"),
        ({"all": ["a"]}, {"a": "not applicable"}, "yes"),
        ({"any": ["a", "b"]}, {"a": "not applicable", "b": "not met"}, "no"),
        ({"any": {"one": "a", "two": "b"}}, {"a": "not applicable", "b": "not met"}, "no"),
        ({"any": {"one": ["a"], "two": ["b"]}}, {"a": "not applicable", "b": "not met"}, "no"),
        ({"any": {"one": ["a", "c"], "two": ["b"]}}, {"a": "not applicable", "b": "not met", "c": "met"}, "yes"),
    ],
)
def test_an_answer_is_pending_only_where_nothing_is_missing(
    duck: DuckDB, told: dict[str, Any], verdicts: Verdicts, answer: str
) -> None:
    row = dict.fromkeys(CLAUSES, "met") | verdicts
    assert answers(duck, told, [row])[0]["answer:d"] == answer


def test_a_decision_whose_clauses_cannot_wait_is_never_pending(duck: DuckDB) -> None:
    decision = Decision.model_validate({"about": "x", "says": "x", "yes": "x", "no": "x", "all": ["a"]})
    duck.relate("rows_of_truths", pa.table({"holds": pa.array([True, False, None], pa.bool_())}))
    rows = exp.select("*").from_("rows_of_truths")
    told = duck.query(judged(rows, ["holds"], {"a": {"holds": column("holds")}}, {"d": decision}).sql("duckdb"))
    assert set(told["answer:d"].to_pylist()) == {"yes", "no", "cannot tell"}
