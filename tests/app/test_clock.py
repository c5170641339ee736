"""When a decision is due: from receipt, by the payer's wall clock, within the federal ceiling, whatever the clocks do."""

from __future__ import annotations

import datetime
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.app.authorizations import clock
from handrail.app.authorizations.models import Request, Step, Terms
from handrail.app.authorizations.terms import ceiling, faults, terms_of

CHICAGO, SANTIAGO, CAIRO, APIA = (
    ZoneInfo(name) for name in ("America/Chicago", "America/Santiago", "Africa/Cairo", "Pacific/Apia")
)
ZONES = (CHICAGO, SANTIAGO, CAIRO, APIA, ZoneInfo("America/Phoenix"), ZoneInfo("Australia/Lord_Howe"))
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


def at(text: str, zone: ZoneInfo = CHICAGO, fold: int = 0) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def terms(**more: Any) -> Terms:
    return Terms(payer_id="plan", since=datetime.date(2020, 1, 1), **more)


def due(received: str, urgency: str = "standard", zone: ZoneInfo = CHICAGO, **more: Any) -> datetime.datetime:
    own = more.pop("terms", terms())
    return clock.due_at(at(received, zone), urgency, own, zone, **more)


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-07-03 23:59", "2026-07-10 23:59"),  # a Friday
        ("2026-12-28 10:00", "2027-01-04 10:00"),
        ("2028-02-25 10:00", "2028-03-03 10:00"),  # February 29 is a day
        ("2027-02-25 10:00", "2027-03-04 10:00"),
        ("2026-03-04 09:30", "2026-03-11 09:30"),  # the clocks went on
        ("2026-10-28 09:30", "2026-11-04 09:30"),  # and back
    ],
)
def test_seven_days_keep_the_time_of_day(received: str, expected: str) -> None:
    assert due(received) == at(expected)


def test_a_week_with_a_change_of_the_clocks_is_an_hour_shorter_or_longer() -> None:
    assert due("2026-03-04 09:30") - at("2026-03-04 09:30") == 7 * DAY - HOUR
    assert due("2026-10-28 09:30") - at("2026-10-28 09:30") == 7 * DAY + HOUR


@pytest.mark.parametrize("received", ["2026-03-06 20:00", "2026-10-30 20:00", "2026-12-30 23:59", "2028-02-27 12:00"])
def test_seventy_two_hours_are_hours(received: str) -> None:
    assert due(received, "expedited") - at(received) == 72 * HOUR


def test_seventy_two_hours_that_end_in_the_hour_that_comes_twice_are_not_shortened() -> None:
    assert due("2026-10-29 02:30", "expedited") == at("2026-11-01 01:30", fold=1)


def test_a_time_of_day_that_is_left_out_is_when_the_clocks_go_on() -> None:
    assert due("2026-03-01 02:30") == at("2026-03-08 03:00")


@pytest.mark.parametrize(
    ("zone", "received", "expected"),
    [
        (SANTIAGO, "2026-08-30 00:30", "2026-09-06 01:00"),  # its clocks go on at midnight
        (SANTIAGO, "2026-08-30 23:59", "2026-09-06 23:59"),
        (CAIRO, "2026-04-17 00:00", "2026-04-24 01:00"),
        (APIA, "2011-12-23 10:00", "2012-01-06 10:00"),  # it had no December 30, 2011
    ],
)
def test_zones_that_change_at_midnight_or_leave_a_day_out(zone: ZoneInfo, received: str, expected: str) -> None:
    days = 7 if at(received).year >= 2026 else 14
    assert due(received, zone=zone, terms=terms(standard_days=days)) == at(expected, zone)


def test_a_day_that_a_zone_left_out_is_the_beginning_of_the_next() -> None:
    assert clock.later(at("2011-12-29 10:00", APIA), 1, APIA) == at("2011-12-31 00:00", APIA)


def test_the_ceiling_is_that_of_the_day_of_receipt_where_the_payer_is() -> None:
    own = terms(standard_days=14)
    assert due("2025-12-31 23:59", terms=own) == at("2026-01-14 23:59")
    assert due("2026-01-01 00:00", terms=own) == at("2026-01-08 00:00")
    assert at("2025-12-31 23:59").astimezone(UTC).year == 2026


def test_extensions_are_counted_together_and_limited() -> None:
    assert due("2026-07-03 10:00", extended_days=14) == at("2026-07-24 10:00")
    with pytest.raises(ValueError, match="14 days in all"):
        due("2026-07-03 10:00", extended_days=15)
    with pytest.raises(ValueError, match="5 days in all"):
        due("2026-07-03 10:00", extended_days=6, terms=terms(extension_days=5))
    with pytest.raises(ValueError, match="14 days in all"):
        due("2026-07-03 10:00", extended_days=15, terms=terms(extension_days=30))


def test_an_expedited_request_is_extended_by_calendar_days() -> None:
    assert due("2026-03-04 12:00", "expedited", extended_days=3) == at("2026-03-10 12:00")


def test_a_pause_counts_up_to_the_ceiling_and_together_with_extensions() -> None:
    assert due("2026-07-03 10:00", paused=2 * DAY) == at("2026-07-12 10:00")
    assert due("2026-07-03 10:00", paused=90 * DAY) == at("2026-07-24 10:00")
    assert due("2026-07-03 10:00", paused=10 * DAY, extended_days=10) == at("2026-07-24 10:00")
    assert clock.latest(at("2026-07-03 10:00"), "standard", terms(), CHICAGO) == at("2026-07-24 10:00")


def step(place: int, act: str, when: str, **detail: Any) -> Step:
    return Step(place=place, act=act, at=at(when), detail=detail)


def test_the_clock_stands_still_from_a_question_that_stops_it_to_what_follows() -> None:
    steps = [
        step(1, "submit", "2026-07-01 10:00"),
        step(2, "ask", "2026-07-02 10:00", pauses=True),
        step(3, "extend", "2026-07-02 12:00", days=2),
        step(4, "answer", "2026-07-03 10:00"),
        step(5, "ask", "2026-07-04 10:00", pauses=False),
        step(6, "answer", "2026-07-05 10:00"),
        step(7, "ask", "2026-07-06 10:00", pauses=True),
        step(8, "refer", "2026-07-06 16:00"),
        step(9, "extend", "2026-07-06 17:00", days=3),
    ]
    now = at("2026-07-09 10:00")
    assert clock.stood_still(steps, now) == 30 * HOUR
    assert clock.stood_still(reversed(steps), now) == 30 * HOUR
    assert clock.stood_still(steps[:2], now) == 7 * DAY
    assert clock.extended(steps) == 5


moments = st.datetimes(datetime.datetime(2012, 1, 2), datetime.datetime(2036, 1, 1), timezones=st.just(UTC))
own_terms = st.builds(
    terms,
    standard_days=st.integers(1, 40),
    expedited_hours=st.integers(1, 200),
    extension_days=st.integers(0, 30),
)
urgencies = st.sampled_from(["standard", "expedited"])
pauses = st.timedeltas(datetime.timedelta(), 60 * DAY)


@settings(max_examples=300, deadline=None)
@given(moments, urgencies, own_terms, st.sampled_from(ZONES), st.integers(0, 14), pauses)
def test_it_is_never_due_later_than_the_ceiling(
    received: datetime.datetime, urgency: str, own: Terms, zone: ZoneInfo, days: int, paused: datetime.timedelta
) -> None:
    extended = min(days, own.extension_days)
    bounds = ceiling(received.astimezone(zone).date())
    widest = terms(standard_days=bounds["standard_days"]["most"], expedited_hours=bounds["expedited_hours"]["most"])
    came = clock.due_at(received, urgency, own, zone, extended_days=extended, paused=paused)
    assert came > received
    assert came <= clock.due_at(received, urgency, widest, zone, extended_days=14)
    if not paused:
        assert came <= clock.due_at(received, urgency, widest, zone, extended_days=extended)
    assert came <= clock.latest(received, urgency, own, zone)


@settings(max_examples=300, deadline=None)
@given(moments, urgencies, own_terms, st.sampled_from(ZONES), st.integers(0, 13), pauses)
def test_an_extension_or_a_longer_pause_is_never_earlier(
    received: datetime.datetime, urgency: str, own: Terms, zone: ZoneInfo, days: int, paused: datetime.timedelta
) -> None:
    own.extension_days = 14
    came = clock.due_at(received, urgency, own, zone, extended_days=days, paused=paused)
    assert came <= clock.due_at(received, urgency, own, zone, extended_days=days + 1, paused=paused)
    assert came <= clock.due_at(received, urgency, own, zone, extended_days=days, paused=paused + HOUR)


@settings(max_examples=300, deadline=None)
@given(moments, st.timedeltas(datetime.timedelta(), 3 * DAY), urgencies, st.sampled_from(ZONES))
def test_who_comes_first_is_due_first(
    received: datetime.datetime, by: datetime.timedelta, urgency: str, zone: ZoneInfo
) -> None:
    own = terms(standard_days=5)
    assert clock.due_at(received, urgency, own, zone) <= clock.due_at(received + by, urgency, own, zone)


@settings(max_examples=200, deadline=None)
@given(moments, st.integers(1, 30), st.sampled_from(ZONES))
def test_days_later_it_is_the_same_time_of_day_or_the_clocks_went_on(
    moment: datetime.datetime, days: int, zone: ZoneInfo
) -> None:
    wall = moment.astimezone(zone).replace(tzinfo=None) + days * DAY
    came = clock.later(moment, days, zone).astimezone(zone).replace(tzinfo=None)
    assert came == wall or (wall < came <= wall + 25 * HOUR)


@pytest.mark.parametrize(
    ("hours", "state", "says"),
    [
        (-2.5, "overdue", "Overdue 2 h"),
        (0, "overdue", "Overdue 1 min"),
        (0.5, "today", "Due in 30 min"),
        (19, "today", "Due in 19 h"),
        (47, "soon", "Due in 47 h"),
        (100, "later", "Due in 4 days"),
    ],
)
def test_what_is_left_is_said(hours: float, state: str, says: str) -> None:
    now = at("2026-07-03 10:00")
    request = Request(status="received", due_at=now + hours * HOUR)
    assert clock.left(request, now) == clock.Left(state, says)


def test_nothing_is_left_of_what_is_decided_and_a_pause_is_said_with_its_end() -> None:
    now = at("2026-07-03 10:00")
    assert clock.left(Request(status="denied", due_at=now), now) == clock.Left("", "")
    paused = Request(status="asked", due_at=now + 240 * HOUR, paused_at=now)
    assert clock.left(paused, now) == clock.Left("paused", "The clock stands still, for 10 days at most")


@pytest.mark.django_db
def test_terms_are_those_of_the_day_and_the_ceiling_where_none_stand(cast: Any) -> None:
    Terms.objects.create(payer=cast.payer, since=datetime.date(2026, 3, 1), standard_days=5)
    Terms.objects.create(payer=cast.payer, since=datetime.date(2026, 6, 1), standard_days=6)
    days = [
        terms_of("plan", datetime.date.fromisoformat(day)).standard_days
        for day in ("2025-12-31", "2026-01-01", "2026-03-01", "2026-05-31", "2026-06-01")
    ]
    assert days == [14, 7, 5, 5, 6]
    nobody = terms_of("plan", datetime.date(2026, 1, 1))
    assert (nobody.denying_credentials, nobody.approves_automatically, nobody.asking_pauses) == ([], False, False)


def test_terms_beyond_the_ceiling_are_named_with_the_day() -> None:
    assert faults(terms()) == {}
    assert faults(terms(standard_days=14)) == {"standard_days": "At most 7 from January 1, 2026 on."}
    told = faults(terms(expedited_hours=73, appeal_days=59, continuation_days=9))
    assert set(told) == {"expedited_hours", "appeal_days", "continuation_days"}
