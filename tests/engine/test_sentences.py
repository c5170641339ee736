"""The sentence under `shows` as people read it: rounded for them, while the fact keeps its value."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from handrail.definitions.document import Clause
from handrail.engine.results import sentence


def said(shows: str, value: Any) -> str:
    told = {"id": "x", "says": "x", "cite": "x", "about": "service_week", "duty": "must", "holds": "x", "shows": shows}
    return sentence(Clause.model_validate(told), {"used": value}, {})


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Decimal("88.8888"), "88.9 percent"),
        (88.8888, "88.9 percent"),
        (Decimal("72.5000"), "72.5 percent"),
        (Decimal("100.0000"), "100 percent"),
        (0.25, "0.2 percent"),
        ({"least": Decimal("60.12345"), "most": 88.8888}, "between 60.1 and 88.9 percent"),
        ({"least": Decimal("60.12345"), "most": None}, "at least 60.1 percent"),
        (None, "not documented percent"),
    ],
)
def test_a_number_is_said_with_one_decimal_at_most(value: Any, words: str) -> None:
    assert said("{used} percent", value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Decimal("50.0001"), "just over 50 percent"),
        (Decimal("110.01"), "just over 110 percent"),
        (Decimal("49.9999"), "just under 50 percent"),
        (0.01, "just over 0 percent"),
        (Decimal("-0.01"), "just under 0 percent"),
    ],
)
def test_rounding_never_moves_a_number_onto_its_limit(value: Any, words: str) -> None:
    assert said("{used} percent", value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1, "came on 1 day; 3 to 5 are asked for"),
        (2, "came on 2 days; 3 to 5 are asked for"),
        (11, "came on 11 days; 3 to 5 are asked for"),
        (0.1, "came on 0.1 days; 3 to 5 are asked for"),
    ],
)
def test_one_is_singular(value: Any, words: str) -> None:
    assert said("came on {used} days; 3 to 5 are asked for", value) == words


def test_the_fact_keeps_its_value() -> None:
    facts = {"used": Decimal("88.8888")}
    told = {"id": "x", "says": "x", "cite": "x", "about": "service_week", "duty": "must", "holds": "x"}
    sentence(Clause.model_validate({**told, "shows": "{used} percent"}), facts, {})
    assert facts == {"used": Decimal("88.8888")}
