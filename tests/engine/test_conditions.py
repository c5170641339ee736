"""A condition made ready to run: parameters are filled in, and what is partly documented compares three-valued."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.definitions.document import Value
from handrail.engine.conditions import Condition, condition
from handrail.engine.on_duckdb import DuckDB
from handrail.subjects.catalog import Fact

FACTS = {
    fact.name: fact
    for fact in (
        Fact("minutes", "integer", "Minutes attended.", is_bounded=True),
        Fact("asked", "integer", "Minutes asked for."),
        Fact("is_held", "boolean", "It was held."),
        Fact("is_late", "boolean", "It was late."),
        Fact("setting", "text", "Where."),
    )
}
SCHEMA = pa.schema(
    [
        ("minutes_least", pa.int64()),
        ("minutes_most", pa.int64()),
        ("asked", pa.int64()),
        ("is_held", pa.bool_()),
        ("is_late", pa.bool_()),
        ("setting", pa.string()),
    ]
)
OPERATORS: dict[str, Callable[[int, int], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
    "<>": operator.ne,
}
FAR = 60
"""Stands for "no known floor" and "no known ceiling": further than any number drawn."""

Truth = bool | None
Ends = tuple[int | None, int | None]


def ready(sql: str, **values: Value) -> Condition:
    return condition(sql, values, FACTS)


def truth(duck: DuckDB, sql: str, row: dict[str, object], **values: Value) -> Truth:
    duck.relate("given", pa.Table.from_pylist([row], schema=SCHEMA))
    told = duck.query(f"SELECT {ready(sql, **values).sql.sql(dialect='duckdb')} AS truth FROM given")
    answer: Truth = told["truth"][0].as_py()
    return answer


def by_brute_force(ends: Ends, test: Callable[[int], bool]) -> Truth:
    """True where every number between the ends passes, False where none does, None where it depends."""
    least, most = ends
    held = {test(number) for number in range(-FAR if least is None else least, (FAR if most is None else most) + 1)}
    return held.pop() if len(held) == 1 else None


@st.composite
def some_ends(draw: st.DrawFn) -> Ends:
    one, other = sorted((draw(st.integers(-3, 12)), draw(st.integers(-3, 12))))
    return draw(st.sampled_from([one, None])), draw(st.sampled_from([other, one, None]))


# --- parameters -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "value", "written"),
    [
        ("asked >= :limit", 540, "asked >= 540"),
        ("asked >= :limit", -3, "asked >= -3"),
        ("asked >= :limit", Decimal("0.5"), "asked >= 0.5"),
        ("setting = :limit", "o'ffice", "setting = 'o''ffice'"),
        ("setting IN (:limit)", ("office", "clinic"), "setting IN ('office', 'clinic')"),
        ("setting IN (:limit, 'home')", "office", "setting IN ('office', 'home')"),
        ("asked >= :limit * 2 / 7", 540, "asked >= 540 * 2 / 7"),
        ("is_held = :limit", True, "is_held = TRUE"),
    ],
)
def test_a_parameter_is_filled_in(sql: str, value: Value, written: str) -> None:
    assert ready(sql, limit=value).sql.sql(dialect="duckdb") == written


def test_the_parsed_line_is_not_changed_by_filling_it() -> None:
    assert ready("asked >= :limit", limit=1).sql.sql() != ready("asked >= :limit", limit=2).sql.sql()


# --- readings not chosen ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "reading", "left"),
    [
        ("(:way = 'day' AND is_held) OR (:way = 'block' AND is_late)", "day", "is_held"),
        ("(:way = 'day' AND is_held) OR (:way = 'block' AND is_late)", "block", "is_late"),
        ("('day' = :way AND is_held) OR (is_late AND 'block' = :way)", "block", "is_late"),
        ("is_held AND (:way <> 'day' OR is_late)", "block", "is_held"),
        ("is_held AND NOT (:way = 'day')", "block", "is_held"),
        ("is_held OR :way", False, "is_held"),
        ("is_held OR :way = TRUE", False, "is_held"),
        ("is_held AND NOT :way", True, "FALSE"),
        ("is_held OR :way", True, "TRUE"),
        ("(:way = 30 AND is_held) OR (:way = 60 AND is_late)", 30, "is_held"),
        ("(:way = 30 AND is_held) OR (:way = 60 AND is_late)", Decimal("30.0"), "is_held"),
        ("NOT ((:way = 'day'))", "day", "FALSE"),
    ],
)
def test_a_reading_not_chosen_leaves_no_trace(sql: str, reading: Value, left: str) -> None:
    told = ready(sql, way=reading)
    assert told.sql.sql(dialect="duckdb").strip("()") == left
    assert told.facts == ((left,) if left in FACTS else ())


def test_what_a_parameter_alone_does_not_decide_stays() -> None:
    assert ready("is_held AND (asked >= :limit OR is_late)", limit=3).facts == ("is_held", "asked", "is_late")


def test_facts_come_in_the_order_of_the_line_and_once() -> None:
    assert ready("is_late OR (minutes >= 3 AND is_held) OR NOT is_late").facts == ("is_late", "minutes", "is_held")


# --- something between a floor and a ceiling --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "ends", "expected"),
    [
        ("minutes >= 540", (540, 540), True),
        ("minutes >= 540", (539, 539), False),
        ("minutes >= 540", (539, 540), None),
        ("minutes >= 540", (540, None), True),
        ("minutes >= 540", (539, None), None),
        ("minutes >= 540", (None, 539), False),
        ("minutes >= 540", (None, 540), None),
        ("minutes >= 540", (None, None), None),
        ("minutes > 540", (540, 541), None),
        ("minutes > 540", (541, 600), True),
        ("minutes > 540", (0, 540), False),
        ("minutes <= 3", (0, 3), True),
        ("minutes <= 3", (4, None), False),
        ("minutes < 3", (0, 3), None),
        ("minutes < 3", (3, 4), False),
        ("minutes = 0", (0, 0), True),
        ("minutes = 0", (0, 1), None),
        ("minutes = 0", (1, None), False),
        ("minutes <> 0", (0, 0), False),
        ("minutes <> 0", (0, None), None),
        ("minutes <> 0", (1, 5), True),
        ("minutes BETWEEN 3 AND 5", (3, 5), True),
        ("minutes BETWEEN 3 AND 5", (3, 6), None),
        ("minutes BETWEEN 3 AND 5", (6, None), False),
        ("minutes BETWEEN 3 AND 5", (0, 2), False),
        ("minutes NOT BETWEEN 3 AND 5", (0, 2), True),
        ("540 <= minutes", (540, 900), True),
        ("(540) > (minutes)", (540, 900), False),
    ],
)
def test_a_comparison_is_sure_only_where_floor_and_ceiling_agree(
    duck: DuckDB, sql: str, ends: Ends, expected: Truth
) -> None:
    assert truth(duck, sql, {"minutes_least": ends[0], "minutes_most": ends[1]}) is expected


@pytest.mark.parametrize("sign", OPERATORS)
def test_the_whole_table_of_an_operator_is_right(duck: DuckDB, sign: str) -> None:
    marks = (None, -1, 0, 1, 2, 3)
    rows = [
        {"minutes_least": least, "minutes_most": most, "asked": asked}
        for least in marks
        for most in marks
        if least is None or most is None or least <= most
        for asked in range(-2, 5)
    ]
    duck.relate("given", pa.Table.from_pylist(rows, schema=SCHEMA))
    one, other = (ready(sql).sql.sql(dialect="duckdb") for sql in (f"minutes {sign} asked", f"asked {sign} minutes"))
    compare = OPERATORS[sign]
    for row in duck.query(f"SELECT *, {one} AS one, {other} AS other FROM given").to_pylist():
        ends = row["minutes_least"], row["minutes_most"]
        assert row["one"] is by_brute_force(ends, lambda at, asked=row["asked"]: compare(at, asked)), row
        assert row["other"] is by_brute_force(ends, lambda at, asked=row["asked"]: compare(asked, at)), row


@settings(max_examples=40, deadline=None)
@given(ends=some_ends(), number=st.integers(-4, 13), sign=st.sampled_from(list(OPERATORS)), mirrored=st.booleans())
def test_a_comparison_agrees_with_every_number_between(
    duck: DuckDB, ends: Ends, number: int, sign: str, mirrored: bool
) -> None:
    compare = OPERATORS[sign]
    sql = f"{number} {sign} minutes" if mirrored else f"minutes {sign} {number}"
    expected = by_brute_force(ends, lambda at: compare(number, at) if mirrored else compare(at, number))
    row: dict[str, object] = {"minutes_least": ends[0], "minutes_most": ends[1]}
    assert truth(duck, sql, row) is expected
    assert truth(duck, sql.replace(str(number), ":n"), row, n=number) is expected
    assert truth(duck, sql.replace(str(number), "asked"), row | {"asked": number}) is expected
    assert truth(duck, f"NOT ({sql})", row) is (None if expected is None else not expected)


@settings(max_examples=40, deadline=None)
@given(ends=some_ends(), low=st.integers(-4, 13), width=st.integers(0, 6), is_not=st.booleans())
def test_between_agrees_with_every_number_between(duck: DuckDB, ends: Ends, low: int, width: int, is_not: bool) -> None:
    sql = f"minutes {'NOT ' if is_not else ''}BETWEEN {low} AND {low + width}"
    expected = by_brute_force(ends, lambda at: (low <= at <= low + width) is not is_not)
    assert truth(duck, sql, {"minutes_least": ends[0], "minutes_most": ends[1]}) is expected


def test_between_ends_in_the_wrong_order_is_never_true(duck: DuckDB) -> None:
    for ends in [(4, 4), (1, 9), (None, None)]:
        assert truth(duck, "minutes BETWEEN 5 AND 3", {"minutes_least": ends[0], "minutes_most": ends[1]}) is not True


@pytest.mark.parametrize("sign", OPERATORS)
def test_compared_with_something_unknown_it_is_unknown(duck: DuckDB, sign: str) -> None:
    assert truth(duck, f"minutes {sign} asked", {"minutes_least": 3, "minutes_most": 3}) is None


def test_a_share_of_a_limit_is_not_rounded(duck: DuckDB) -> None:
    sql = "minutes >= :weekly * asked / 7"
    assert truth(duck, sql, {"minutes_least": 385, "minutes_most": 385, "asked": 5}, weekly=540) is False
    assert truth(duck, sql, {"minutes_least": 386, "minutes_most": 386, "asked": 5}, weekly=540) is True


def test_an_ordinary_fact_that_is_unknown_leaves_it_open(duck: DuckDB) -> None:
    assert truth(duck, "asked BETWEEN 3 AND 5", {}) is None
    assert truth(duck, "setting IN ('home')", {}) is None
    assert truth(duck, "is_held AND is_late", {"is_held": False}) is False
    assert truth(duck, "is_held OR is_late", {"is_held": True}) is True
    assert truth(duck, "is_held OR is_late", {"is_held": False}) is None


def test_each_fact_that_can_be_missing_is_named_with_when_it_matters(duck: DuckDB) -> None:
    told = ready("is_held AND minutes >= 3")
    duck.relate("given", pa.Table.from_pylist([{"is_held": False, "minutes_least": 0}], schema=SCHEMA))
    matters = {gap.fact: duck.query(f"SELECT {gap.matters.sql(dialect='duckdb')} AS x FROM given") for gap in told.gaps}
    assert {fact: found["x"][0].as_py() for fact, found in matters.items()} == {"is_held": False, "minutes": False}
