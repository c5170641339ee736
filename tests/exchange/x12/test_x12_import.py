"""837P files become the same tables as an extract; what is wrong is told by segment, and nothing is written."""

from __future__ import annotations

import tracemalloc
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner
from x12_claims import LINES, claim, dependent, envelope, subscriber, transaction

from handrail.cli.main import app
from handrail.exchange.x12.claim_lines import Reader
from handrail.exchange.x12.faults import Faults
from handrail.exchange.x12.importing import import_x12, read_lines
from handrail.findings import FindingsError

GOOD = envelope(transaction(subscriber(2), claim()))


@pytest.fixture
def rows(tmp_path):
    def read(table: str, *files: Path):
        out = tmp_path / "out"
        if not out.exists():
            import_x12(files, out)
        return pq.read_table(out / f"{table}.parquet").to_pylist()

    return read


@pytest.fixture
def found(tmp_path):
    def read(*files: Path):
        with pytest.raises(FindingsError) as caught:
            import_x12(files, tmp_path / "out")
        assert not [path for path in tmp_path.iterdir() if path.is_dir()]
        return [(one.code, Path(one.file).name, one.line, one.subject) for one in caught.value.findings]

    return read


def test_a_claim_line_is_read(rows, x12):
    (line,) = rows("oversight/service_line", x12(GOOD))
    wanted = {
        "claim_line_id": "EXAMPLECLINIC:C1:1",
        "person_id": "M001",
        "family": "iop",
        "hcpcs": "H0015",
        "modifiers": "HF",
        "place_of_service": "57",
        "starts_on": date(2026, 1, 5),
        "ends_on": date(2026, 1, 5),
        "units": Decimal("1"),
        "billing_npi": "1900000001",
        "rendering_npi": "1000000001",
        "diagnosis_code": "F11.20",
        "payer": "EXAMPLE PAYER",
        "paid_amount": None,
    }
    assert {name: line[name] for name in wanted} == wanted
    (person,) = rows("person")
    assert (person["birth_date"], person["sex"]) == (date(1990, 1, 1), "female")


def test_the_line_s_own_clinician_place_and_span_come_first(rows, x12):
    lines = [
        "LX*1",
        "SV1*HC:H0015*150*UN*2*12**1",
        "DTP*472*RD8*20260106-20260108",
        "NM1*82*1*OTHER*EVE****XX*1000000002",
    ]
    (line,) = rows("oversight/service_line", x12(envelope(transaction(subscriber(2), claim(lines=lines)))))
    assert (line["rendering_npi"], line["place_of_service"], line["units"]) == ("1000000002", "12", 2)
    assert (line["starts_on"], line["ends_on"]) == (date(2026, 1, 6), date(2026, 1, 8))


def test_many_transactions_interchanges_and_files_are_read(rows, x12):
    one = transaction(subscriber(2), claim("C1"), claim("C2"))
    other = transaction(subscriber(2, "M002"), claim("C3"), number=2)
    first = x12([*envelope(one, other), *envelope(transaction(subscriber(2), claim("C4")), number=2)], "a.x12")
    second = x12(envelope(transaction(subscriber(2, "M003"), claim("C5"))), "b.x12")
    assert sorted(row["claim_id"] for row in rows("claim_line", first, second)) == ["C1", "C2", "C3", "C4", "C5"]
    assert sorted(row["person_id"] for row in rows("person")) == ["M001", "M002", "M003"]


def test_a_dependent_is_another_person_than_the_subscriber(rows, x12):
    levels = [*subscriber(2, has_dependent=True), *dependent(3, 2), *claim("C1"), *dependent(4, 2, "CAL"), *claim("C2")]
    segments = envelope(transaction(levels, subscriber(5, "M002"), claim("C3")))
    who = {row["claim_id"]: row["person_id"] for row in rows("claim_line", x12(segments))}
    assert len(set(who.values())) == 3
    assert who["C3"] == "M002"
    assert all(who[one].startswith("M001-") for one in ("C1", "C2"))
    assert {row["sex"] for row in rows("person")} == {"female", "male"}


def test_one_line_without_breaks_is_read_as_well(rows, x12):
    assert len(rows("claim_line", x12(GOOD, ending="~"))) == 1


def test_what_an_837_cannot_say_is_told_and_stays_empty(x12, tmp_path):
    segments = envelope(transaction(subscriber(2), claim("C1"), claim("C2", frequency="8")))
    notes = import_x12([x12(segments)], tmp_path / "out").notes
    assert any("1 lines of voids" in note for note in notes)
    assert any("there is no coverage" in note for note in notes)
    assert not (tmp_path / "out" / "coverage.parquet").exists()


def test_a_line_in_minutes_has_no_units(rows, x12):
    lines = ["LX*1", "SV1*HC:00104*150*MJ*30***1", "DTP*472*D8*20260105"]
    (line,) = rows("claim_line", x12(envelope(transaction(subscriber(2), claim(lines=lines)))))
    assert line["units"] is None


def test_bad_segments_are_told_all_at_once_by_their_number(found, x12):
    bad = list(GOOD)
    bad[bad.index("DTP*472*D8*20260105")] = "DTP*472*D8*20260145"
    bad[bad.index("LX*1")] = "LX*7"
    bad.insert(bad.index("LX*7") + 1, "QQ*1")
    at = bad.index("LX*7") + 1
    assert found(x12(bad)) == [
        ("H431", "claims.x12", at, "LX"),
        ("H431", "claims.x12", at + 1, "QQ"),
        ("H432", "claims.x12", at + 3, "DTP03"),
        ("H433", "claims.x12", at + 4, "SE"),
    ]


def test_a_segment_that_is_missing_is_told(found, x12):
    bad = [segment for segment in GOOD if not segment.startswith("DTP")]
    told = found(x12(bad))
    assert ("H431", "DTP") in {(code, subject) for code, _, _, subject in told}


@pytest.mark.parametrize("kept", [1, 2, 5, 20, -2, -1])
def test_a_file_that_is_cut_short_is_told(found, x12, kept):
    assert "H433" in {code for code, *_ in found(x12(GOOD[:kept]))}


def test_something_after_the_end_is_told(found, x12):
    file = x12(GOOD)
    file.write_text(file.read_text(encoding="ascii") + "and more", encoding="ascii")
    assert found(file) == [("H433", "claims.x12", len(GOOD), "file")]


def test_an_empty_segment_hides_nothing_after_it(found, x12):
    at = GOOD.index("LX*1")
    assert "H433" in {code for code, *_ in found(x12([*GOOD[:at], "", *GOOD[at:]], ending="~"))}


@pytest.mark.parametrize("content", ["", "claim_id,person_id\n", "ISA*00*too short~", "\x00\xff" * 80])
def test_what_is_no_x12_is_told(found, tmp_path, content):
    file = tmp_path / "other.x12"
    file.write_text(content, encoding="latin-1")
    assert found(file) == [("H430", "other.x12", 1, "envelope")]


@pytest.mark.parametrize("guide", ["005010X221A1", "005010X223A2"])
def test_another_transaction_is_told(found, x12, guide):
    other = [segment.replace("005010X222A1", guide) for segment in GOOD]
    assert [told[:3] for told in found(x12(other))] == [("H430", "claims.x12", 2)]


def test_a_file_that_is_not_there_is_told_beside_the_others(found, x12, tmp_path):
    told = found(tmp_path / "nowhere.x12", x12(GOOD[:20]))
    assert {(code, file) for code, file, *_ in told} >= {("H430", "nowhere.x12"), ("H433", "claims.x12")}


def test_one_claim_in_two_files_is_told_by_file_and_segment(found, x12):
    at = GOOD.index("LX*1") + 1
    told = found(x12(GOOD, "a.x12"), x12(GOOD, "b.x12"))
    assert told == [("H341", "b.x12", at, "claim_id, claim_line_number, data_source")]


def test_only_voids_leave_nothing_to_write(found, x12):
    assert found(x12(envelope(transaction(subscriber(2), claim(frequency="8")))))[0][0] == "H434"


def test_no_value_stands_in_what_is_told(x12, tmp_path):
    bad = [segment.replace("DTP*472*D8*20260105", "DTP*472*D8*20261399") for segment in GOOD]
    bad[bad.index("LX*1")] = "QZ*HIDDEN"
    with pytest.raises(FindingsError) as caught:
        import_x12([x12(bad)], tmp_path / "out")
    assert "20261399" not in str(caught.value)
    assert "HIDDEN" not in str(caught.value)


def test_memory_does_not_grow_with_the_file(x12):
    def peak(claims: int) -> int:
        many = [segment for at in range(claims) for segment in claim(f"C{at}", LINES)]
        file = x12(envelope(transaction(subscriber(2), many)), f"{claims}.x12")
        tracemalloc.start()
        try:
            assert sum(1 for _ in read_lines(file, Reader(), Faults(file))) == claims
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(1)
    assert peak(200) < peak(20) * 1.3


def test_the_command_writes_or_fails_with_2(x12, tmp_path):
    runner = CliRunner(env={"COLUMNS": "160"})
    good, bad = x12(GOOD), x12(GOOD[:20], "bad.x12")
    done = runner.invoke(app, ["import", "x12", str(good), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert "service_line" in done.output
    failed = runner.invoke(app, ["import", "x12", str(bad), "--out", str(tmp_path / "other")])
    assert failed.exit_code == 2
    assert "H433" in failed.output + failed.stderr
    assert not (tmp_path / "other").exists()
