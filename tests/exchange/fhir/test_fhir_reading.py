"""Files: bundles of every type, NDJSON, and everything that can be wrong with them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from handrail.exchange.fhir import read
from handrail.findings import FindingsError

ADA = {"resourceType": "Patient", "id": "ada", "birthDate": "1990-05-01"}
BEN = {"resourceType": "Patient", "id": "ben", "birthDate": "1985-11-30"}


def persons(*paths: Path) -> list[str]:
    return read(paths).records.in_memory("person")["person_id"].to_pylist()


def bundle(kind: str, *entries: dict) -> dict:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


@pytest.fixture
def file(tmp_path):
    def write(name: str, content: object) -> Path:
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        path = tmp_path / name
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    return write


def lines(*resources: object) -> bytes:
    return b"\n".join(json.dumps(resource).encode() for resource in resources)


@pytest.mark.parametrize(
    "kind", ["collection", "transaction", "batch", "searchset", "document", "message", "history", "batch-response"]
)
def test_a_bundle_of_any_type_is_read(file, kind):
    assert persons(file("a.json", bundle(kind, {"resource": ADA}, {"resource": BEN}))) == ["ada", "ben"]


def test_a_single_resource_is_read(file):
    assert persons(file("a.json", ADA)) == ["ada"]


def test_a_bundle_within_a_bundle_is_read(file):
    assert persons(file("a.json", bundle("collection", {"resource": bundle("searchset", {"resource": ADA})}))) == [
        "ada"
    ]


@pytest.mark.parametrize("name", ["a.ndjson", "a.jsonl", "a.NDJSON", "a.ndjson.gz"])
def test_one_resource_a_line_is_read(file, name):
    assert persons(file(name, lines(ADA, BEN) + b"\n\n")) == ["ada", "ben"]


def test_a_packed_bundle_and_a_byte_order_mark_are_read(file):
    packed = file("a.json.gz", bundle("collection", {"resource": ADA}))
    marked = file("b.ndjson", b"\xef\xbb\xbf" + lines(BEN))
    assert persons(packed, marked) == ["ada", "ben"]


def test_a_folder_stands_for_the_files_in_it(file, tmp_path):
    file("b.json", BEN)
    file("a.ndjson", lines(ADA))
    file("readme.txt", b"not FHIR")
    assert persons(tmp_path) == ["ada", "ben"]


def test_of_a_history_the_newest_counts_and_what_was_deleted_is_gone(file):
    old = ADA | {"birthDate": "1991-01-01"}
    gone = {"request": {"method": "DELETE", "url": "Patient/ben"}}
    told = read([file("a.json", bundle("history", {"resource": ADA}, gone, {"resource": old}, {"resource": BEN}))])
    assert [str(day) for day in told.records.in_memory("person")["birth_date"].to_pylist()] == ["1990-05-01"]


def test_the_same_resource_twice_is_one_whatever_its_metadata(file):
    stamped = ADA | {"meta": {"lastUpdated": "2024-01-01T00:00:00Z"}, "text": {"status": "generated"}}
    assert persons(file("a.json", ADA), file("b.json", stamped)) == ["ada"]


def test_one_page_of_several_is_told(file):
    page = bundle("searchset", {"resource": ADA}) | {"id": "page", "link": [{"relation": "next", "url": "x"}]}
    assert [item.resource_type for item in read([file("a.json", page)]).unmapped] == ["Bundle"]


def test_the_outcome_of_a_search_is_not_a_record(file):
    outcome = {"resource": {"resourceType": "OperationOutcome"}, "search": {"mode": "outcome"}}
    assert read([file("a.json", bundle("searchset", outcome, {"resource": ADA}))]).unmapped == ()


def test_one_id_with_two_contents_is_a_finding(found_in):
    other = ADA | {"birthDate": "1999-09-09"}
    assert found_in({"a.ndjson": lines(ADA, BEN), "b.ndjson": lines(BEN, other)}) == [
        ("H406", "b.ndjson", 2, "Patient/ada")
    ]


def test_every_broken_line_is_told_with_its_number(found_in):
    text = b"\n".join([lines(ADA), b'{"resourceType": "Patient",', b"", lines(BEN), b"\xff\xfe", b"[1, 2]", b"null"])
    assert [one[:3] for one in found_in({"a.ndjson": text})] == [
        ("H404", "a.ndjson", 2),
        ("H404", "a.ndjson", 5),
        ("H405", "a.ndjson", 6),
        ("H404", "a.ndjson", 7),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "H404"),
        ("not JSON", "H404"),
        ('{"resourceType": "Patient", "id": "a", "n": NaN}', "H404"),
        ("[" * 100_000, "H404"),
        ('{"resourceType": "Patient", "id": "\\ud800"}', "H404"),
        ('{"id": "ada"}', "H405"),
        ('{"resourceType": 7}', "H405"),
        ('{"resourceType": "\\u001b[2J"}', "H405"),
        ("[]", "H405"),
        ('{"resourceType": "Patient", "id": "a b"}', "H405"),
        ('{"resourceType": "Patient", "id": 7}', "H405"),
        ('{"resourceType": "Bundle", "entry": {"resource": 1}}', "H405"),
        ('{"resourceType": "Bundle", "entry": [{"resource": "Patient"}]}', "H405"),
        ('{"resourceType": "Patient", "id": "a", "birthDate": 1990}', "H405"),
        ('{"resourceType": "Patient", "id": "a", "link": {"other": 1}}', "H405"),
        ('{"resourceType": "Patient", "id": "a", "deceasedBoolean": "yes"}', "H405"),
        ('{"resourceType": "Patient", "id": "a", "birthDate": "1990-02-30"}', "H408"),
        ('{"resourceType": "Patient", "id": "a", "birthDate": "05/01/1990"}', "H408"),
        ('{"resourceType": "Claim", "id": "a"}', "H409"),
    ],
)
def test_what_cannot_be_read_is_a_finding(found_in, text, code):
    assert [one[0] for one in found_in({"a.json": text})] == [code]


def test_lines_in_a_file_for_one_resource_get_a_hint(tmp_path):
    file = tmp_path / "a.json"
    file.write_bytes(lines(ADA, BEN))
    with pytest.raises(FindingsError, match=r"name it \.ndjson"):
        read([file])


def test_a_fifth_version_encounter_is_not_r4(found_in):
    fifth = {"resourceType": "Encounter", "id": "e", "class": [{"coding": []}], "subject": {"reference": "Patient/ada"}}
    assert found_in({"a.ndjson": lines(ADA, fifth)}) == [("H405", "a.ndjson", 2, "Encounter/e")]


@pytest.mark.parametrize("name", ["a.xml", "a", "a.json.zip"])
def test_an_unknown_ending_is_a_finding(found_in, name):
    assert [one[0] for one in found_in({name: "x"})] == ["H403"]


def test_a_missing_a_cut_and_an_empty_one_are_all_told(tmp_path):
    cut = tmp_path / "cut.ndjson.gz"
    cut.write_bytes(gzip.compress(lines(*[ADA] * 500))[:-20])
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(FindingsError) as caught:
        read([tmp_path / "missing.json", cut, empty])
    assert [(one.code, Path(one.file).name) for one in caught.value.findings] == [
        ("H403", "cut.ndjson.gz"),
        ("H403", "empty"),
        ("H403", "missing.json"),
    ]


def test_a_file_of_nothing_but_broken_lines_is_not_read_to_its_end(found_in):
    told = found_in({"a.ndjson": b"{\n" * 5000})
    assert max(line for _, _, line, _ in told) == 100
    assert len(told) <= 102


def test_no_finding_repeats_what_a_record_says(tmp_path):
    file = tmp_path / "a.json"
    file.write_text('{"resourceType": "Patient", "id": "ada", "birthDate": "secret"}', encoding="utf-8")
    with pytest.raises(FindingsError) as caught:
        read([file])
    assert "secret" not in str(caught.value)
