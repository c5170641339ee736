"""Every line of every code map means something that the tables declare."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from handrail.exchange.fhir.codes import Coding, code_map
from handrail.records.schema import tables

MAPS = files("handrail.exchange.fhir").joinpath("maps")
NAMES = sorted(item.name.removesuffix(".csv") for item in MAPS.iterdir() if item.name != "systems.csv")

MEANT_FOR = [
    ("conditions", "category", "diagnosis", "category"),
    ("conditions", "focus", "outside_stay", "focus"),
    ("encounter_classes", "level", "outside_stay", "level"),
    ("encounter_classes", "level_for_substance_use", "outside_stay", "level"),
    ("encounter_classes", "setting", "session", "setting"),
    ("encounter_types", "focus", "outside_stay", "focus"),
    ("encounter_types", "measure", "observation", "measure"),
    ("episode_types", "focus", "program", "focus"),
    ("episode_types", "level", "program", "level"),
    ("session_types", "type", "session", "type"),
    ("procedure_types", "kind", "screening", "kind"),
    ("observation_codes", "measure", "observation", "measure"),
    ("observation_values", "measure", "observation", "measure"),
    ("care_team_roles", "role", "care_team_member", "role"),
    ("qualifications", "credential", "credential", "kind"),
]


def lines(name: str) -> list[dict[str, str]]:
    with MAPS.joinpath(f"{name}.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(("name", "column", "table", "target"), MEANT_FOR)
def test_a_map_gives_only_values_that_the_table_takes(name, column, table, target):
    assert {line[column] for line in lines(name)} - {""} <= set(tables()[table].columns[target].values)


@pytest.mark.parametrize("name", NAMES)
def test_a_map_names_known_systems_and_each_code_once(name):
    known = {line["name"] for line in lines("systems")}
    keys = [(line["system"], line["code"]) for line in lines(name)]
    assert {system for system, _ in keys} <= known
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("name", NAMES)
def test_every_line_has_every_cell_and_says_what_it_means(name):
    for line in lines(name):
        assert None not in line
        assert None not in line.values()
        assert line["meaning"]


def test_the_code_systems_of_diagnoses_are_those_that_the_table_takes():
    assert {line["system"] for line in lines("conditions")} <= set(tables()["diagnosis"].columns["code_system"].values)


def test_planned_kinds_of_therapy_are_columns_of_a_plan():
    assert {line["planned"] for line in lines("session_types")} - {""} <= set(tables()["plan"].columns)


@pytest.mark.parametrize("letter", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
def test_every_chapter_of_icd_10_cm_has_a_category(letter):
    assert code_map("conditions").line(Coding("icd10cm", f"{letter}32.9"))


@pytest.mark.parametrize("substance", "01234567 89".replace(" ", ""))
@pytest.mark.parametrize("rest", ["", ".1", ".10", ".20", ".21", ".29", ".9", ".90", ".91", ".920", ".94", ".99"])
def test_no_substance_related_code_is_merely_mental(substance, rest):
    line = code_map("conditions").line(Coding("icd10cm", f"F1{substance}{rest}"))
    assert line is not None
    assert line["category"] != "mental"
