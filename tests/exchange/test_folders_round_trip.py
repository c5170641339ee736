"""What is written as CSV or Parquet reads back the same."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handrail.exchange.folders.reading import read_folder
from handrail.exchange.writing import write_folder
from handrail.records.dates import EARLIEST, LATEST, alternatives, intervals
from handrail.records.holding import Records
from handrail.records.schema import Column, Table, tables

Row = dict[str, object]

SIGNS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
IDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=12)
VALUES = {
    "text": st.text(SIGNS, min_size=1, max_size=30),
    "date": st.dates(EARLIEST, LATEST),
    "time": st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2200, 12, 31)).map(lambda at: at.replace(microsecond=0)),
    "decimal": st.integers(-(10**17), 10**17).map(lambda number: Decimal(number).scaleb(-4)),
    "boolean": st.booleans(),
}


def value(column: Column) -> st.SearchStrategy[object]:
    if column.references:
        return st.none()
    if column.values:
        return st.sampled_from(column.values)
    if column.type == "integer":
        return st.integers(-(2**63) if column.least is None else column.least, column.most or 2**63 - 1)
    if column.type == "decimal" and column.least is not None:
        return VALUES["decimal"].map(abs)
    return VALUES[column.type]


def row(table: Table) -> st.SearchStrategy[Row]:
    columns = {name: column for name, column in table.columns.items() if name != table.key}
    values = {name: value(one) if one.required else st.none() | value(one) for name, one in columns.items()}
    return st.fixed_dictionaries(values).map(lambda told: in_order(table, told))


def in_order(table: Table, told: Row) -> Row:
    for begin, end in intervals(table):
        first, last = told[begin], told[end]
        if isinstance(first, dt.date) and isinstance(last, dt.date) and last < first:
            told |= {begin: last, end: first}
    missing = [name for name in alternatives(table) if told[name] is None]
    return told | dict.fromkeys(missing, EARLIEST) if missing == list(alternatives(table)) else told


def rows(table: Table) -> st.SearchStrategy[list[Row]]:
    def named(several: list[Row], keys: list[str]) -> list[Row]:
        return [{table.key: key, **one} for key, one in zip(keys, several, strict=False)]

    return st.builds(named, st.lists(row(table), max_size=5), st.lists(IDS, min_size=5, max_size=5, unique=True))


FREE = [
    table for table in tables().values() if not any(one.references for one in table.columns.values() if one.required)
]
"""Tables whose rows can stand alone; the others differ from them only in their references."""


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_rows_read_back_as_they_were_written(ending, data):
    table = data.draw(st.sampled_from(FREE))
    before = pa.Table.from_pylist(data.draw(rows(table)), schema=table.arrow_schema)
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / f"{table.name}.{ending}"
        if ending == "csv":
            write_csv(before, file)
        else:
            pq.write_table(before, file)
        assert read_folder(Path(name)).in_memory(table.name).equals(before)


def write_csv(table: pa.Table, file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(table.column_names)
        writer.writerows(one.values() for one in table.to_pylist())


FULL: dict[str, list[Row]] = {
    "person": [{"person_id": "p1", "birth_date": dt.date(1990, 2, 28), "sex": "another"}, {"person_id": "p2"}],
    "child": [{"child_id": "c1", "person_id": "p1", "lives_with_person": False}],
    "program": [{"program_id": "g1", "service": "x/y", "name": 'Example "House", north', "level": "2.1"}],
    "episode": [
        {"episode_id": "e1", "person_id": "p2", "program_id": "g1", "admitted_on": dt.date(2026, 1, 5)},
    ],
    "session": [
        {
            "session_id": "s1",
            "program_id": "g1",
            "type": "group",
            "status": "held",
            "held_on": dt.date(2026, 1, 6),
            "starts_at": dt.datetime(2026, 1, 6, 9, 30),
            "ends_at": dt.datetime(2026, 1, 6, 12, 30),
            "head_count": 9,
        }
    ],
}


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("most_in_memory", [0, 10**9])
def test_a_written_folder_reads_back_as_it_was(tmp_path, ending, most_in_memory):
    before = Records(
        {name: pa.Table.from_pylist(told, schema=tables()[name].arrow_schema) for name, told in FULL.items()}
    )
    write_folder(before, tmp_path / "records", ending)
    after = read_folder(tmp_path / "records", spool=tmp_path / "spool", most_in_memory=most_in_memory)
    for name, told in before.held.items():
        held = after.held[name]
        table = held if isinstance(held, pa.Table) else pq.read_table(list(held))
        assert table.cast(told.schema).equals(told)


def test_a_large_csv_file_becomes_checked_parquet_in_the_spool(tmp_path):
    directory = tmp_path / "records"
    directory.mkdir()
    lines = "".join(f"p{number},female,19{number % 90 + 10}-01-01\n" for number in range(300_000))
    (directory / "person.csv").write_text(f"person_id,sex,birth_date\n{lines}")
    held = read_folder(directory, spool=tmp_path / "spool", most_in_memory=1_000_000).held["person"]
    assert isinstance(held, tuple)
    table = pq.read_table(held[0])
    assert table.num_rows == 300_000
    assert table["person_id"][299_999].as_py() == "p299999"
    assert table.schema.field("birth_date").type == pa.date32()


def test_without_a_spool_the_copy_outlives_the_call(tmp_path):
    (tmp_path / "person.csv").write_text("person_id\np1\n")
    held = read_folder(tmp_path, most_in_memory=0).held["person"]
    assert isinstance(held, tuple)
    assert pq.read_table(held[0])["person_id"].to_pylist() == ["p1"]
