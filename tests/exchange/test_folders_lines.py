from __future__ import annotations

import pytest

from handrail.exchange.folders.reading import read_folder

HEAD = "person_id,sex\n"


def test_a_line_with_too_few_values_is_told(found):
    assert found({"person.csv": HEAD + "p1,female\np2\np3,male\n"}) == [("H321", "person.csv", 3, "line")]


def test_a_line_with_too_many_values_is_told(found):
    assert found({"person.csv": HEAD + "p1,female\np2,male,more\n"}) == [("H322", "person.csv", 3, "line")]


def test_a_quote_that_is_never_closed_is_told_where_it_opens(found):
    assert found({"person.csv": HEAD + 'p1,female\np2,"male\np3,male\n'}) == [("H323", "person.csv", 3, "line")]


def test_text_after_a_closing_quote_is_told(found):
    files = {"person.csv": HEAD + 'p1,"female"x\np2,male\np3,unheard-of\n'}
    assert found(files) == [("H323", "person.csv", 2, "line"), ("H336", "person.csv", 4, "sex")]


def test_what_stands_before_an_open_quote_is_told_with_it(found):
    files = {"person.csv": HEAD + 'p1,unheard-of\np2,"male\np3,male\np4,"fe"male"\np5,strange\n'}
    assert ("H336", "person.csv", 2, "sex") in found(files)
    assert ("H323", "person.csv", 3, "line") in found(files)


def test_a_latin_1_sign_in_a_utf_8_file_is_told(found):
    files = {"program.csv": b"program_id,service,name\ng1,x/y,Caf\xe9\ng2,x/y,Caf\xc3\xa9\n"}
    assert found(files) == [("H324", "program.csv", 2, "line")]


def test_the_line_is_right_where_the_broken_encoding_stands_in_an_unknown_column(found):
    files = {"person.csv": b"person_id,odd,sex\np1,\xe9,female\np2,x,strange\np2,x,male\n"}
    assert found(files) == [
        ("H309", "person.csv", 1, "odd"),
        ("H324", "person.csv", 2, "line"),
        ("H336", "person.csv", 3, "sex"),
        ("H341", "person.csv", 4, "person_id"),
    ]


def test_a_line_longer_than_any_row_is_told(found):
    assert found({"person.csv": HEAD + "p1,female\np2," + "x" * 3_000_000 + "\np3,male\n"}) == [
        ("H325", "person.csv", 3, "line")
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_line_ending_gives_the_right_line(found, end):
    lines = ["person_id,sex", "p1,female", "p2", "", "p3,strange", "p4,male,more", "p3,male"]
    assert found({"person.csv": end.join(lines) + end}) == [
        ("H321", "person.csv", 3, "line"),
        ("H336", "person.csv", 5, "sex"),
        ("H322", "person.csv", 6, "line"),
        ("H341", "person.csv", 7, "person_id"),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_breaks_inside_values_are_counted(found, end):
    lines = [
        "program_id,service,name,level",
        f'g1,x/y,"Example{end}House{end}North",2.1',
        "",
        "g2,x/y,Plain,99",
        "g3,x/y",
        f'g4,x/y,"Two{end}lines",99',
    ]
    assert found({"program.csv": end.join(lines) + end}) == [
        ("H336", "program.csv", 6, "level"),
        ("H321", "program.csv", 7, "line"),
    ]


def test_every_line_of_a_kind_is_listed_where_values_break_lines(told):
    text = 'program_id,service,name,level\ng1,x/y,"a\nb",99\ng2,x/y,c,99\n\ng3,x/y,"d\n\ne",99\n'
    assert "In 3 lines: 2, 4, 6." in told({"program.csv": text})


def test_a_line_ending_of_another_kind_is_told(found):
    assert found({"person.csv": "person_id,sex\np1,male\np2,male\r\np3,male\n"}) == [
        ("H314", "person.csv", 3, "line ending")
    ]
    assert found({"person.csv": "person_id,sex\r\np1,male\r\np2,male\np3,male\r\n"}) == [
        ("H314", "person.csv", 3, "line ending")
    ]


def test_another_line_ending_inside_quotes_is_part_of_the_value(folder):
    text = 'program_id,service,name\ng1,x/y,"Example\r\nHouse"\n'
    table = read_folder(folder({"program.csv": text})).in_memory("program")
    assert table["name"].to_pylist() == ["Example\r\nHouse"]


def test_quoted_values_keep_commas_and_quotes(folder):
    text = 'program_id,service,name\ng1,x/y,"Example, ""the"" House"\n'
    table = read_folder(folder({"program.csv": text})).in_memory("program")
    assert table["name"].to_pylist() == ['Example, "the" House']


def test_references_to_rows_on_broken_lines_wait_for_them(found):
    files = {"person.csv": HEAD + "p1,female\np2\n", "child.csv": "child_id,person_id\nc1,p2\n"}
    assert found(files) == [("H321", "person.csv", 3, "line")]


def test_a_quote_that_swallows_many_lines_is_suspected(found):
    rows = "".join(f"g{row},x/y,House {row}\n" for row in range(2, 2000))
    files = {"program.csv": f'program_id,service,name\ng1,x/y,"Example\n{rows}g2000,x/y,House"\n'}
    assert [(code, line) for code, _, line, _ in found(files)] == [("H339", 2)]


def test_one_broken_line_among_many_is_the_only_one_told(found):
    lines = [f"p{row},female" for row in range(200_000)]
    lines[100_000] = "p100000,female,more"
    assert found({"person.csv": HEAD + "\n".join(lines) + "\n"}) == [("H322", "person.csv", 100_002, "line")]


def test_one_wrong_value_among_many_is_the_only_one_told(found):
    lines = [f"p{row},female" for row in range(200_000)]
    lines[50] = 'p50,"female"'
    lines[100_000] = "p100000,"
    lines[123_456] = "p123456,strange"
    assert found({"person.csv": HEAD + "\n".join(lines) + "\n"}) == [("H336", "person.csv", 123_458, "sex")]


def test_many_broken_lines_are_counted_and_the_first_named(told):
    text = told({"person.csv": HEAD + "p1\n" * 3000})
    listed = ", ".join(str(line) for line in range(2, 22))
    assert f"In 3,000 lines: {listed} and 2,980 more." in text
    assert text.count("H321") == 1


def test_many_wrong_values_are_counted_and_the_first_named(told):
    text = told({"person.csv": HEAD + "".join(f"p{row},strange\n" for row in range(3000))})
    listed = ", ".join(str(line) for line in range(2, 22))
    assert f"In 3,000 lines: {listed} and 2,980 more." in text
    assert text.count("H336") == 1
