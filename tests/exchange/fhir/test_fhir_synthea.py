"""Twelve synthetic histories that nobody here wrote (Synthea), where they lie beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from handrail.exchange.fhir import read
from handrail.exchange.folders.reading import read_folder
from handrail.exchange.writing import write_folder

SYNTHEA = Path(__file__).resolve().parents[4] / "shared" / "data" / "synthea"

pytestmark = pytest.mark.skipif(not SYNTHEA.is_dir(), reason="needs ../shared/data/synthea beside the checkout")


@pytest.fixture(scope="module")
def imported():
    return read([SYNTHEA])


def column(imported, table, name):
    return imported.records.in_memory(table)[name].to_pylist()


def test_twelve_persons_and_what_is_said_of_them_are_imported(imported):
    assert imported.rows == {"person": 12, "diagnosis": 100, "outside_stay": 103, "observation": 120}


def test_nothing_is_said_of_children_or_of_anybody_having_asked(imported):
    assert not {"child", "inquiry", "episode"} & set(imported.rows)


def test_the_use_disorders_are_found_and_overdoses_are_none(imported):
    diagnoses = imported.records.in_memory("diagnosis").to_pylist()
    found = {(row["code"], row["category"]) for row in diagnoses}
    assert {("5602001", "substance_use"), ("7200002", "substance_use"), ("55680006", "other")} <= found
    assert sum(row["category"] == "substance_use" for row in diagnoses) == 5


def test_detoxification_stays_have_their_level_and_other_hospital_stays_none(imported):
    stays = imported.records.in_memory("outside_stay").to_pylist()
    kinds = [(row["level"], row["focus"]) for row in stays]
    assert kinds.count(("3.7", "substance_use")) == 22
    assert {focus for level, focus in kinds if level is None} == {"medical"}
    assert all(row["discharged_on"] >= row["admitted_on"] for row in stays)


def test_every_resource_is_mapped_or_told(imported):
    told = sum(item.count for item in imported.unmapped if item.effect == "left out")
    organizations, practitioners_told_twice = 23, 5
    assert told + sum(imported.rows.values()) + organizations + practitioners_told_twice == 4229
    assert all(item.examples for item in imported.unmapped)


def test_the_folder_passes_the_checks_of_records(imported, tmp_path):
    write_folder(imported.records, tmp_path / "records")
    assert set(read_folder(tmp_path / "records").held) == set(imported.rows)


def test_importing_twice_gives_the_same_rows(imported):
    assert read([SYNTHEA]).records.held == imported.records.held
