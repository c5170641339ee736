"""Outcomes: what is observed, what went wrong, and what the definitions say came of it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from handrail.app.chart.models import RECORDS
from handrail.app.screens.recovery.entries import measures
from handrail.app.screens.recovery.told import numbers
from handrail.app.worklists import judging
from handrail.app.worklists.models import Verdict
from handrail.records.schema import tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def irs(cast: Any, ada: Any, write: Any) -> Any:
    """Ada, 100 days in the recovery program; she used once before it, and was asked then and now."""
    day = cast.viewer("counselor").today - datetime.timedelta(days=100)
    write("use_event", person_id="ada", occurred_on=day - datetime.timedelta(days=50), source="self_report",
          recorded_on=day)  # fmt: skip
    for asked in (day, cast.viewer("counselor").today):
        for topic in ("substance_use", "stays"):
            write("inquiry", person_id="ada", topic=topic, asked_on=asked)
    return write("episode", episode_id="e2", person_id="ada", program_id="irs", requested_on=day, admitted_on=day,
                 recorded_on=day)  # fmt: skip


def enter(cast: Any, what: str, **typed: Any) -> Any:
    """This will send one of the forms."""
    return cast.client("recovery_worker").post(f"/episodes/e2/recovery/new/{what}", typed)


def test_the_year_before_stands_beside_now(cast: Any, irs: Any) -> None:
    judging.judge_person("prairie", "ada")
    page = cast.client("recovery_worker").get("/episodes/e2/outcomes")
    told = {one.says: one for one in page.context["numbers"]}
    relapses = next(one for says, one in told.items() if says.startswith("Relapses since the first day of service. A"))
    assert relapses.is_compared
    assert (relapses.now, relapses.before) == ("0", "1")
    text = page.content.decode()
    assert "0 relapses in" in text
    assert "Are the expected outcomes reached?" in text
    assert "none of it is a finding" in text


def test_a_number_is_said_as_people_write_it() -> None:
    facts = {"days_at_risk_now": {"least": 90, "most": 100}, "days_at_risk_before": 365, "relapse_rate_now": "0.5000",
             "relapses_now": None, "covered_area_count": 3, "is_discharged": False}  # fmt: skip
    told = {one.says.split(",")[0]: one for one in numbers([Verdict(subject="episode_outcome", facts=facts)])}
    assert [one.now for one in told.values()] == ["90 to 100", "0.5", "not known", "3"]
    assert next(iter(told.values())).before == "365"


def test_every_measure_says_how_it_is_recorded() -> None:
    assert set(measures()) == set(tables()["observation"].columns["measure"].values)


@pytest.mark.parametrize(
    ("what", "typed", "table"),
    [
        ("observation", {"measure": "stable_nights", "value_number": "28", "observed_on": "2026-03-02"}, "observation"),
        ("observation", {"measure": "employment", "value_code": "part", "observed_on": "2026-03-02"}, "observation"),
        ("observation", {"measure": "primary_care_visit", "observed_on": "2026-03-02"}, "observation"),
        ("use", {"occurred_on": "2026-03-02", "substance": "alcohol", "source": "test"}, "use_event"),
        ("incident", {"occurred_on": "2026-03-02", "severity": "minor"}, "incident"),
        ("grievance", {"received_on": "2026-03-02", "upheld": "false"}, "grievance"),
    ],
)
def test_an_entry_is_kept_and_shown(cast: Any, irs: Any, what: str, typed: dict[str, str], table: str) -> None:
    assert enter(cast, what, **typed)["Location"] == "/episodes/e2/outcomes"
    row = RECORDS[table].objects.order_by("-entered_at").first()
    assert getattr(row, "program_id", "irs") == "irs"
    assert f"/records/{table}/{row.pk}" in cast.client("recovery_worker").get("/episodes/e2/outcomes").content.decode()


def test_silence_is_kept_as_silence(cast: Any, irs: Any) -> None:
    enter(cast, "grievance", received_on="2026-03-02", upheld="")
    assert RECORDS["grievance"].objects.get().upheld is None
    enter(cast, "observation", measure="stable_nights", value_number="0", observed_on="2026-03-02")
    told = RECORDS["observation"].objects.get()
    assert (told.value_number, told.value_code) == (Decimal(0), None)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"measure": "stable_nights"}, "This measure is a number"),
        ({"measure": "stable_nights", "value_number": "31"}, "Give a number from 0 to 30"),
        ({"measure": "stable_nights", "value_number": "-1"}, "Give a number from 0 to 30"),
        ({"measure": "stable_nights", "value_number": "3", "value_code": "full"}, "This measure has no category"),
        ({"measure": "employment", "value_code": "homeless"}, "Choose one of: full, part"),
        ({"measure": "employment", "value_code": "full", "value_number": "3"}, "This measure has no number"),
        ({"measure": "arrests", "value_number": "-1"}, "Not below 0"),
    ],
)
def test_a_value_that_is_not_of_its_measure_is_refused(cast: Any, irs: Any, typed: dict[str, str], said: str) -> None:
    page = enter(cast, "observation", tool="an instrument", observed_on="2026-03-02", **typed)
    assert said in page.content.decode()
    assert 'value="an instrument"' in page.content.decode()
    assert not RECORDS["observation"].objects.exists()


def test_an_incident_counts_at_once(cast: Any, irs: Any, monkeypatch: pytest.MonkeyPatch,
                                    django_capture_on_commit_callbacks: Any) -> None:  # fmt: skip
    monkeypatch.setattr(judging._here, "is_waiting", False)
    with django_capture_on_commit_callbacks(execute=True):
        enter(cast, "incident", occurred_on=cast.viewer("counselor").today.isoformat(), severity="severe")
    assert Verdict.objects.get(clause="no-incidents", episode_id="e2").verdict == "not met"


def test_a_role_without_charts_is_refused(cast: Any, irs: Any) -> None:
    assert cast.client("reviewer").get("/episodes/e2/outcomes").status_code == 403
