"""What the CTN-0094 example answers: on invented trials everywhere, on the real ones where they lie beside this checkout."""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

import pytest
from examples.ctn0094 import retained, sites, used
from examples.ctn0094.__main__ import main
from examples.ctn0094.importing import import_ctn0094
from examples.ctn0094.reading import rows
from examples.ctn0094.reporting import report
from examples.ctn0094.sharing import HIDDEN, pooled
from examples.ctn0094.used import Person, had_run
from tests.examples.trials import ARMS, STEADY, write_trials

from handrail.oversight.legs import LegAnswer
from handrail.oversight.signals import Verdict

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "ctn0094"
PAGE = (ROOT / "examples" / "ctn0094" / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    folder = tmp_path_factory.mktemp("trials")
    (folder / "in").mkdir()
    write_trials(folder / "in")
    import_ctn0094(folder / "in", folder / "out")
    return folder / "out", report(folder / "out")


def test_retention_is_of_those_dosed_and_says_who_never_was(told):
    found = {one.trial: one for one in retained.phases(told[0])}
    assert set(found) == set(ARMS)
    for trial, phase in found.items():
        assert [arm.name for arm in phase.arms] == sorted(ARMS[trial])
        assigned = rows(told[0], f"SELECT COUNT(*) FROM participant WHERE trial = {trial}")[0][0]
        assert sum(len(arm.days) + arm.never for arm in phase.arms) == assigned
        assert sum(arm.never for arm in phase.arms) > 0
        for arm, line in zip(phase.arms, retained.key_days(phase)[2::3], strict=True):
            finished = arm.left.count(False)
            assert line[2:6] == (len(arm.days), arm.never, 168, f"{finished / len(arm.days):.0%}")
            assert line[7] == f"{finished / (len(arm.days) + arm.never):.0%}"


def test_a_run_of_weeks_is_unknown_where_the_unknown_could_make_it():
    yes, no, unknown = True, False, None
    assert had_run([no, yes, yes, yes, yes, no, unknown], 4) is True
    assert had_run([no, yes, yes, unknown, yes, no, no], 4) is None
    assert had_run([no, yes, yes, no, unknown, yes, no], 4) is False
    assert had_run([no] * 8, 1) is False
    assert had_run([no] * 7 + [unknown], 1) is None
    assert had_run([], 1) is False


def weeks(told: str, first: int = 4) -> dict[int, int]:
    return {first + at: int(day) for at, day in enumerate(told) if day != "?"}


def test_the_same_person_relapses_by_one_definition_and_not_by_another():
    one = Person(1, "a", weeks("10010010"), weeks("00111000"))
    assert [one.relapsed(definition) for definition in used.DEFINITIONS] == [True, False, True]
    other = Person(1, "a", weeks("0000???0"), weeks("011?0000"))
    assert [other.relapsed(definition) for definition in used.DEFINITIONS] == [None, False, None]


def test_relapse_is_bounded_by_what_is_unknown():
    everybody = [Person(1, "a", weeks(told), {}) for told in ("11110000", "00000000", "????????", "0000000?")]
    first = used.relapses(everybody)[0]
    assert (first.yes, first.no, first.unknown) == (1, 1, 2)
    assert (first.bounds.lowest, first.bounds.highest, first.bounds.among_known) == (0.25, 0.75, 0.5)


def test_before_and_after_compares_only_people_known_in_every_week():
    before = weeks("7777", -4)
    everybody = [
        Person(1, "a", before | weeks("0000", 8), {}),
        Person(1, "a", before | weeks("0200", 8), {}),
        Person(1, "a", before | weeks("0?00", 8), {}),
        Person(1, "a", weeks("0000", 8), {}),
    ]
    one = used.changes(everybody)[0]
    assert (one.people, one.abstinent.pairs, one.abstinent.unknown_after, one.abstinent.unknown_before) == (4, 2, 1, 1)
    assert (one.days_before, one.days_after) == (28, 1)
    assert one.abstinent.change.value == 0.5
    assert one.abstinent.if_missing_bad == pytest.approx(1 / 3)
    assert one.abstinent.if_missing_good == pytest.approx(2 / 3)
    share = used.change_pictures([one])[0].rows[0]
    assert share[1:] == (0.0, 0.5, 0.5, 2, pytest.approx(1 / 3), pytest.approx(2 / 3))


def test_a_site_is_named_only_where_every_leg_passes(told):
    for one in sites.compared(told[0]):
        passing = {s.unit for s in one.found if all(leg.answer is LegAnswer.PASS for leg in s.legs)}
        assert {s.unit for s in one.found if s.verdict in (Verdict.REVIEW, Verdict.WATCH)} == passing
        said = sites.says(one)
        assert all(name in said for name in passing)
        assert passing or "No site is called an outlier" in said
        columns, lines = sites.leg_table(one)
        assert len(columns) == 3 + 7
        assert all(len(line) == len(columns) for line in lines)


def test_the_planted_site_is_found_and_too_few_sites_cannot_be_compared(told):
    large, small = sites.compared(told[0])
    assert [s.unit for s in large.found if s.verdict is Verdict.REVIEW] == [f"Site {STEADY}"]
    assert {s.verdict for s in small.found} == {Verdict.CANNOT_TELL}


def test_only_facts_of_the_admission_are_adjusted_for():
    assert set(sites.FACTS) == {"arm", "age", "sex", "job", "has_stable_home", "has_injected", "opioid_days_30"}


def test_no_count_from_1_to_10_is_in_what_may_leave(told):
    files = sorted((told[0] / "to-share").glob("*.csv"))
    assert len(files) == 4
    for file in files:
        columns, *lines = csv.reader(file.read_text(encoding="utf-8").splitlines())
        assert lines
        assert all(len(line) == len(columns) for line in lines)
        names = {"trial", "phase", "day", "arm", "arm or sites", "relapse means", "share of assigned"}
        for line in lines:
            counts = [cell for name, cell in zip(columns, line, strict=True) if name not in names]
            assert counts
            assert all(cell == HIDDEN or not 0 < int(cell) < 11 for cell in counts)
    assert "suppressed" in (told[0] / "to-share" / "READ-ME.txt").read_text(encoding="utf-8")


def test_small_sites_are_joined_until_none_is_small():
    sites_of = {"a": (2, 0), "b": (30, 40), "c": (12, 15), "d": (50, 4)}
    assert pooled(sites_of) == {"b": (30, 40), "a + d + c": (64, 19)}
    assert pooled({"b": (30, 40)}) == {"b": (30, 40)}
    assert pooled({"a": (2, 40)}) == {"a": (2, 40)}


def test_the_report_needs_no_network_and_says_what_it_is(told):
    text = (told[0] / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"<script|<link|@import|src=|href=|https?://(?!www\.w3\.org/2000/svg)", text)
    assert "not a finding about quality" in text
    assert "for the review team" in text.lower()
    assert text.count('role="img"') >= 6
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert all(line.replace("'", "&#x27;") in text for line in told[1])


def test_the_command_ends_with_the_answer(tmp_path, monkeypatch, capsys):
    (tmp_path / "in").mkdir()
    write_trials(tmp_path / "in")
    monkeypatch.setattr(sys, "argv", ["ctn0094", str(tmp_path / "in"), "--out", str(tmp_path / "out")])
    main()
    said = capsys.readouterr().out
    assert "participant: 450 rows" in said
    assert "log-rank p" in said
    assert f"Read {tmp_path / 'out' / 'report.html'}" in said


def test_the_answers_of_the_real_trials_are_those_on_the_page(tmp_path):
    if not DATA.is_dir():
        pytest.skip("the trials' data are not beside this checkout (../shared/data/ctn0094)")
    import_ctn0094(DATA, tmp_path / "out")
    found = report(tmp_path / "out")
    page = " ".join(PAGE.split())
    assert [line for line in found if line not in page] == []
    shared = "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "out" / "to-share").glob("*.csv"))
    assert shared.count(HIDDEN) <= 4
