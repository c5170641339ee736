"""Conditions: what may stand in one line of SQL, and that nothing anybody types can break the checker."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from handrail.definitions.document import Value
from handrail.definitions.expressions import facts_in, faults, near, parameters_in, parse
from handrail.subjects.catalog import Fact

FACTS = {
    "minutes": Fact("minutes", "integer", "Minutes.", is_bounded=True),
    "days": Fact("days", "integer", "Days.", is_bounded=True),
    "count": Fact("count", "integer", "A count."),
    "score": Fact("score", "decimal", "A score."),
    "is_held": Fact("is_held", "boolean", "It was held."),
    "setting": Fact("setting", "text", "The place."),
    "held_on": Fact("held_on", "date", "The day."),
    "left_on": Fact("left_on", "date", "The day."),
}
VALUES: dict[str, Value | None] = {
    "least": 3,
    "share": Decimal("0.5"),
    "places": ("clinic", "office"),
    "strict": True,
    "unit": "day",
    "unset": None,
}


def codes(sql: str) -> list[str]:
    return [fault.code for fault in faults(sql, FACTS, VALUES, "session")]


@pytest.mark.parametrize(
    "sql",
    [
        "is_held",
        "NOT is_held",
        "minutes >= :least",
        ":least <= minutes",
        "minutes BETWEEN 1 AND :least * 60",
        "count + 1 > :least AND (is_held OR setting IN (:places))",
        "setting IN ('clinic', 'home') OR setting = 'office'",
        "held_on + 30 >= left_on",
        "ABS(score) <= :share",
        ":strict AND is_held",
        "((:unit = 'day' AND is_held) OR (:unit = 'block' AND count > 1))",
        "-count < 0",
        "count * :unset > 1",
    ],
)
def test_a_line_of_comparisons_is_accepted(sql: str) -> None:
    assert codes(sql) == []


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("setting IN (SELECT 1)", "H106"),
        ("EXISTS (SELECT 1)", "H106"),
        ("COALESCE(is_held, FALSE)", "H106"),
        ("is_held IS NULL", "H106"),
        ("is_held = NULL", "H106"),
        ("CASE WHEN is_held THEN TRUE END", "H106"),
        ("LEAST(count, 3) > 1", "H106"),
        ("count BETWEEN SYMMETRIC 3 AND 1", "H106"),
        ("setting IN :places", "H106"),
        ("setting LIKE 'c%'", "H106"),
        ("count::TEXT = '3'", "H106"),
        ("is_held AND (count > 1 AS c)", "H106"),
        ("@", "H106"),
        ("count", "H107"),
        ("setting = 3", "H108"),
        ("count IN (:places)", "H108"),
        ("is_held AND count", "H108"),
        ("held_on - left_on > 3", "H108"),
        ("minutes / 60 >= 3", "H118"),
        ("minutes > days", "H118"),
        ("minutes IN (1, 2)", "H118"),
        ("count > :lest", "H105"),
        ("cuont > 1", "H104"),
        ("session.count > 1", "H104"),
        ("count > 1; count < 3", "H121"),
        ("", "H121"),
        ("(" * 400 + "is_held" + ")" * 400, "H121"),
        (" AND ".join(["is_held"] * 3000), "H121"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_its_code(sql: str, code: str) -> None:
    assert code in codes(sql)


def test_every_fault_of_a_line_is_found_at_once() -> None:
    assert set(codes("cuont > :lest AND setting = 3 AND minutes / 60 > 1")) == {"H104", "H105", "H108", "H118"}


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_arbitrary_text_never_breaks_the_checker(text: str) -> None:
    for fault in faults(text, FACTS, VALUES, "session"):
        assert fault.code.startswith("H1")
        assert "\n" not in fault.says


_PIECES = [
    "minutes", "count", ":least", ":places", "setting", "'x'", "3", "AND", "OR", "NOT", "(", ")", ",", "IN", ">=", "*",
    "BETWEEN", "IS", "NULL", "+", "/", "-", "ABS", "LEAST", "SELECT", "CASE", "END", "::", ";", ".", "@", '"', "[", "]",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=14).map(" ".join))
def test_pieces_of_sql_in_any_order_never_break_the_checker(text: str) -> None:
    found = faults(text, FACTS, VALUES, "session")
    if not found:
        parse(text)


def test_a_doubled_parenthesis_before_a_parameter_makes_no_alias() -> None:
    tree = parse("((:unit = 'day' AND is_held) OR is_held)")
    assert not list(tree.find_all(exp.Alias))


def test_facts_and_parameters_are_named_once_in_order() -> None:
    sql = "count > :least AND is_held AND count < :share AND score = :least"
    assert facts_in(sql) == ("count", "is_held", "score")
    assert parameters_in(sql) == ("least", "share")


def test_a_near_name_is_suggested_and_a_far_one_is_not() -> None:
    assert near("seting", FACTS) == 'Did you mean "setting"? '
    assert near("zzz", FACTS) == ""


def test_dividing_by_a_number_is_fine_and_by_a_fact_is_not() -> None:
    assert codes("count >= :least * 3 / 7") == []
    assert codes("180 / count >= 2") == ["H106"]
