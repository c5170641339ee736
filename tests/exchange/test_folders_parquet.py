from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from handrail.exchange.folders.reading import read_folder
from handrail.records.schema import tables

DAY = dt.date(2026, 1, 5)
NOON = dt.datetime(2026, 1, 5, 12)
MIDNIGHT = dt.datetime(2026, 1, 5)


def parquet(**columns: pa.Array) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream)
    return stream.getvalue()


def persons(birth_date: pa.Array) -> dict[str, bytes]:
    ids = pa.array([f"p{row}" for row in range(len(birth_date))])
    return {"person.parquet": parquet(person_id=ids, birth_date=birth_date)}


def sessions(**columns: pa.Array) -> dict[str, bytes]:
    rows = len(next(iter(columns.values())))
    fixed = {
        "session_id": pa.array([f"s{row}" for row in range(rows)]),
        "program_id": pa.array(["g1"] * rows),
        "type": pa.array(["group"] * rows),
        "status": pa.array(["held"] * rows),
        "held_on": pa.array([DAY] * rows),
    }
    program = parquet(program_id=pa.array(["g1"]), service=pa.array(["x/y"]))
    return {"program.parquet": program, "session.parquet": parquet(**(fixed | columns))}


def observations(value_number: pa.Array) -> dict[str, bytes]:
    rows = len(value_number)
    columns = {
        "observation_id": pa.array([f"o{row}" for row in range(rows)]),
        "person_id": pa.array(["p1"] * rows),
        "measure": pa.array(["self_help"] * rows),
        "observed_on": pa.array([DAY] * rows),
        "value_number": value_number,
    }
    return {"person.parquet": parquet(person_id=pa.array(["p1"])), "observation.parquet": parquet(**columns)}


@pytest.mark.parametrize(
    "kind",
    [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())],
)
def test_text_is_read_from_each_arrow_type_of_text(folder, kind):
    files = {"person.parquet": parquet(person_id=pa.array(["p1", "p2"], pa.string()).cast(kind))}
    assert read_folder(folder(files)).in_memory("person")["person_id"].to_pylist() == ["p1", "p2"]


def test_ids_may_be_whole_numbers(folder):
    files = {"person.parquet": parquet(person_id=pa.array([17, 4], pa.int32()))}
    assert read_folder(folder(files)).in_memory("person")["person_id"].to_pylist() == ["17", "4"]


@pytest.mark.parametrize(
    "column",
    [
        pa.array([DAY, None], pa.date32()),
        pa.array([DAY, None], pa.date64()),
        pa.array([MIDNIGHT, None], pa.timestamp("ms")),
        pa.array([MIDNIGHT, None], pa.timestamp("us")),
        pa.array([MIDNIGHT, None], pa.timestamp("ns")),
        pa.array(["2026-01-05", None]),
    ],
)
def test_a_date_is_read_from_each_type_that_holds_it_without_loss(folder, column):
    assert read_folder(folder(persons(column))).in_memory("person")["birth_date"].to_pylist() == [DAY, None]


def test_a_time_of_day_in_a_date_is_told(found):
    assert found(persons(pa.array([MIDNIGHT, NOON]))) == [("H332", "person.parquet", 2, "birth_date")]


def test_a_date_as_text_that_is_none_is_told(found):
    column = pa.array(["2026-01-05", "2026-02-30", "5.1.2026"])
    assert found(persons(column)) == [
        ("H333", "person.parquet", 2, "birth_date"),
        ("H332", "person.parquet", 3, "birth_date"),
    ]


@pytest.mark.parametrize(
    "column",
    [
        pa.array([3, None], pa.int8()),
        pa.array([3, None], pa.int32()),
        pa.array([3, None], pa.uint64()),
        pa.array([3.0, None]),
        pa.array([Decimal(3), None], pa.decimal128(10, 2)),
        pa.array(["3", None]),
    ],
)
def test_a_whole_number_is_read_from_each_type_that_holds_it_without_loss(folder, column):
    table = read_folder(folder(sessions(head_count=column))).in_memory("session")
    assert table["head_count"].to_pylist() == [3, None]


@pytest.mark.parametrize("column", [pa.array([3.0, 3.5]), pa.array([3, 2**63], pa.uint64()), pa.array(["3", "3.5"])])
def test_a_number_that_is_not_whole_or_too_large_is_told(found, column):
    assert found(sessions(head_count=column)) == [("H332", "session.parquet", 2, "head_count")]


@pytest.mark.parametrize(
    "column",
    [
        pa.array([12.5, None]),
        pa.array([12.5, None], pa.float32()),
        pa.array(["12.5", None]),
        pa.array([Decimal("12.5"), None], pa.decimal128(38, 10)),
        pa.array([Decimal("12.5"), None], pa.decimal128(5, 1)),
    ],
)
def test_a_decimal_is_read_from_each_type_that_holds_it_without_loss(folder, column):
    table = read_folder(folder(observations(column))).in_memory("observation")
    assert table["value_number"].to_pylist() == [Decimal("12.5"), None]


def test_a_decimal_keeps_tenths_that_a_float_cannot_hold_exactly(folder):
    table = read_folder(folder(observations(pa.array([0.1, 0.3, 1234.5678])))).in_memory("observation")
    assert table["value_number"].to_pylist() == [Decimal("0.1"), Decimal("0.3"), Decimal("1234.5678")]


@pytest.mark.parametrize(("value", "code"), [(float("nan"), "H338"), (float("-inf"), "H338"), (0.12345, "H332")])
def test_a_number_that_no_decimal_holds_is_told(found, value, code):
    assert found(observations(pa.array([1.5, value]))) == [(code, "observation.parquet", 2, "value_number")]


@pytest.mark.parametrize("rows", [3, 70_000])
def test_a_nan_that_the_statistics_of_the_file_leave_out_is_told(found, rows):
    column = pa.array([1.5] * rows + [float("nan")] + [2.5] * rows)
    assert found(observations(column)) == [("H338", "observation.parquet", rows + 1, "value_number")]


def test_booleans_may_be_nought_and_one(folder, found):
    files = {"program.parquet": parquet(program_id=pa.array(["g1"]), service=pa.array(["x/y"]))}
    good = files | {"staff.parquet": staff(pa.array([0, 1, None]))}
    assert read_folder(folder(good)).in_memory("staff")["treats"].to_pylist() == [False, True, None]
    assert found(files | {"staff.parquet": staff(pa.array([0, 2]))}) == [("H332", "staff.parquet", 2, "treats")]


def staff(treats: pa.Array) -> bytes:
    ids = pa.array([f"t{row}" for row in range(len(treats))])
    return parquet(staff_id=ids, program_id=pa.array(["g1"] * len(treats)), treats=treats)


def test_a_column_of_nothing_is_read_as_empty(folder):
    table = read_folder(folder(persons(pa.nulls(2)))).in_memory("person")
    assert table["birth_date"].to_pylist() == [None, None]


@pytest.mark.parametrize(
    ("column", "says"),
    [
        (pa.array([NOON], pa.timestamp("us", tz="UTC")), "time zone"),
        (pa.array([DAY]), "date"),
        (pa.array([3]), "bigint"),
        (pa.array([[NOON]]), "timestamp[]"),
        (pa.array([b"2026"]), "blob"),
    ],
)
def test_a_type_that_cannot_hold_a_time_is_told_by_its_name(found, told, column, says):
    files = sessions(starts_at=column)
    assert found(files) == [("H313", "session.parquet", 0, "starts_at")]
    assert says in told(files)


def test_a_wrong_type_does_not_hide_what_is_wrong_in_the_rows(found):
    files = sessions(starts_at=pa.array([3, 3]), head_count=pa.array([1, -1]))
    assert [code for code, *_ in found(files)] == ["H313", "H337"]


def test_columns_are_compared_with_the_declared_ones(found):
    files = {"person.parquet": parquet(persn_id=pa.array(["p1"]), sex=pa.array(["male"]))}
    assert [(code, line, subject) for code, _, line, subject in found(files)] == [
        ("H309", 0, "persn_id"),
        ("H311", 0, "person_id"),
    ]


def test_a_column_named_twice_is_told(found):
    stream = io.BytesIO()
    names = ["person_id", "sex", "sex"]
    pq.write_table(pa.Table.from_arrays([pa.array([name]) for name in names], names), stream)
    assert [code for code, *_ in found({"person.parquet": stream.getvalue()})] == ["H310"]


@pytest.mark.parametrize("name", ["filename", "file_row_number"])
def test_a_column_with_a_name_that_the_reader_uses_is_only_unknown(found, name):
    files = {"person.parquet": parquet(**{"person_id": pa.array(["p1"]), name: pa.array(["x"])})}
    assert found(files) == [("H309", "person.parquet", 0, name)]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"person_id\np1\n", b"PAR1" + b"\0" * 100 + b"PAR1"])
def test_what_is_not_parquet_is_told(found, content):
    assert found({"person.parquet": content}) == [("H312", "person.parquet", 0, "file")]


def test_parquet_with_damaged_pages_is_told(found):
    whole = bytearray(parquet(person_id=pa.array([f"p{row * row}" for row in range(20_000)])))
    whole[10:60] = b"\xff" * 50
    assert found({"person.parquet": bytes(whole)}) == [("H312", "person.parquet", 0, "file")]


def test_rows_are_told_by_their_number(found, told):
    files = {"person.parquet": parquet(person_id=pa.array(["p1", None, "p1"]), sex=pa.array(["male", "male", "odd"]))}
    assert found(files) == [
        ("H331", "person.parquet", 2, "person_id"),
        ("H336", "person.parquet", 3, "sex"),
        ("H341", "person.parquet", 3, "person_id"),
    ]
    assert "Row: 3 repeats 1." in told(files)


def test_parts_are_read_as_one_table(folder):
    parts = {f"person/part-{part}.parquet": parquet(person_id=pa.array([f"p{part}", f"q{part}"])) for part in range(3)}
    table = read_folder(folder(parts)).in_memory("person")
    assert table["person_id"].to_pylist() == ["p0", "q0", "p1", "q1", "p2", "q2"]


def test_parts_may_have_different_columns_and_types(folder):
    parts = {
        "person/a.parquet": parquet(person_id=pa.array(["p1"]), birth_date=pa.array([DAY])),
        "person/b.parquet": parquet(birth_date=pa.array(["2026-01-05"]), person_id=pa.array([2])),
        "person/c.parquet": parquet(person_id=pa.array(["p3"])),
    }
    table = read_folder(folder(parts)).in_memory("person")
    assert sorted(zip(table["person_id"].to_pylist(), table["birth_date"].to_pylist(), strict=True), key=str) == [
        ("2", DAY),
        ("p1", DAY),
        ("p3", None),
    ]


def test_a_key_may_not_stand_in_two_parts(found, told):
    parts = {f"person/{part}.parquet": parquet(person_id=pa.array(["p0", part])) for part in ("a", "b")}
    assert found(parts) == [("H341", "person/b.parquet", 1, "person_id")]
    assert "1 repeats a.parquet row 1" in told(parts)


def test_one_kind_of_trouble_in_many_parts_is_one_finding(found, told):
    parts = {f"person/{part}.parquet": parquet(person_id=pa.array([part]), sex=pa.array(["odd"])) for part in "abc"}
    assert found(parts) == [("H336", "person/a.parquet", 1, "sex")]
    assert "In 3 rows: 1, b.parquet row 1, c.parquet row 1." in told(parts)


def test_one_damaged_part_is_told_by_its_name(found):
    whole = bytearray(parquet(person_id=pa.array([f"x{row * row}" for row in range(20_000)])))
    whole[10:60] = b"\xff" * 50
    parts = {"person/a.parquet": parquet(person_id=pa.array(["p1"])), "person/b.parquet": bytes(whole)}
    assert found(parts) == [("H312", "person/b.parquet", 0, "file")]


def test_empty_text_is_read_as_absent(folder):
    files = {"person.parquet": parquet(person_id=pa.array(["p1"]), sex=pa.array([""]))}
    assert read_folder(folder(files)).in_memory("person")["sex"].to_pylist() == [None]


def test_references_go_across_csv_and_parquet(found):
    files = {"person.csv": "person_id\np1\n", "child.parquet": children("p1", "p2")}
    assert found(files) == [("H342", "child.parquet", 2, "person_id")]


def children(*parents: str) -> bytes:
    return parquet(child_id=pa.array([f"c{row}" for row in range(len(parents))]), person_id=pa.array(parents))


def test_trust_passes_over_the_rows_of_parquet(found):
    files = {"person.parquet": as_declared("person", [{"person_id": "p1", "sex": "odd"}] * 2)}
    assert found(files, trust=True) == []
    assert [code for code, *_ in found(files)] == ["H336", "H341"]


def test_trust_still_compares_the_columns(found):
    files = {"person.parquet": parquet(persn_id=pa.array(["p1"]))}
    assert [code for code, *_ in found(files, trust=True)] == ["H309", "H311"]


def test_trust_does_not_go_as_far_as_other_types_and_csv(found):
    assert found(persons(pa.array([MIDNIGHT, NOON])), trust=True) == [("H332", "person.parquet", 2, "birth_date")]
    assert found({"child.csv": "child_id,person_id\nc1,p9\n"}, trust=True)[0][0] == "H342"


def as_declared(name: str, rows: list[dict[str, object]]) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=tables()[name].arrow_schema), stream)
    return stream.getvalue()


def test_large_parquet_of_the_declared_types_stays_where_it_is(folder, tmp_path):
    directory = folder({"person.parquet": as_declared("person", [{"person_id": "p1"}])})
    held = read_folder(directory, spool=tmp_path / "spool", most_in_memory=0).held
    assert held == {"person": (directory / "person.parquet",)}
    assert list((tmp_path / "spool").iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [
        parquet(person_id=pa.array([1, 2]), birth_date=pa.array([MIDNIGHT, None])),
        parquet(person_id=pa.array(["1", "2"]), birth_date=pa.array(["2026-01-05", ""])),
        parquet(person_id=pa.array(["1", "2"]), birth_date=pa.array([DAY, None]), sex=pa.array(["", ""])),
    ],
)
def test_large_parquet_of_other_types_is_written_anew(folder, tmp_path, content):
    held = read_folder(folder({"person.parquet": content}), spool=tmp_path / "spool", most_in_memory=0).held["person"]
    assert isinstance(held, tuple)
    assert all(file.is_relative_to(tmp_path / "spool") for file in held)
    table = pq.read_table(held[0])
    assert table.schema.field("birth_date").type == pa.date32()
    assert table["person_id"].to_pylist() == ["1", "2"]
    assert table["birth_date"].to_pylist() == [DAY, None]


def test_large_parts_stay_where_they_are(folder):
    parts = {f"person/{part}.parquet": as_declared("person", [{"person_id": part}]) for part in "ab"}
    directory: Path = folder(parts)
    held = read_folder(directory, most_in_memory=0).held
    assert held == {"person": (directory / "person/a.parquet", directory / "person/b.parquet")}
