from __future__ import annotations

import csv

import pytest

from handrail.exchange.folders.reading import read_folder
from handrail.exchange.template import write_template
from handrail.findings import FindingsError
from handrail.records.schema import tables


def test_every_table_has_a_file_with_its_header(tmp_path):
    write_template(tmp_path / "new")
    for table in tables().values():
        with (tmp_path / "new" / f"{table.name}.csv").open(encoding="utf-8", newline="") as stream:
            assert list(csv.reader(stream)) == [list(table.columns)]


def test_the_readme_tells_every_column(tmp_path):
    write_template(tmp_path / "new")
    readme = (tmp_path / "new" / "README.txt").read_text(encoding="utf-8")
    for table in tables().values():
        assert f"\n{table.name}\n" in readme
        assert all(f"    {column} " in readme for column in table.columns)


def test_there_is_nothing_else_in_it(tmp_path):
    write_template(tmp_path / "new")
    names = {file.name for file in (tmp_path / "new").iterdir()}
    assert names == {"README.txt"} | {f"{name}.csv" for name in tables()}
    assert [file.name for file in tmp_path.iterdir()] == ["new"]


def test_a_template_reads_back_as_tables_without_rows(tmp_path):
    write_template(tmp_path / "new")
    held = read_folder(tmp_path / "new")
    assert set(held.held) == set(tables())
    assert sum(held.in_memory(name).num_rows for name in tables()) == 0


def test_an_empty_folder_is_filled(tmp_path):
    write_template(tmp_path)
    assert (tmp_path / "person.csv").exists()


def test_a_folder_with_something_in_it_is_left_as_it_was(tmp_path):
    (tmp_path / "person.csv").write_text("mine")
    with pytest.raises(FindingsError) as caught:
        write_template(tmp_path)
    assert [one.code for one in caught.value.findings] == ["H401"]
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("person.csv", "mine")]


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FindingsError) as caught:
        write_template(tmp_path / "file" / "new")
    assert [one.code for one in caught.value.findings] == ["H402"]
