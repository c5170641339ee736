from __future__ import annotations

import gzip

import pytest

from handrail.exchange.folders.reading import read_folder


def test_an_empty_file_is_said_to_be_empty(found):
    assert found({"person.csv": ""}) == [("H306", "person.csv", 0, "file")]


def test_a_file_of_blank_lines_is_said_to_be_empty(found):
    assert found({"person.csv": "\n\n"}) == [("H306", "person.csv", 0, "file")]


def test_a_file_with_only_a_header_has_no_rows(folder):
    assert read_folder(folder({"person.csv": "person_id,sex\n"})).in_memory("person").num_rows == 0


def test_a_header_without_a_line_end_has_no_rows(folder):
    assert read_folder(folder({"person.csv": "person_id,sex"})).in_memory("person").num_rows == 0


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_asked_for_as_utf_8(found, encoding):
    assert found({"person.csv": "person_id,sex\np1,female\n".encode(encoding)}) == [("H307", "person.csv", 0, "file")]


def test_a_byte_order_mark_is_no_part_of_the_first_name(folder):
    directory = folder({"person.csv": b"\xef\xbb\xbfperson_id,sex\np1,female\n"})
    assert read_folder(directory).in_memory("person")["person_id"].to_pylist() == ["p1"]


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_another_separator_than_the_comma_is_named(found, sign):
    assert found({"person.csv": f"person_id{sign}sex\np1{sign}female\n"}) == [("H308", "person.csv", 1, "first line")]


def test_a_file_without_header_is_told_without_its_values(found, told):
    files = {"person.csv": "p1,1990-01-01,female\np2,1991-01-01,male\n"}
    assert found(files) == [("H308", "person.csv", 1, "first line")]
    assert "1990" not in told(files)


def test_a_blank_line_before_the_header_is_a_missing_header(found):
    assert found({"person.csv": "\nperson_id\np1\n"}) == [("H308", "person.csv", 1, "first line")]


def test_an_unknown_column_gets_the_nearest_name(found, told):
    files = {"person.csv": "person_id,birthdate\np1,\n"}
    assert found(files) == [("H309", "person.csv", 1, "birthdate")]
    assert 'Did you mean "birth_date"?' in told(files)


def test_a_column_in_capitals_gets_the_nearest_name(found, told):
    files = {"person.csv": "PERSON_ID,sex\np1,female\n"}
    assert [code for code, *_ in found(files)] == ["H309", "H311"]
    assert 'Did you mean "person_id"?' in told(files)


def test_a_column_without_a_name_is_told_by_its_number(found):
    assert found({"person.csv": "person_id,sex,\np1,female,\n"}) == [("H309", "person.csv", 1, "column 3")]


def test_a_column_named_twice_is_told_once(found):
    assert found({"person.csv": "person_id,sex,sex\np1,male,female\n"}) == [("H310", "person.csv", 1, "sex")]


def test_each_missing_required_column_is_told(found):
    assert found({"child.csv": "lives_with_person\ntrue\n"}) == [
        ("H311", "child.csv", 1, "child_id"),
        ("H311", "child.csv", 1, "person_id"),
    ]


def test_a_column_that_is_not_required_may_be_left_out(folder):
    table = read_folder(folder({"person.csv": "person_id\np1\n"})).in_memory("person")
    assert table.to_pylist() == [
        {"person_id": "p1", "birth_date": None, "sex": None, "died_on": None, "recorded_on": None}
    ]


def test_columns_may_stand_in_any_order(folder):
    table = read_folder(folder({"person.csv": "sex,person_id\nfemale,p1\n"})).in_memory("person")
    assert table["person_id"].to_pylist() == ["p1"]


def test_an_unknown_column_does_not_hide_what_is_wrong_in_the_rows(found):
    files = {"person.csv": "person_id,nickname,sex\np1,Ada,female\np2,Ben,unheard-of\n"}
    assert found(files) == [("H309", "person.csv", 1, "nickname"), ("H336", "person.csv", 3, "sex")]


def test_a_header_in_another_encoding_is_told(found):
    assert found({"person.csv": "person_id,né\np1,\n".encode("latin-1")}) == [("H324", "person.csv", 1, "first line")]


def test_a_quoted_header_is_read(folder):
    directory = folder({"person.csv": '"person_id","sex"\n"p1","female"\n'})
    assert read_folder(directory).in_memory("person")["sex"].to_pylist() == ["female"]


def test_compressed_csv_is_read(folder):
    directory = folder({"person.csv.gz": gzip.compress(b"person_id,sex\np1,female\n")})
    assert read_folder(directory).in_memory("person")["sex"].to_pylist() == ["female"]


def test_compressed_csv_has_lines_too(found):
    files = {"person.csv.gz": gzip.compress(b"person_id,sex\np1,female\np2\np3,unheard-of\n")}
    assert found(files) == [("H321", "person.csv.gz", 3, "line"), ("H336", "person.csv.gz", 4, "sex")]


def test_what_is_not_compressed_in_spite_of_its_name_is_told(found):
    assert found({"person.csv.gz": b"person_id\np1\n"}) == [("H312", "person.csv.gz", 0, "file")]


def test_compressed_csv_that_is_cut_short_is_told(found):
    rows = "".join(f"p{row * row}\n" for row in range(200_000))
    whole = gzip.compress(f"person_id\n{rows}".encode())
    assert found({"person.csv.gz": whole[: len(whole) // 2]}) == [("H312", "person.csv.gz", 0, "file")]
