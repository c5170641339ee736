"""The days of the example: a fixed half year, its weeks, and times on them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

FIRST_DAY = date(2026, 1, 5)
"""The Monday on which the programs opened."""

LAST_DAY = date(2026, 7, 5)
"""The Sunday as of which the records were taken; nothing was written down later."""

MONDAYS = tuple(FIRST_DAY + timedelta(weeks=week) for week in range(26))


def after(day: date, days: int) -> date:
    """This will give the day so many days later (earlier, where negative)."""
    return day + timedelta(days=days)


def monday_of(day: date) -> date:
    """This will give the Monday of the week of a day."""
    return after(day, -day.weekday())


def workday_from(day: date) -> date:
    """This will give the day itself, or the Monday after a weekend."""
    return after(day, 7 - day.weekday()) if day.weekday() > 4 else day


def workday_until(day: date) -> date:
    """This will give the day itself, or the Friday before a weekend."""
    return after(day, 4 - day.weekday()) if day.weekday() > 4 else day


def at(day: date, clock: str, minutes: int = 0) -> datetime:
    """This will give the time on a day, for example `at(day, '09:00', 45)` for a quarter to ten."""
    return datetime.combine(day, time.fromisoformat(clock)) + timedelta(minutes=minutes)


def years_before(day: date, years: int, days: int = 0) -> date:
    """This will give the day so many years and days earlier (the 29th of February becomes the 28th)."""
    earlier = day.replace(year=day.year - years, day=min(day.day, 28) if day.month == 2 else day.day)
    return after(earlier, -days)
