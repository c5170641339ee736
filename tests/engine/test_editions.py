"""Each row is judged by the edition in force on its own day, and under the readings asked for."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from clinic import FIRST, LAST, SERVICE, clinic

from handrail.definitions.document import Value
from handrail.definitions.rulebook import InForce, Rulebook, packaged
from handrail.engine.compiling import Compiled
from handrail.engine.evaluate import UnknownReadingError, compiled, evaluate, judge, readings_of
from handrail.engine.on_duckdb import DuckDB
from handrail.engine.results import verdicts

NEW = datetime.date(2026, 3, 1)
AFTER = LAST + datetime.timedelta(days=1)
WEEKS = [FIRST + datetime.timedelta(days=7 * week) for week in range(8)]

Edit = dict[str, str]


@pytest.fixture
def own(tmp_path: Path) -> Callable[..., Rulebook]:
    """A rulebook of its own: copies of the packaged edition, each with some text changed."""

    def write(**editions: Edit) -> Rulebook:
        (file,) = packaged().files[SERVICE]
        folder = tmp_path / "rulebook" / SERVICE
        folder.mkdir(parents=True)
        for name, edit in editions.items():
            text = file.read_text(encoding="utf-8")
            for before, after in edit.items():
                assert text.count(before) == 1, before
                text = text.replace(before, after)
            (folder / f"{name.removeprefix('from_').replace('_', '-')}.yaml").write_text(text, encoding="utf-8")
        return Rulebook((tmp_path / "rulebook",))

    return write


@pytest.fixture
def two(own: Callable[..., Rulebook]) -> Rulebook:
    """The packaged edition, and one from March on that asks for ten hours a week."""
    ten_hours = {"effective: {from: undated}": "effective: {from: 2026-03-01}", "{value: 540,": "{value: 600,"}
    return own(undated={}, from_2026_03_01=ten_hours)


def weeks_of(duck: DuckDB, in_force: InForce, clause: str = "weekly-hours-attended") -> dict[datetime.date, str]:
    """What a clause comes to for each week that is over and that an edition judges, by its Monday."""
    told = judge(duck, compiled(in_force, "service_week"), as_of=AFTER)
    return {row["week_start"]: row[f"verdict:{clause}"] for row in told.rows.to_pylist() if row["judged_on"] < AFTER}


def test_an_episode_that_spans_two_editions_is_judged_by_each_for_its_part(duck: DuckDB, two: Rulebook) -> None:
    duck.hold(clinic())
    before, after = two.in_force(SERVICE)
    assert (before.until, after.since) == (NEW, NEW)
    assert weeks_of(duck, before) == dict.fromkeys(WEEKS[:3], "met")
    assert weeks_of(duck, after) == dict.fromkeys(WEEKS[3:], "not met")


def test_a_week_belongs_to_the_edition_of_its_last_day(duck: DuckDB, two: Rulebook) -> None:
    duck.hold(clinic())
    _, after = two.in_force(SERVICE)
    assert datetime.date(2026, 2, 23) in weeks_of(duck, after)


def test_a_new_edition_beside_the_packaged_one_takes_over_from_its_first_day(duck: DuckDB, two: Rulebook) -> None:
    (two.folders[0] / SERVICE / "undated.yaml").unlink()
    duck.hold(clinic())
    before, after = packaged(two.folders[0]).in_force(SERVICE)
    assert [before.edition.name, after.edition.name] == ["undated", "2026-03-01"]
    assert (len(weeks_of(duck, before)), len(weeks_of(duck, after))) == (3, 5)


def test_one_edition_asked_for_by_name_judges_all_days(duck: DuckDB, two: Rulebook) -> None:
    duck.hold(clinic())
    everywhere = InForce(two.edition(f"{SERVICE}@2026-03-01"), None, None)
    assert weeks_of(duck, everywhere) == dict.fromkeys(WEEKS, "not met")


def test_every_verdict_carries_the_edition_and_hash_it_was_judged_by(duck: DuckDB, two: Rulebook) -> None:
    duck.hold(clinic())
    told = [
        one
        for in_force in two.in_force(SERVICE)
        for one in verdicts(judge(duck, compiled(in_force, "service_week"), as_of=LAST))
    ]
    assert {one.edition for one in told if one.judged_on < NEW} == {"undated"}
    assert {one.edition for one in told if one.judged_on >= NEW} == {"2026-03-01"}
    hashes = {edition.name: edition.hash for edition in two.editions(SERVICE)}
    assert {one.edition: one.hash for one in told} == hashes
    assert len(set(hashes.values())) == 2


def test_an_undated_edition_that_ends_judges_nothing_from_its_end_on(
    duck: DuckDB, own: Callable[..., Rulebook]
) -> None:
    duck.hold(clinic())
    rulebook = own(undated={"effective: {from: undated}": "effective: {from: undated, until: 2026-03-01}"})
    (in_force,) = rulebook.in_force(SERVICE)
    assert (in_force.since, in_force.until) == (None, NEW)
    assert list(weeks_of(duck, in_force)) == WEEKS[:3]


def test_between_the_end_of_one_edition_and_the_start_of_the_next_nothing_is_judged(
    duck: DuckDB, own: Callable[..., Rulebook]
) -> None:
    duck.hold(clinic())
    rulebook = own(
        undated={"effective: {from: undated}": "effective: {from: undated, until: 2026-02-20}"},
        from_2026_03_01={"effective: {from: undated}": "effective: {from: 2026-03-01}"},
    )
    before, after = rulebook.in_force(SERVICE)
    assert [*weeks_of(duck, before), *weeks_of(duck, after)] == [*WEEKS[:2], *WEEKS[3:]]


def test_another_service_is_judged_by_its_own_definition_only(duck: DuckDB, two: Rulebook) -> None:
    duck.hold(clinic(program=[{"program_id": "elm", "service": "us-xx/other"}]))
    assert [weeks_of(duck, in_force) for in_force in two.in_force(SERVICE)] == [{}, {}]


# --- readings ---------------------------------------------------------------------------------------------------


def under(two: Rulebook, **readings: Value) -> Compiled:
    (before, _) = two.in_force(SERVICE)
    return compiled(before, "service_week", readings=readings_of(before.edition, [before], readings))


def test_another_reading_judges_the_same_records_anew(duck: DuckDB, two: Rulebook) -> None:
    late = FIRST + datetime.timedelta(days=3)
    missed = [{"attendance_id": name, "status": "absent"} for name in ("a0", "a1")]
    duck.hold(clinic(episode=[{"episode_id": "e1", "admitted_on": late}], attendance=missed))
    first = {}
    for reading in ("left out", "prorated"):
        rows = judge(duck, under(two, partial_weeks=reading), as_of=LAST).rows.to_pylist()
        first[reading] = rows[0]["verdict:weekly-hours-attended"]
    assert first == {"left out": "not applicable", "prorated": "not met"}


@pytest.mark.parametrize(
    ("name", "asked", "value"),
    [
        ("adult", "21", 21),
        ("adult", 18, 18),
        ("adult", "19", 19),
        ("telehealth", "false", False),
        ("telehealth", False, False),
        ("session_unit", "block", "block"),
    ],
)
def test_a_reading_is_taken_in_the_type_of_the_definition(name: str, asked: Value, value: Value) -> None:
    (in_force,) = packaged().in_force(SERVICE)
    own = readings_of(in_force.edition, [in_force], {name: asked})
    assert own == {name: value}
    assert type(own[name]) is type(value)


def test_a_reading_that_nobody_has_is_refused_with_those_that_there_are() -> None:
    (in_force,) = packaged().in_force(SERVICE)
    with pytest.raises(UnknownReadingError, match=r"no_such_reading.*Known:.*adult") as error:
        readings_of(in_force.edition, [in_force], {"no_such_reading": 1})
    assert "weekly_minutes" not in str(error.value)


def test_an_answer_that_a_reading_does_not_offer_is_refused_with_those_it_does() -> None:
    (in_force,) = packaged().in_force(SERVICE)
    with pytest.raises(UnknownReadingError, match=r"adult.*19, 18, 21"):
        readings_of(in_force.edition, [in_force], {"adult": 20})


def test_a_reading_goes_to_the_definitions_that_have_it(editions: list[InForce]) -> None:
    asked: dict[str, Value] = {"adult": 21, "relapse": "count", "tobacco_counts": False}
    own = {one.edition.definition: readings_of(one.edition, editions, asked) for one in editions}
    assert own[SERVICE] == {"adult": 21, "tobacco_counts": False}
    assert own["us-nc/intensive-recovery-support"] == {"relapse": "count", "tobacco_counts": False}


def test_evaluating_under_an_unknown_reading_is_refused(duck: DuckDB, editions: list[InForce]) -> None:
    with pytest.raises(UnknownReadingError):
        list(evaluate(duck, editions, as_of=LAST, readings={"no_such_reading": 1}))


def test_an_edition_changed_without_a_new_name_has_another_hash(two: Rulebook) -> None:
    file = two.folders[0] / SERVICE / "undated.yaml"
    before = two.edition(f"{SERVICE}@undated").hash
    shutil.copy(two.folders[0] / SERVICE / "2026-03-01.yaml", file)
    assert two.edition(str(file)).hash != before
