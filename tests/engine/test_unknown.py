"""Unknown never becomes no: what is taken away from the records may leave a clause open, and never turns it round."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from handrail.engine.compiling import Compiled, compile_facts
from handrail.engine.conditions import Condition
from handrail.engine.desk import Desk
from handrail.engine.evaluate import judge
from handrail.engine.judging import judged
from handrail.engine.on_duckdb import DuckDB
from handrail.example import as_of, example
from handrail.records.holding import Records
from handrail.records.schema import tables
from handrail.subjects.catalog import Subject

EXAMPLE = example(people=40)
MOVES = {
    "met": {"met", "excused", "pending", "cannot tell"},
    "not met": {"not met", "cannot tell"},
    "excused": {"excused", "pending", "cannot tell"},
    "pending": {"pending", "cannot tell"},
    "not applicable": {"not applicable", "cannot tell"},
    "cannot tell": {"cannot tell"},
    "yes": {"yes", "pending", "cannot tell"},
    "no": {"no", "pending", "cannot tell"},
}
"""Where a verdict or an answer may go when something becomes unknown."""

EMPTY_SAYS_SOMETHING = {
    "assessment.episode_id",  # nobody has used it yet
    "care_team_member.consent_on",  # she has not consented
    "care_team_member.consent_refused",  # no refusal is documented
    "coverage.ends_on",  # it goes on
    "credential.expires_on",  # it has no end
    "credential.supervisor_id",  # nobody is named
    "episode.admitted_on",  # she waits
    "episode.discharge_recorded_on",
    "episode.discharged_on",  # she is still here
    "episode.family_declined_reason",  # no reason is on file
    "episode.requested_on",  # there was no request
    "facility_license.expires_on",  # it has no end
    "goal.dropped_on",  # it was not dropped
    "goal.linked_problem",  # none is named
    "goal.met_on",  # it was not met
    "goal.target_on",  # no day is set
    "grievance.episode_id",  # it concerns nobody in particular
    "incident.episode_id",  # it concerns nobody in particular
    "observation.tool",  # no instrument was used
    "observation.value_number",  # nothing was measured
    "outside_stay.discharged_on",  # she is still there
    "person.died_on",  # she lives
    "plan.review_every_days",  # no shorter interval is asked for
    "program.closed_on",  # it is open
    "program.focus",  # substance use
    "referral.outcome",  # it is not on file
    "referral.outcome_on",  # it is not on file
    "review_participant.consent_on",  # she has not approved
    "session.setting_note",  # the place is not described
    "signature.plan_id",  # it is under a review
    "signature.plan_review_id",  # it is under a plan
    "signature.staff_id",  # nobody of the staff
    "staff.left_on",  # still at work
    "team_member.ends_on",  # it goes on
}
"""Columns that say something when they are empty, or where the text makes silence count."""

OPTIONAL = [
    (table.name, column.name)
    for table in tables().values()
    for column in table.columns.values()
    if not column.required
    and column.name != "recorded_on"
    and f"{table.name}.{column.name}" not in EMPTY_SAYS_SOMETHING
    and EXAMPLE.in_memory(table.name)[column.name].null_count < EXAMPLE.in_memory(table.name).num_rows
]

Key = tuple[Any, ...]


def outcomes(plan: Compiled, rows: pa.Table, key: tuple[str, ...]) -> dict[tuple[Key, str], str]:
    """Every verdict and answer, by row and name."""
    names = [f"verdict:{clause.id}" for clause in plan.clauses] + [f"answer:{name}" for name in plan.decisions]
    return {(tuple(row[part] for part in key), name): row[name] for row in rows.to_pylist() for name in names}


def wrong_moves(before: dict[tuple[Key, str], str], after: dict[tuple[Key, str], str]) -> list[str]:
    assert before.keys() == after.keys()
    return [f"{at}: {before[at]} -> {after[at]}" for at in before if after[at] not in MOVES[before[at]]]


def test_these_are_the_moves_that_the_order_of_judging_allows(duck: DuckDB) -> None:
    parts = ("applies", "holds", "excused", "settled")
    states = list(product((True, False, None), repeat=4))
    rows = [dict(zip(parts, state, strict=True)) for state in states]
    duck.relate("rows_of_truths", pa.Table.from_pylist(rows, schema=pa.schema([(part, pa.bool_()) for part in parts])))
    conditions = {"it": {part: Condition(exp.column(part), ()) for part in parts}}
    told = duck.query(judged(exp.select("*").from_("rows_of_truths"), parts, conditions, {}).sql(dialect="duckdb"))
    verdict = {tuple(row[part] for part in parts): row["verdict:it"] for row in told.to_pylist()}
    moves: dict[str, set[str]] = {name: set() for name in verdict.values()}
    for state, lost in product(states, product((True, False), repeat=4)):
        less = tuple(None if is_lost else truth for truth, is_lost in zip(state, lost, strict=True))
        moves[verdict[state]].add(verdict[less])
    assert moves == {name: some for name, some in MOVES.items() if name in moves}


@pytest.fixture(scope="session")
def as_recorded(desk: Desk, plans: list[Compiled]) -> list[tuple[Compiled, pa.Table]]:
    """Every subject of both definitions, judged with all that the example knows."""
    desk.hold(EXAMPLE)
    return [(plan, judge(desk, plan, as_of=as_of, in_full=False).rows) for plan in plans]


@settings(max_examples=14, deadline=None)
@given(at=st.sampled_from(OPTIONAL), seed=st.integers(0, 2**32 - 1), share=st.sampled_from([0.1, 0.5, 1.0]))
def test_a_value_taken_out_of_the_records_never_turns_a_verdict_round(
    desk: Desk, as_recorded: list[tuple[Compiled, pa.Table]], at: tuple[str, str], seed: int, share: float
) -> None:
    name, column = at
    table = without(EXAMPLE.in_memory(name), column, seed, share)
    desk.hold(Records({**EXAMPLE.held, name: table}))
    for plan, before in as_recorded:
        if name in plan.tables:
            after = judge(desk, plan, as_of=as_of, in_full=False).rows
            key = tuple(plan.subject.key)
            assert wrong_moves(outcomes(plan, before, key), outcomes(plan, after, key)) == []


def without(table: pa.Table, column: str, seed: int, share: float) -> pa.Table:
    """The same rows, a share of them without a value in one column."""
    lost = pa.array(np.random.default_rng(seed).random(table.num_rows) < share)
    place = table.column_names.index(column)
    nothing = pa.scalar(None, table.schema.field(place).type)
    return table.set_column(place, table.schema.field(place), pc.if_else(lost, nothing, table[column]))


@settings(max_examples=14, deadline=None)
@given(told=st.data(), seed=st.integers(0, 2**32 - 1), share=st.sampled_from([0.3, 1.0]), is_floor=st.booleans())
def test_a_fact_that_becomes_unknown_never_turns_a_verdict_round(
    duck: DuckDB,
    as_recorded: list[tuple[Compiled, pa.Table]],
    told: st.DataObject,
    seed: int,
    share: float,
    is_floor: bool,
) -> None:
    derived, judged_rows = told.draw(st.sampled_from(as_recorded))
    about = derived.subject
    asked = [fact for fact in about.facts.values() if fact.columns[0] in judged_rows.column_names]
    fact = told.draw(st.sampled_from(asked))
    before = every_fact(about, judged_rows)
    after = before
    for column in fact.columns[:1] if is_floor else fact.columns:
        after = without(after, column, seed, share)
    plan = compile_facts(derived.edition, about.name, derived.values, "given_facts")
    found = []
    for rows in (before, after):
        duck.relate("given_facts", rows)
        found.append(outcomes(plan, duck.query(plan.sql.sql(dialect="duckdb")), ("number",)))
    assert wrong_moves(*found) == []


def every_fact(about: Subject, rows: pa.Table) -> pa.Table:
    """The facts of rows that were judged; a fact that no clause asks for is unknown."""
    kinds = {"integer": pa.int64(), "decimal": pa.float64(), "boolean": pa.bool_(), "date": pa.date32()}
    found = {"number": pa.array(range(rows.num_rows), pa.int64())}
    for fact in about.facts.values():
        for column in fact.columns:
            is_asked = column in rows.column_names
            found[column] = rows[column] if is_asked else pa.nulls(rows.num_rows, kinds.get(fact.type, pa.string()))
    return pa.table(found)
