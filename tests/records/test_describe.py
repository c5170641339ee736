from __future__ import annotations

import json
from pathlib import Path

import pytest

from handrail.records.describe import WRITTEN, as_json, as_page, as_text, example, expectation
from handrail.records.schema import tables

PAGE = Path(__file__).parents[2] / "docs" / "records.md"


def test_the_page_of_the_records_says_what_the_declarations_say():
    written = PAGE.read_text(encoding="utf-8")
    assert written == as_page(), "run: python -m handrail.records.describe > docs/records.md"


def test_the_text_names_every_table_and_column():
    text = as_text()
    for table in tables().values():
        assert f"\n{table.name}\n" in f"\n{text}"
        for column in table.columns:
            assert f"    {column} " in text


def test_the_text_fits_a_terminal():
    assert max(map(len, as_text().splitlines())) <= 100


def test_the_text_of_one_table_is_of_that_table_alone():
    text = as_text(["episode"])
    assert text.startswith("episode\n")
    assert "family_declined_reason" in text
    assert "session_id" not in text
    assert "discharged_on is not earlier than admitted_on" in text
    assert "at least one of requested_on, admitted_on is given" in " ".join(text.split())


def test_the_json_can_be_written_and_tells_everything_of_a_column():
    told = json.loads(json.dumps(as_json(["dimension_rating"])))
    assert list(told["tables"]) == ["dimension_rating"]
    assert told["tables"]["dimension_rating"]["columns"]["dimension"] == {
        "type": "integer",
        "says": "The dimension, 1 to 6.",
        "required": True,
        "references": None,
        "values": [],
        "least": 1,
        "most": 6,
        "event": False,
        "seen_from": [],
    }


def test_the_json_has_every_table_by_default():
    assert list(as_json()["tables"]) == list(tables())  # type: ignore[call-overload]


@pytest.mark.parametrize("table", tables().values(), ids=lambda table: table.name)
def test_every_column_has_an_example_and_an_expectation(table):
    for column in table.columns.values():
        assert column.type in WRITTEN
        assert example(column)
        assert expectation(column)


def test_an_expectation_tells_the_limits():
    columns = tables()["dimension_rating"].columns
    assert expectation(columns["rating"]) == "a whole number, 0 to 4"
    assert expectation(tables()["session"].columns["head_count"]) == "a whole number, 0 or more"
