from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from handrail.exchange.folders.reading import read_folder

GIVEN = {
    "person.csv": "person_id\np1\n",
    "program.csv": "program_id,service\ng1,x/y\n",
    "episode.csv": "episode_id,person_id,program_id,admitted_on\ne1,p1,g1,2026-01-05\n",
    "session.csv": "session_id,program_id,type,status,held_on\ns1,g1,group,held,2026-01-06\n",
}
"""One row of the tables that others refer to."""

ATTENDANCE = "attendance_id,session_id,episode_id,status,arrived_at\n"
OBSERVATION = "observation_id,person_id,measure,observed_on,value_number\n"
RATING = "dimension_rating_id,assessment_id,dimension,has_problem\n"


def date(value: str) -> dict[str, str]:
    return {"person.csv": f"person_id,birth_date\np0,1990-01-01\np1,{value}\n"}


def time(value: str) -> dict[str, str]:
    return GIVEN | {"attendance.csv": f"{ATTENDANCE}a0,s1,e1,attended,\na1,s1,e1,attended,{value}\n"}


def decimal(value: str) -> dict[str, str]:
    row = "self_help,2026-01-05"
    return GIVEN | {"observation.csv": f"{OBSERVATION}o0,p1,{row},1.5\no1,p1,{row},{value}\n"}


def integer(value: str) -> dict[str, str]:
    head = "session_id,program_id,type,status,held_on,head_count\n"
    row = "g1,group,held,2026-01-06"
    return GIVEN | {"session.csv": f"{head}s1,{row},4\ns2,{row},{value}\n"}


def boolean(value: str) -> dict[str, str]:
    return GIVEN | {"child.csv": f"child_id,person_id,lives_with_person\nc1,p1,yes\nc2,p1,{value}\n"}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2026-02-30", "H333"),
        ("2025-02-29", "H333"),
        ("2026-13-01", "H333"),
        ("2026-00-10", "H333"),
        ("2026-1-5", "H332"),
        ("2026/01/05", "H332"),
        ("01/05/2026", "H332"),
        ("2026-01-05T00:00", "H332"),
        ("2026-01-05 00:00:00", "H332"),
        (" 2026-01-05", "H332"),
        ("20260105", "H332"),
        ("infinity", "H332"),
        ("unknown", "H332"),
        ("1899-12-31", "H335"),
        ("0000-01-01", "H335"),
        ("2201-01-01", "H335"),
        ("9999-12-31", "H335"),
    ],
)
def test_a_date_that_is_none_is_told(found, value, code):
    assert found(date(value)) == [(code, "person.csv", 3, "birth_date")]


@pytest.mark.parametrize("value", ["1900-01-01", "2200-12-31", "2024-02-29"])
def test_a_date_at_the_edge_is_read(folder, value):
    table = read_folder(folder(date(value))).in_memory("person")
    assert table["birth_date"].to_pylist() == [dt.date(1990, 1, 1), dt.date.fromisoformat(value)]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2026-01-05T24:00", "H333"),
        ("2026-01-05T10:60", "H333"),
        ("2026-02-30T10:00", "H333"),
        ("2026-01-05T10:00:60", "H333"),
        ("2026-01-05T10:00Z", "H334"),
        ("2026-01-05T10:00:00z", "H334"),
        ("2026-01-05T10:00+02:00", "H334"),
        ("2026-01-05 10:00:00-0600", "H334"),
        ("2026-01-05 10:00 -06", "H334"),
        ("2026-01-05", "H332"),
        ("10:00", "H332"),
        ("2026-01-05T1:00", "H332"),
        ("2026-01-05T10:00 AM", "H332"),
        ("1899-12-31T10:00", "H335"),
        ("2201-01-01T00:00", "H335"),
    ],
)
def test_a_time_that_is_none_is_told(found, value, code):
    assert found(time(value)) == [(code, "attendance.csv", 3, "arrived_at")]


def test_a_time_zone_is_answered_with_local_time(told):
    assert "local wall-clock" in told(time("2026-01-05T10:00Z"))


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2026-01-05T10:30", dt.datetime(2026, 1, 5, 10, 30)),
        ("2026-01-05 10:30", dt.datetime(2026, 1, 5, 10, 30)),
        ("2026-01-05T10:30:15", dt.datetime(2026, 1, 5, 10, 30, 15)),
        ("2026-01-05 10:30:15", dt.datetime(2026, 1, 5, 10, 30, 15)),
        ("2026-01-05T10:30:15.250000", dt.datetime(2026, 1, 5, 10, 30, 15, 250_000)),
        ("", None),
    ],
)
def test_a_time_is_read_in_each_way_it_may_be_written(folder, value, read):
    table = read_folder(folder(time(value))).in_memory("attendance")
    assert table["arrived_at"].to_pylist() == [None, read]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("NaN", "H338"),
        ("nan", "H338"),
        ("inf", "H338"),
        ("-Infinity", "H338"),
        ("two", "H332"),
        ("1e3", "H332"),
        ("1_000", "H332"),
        ('"1,000"', "H332"),
        ("$12", "H332"),
        ("0.12345", "H332"),
        ("123456789012345", "H332"),
        ("0x10", "H332"),
        ("NULL", "H332"),
    ],
)
def test_a_decimal_that_is_none_is_told(found, value, code):
    assert found(decimal(value)) == [(code, "observation.csv", 3, "value_number")]


@pytest.mark.parametrize(
    ("value", "read"), [("12.5", "12.5"), ("-3", "-3"), ("+0.0001", "0.0001"), ("7.250000", "7.25")]
)
def test_a_decimal_is_read(folder, value, read):
    table = read_folder(folder(decimal(value))).in_memory("observation")
    assert table["value_number"].to_pylist() == [Decimal("1.5"), Decimal(read)]


@pytest.mark.parametrize(
    ("value", "code"),
    [("3.5", "H332"), ("three", "H332"), ("9223372036854775808", "H332"), ("NaN", "H338"), ("-1", "H337")],
)
def test_an_integer_that_is_none_is_told(found, value, code):
    assert found(integer(value)) == [(code, "session.csv", 3, "head_count")]


@pytest.mark.parametrize(("value", "read"), [("12", 12), ("0", 0), ("3.0", 3), ("", None)])
def test_an_integer_is_read(folder, value, read):
    assert read_folder(folder(integer(value))).in_memory("session")["head_count"].to_pylist() == [4, read]


@pytest.mark.parametrize(("value", "code"), [("0", "H337"), ("7", "H337"), ("", "H331")])
def test_a_number_outside_its_limits_is_told_with_them(found, told, value, code):
    assessment = "assessment_id,person_id,kind,completed_on\nq1,p1,initial,2026-01-05\n"
    files = GIVEN | {"assessment.csv": assessment, "dimension_rating.csv": f"{RATING}r0,q1,6,\nr1,q1,{value},\n"}
    assert found(files) == [(code, "dimension_rating.csv", 3, "dimension")]
    assert code == "H331" or "1 to 6" in told(files)


@pytest.mark.parametrize("value", ["maybe", "t", "2", "unknown", " true"])
def test_a_boolean_that_is_none_is_told(found, value):
    assert found(boolean(value)) == [("H332", "child.csv", 3, "lives_with_person")]


@pytest.mark.parametrize(
    ("value", "read"),
    [
        *(("true", True), ("TRUE", True), ("Yes", True), ("1", True)),
        *(("False", False), ("no", False), ("0", False)),
        *(("", None), ('""', None)),
    ],
)
def test_a_boolean_is_read_in_each_way_it_may_be_written(folder, value, read):
    assert read_folder(folder(boolean(value))).in_memory("child")["lives_with_person"].to_pylist() == [True, read]


@pytest.mark.parametrize("value", ["Female", "f", "female ", "unknown"])
def test_a_code_that_is_not_listed_is_answered_with_the_list(found, told, value):
    files = {"person.csv": f"person_id,sex\np0,male\np1,{value}\n"}
    assert found(files) == [("H336", "person.csv", 3, "sex")]
    assert "female, male, another" in told(files)


@pytest.mark.parametrize("value", ["2.1", "3.2-WM", "emergency"])
def test_a_level_is_read_from_its_list(folder, value):
    files = {"program.csv": f"program_id,service,level\ng1,x/y,{value}\n"}
    assert read_folder(folder(files)).in_memory("program")["level"].to_pylist() == [value]


def test_a_level_that_is_not_listed_is_told(found):
    files = {"program.csv": "program_id,service,level\ng1,x/y,2.10\n"}
    assert found(files) == [("H336", "program.csv", 2, "level")]


@pytest.mark.parametrize("value", ["", '""', "  "])
def test_a_required_value_that_is_empty_is_told(found, value):
    files = GIVEN | {"child.csv": f"child_id,person_id\nc1,{value}\n"}
    assert [one for one in found(files) if one[0] != "H342"] == [("H331", "child.csv", 2, "person_id")]


@pytest.mark.parametrize("name", ["kind", "completed_on", "assessment_id"])
def test_each_required_column_must_be_filled(found, name):
    row = {"assessment_id": "q1", "person_id": "p1", "kind": "initial", "completed_on": "2026-01-05"} | {name: ""}
    files = GIVEN | {"assessment.csv": f"{','.join(row)}\n{','.join(row.values())}\n"}
    assert found(files) == [("H331", "assessment.csv", 2, name)]


@pytest.mark.parametrize("value", [" p2", "p2 ", '"p2\n"', '"p\r\n2"'])
def test_an_id_with_a_space_or_a_line_break_is_told(found, value):
    assert found({"person.csv": f"person_id,sex\np1,\n{value},\n"}) == [("H339", "person.csv", 3, "person_id")]


def test_a_zero_byte_in_a_text_is_told(found):
    files = {"program.csv": b"program_id,service,name\ng1,x/y,Example\0House\n"}
    assert found(files) == [("H339", "program.csv", 2, "name")]


def test_the_words_that_programs_write_for_nothing_are_text_in_a_text_column(folder):
    files = {"program.csv": "program_id,service,name\ng1,x/y,NULL\ng2,x/y,NA\n"}
    assert read_folder(folder(files)).in_memory("program")["name"].to_pylist() == ["NULL", "NA"]


@pytest.mark.parametrize("value", ["secret-1987", "1987-99-99", "31/12/1987"])
def test_no_value_is_repeated_in_what_is_told(told, value):
    assert "1987" not in told(date(value))
    assert "1987" not in told(decimal(value))
    assert "1987" not in told({"person.csv": f"person_id,sex\np1,{value}\n"})
    assert "1987" not in told({"person.csv": f"person_id,sex\np1,female,{value}\n"})
    assert "1987" not in told({"person.csv": f'person_id,sex\np1,"{value}\n'})
    assert "1987" not in told({"person.csv": f"person_id\n{value}\n{value}\n"})
    assert "1987" not in told(GIVEN | {"child.csv": f"child_id,person_id\nc1,{value}\n"})


@pytest.mark.parametrize("files", [date("x"), time("x"), decimal("x"), integer("x"), boolean("x")])
def test_every_answer_to_a_wrong_value_has_a_valid_example(folder, told, files):
    example = told(files).split("Write for example ")[1].split(". ")[0]
    for name, content in list(files.items()):
        files[name] = content.replace(",x\n", f",{example}\n")
    assert read_folder(folder(files)).held


def test_every_finding_of_every_file_is_told_at_once_and_in_order(found):
    files = {
        "person.csv": "person_id,sex,birth_date\np1,strange,2026-02-30\np1,male\n",
        "child.csv": "child_id,person_id,lives_with_person\nc1,p1,perhaps\n,p1,yes\n",
        "persons.csv": "",
        "program.csv": "program_id;service\n",
    }
    assert [(code, file, line) for code, file, line, _ in found(files)] == [
        ("H332", "child.csv", 2),
        ("H331", "child.csv", 3),
        ("H333", "person.csv", 2),
        ("H336", "person.csv", 2),
        ("H321", "person.csv", 3),
        ("H303", "persons.csv", 0),
        ("H308", "program.csv", 1),
    ]
