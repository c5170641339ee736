"""What is missing: supplying the facts that are named settles a clause, and no fact that is not named could."""

from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import edition, facts

from handrail.engine.compiling import compile_facts
from handrail.engine.evaluate import Judged
from handrail.engine.gaps import with_gaps
from handrail.engine.on_duckdb import DuckDB

SUBJECT = "service_week"
CLAUSES = 4
ATOMS = (
    "had_announced_closure",
    "week_is_over",
    "enrolled_days >= 2",
    "enrolled_days = 3",
    "attended_minutes >= 2",
    "attended_minutes BETWEEN 1 AND 2",
    "attended_minutes < enrolled_days",
    "NOT had_announced_closure",
)
VALUES: dict[str, list[Any]] = {
    "had_announced_closure": [True, False],
    "week_is_over": [True, False],
    "enrolled_days": [1, 2, 3],
    "attended_minutes": [(0, 0), (1, 1), (2, 2), (3, 3)],
}
UNKNOWN: dict[str, list[Any]] = {
    "had_announced_closure": [None],
    "week_is_over": [None],
    "enrolled_days": [None],
    "attended_minutes": [(None, None), (0, 3), (1, 2), (2, None), (None, 1)],
}
STATES = [
    dict(zip(VALUES, told, strict=True)) for told in product(*([*VALUES[fact], *UNKNOWN[fact]] for fact in VALUES))
]
Row = dict[str, Any]
Key = tuple[Any, ...]

conditions = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from(["AND", "OR"]), inner)
        | st.builds("NOT ({})".format, inner)
    ),
    max_leaves=5,
)
clauses = st.fixed_dictionaries(
    {"holds": conditions}, optional={"applies": conditions, "excused": conditions, "settled": conditions}
)


def judge(duck: DuckDB, parts: list[dict[str, str]]) -> dict[Key, Row]:
    """Every state of the facts, as the engine judges it."""
    duck.relate("given", facts(SUBJECT, [columns(state) for state in STATES]))
    told = compile_facts(edition(SUBJECT, {f"c{n}": some for n, some in enumerate(parts)}), SUBJECT, {}, "given")
    judged = with_gaps(duck, Judged(told, duck.query(told.sql.sql(dialect="duckdb"))))
    return {key(STATES[row["number"]]): row for row in judged.rows.to_pylist()}


def columns(state: Row) -> Row:
    rest = {name: value for name, value in state.items() if name != "attended_minutes"}
    least, most = state["attended_minutes"]
    return rest | {"attended_minutes_least": least, "attended_minutes_most": most}


def key(state: Row) -> Key:
    return tuple(state.values())


def unknown(state: Row) -> set[str]:
    return {fact for fact in VALUES if state[fact] in UNKNOWN[fact]}


def could_be(state: Row, told: list[str]) -> list[Row]:
    """The same state with these facts known, in every way that what is known of them allows."""
    least, most = state["attended_minutes"]
    allowed = VALUES | {
        "attended_minutes": [
            (at, at) for at, _ in VALUES["attended_minutes"] if (least or 0) <= at <= (3 if most is None else most)
        ]
    }
    return [state | dict(zip(told, values, strict=True)) for values in product(*(allowed[fact] for fact in told))]


@settings(max_examples=12, deadline=None)
@given(parts=st.lists(clauses, min_size=CLAUSES, max_size=CLAUSES))
def test_the_facts_named_settle_a_clause_and_the_others_cannot(duck: DuckDB, parts: list[dict[str, str]]) -> None:
    judged = judge(duck, parts)
    for state in STATES:
        row = judged[key(state)]
        for number in range(CLAUSES):
            verdict, named = f"verdict:c{number}", row[f"missing:c{number}"].split()
            if row[verdict] != "cannot tell":
                assert named == []
                continue
            assert named, (parts[number], state)
            assert set(named) <= unknown(state)
            for other in unknown(state) - set(named):
                alone = could_be(state, [other])
                assert {judged[key(told)][verdict] for told in alone} == {"cannot tell"}, (parts[number], state, other)
            for told in could_be(state, named):
                it_is_settled_or_asks_for_something_else(judged, told, number, parts[number])


def it_is_settled_or_asks_for_something_else(
    judged: dict[Key, Row], state: Row, number: int, parts: dict[str, str]
) -> None:
    """Once it is known whether a clause applies, the rest may be asked for; after that nothing is left to ask."""
    verdict, still = f"verdict:c{number}", judged[key(state)][f"missing:c{number}"].split()
    if judged[key(state)][verdict] == "cannot tell":
        assert "applies" in parts
        assert set(still) <= unknown(state)
        for told in could_be(state, still):
            assert judged[key(told)][verdict] != "cannot tell", (parts, state, still)


def test_what_a_known_fact_settles_already_is_not_asked_for(duck: DuckDB) -> None:
    told = judge(duck, [{"holds": "had_announced_closure OR attended_minutes >= 2"}, {"holds": "NOT week_is_over"}])
    seen = told[False, None, None, (2, None)]
    assert (seen["verdict:c0"], seen["missing:c0"]) == ("met", "")
    seen = told[None, None, 1, (0, 0)]
    assert (seen["missing:c0"], seen["missing:c1"]) == ("had_announced_closure", "week_is_over")
    seen = told[False, None, 1, (0, 3)]
    assert seen["missing:c0"] == "attended_minutes"


def test_first_it_is_asked_whether_a_clause_applies_at_all(duck: DuckDB) -> None:
    told = judge(duck, [{"applies": "week_is_over", "holds": "enrolled_days >= 2"}])
    assert told[True, None, None, (0, 0)]["missing:c0"] == "week_is_over"
    assert told[True, True, None, (0, 0)]["missing:c0"] == "enrolled_days"
    assert told[True, False, None, (0, 0)]["verdict:c0"] == "not applicable"


def test_what_could_excuse_is_asked_for_where_a_clause_does_not_hold(duck: DuckDB) -> None:
    told = judge(duck, [{"holds": "enrolled_days >= 2", "excused": "had_announced_closure", "settled": "week_is_over"}])
    assert told[None, True, 1, (0, 0)]["missing:c0"] == "had_announced_closure"
    assert told[None, None, 1, (0, 0)]["missing:c0"] == "had_announced_closure week_is_over"
    assert told[None, None, 2, (0, 0)]["verdict:c0"] == "met"
    assert told[None, False, 1, (0, 0)]["verdict:c0"] == "pending"
    assert told[True, None, None, (0, 0)]["verdict:c0"] == "excused"
