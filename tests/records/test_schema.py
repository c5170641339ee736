"""The declarations themselves: they are data, so these tests are their compiler."""

from __future__ import annotations

import keyword
import re
from importlib.resources import files

import pyarrow as pa
import pytest
from ruamel.yaml import YAML

from handrail.records.dates import alternatives, intervals
from handrail.records.schema import RECORDED_ON, Column, Table, codes, tables

TABLES = list(tables().values())
COLUMNS = [(table, column) for table in TABLES for column in table.columns.values()]
TYPES = {"id", "text", "code", "level", "credential", "date", "time", "integer", "decimal", "boolean"}
SPEC_KEYS = {"type", "says", "of", "required", "values", "least", "most", "event", "seen_from"}

each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
each_column = pytest.mark.parametrize(
    ("table", "column"), COLUMNS, ids=[f"{table.name}.{column.name}" for table, column in COLUMNS]
)


def documents() -> dict[str, dict[str, dict[str, object]]]:
    folder = files("handrail.records").joinpath("tables")
    yaml = YAML(typ="safe")
    return {
        file.name.removesuffix(".yaml"): yaml.load(file.read_text(encoding="utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".yaml")
    }


def test_every_file_of_declarations_is_read():
    declared = {name for document in documents().values() for name in document}
    assert declared == set(tables())


def test_no_table_is_declared_twice():
    names = [name for document in documents().values() for name in document]
    assert len(names) == len(set(names))


def test_the_declarations_use_no_key_that_nobody_reads():
    for document in documents().values():
        for name, spec in document.items():
            assert set(spec) <= {"says", "dated", "columns"}, name
            columns = spec["columns"]
            assert isinstance(columns, dict)
            for column, told in columns.items():
                assert set(told) <= SPEC_KEYS, f"{name}.{column}"


@each_table
def test_a_table_says_what_it_is(table: Table):
    assert table.says.endswith("."), table.name


@each_table
def test_a_table_begins_with_its_key_and_ends_with_when_it_was_written(table: Table):
    names = list(table.columns)
    assert names[0] == table.key
    assert names[-1] == RECORDED_ON
    assert table.columns[table.key].type == "id"
    assert table.columns[table.key].required
    assert table.columns[table.key].references is None


@each_table
def test_a_table_is_dated_by_its_own_dates(table: Table):
    for name in table.dated:
        assert table.columns[name].type == "date", name


@each_table
def test_a_table_has_no_two_columns_that_differ_in_capitals_alone(table: Table):
    assert len({name.lower() for name in table.columns}) == len(table.columns)


@each_table
def test_intervals_and_alternatives_are_of_like_dates(table: Table):
    for begin, end in intervals(table):
        assert table.columns[begin].type == table.columns[end].type
        assert table.columns[begin].type in {"date", "time"}
    for name in alternatives(table):
        assert not table.columns[name].required


@each_table
def test_a_table_gives_an_arrow_schema_of_all_its_columns(table: Table):
    assert table.empty().schema.names == list(table.columns)
    assert table.empty().num_rows == 0


@each_column
def test_a_column_has_a_plain_name(table: Table, column: Column):
    assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", column.name)
    assert not keyword.iskeyword(column.name)


@each_column
def test_a_column_has_a_known_type_and_says_what_it_is(table: Table, column: Column):
    assert column.type in TYPES
    assert column.says.endswith("."), f"{table.name}.{column.name}"
    assert isinstance(column.arrow_type, pa.DataType)


@each_column
def test_a_reference_is_an_id_and_names_a_table(table: Table, column: Column):
    if column.references is not None:
        assert column.references in tables()
        assert column.type == "id"


@each_column
def test_an_id_is_the_key_or_a_reference(table: Table, column: Column):
    if column.type == "id":
        assert column.name == table.key or column.references is not None


@each_column
def test_codes_are_listed_once_each_and_only_where_there_are_any(table: Table, column: Column):
    assert len(set(column.values)) == len(column.values)
    assert all(value == value.strip() and value for value in column.values)
    assert bool(column.values) == (column.type in {"code", "level", "credential"})


@each_column
def test_limits_are_of_numbers_and_in_order(table: Table, column: Column):
    if column.least is not None or column.most is not None:
        assert column.type in {"integer", "decimal"}
    if column.least is not None and column.most is not None:
        assert column.least < column.most


@each_column
def test_what_is_seen_later_is_seen_from_dates_of_its_table(table: Table, column: Column):
    for name in column.seen_from:
        assert table.columns[name].type == "date"
        assert name != column.name
    if column.is_event:
        assert column.type == "date"


@each_column
def test_a_date_is_named_like_one(table: Table, column: Column):
    if column.type == "date":
        assert column.name.endswith(("_on", "_date"))
    if column.type == "time":
        assert column.name.endswith("_at")
    if column.type == "boolean":
        assert not column.name.endswith(("_on", "_at", "_id"))


@pytest.mark.parametrize("kind", ["level", "credential"])
def test_a_code_list_has_unique_codes_with_names(kind):
    text = files("handrail.records").joinpath("codes", f"{kind}.csv").read_text(encoding="utf-8")
    listed = [line.split(",")[0] for line in text.splitlines()[1:]]
    assert len(listed) == len(set(listed)) == len(codes(kind))
    assert all(row["name"] for row in codes(kind).values())


def test_levels_have_an_order_and_say_whether_they_are_controlled():
    assert all(row["order"].isdigit() for row in codes("level").values())
    assert {row["controlled"] for row in codes("level").values()} == {"yes", "no"}


def test_references_make_no_circle():
    waiting = {table.name: {column.references for column in table.columns.values()} - {None} for table in TABLES}
    while waiting:
        free = [name for name, named in waiting.items() if not named & set(waiting)]
        assert free, f"these refer to each other in a circle: {', '.join(waiting)}"
        for name in free:
            del waiting[name]
