"""The code table: the packaged one is free of overlaps, and the rule that asks most wins on the day of the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from handrail.exchange.claims.families import FAMILIES, read_families
from handrail.findings import FindingsError

HEAD = "family,hcpcs,modifier,revenue_code,place_of_service,since,until,source,owner,note\n"


@pytest.fixture
def table(tmp_path):
    def write(*lines: str) -> Path:
        file = tmp_path / "families.csv"
        file.write_text(HEAD + "".join(f"{line}\n" for line in lines), encoding="utf-8")
        return file

    return write


def wrong(file: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(FindingsError) as caught:
        read_families(file)
    return [(one.code, one.line, one.subject) for one in caught.value.findings]


def test_the_packaged_table_is_good_and_has_a_rule_for_every_family():
    assert {rule.family for rule in read_families().rules} == set(FAMILIES)


@pytest.mark.parametrize(
    ("codes", "family"),
    [
        ({"hcpcs_code": "H0015"}, "iop"),
        ({"hcpcs_code": "h0015 "}, "iop"),
        ({"hcpcs_code": "", "revenue_center_code": "906"}, "iop"),
        ({"hcpcs_code": "H0035"}, "php"),
        ({"hcpcs_code": "H0012"}, "detox"),
        ({"hcpcs_code": "H0018"}, "residential"),
        ({"hcpcs_code": "G2074"}, "otp"),
        ({"hcpcs_code": "H2011"}, "crisis"),
        ({"hcpcs_code": "90834"}, "basic_outpatient"),
        ({"hcpcs_code": "90834", "place_of_service_code": "21"}, "inpatient"),
        ({"hcpcs_code": "T1012"}, "recovery_support"),
        ({"hcpcs_code": "99213", "place_of_service_code": "11"}, "primary_care"),
        ({"hcpcs_code": "96372", "revenue_center_code": "0450"}, "ed"),
        ({"hcpcs_code": "", "revenue_center_code": "0120"}, "inpatient"),
        ({"hcpcs_code": "", "revenue_center_code": "0126"}, "detox"),
        ({"hcpcs_code": "", "place_of_service_code": "58"}, "otp"),
        ({"hcpcs_code": "H00155"}, None),
        ({"hcpcs_code": "80305"}, None),
    ],
)
def test_a_line_is_known_by_its_codes(rows, codes, family):
    (line,) = rows("oversight/service_line", [codes])
    assert line["family"] == family


def test_the_rule_that_asks_most_wins(rows, table):
    own = table("iop,H0015,,,,,,,,", "php,H0015,HK,,,,,,,", "detox,,,,57,,,,,")
    lines = [{"hcpcs_modifier_1": "HK"}, {"claim_line_number": 2}, {"claim_line_number": 3, "hcpcs_code": "X0000"}]
    told = rows("oversight/service_line", lines, families=own)
    assert [(line["family"], line["rule_line"]) for line in told] == [("php", 3), ("iop", 2), ("detox", 4)]


def test_one_code_wins_over_a_span_that_holds_it(rows, table):
    (line,) = rows("oversight/service_line", families=table("iop,H0010-H0019,,,,,,,,", "php,H0015,,,,,,,,"))
    assert line["family"] == "php"


def test_a_rule_holds_from_since_until_the_day_before_until(rows, table):
    own = table("iop,H0015,,,,,2026-01-06,,,", "php,H0015,,,,2026-01-06,,,,")
    days = [
        {"claim_line_number": 5 + at, "claim_start_date": f"2026-01-0{5 + at}", "claim_end_date": ""} for at in (0, 1)
    ]
    assert [line["family"] for line in rows("oversight/service_line", days, families=own)] == ["iop", "php"]


def test_two_modifiers_that_speak_for_two_families_leave_it_open(rows, table):
    own = table("iop,H0015,HK,,,,,,,", "php,H0015,HQ,,,,,,,")
    (line,) = rows("oversight/service_line", [{"hcpcs_modifier_1": "HK", "hcpcs_modifier_2": "HQ"}], families=own)
    assert (line["family"], line["families"]) == (None, "iop php")


def test_rules_that_overlap_are_told(table):
    assert wrong(table("iop,H0010-H0015,,,,,,,,", "php,H0015-H0019,,,,,,,,")) == [("H424", 3, "rule")]


def test_rules_of_one_family_or_of_other_days_may_overlap(table):
    own = table("iop,H0015,,,,,2026-01-06,,,", "php,H0015,,,,2026-01-06,,,,", "php,H0015,,,,2026-03-01,,,,")
    assert len(read_families(own).rules) == 3


def test_everything_wrong_with_a_table_is_told(table):
    own = table(
        "iopp,H0015,,,,,,,,", "iop,,,,,,,,,", "iop,H15,,905,5,2026-13-01,,,,", "php,H0035,,,,2026-02-01,2026-01-01,,,"
    )
    assert wrong(own) == [
        ("H422", 2, "family"),
        ("H422", 3, "line"),
        ("H422", 4, "hcpcs"),
        ("H422", 4, "place_of_service"),
        ("H422", 4, "revenue_code"),
        ("H422", 4, "since"),
        ("H422", 5, "until"),
    ]


def test_a_table_with_other_columns_is_refused(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("family,code\niop,H0015\n", encoding="utf-8")
    assert ("H421", 1, "hcpcs") in wrong(file)
    assert ("H421", 1, "code") in wrong(file)


def test_a_table_without_rules_is_refused(table):
    assert wrong(table()) == [("H421", 0, "file")]
