"""The measures that come with the package, and measures with mistakes: all of them are said at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from measure_world import measure

from handrail.findings import FindingsError
from handrail.measures.facts.catalog import SOURCES, fact_sets
from handrail.measures.measure import packaged_measures, read_measures
from handrail.oversight.thresholds import packaged_thresholds


def test_every_measure_is_told_by_a_source_and_says_who_chose_it_and_why() -> None:
    found = packaged_measures()
    assert len(found) > 35
    for one in found.values():
        assert any(not one.lacks(source) for source in SOURCES), one.name
        assert all(re.fullmatch(r"(NC|NE)-\d\d", clause) for clause in one.clauses), one.name
        assert one.says.endswith(".")
        assert one.why.endswith(".")
        assert (one.kind == "rate") == bool(one.per_says), one.name


def test_every_expected_and_desired_outcome_and_every_trigger_of_a_review_has_a_measure() -> None:
    told = {clause for one in packaged_measures().values() for clause in one.clauses}
    assert {f"NC-{number}" for number in range(15, 27)} | {"NE-33", "NE-34"} <= told


def test_only_facts_of_the_admission_are_adjusted_for() -> None:
    for one in packaged_measures().values():
        assert all(one.facts.columns[name].at_admission for name in one.adjusted_for), one.name


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", list(fact_sets()))
def test_the_sql_of_facts_is_there_where_a_source_is_said_to_have_it(name: str, source: str) -> None:
    told = fact_sets()[name]
    if told.is_known(source):
        assert "SELECT" in told.sql(source)
    else:
        with pytest.raises(FileNotFoundError):
            told.sql(source)


def test_a_measure_says_who_its_peers_are(tmp_path: Path) -> None:
    told = packaged_thresholds()
    for number, (words, says) in enumerate(
        [
            ({}, "the same service"),
            ({"service": "iop"}, "the same service (iop)"),
            ({"service": "iop", "peers": ["service", "prior_courses"]}, "the same service (iop), prior courses"),
            ({"peers": []}, "everybody"),
        ]
    ):
        assert dict(measure(tmp_path / str(number), **words).compared(told))["Peers"] == says


def test_another_wording_is_another_measure(tmp_path: Path) -> None:
    one = measure(tmp_path / "one")
    assert one.hash == measure(tmp_path / "two").hash
    assert one.hash != measure(tmp_path / "three", yes="days_in_service > 91").hash


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"yes": "days_of_service > 90"}, "days_of_service, which episode_outcome does not have"),
        ({"yes": "days_in_service >"}, "is no SQL condition"),
        ({"yes": "days_in_service > (SELECT MAX(age) FROM person)"}, "no table"),
        ({"adjusted_for": ["days_in_service"]}, "not known at admission"),
        ({"adjusted_for": ["charm"]}, "charm"),
        ({"better": "greener"}, "lower, higher, neither"),
        ({"facts": "weather"}, "Known: episode_outcome"),
        ({"yes": None}, "in one way of these"),
        ({"events": "missed_count", "per": "offered_count"}, "in one way of these"),
        ({"by": ["moon"]}, "program and clinician"),
        ({"why": None}, "It does not say why"),
        ({"colour": "red"}, "No measure has colour"),
        ({"excluded": {"old": "aeg > 90"}}, "aeg"),
        ({"attributed": "the_moon"}, "most_contacts, first_contact"),
        ({"peers": ["weather"]}, "peers names weather"),
        ({"peers": ["days_in_service"]}, "what came later does not make peers"),
        ({"peers": "service"}, "peers is a list"),
        ({"peers": [["service"]]}, "peers is a list"),
        ({"attributed": ["most_contacts"]}, "most_contacts, first_contact"),
        ({"minimum": {"patience": 3}}, "cases, expected, peers"),
        ({"minimum": {"cases": 2.5}}, "a whole number above 0"),
        ({"minimum": {"expected": 0}}, "a number above 0"),
        ({"minimum": {"peers": True}}, "a whole number above 0"),
    ],
)
def test_a_mistake_in_a_measure_is_said_with_its_file(tmp_path: Path, told: dict[str, object], says: str) -> None:
    with pytest.raises(FindingsError, match=re.escape(says)) as caught:
        measure(tmp_path, **told)
    assert all(finding.file == "made_up.yaml" for finding in caught.value.findings)


def test_two_mistakes_in_two_files_are_said_together(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text("measure: three\n", encoding="utf-8")
    (tmp_path / "four.yaml").write_text("measure: [", encoding="utf-8")
    with pytest.raises(FindingsError) as caught:
        read_measures(tmp_path)
    assert [finding.file for finding in caught.value.findings] == ["four.yaml", "one.yaml", "two.yaml"]


def test_a_folder_without_measures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FindingsError, match="holds no measure"):
        read_measures(tmp_path)
