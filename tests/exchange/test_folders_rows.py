from __future__ import annotations

import pytest

from handrail.exchange.folders.reading import read_folder

PERSON = {"person.csv": "person_id\np1\n"}
PROGRAM = {"program.csv": "program_id,service\ng1,x/y\n"}
EPISODE = "episode_id,person_id,program_id,requested_on,admitted_on,discharged_on\n"


def episodes(*rows: str) -> dict[str, str]:
    return PERSON | PROGRAM | {"episode.csv": EPISODE + "".join(f"{row}\n" for row in rows)}


def test_two_rows_with_one_key_are_told_at_the_second(found, told):
    files = {"person.csv": "person_id\np1\np2\np1\n"}
    assert found(files) == [("H341", "person.csv", 4, "person_id")]
    assert "Line: 4 repeats 2." in told(files)


def test_a_key_that_stands_often_is_told_at_every_repetition(told):
    assert "In 3 lines: 3 repeats 2, 5 repeats 2, 6 repeats 4." in told(
        {"person.csv": "person_id\np1\np1\np2\np1\np2\n"}
    )


def test_keys_of_different_tables_may_be_alike(folder):
    files = {"person.csv": "person_id\nx1\n", "child.csv": "child_id,person_id\nx1,x1\n"}
    assert read_folder(folder(files)).in_memory("child").num_rows == 1


def test_keys_that_differ_in_capitals_are_different(folder):
    assert read_folder(folder({"person.csv": "person_id\np1\nP1\n"})).in_memory("person").num_rows == 2


def test_a_reference_to_a_row_that_does_not_exist_is_told(found):
    files = PERSON | {"child.csv": "child_id,person_id\nc1,p1\nc2,p2\n"}
    assert found(files) == [("H342", "child.csv", 3, "person_id")]


def test_a_reference_to_a_table_that_is_not_there_is_told_once(found, told):
    files = {"child.csv": "child_id,person_id\nc1,p1\nc2,p2\n"}
    assert found(files) == [("H343", "child.csv", 2, "person_id")]
    assert "no person.csv" in told(files)


def test_an_empty_reference_names_nobody(folder):
    files = PERSON | {"inquiry.csv": "inquiry_id,person_id,topic,asked_on,asked_by\ni1,p1,children,2026-01-05,\n"}
    assert read_folder(folder(files)).in_memory("inquiry").num_rows == 1


def test_a_reference_is_found_wherever_its_row_stands(folder):
    rows = "".join(f"p{row}\n" for row in range(5000))
    files = {"person.csv": f"person_id\n{rows}", "child.csv": "child_id,person_id\nc1,p4999\nc2,p0\n"}
    assert read_folder(folder(files)).in_memory("child").num_rows == 2


def test_an_interval_that_ends_before_it_begins_is_told(found):
    rows = ["e1,p1,g1,,2026-03-01,2026-03-31", "e2,p1,g1,,2026-03-02,2026-03-01"]
    assert found(episodes(*rows)) == [("H344", "episode.csv", 3, "discharged_on")]


@pytest.mark.parametrize(
    ("table", "columns", "values"),
    [
        ("program_closure", "program_id,starts_on,ends_on", "g1,2026-02-02,2026-02-01"),
        ("facility_license", "program_id,issued_on,expires_on", "g1,2026-02-02,2026-02-01"),
        ("session", "program_id,type,status,held_on,starts_at,ends_at",
         "g1,group,held,2026-02-02,2026-02-02T10:00,2026-02-02T09:59"),
    ],
)  # fmt: skip
def test_each_pair_of_begin_and_end_is_checked(found, table, columns, values):
    files = PROGRAM | {f"{table}.csv": f"{table}_id,{columns}\nx1,{values}\n"}
    assert found(files) == [("H344", f"{table}.csv", 2, columns.split(",")[-1])]


def test_an_interval_may_be_one_day_long(folder):
    assert read_folder(folder(episodes("e1,p1,g1,,2026-03-01,2026-03-01"))).held


def test_an_interval_without_an_end_goes_on(folder):
    assert read_folder(folder(episodes("e1,p1,g1,,2026-03-01,"))).held


def test_an_episode_neither_requested_nor_admitted_is_told(found):
    rows = ["e1,p1,g1,2026-03-01,,", "e2,p1,g1,,,", "e3,p1,g1,,2026-03-01,"]
    assert found(episodes(*rows)) == [("H345", "episode.csv", 3, "requested_on")]


def test_episodes_without_either_column_are_all_told(found):
    files = PERSON | PROGRAM | {"episode.csv": "episode_id,person_id,program_id\ne1,p1,g1\ne2,p1,g1\n"}
    assert found(files) == [("H345", "episode.csv", 2, "requested_on")]


def test_a_date_that_is_wrong_is_not_told_as_missing_too(found):
    assert found(episodes("e1,p1,g1,yesterday,,")) == [("H332", "episode.csv", 2, "requested_on")]
