from __future__ import annotations

from pathlib import Path

import pytest

from handrail.exchange.folders.reading import read_folder
from handrail.findings import FindingsError

PERSON = "person_id\np1\n"


def codes(directory: Path) -> list[tuple[str, str]]:
    with pytest.raises(FindingsError) as caught:
        read_folder(directory)
    return [(one.code, one.says) for one in caught.value.findings]


def test_a_folder_that_does_not_exist_is_said_so(tmp_path):
    assert codes(tmp_path / "nowhere") == [("H301", "does not exist.")]


def test_a_file_in_place_of_a_folder_is_said_so(tmp_path):
    (tmp_path / "person.csv").write_text(PERSON)
    assert codes(tmp_path / "person.csv") == [("H301", "is a file, not a folder.")]


def test_an_empty_folder_is_said_to_be_empty(tmp_path):
    assert codes(tmp_path) == [("H302", "is empty.")]


def test_a_folder_without_tables_is_said_to_hold_none(found):
    assert found({"notes.txt": "hello"}) == [("H302", ".", 0, "folder")]


def test_a_folder_of_fhir_files_is_told_how_to_import_them(told):
    assert "handrail import fhir" in told({"bundle.json": "{}"})


def test_a_misspelled_table_gets_the_nearest_name(told, found):
    assert found({"persons.csv": PERSON}) == [("H303", "persons.csv", 0, "persons")]
    assert 'Did you mean "person"?' in told({"persons.csv": PERSON})


def test_a_capital_letter_in_the_name_gets_the_nearest_name(told):
    assert 'Did you mean "person"?' in told({"Person.csv": PERSON})


def test_a_spreadsheet_is_asked_for_as_csv(told, found):
    assert found({"person.xlsx": b"PK"}) == [("H303", "person.xlsx", 0, "person")]
    assert "Save it as person.csv" in told({"person.xlsx": b"PK"})


def test_a_misspelled_table_does_not_hide_what_is_wrong_elsewhere(found):
    files = {"childs.csv": "child_id\n", "person.csv": "person_id,sex\np1,unheard-of\n"}
    assert [(code, file) for code, file, *_ in found(files)] == [("H303", "childs.csv"), ("H336", "person.csv")]


def test_references_to_a_misspelled_table_are_not_complained_of_too(found):
    files = {"persons.csv": PERSON, "child.csv": "child_id,person_id\nc1,p1\n"}
    assert [code for code, *_ in found(files)] == ["H303"]


def test_hidden_files_and_readmes_are_left_alone(folder):
    directory = folder({"person.csv": PERSON, ".DS_Store": b"\0", "README.txt": "hello", "_SUCCESS": ""})
    assert read_folder(directory).in_memory("person").num_rows == 1


def test_a_table_as_csv_and_as_parquet_is_refused(found):
    assert found({"person.csv": PERSON, "person.parquet": b""}) == [("H304", "person.csv", 0, "person")]


def test_a_table_as_csv_and_as_compressed_csv_is_refused(found):
    assert found({"person.csv": PERSON, "person.csv.gz": b""}) == [("H304", "person.csv", 0, "person")]


def test_references_to_a_table_given_twice_wait_for_it(found):
    files = {"person.csv": PERSON, "person.csv.gz": b"", "child.csv": "child_id,person_id\nc1,p9\n"}
    assert [code for code, *_ in found(files)] == ["H304"]


def test_a_link_out_of_the_folder_is_refused(folder, tmp_path):
    (tmp_path / "elsewhere.csv").write_text(PERSON)
    directory = folder({"child.csv": "child_id,person_id\n"})
    (directory / "person.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert [code for code, _ in codes(directory)] == ["H305"]


def test_a_folder_of_parts_that_are_not_parquet_is_refused(found):
    assert found({"person/part-0.csv": PERSON}) == [("H303", "person/part-0.csv", 0, "person")]


def test_a_folder_without_parts_is_refused(folder):
    directory = folder({"person.csv": PERSON})
    (directory / "child").mkdir()
    assert codes(directory) == [("H303", "is a folder without any Parquet file in it.")]


def test_a_folder_near_a_table_name_gets_the_nearest_name(told):
    assert 'Did you mean "person"?' in told({"persons/part-0.parquet": b""})


def test_other_folders_are_left_alone(folder):
    directory = folder({"person.csv": PERSON, "archive/old.csv": PERSON})
    assert set(read_folder(directory).held) == {"person"}


def test_a_folder_may_have_signs_that_are_patterns_elsewhere(tmp_path):
    directory = tmp_path / "it's [her] *records?"
    directory.mkdir()
    (directory / "person.csv").write_text(PERSON)
    assert read_folder(directory).in_memory("person").num_rows == 1


def test_a_folder_may_be_named_relative_to_where_one_stands(folder, monkeypatch):
    directory = folder({"person.csv": PERSON})
    monkeypatch.chdir(directory.parent)
    assert read_folder(Path("records")).in_memory("person").num_rows == 1


def test_nothing_is_left_in_the_spool_after_findings(folder, tmp_path):
    spool = tmp_path / "spool"
    directory = folder({"person.csv": "person_id\np1\np1\n"})
    with pytest.raises(FindingsError):
        read_folder(directory, spool=spool, most_in_memory=0)
    assert list(spool.iterdir()) == []


def test_nothing_is_left_in_the_spool_when_all_is_in_memory(folder, tmp_path):
    read_folder(folder({"person.csv": PERSON}), spool=tmp_path / "spool")
    assert list((tmp_path / "spool").iterdir()) == []


def test_a_spool_that_cannot_be_written_is_said_so(folder, tmp_path):
    (tmp_path / "spool").write_text("a file, not a folder")
    with pytest.raises(FindingsError) as caught:
        read_folder(folder({"person.csv": PERSON}), spool=tmp_path / "spool")
    assert [one.code for one in caught.value.findings] == ["H351"]
