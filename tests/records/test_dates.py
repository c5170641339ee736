from __future__ import annotations

from handrail.records.dates import alternatives, intervals
from handrail.records.schema import tables


def test_an_episode_ends_no_earlier_than_it_begins():
    assert intervals(tables()["episode"]) == (("admitted_on", "discharged_on"),)


def test_a_session_ends_no_earlier_than_it_starts():
    assert ("starts_at", "ends_at") in intervals(tables()["session"])


def test_an_episode_needs_a_request_or_an_admission():
    assert alternatives(tables()["episode"]) == ("requested_on", "admitted_on")


def test_a_table_with_one_date_of_its_own_needs_no_other():
    assert alternatives(tables()["assessment"]) == ()
    assert alternatives(tables()["program"]) == ()


def test_a_table_without_dates_needs_none():
    assert alternatives(tables()["person"]) == ()
