"""A folder of records is written whole or not at all, and says the same when it is read again."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet
import pytest

from handrail.exchange.folders.reading import read_folder
from handrail.exchange.writing import write_folder
from handrail.findings import FindingsError
from handrail.records.holding import Records, from_rows

ROWS = {
    "person": [{"person_id": 'a, "b"', "birth_date": date(1990, 5, 1)}, {"person_id": "b", "sex": ""}],
    "child": [{"child_id": "c", "person_id": "b", "lives_with_person": False}],
    "on_call_shift": [
        {
            "on_call_shift_id": "o",
            "program_id": "p",
            "staff_id": "s",
            "starts_at": datetime(2024, 1, 2, 3, 4),
            "ends_at": datetime(2024, 1, 2, 13, 0),
        }
    ],
    "program": [{"program_id": "p", "service": "x/y", "name": "one\nname"}],
    "staff": [{"staff_id": "s", "program_id": "p", "treats": True}],
    "observation": [
        {
            "observation_id": str(number),
            "person_id": "b",
            "measure": "stable_nights",
            "value_number": Decimal(value),
            "observed_on": date(2024, 1, 1),
        }
        for number, value in enumerate(["30", "0", "0.5", "-7.25", "100"])
    ],
}


def rows(records: Records, table: str) -> list[dict[str, object]]:
    return records.in_memory(table).to_pylist()


def test_values_are_written_as_people_write_them(tmp_path):
    assert write_folder(from_rows(ROWS), tmp_path / "out") == {name: len(ROWS[name]) for name in ROWS}
    text = {file.stem: file.read_text().splitlines() for file in (tmp_path / "out").iterdir()}
    assert text["person"][1:] == ['"a, ""b""",1990-05-01,,,', "b,,,,"]
    assert text["child"][1] == "c,b,,false,,"
    assert text["on_call_shift"][1] == "o,p,s,2024-01-02T03:04,2024-01-02T13:00,"
    assert [line.split(",")[3] for line in text["observation"][1:]] == ["30", "0", "0.5", "-7.25", "100"]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_what_is_written_reads_back_the_same(tmp_path, ending):
    records = from_rows(ROWS)
    write_folder(records, tmp_path / "out", ending)
    again = read_folder(tmp_path / "out")
    assert set(again.held) == set(ROWS)
    for name in set(ROWS) - {"person"}:
        assert rows(again, name) == rows(records, name)
    assert [row["sex"] for row in rows(again, "person")] == [None, None]


def test_tables_held_in_files_are_written_with_every_column(tmp_path):
    part = tmp_path / "part.parquet"
    pyarrow.parquet.write_table(from_rows(ROWS).in_memory("child").select(["person_id", "child_id"]), part)
    assert write_folder(Records({"child": (part,)}), tmp_path / "out") == {"child": 1}
    assert (tmp_path / "out" / "child.csv").read_text().splitlines()[1] == "c,b,,,,"


def test_files_with_other_columns_lose_none_of_them(tmp_path):
    whole, few, more = from_rows(ROWS).in_memory("child"), tmp_path / "few.parquet", tmp_path / "more.parquet"
    pyarrow.parquet.write_table(whole.select(["child_id", "person_id"]), few)
    pyarrow.parquet.write_table(whole, more)
    assert write_folder(Records({"child": (few, more)}), tmp_path / "out", "parquet") == {"child": 2}
    written = pyarrow.parquet.read_table(tmp_path / "out" / "child.parquet")
    assert written["lives_with_person"].to_pylist() == [None, False]


def test_an_empty_folder_is_filled_and_missing_parents_are_made(tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    write_folder(from_rows(ROWS), empty)
    write_folder(from_rows(ROWS), tmp_path / "a" / "b")
    assert len(list(empty.iterdir())) == len(list((tmp_path / "a" / "b").iterdir())) == len(ROWS)


def test_a_folder_with_files_or_a_file_is_refused_and_left_alone(tmp_path):
    (tmp_path / "file").write_text("mine")
    for target in (tmp_path, tmp_path / "file"):
        with pytest.raises(FindingsError, match="H401"):
            write_folder(from_rows(ROWS), target)
    assert [(item.name, item.read_text()) for item in tmp_path.iterdir()] == [("file", "mine")]


def test_a_place_that_cannot_be_written_is_a_finding(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(FindingsError, match="H402"):
        write_folder(from_rows(ROWS), tmp_path / "file" / "out")


def test_a_failure_on_the_way_leaves_nothing_behind(tmp_path):
    missing = Records({"person": from_rows(ROWS).in_memory("person"), "child": (Path(tmp_path / "none.parquet"),)})
    with pytest.raises(FindingsError, match="H402"):
        write_folder(missing, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
