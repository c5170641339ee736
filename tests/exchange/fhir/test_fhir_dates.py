"""Dates are taken as written, or not at all."""

from __future__ import annotations

import contextlib
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.exchange.fhir.dates import day_of, minute_of

OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(min_value=datetime(1000, 1, 1)), OFFSETS)
def test_an_offset_never_moves_the_day_or_the_clock(moment, offset):
    written = moment.replace(tzinfo=offset, microsecond=0).isoformat()
    assert day_of(written) == moment.date()
    assert minute_of(written) == moment.replace(second=0, microsecond=0)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_alone_is_that_day_and_a_month_or_year_is_none(day):
    assert day_of(day.isoformat()) == day
    assert minute_of(day.isoformat()) is None
    assert day_of(day.isoformat()[:7]) is None
    assert day_of(day.isoformat()[:4]) is None


@pytest.mark.parametrize("written", ["2024-02-29T23:59:60Z", "2024-02-29T23:59:00.123+14:00", "2024-02-29T00:00"])
def test_times_of_every_precision_have_their_day(written):
    assert day_of(written) == date(2024, 2, 29)


@pytest.mark.parametrize(
    "written",
    ["2023-02-29", "2024-13-01", "2024-13", "0000", "24-01-01", "2024-1-1", "2024-01-01 10:00", "2024-01-01T", "", "x"],
)
def test_what_is_no_day_of_the_calendar_is_refused(written):
    with pytest.raises(ValueError, match=r".*"):
        day_of(written)


@pytest.mark.parametrize("written", ["2024-01-01T24:00:00Z", "2024-01-01T10:60:00Z"])
def test_what_no_clock_shows_is_refused(written):
    with pytest.raises(ValueError, match=r".*"):
        minute_of(written)


@given(st.text(max_size=30))
def test_any_text_is_a_day_or_none_or_refused(text):
    with contextlib.suppress(ValueError):
        assert day_of(text) is None or isinstance(day_of(text), date)
