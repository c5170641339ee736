"""The minutes of a week: the grid, its filters, and one person's week."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handrail.app.chart import writing
from handrail.app.chart.models import RECORDS
from handrail.app.screens.weeks.counting import Minutes, counted
from handrail.app.screens.weeks.week import attended, read_week
from handrail.app.worklists import judging

pytestmark = pytest.mark.django_db


def at(day: datetime.date, hour: int, minute: int = 0) -> datetime.datetime:
    """A time of the clock on a day."""
    return datetime.datetime.combine(day, datetime.time(hour, minute))


@pytest.fixture
def monday(cast: Any, ada: Any, write: Any) -> datetime.date:
    """The Monday of last week, in which Ada came to three groups of three hours, and Bea to one of them."""
    today = cast.viewer("counselor").today
    monday = today - datetime.timedelta(days=today.weekday() + 7)
    bea = write("person", person_id="bea", birth_date=datetime.date(1990, 2, 28), sex="female")
    writing.name(cast.viewer("counselor"), bea, given_name="Bea", family_name="Sample", number="0002")
    start = monday - datetime.timedelta(days=14)
    write("episode", episode_id="e2", person_id="bea", program_id="iop", requested_on=start, admitted_on=start)
    for number in (0, 2, 4):
        day = monday + datetime.timedelta(days=number)
        write("session", session_id=f"s{number}", program_id="iop", type="group", status="held", held_on=day, head_count=5,
              starts_at=at(day, 9), ends_at=at(day, 12, 15), break_minutes=15)  # fmt: skip
        write("session_staff", session_id=f"s{number}", staff_id="carl")
        write("attendance", session_id=f"s{number}", episode_id="e1", status="attended",
              arrived_at=at(day, 9), left_at=at(day, 12, 15))  # fmt: skip
    day = monday
    write("attendance", session_id="s0", episode_id="e2", status="attended", arrived_at=at(day, 9), left_at=at(day, 10))
    write("attendance", session_id="s2", episode_id="e2", status="absent")
    return monday


def grid(client: Any, monday: datetime.date, **told: str) -> str:
    """The table of a week as text with single spaces."""
    page = client.get("/weeks/", {"week": monday, "program": "iop", **told})
    assert page.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_the_cells_and_the_total_are_what_the_engine_counted(cast: Any, monday: datetime.date) -> None:
    judging.judge_people("prairie", ["ada", "bea"])
    week = read_week(cast.viewer("counselor"), "iop", monday)
    ada, bea = week.rows
    assert [minutes.least if minutes else None for _, minutes, _ in ada.days] == [180, None, 180, None, 180, None, None]
    assert bea.days[0][1] == Minutes(45, 60)
    assert (ada.total, bea.total) == (Minutes(540, 540), Minutes(45, 60))


def test_what_the_clause_says_stands_in_the_row(cast: Any, monday: datetime.date) -> None:
    judging.judge_people("prairie", ["ada", "bea"])
    page = grid(cast.client("counselor"), monday)
    assert "Attended 540 of 540 minutes" in page
    assert "9 h 00" in page
    assert "Attended between 45 and 60 of 540 minutes" in page


def test_a_time_that_nobody_wrote_down_leaves_the_cell_open(cast: Any, monday: datetime.date) -> None:
    RECORDS["attendance"].objects.filter(session_id="s4", episode_id="e1").update(left_at=None)
    looking = cast.viewer("counselor")
    parts = {("e1", row.session_id): [row] for row in attended(looking, ["e1"], monday)}
    assert counted(looking, monday, parts)["e1", "s4"] == Minutes(0, 180)


def test_a_session_that_nobody_licensed_gave_counts_nothing(cast: Any, monday: datetime.date) -> None:
    RECORDS["credential"].objects.filter(pk="cred").update(expires_on=monday + datetime.timedelta(days=3))
    week = read_week(cast.viewer("counselor"), "iop", monday)
    assert week.rows[0].days[4][1] == Minutes(0, 0)
    assert week.rows[0].days[2][1] == Minutes(180, 180)


def test_overlapping_sessions_of_a_day_are_counted_once(cast: Any, monday: datetime.date, write: Any) -> None:
    write("session", session_id="twin", program_id="iop", type="individual", status="held", held_on=monday,
          starts_at=at(monday, 11), ends_at=at(monday, 13), head_count=1)  # fmt: skip
    write("session_staff", session_id="twin", staff_id="carl")
    write(
        "attendance",
        session_id="twin",
        episode_id="e1",
        status="attended",
        arrived_at=at(monday, 11),
        left_at=at(monday, 13),
    )
    week = read_week(cast.viewer("counselor"), "iop", monday)
    sure = week.rows[0].days[0][1]
    assert sure is not None and sure.least == 225


def test_filters_stand_in_the_address_and_choose(cast: Any, monday: datetime.date) -> None:
    judging.judge_people("prairie", ["ada", "bea"])
    client = cast.client("counselor")
    below = grid(client, monday, show="below")
    assert "Bea Sample" in below and "Ada Example" not in below
    assert "Nobody in this list" in grid(client, monday, show="at-risk")
    assert "Everybody (2)" in below and "Below (1)" in below and "At risk (0)" in below


def test_this_week_is_pending_while_it_can_be_repaired(cast: Any, monday: datetime.date) -> None:
    judging.judge_people("prairie", ["ada", "bea"])
    today = cast.viewer("counselor").today
    page = grid(cast.client("counselor"), today, show="at-risk")
    if today.weekday() < 6:
        assert "Ada Example" in page and "Pending" in page
    assert "Still planned in this week" in page


def test_a_week_without_any_roll_is_without_data(cast: Any, monday: datetime.date) -> None:
    before = monday - datetime.timedelta(days=7)
    judging.judge_people("prairie", ["ada", "bea"])
    page = grid(cast.client("counselor"), before, show="no-data")
    assert "Ada Example" in page and "Bea Sample" in page


def test_a_week_that_was_cut_short_says_why_nothing_is_asked(cast: Any, monday: datetime.date) -> None:
    RECORDS["episode"].objects.filter(pk="e1").update(discharged_on=monday + datetime.timedelta(days=4))
    RECORDS["episode"].objects.filter(pk="e2").update(admitted_on=monday + datetime.timedelta(days=1))
    judging.judge_people("prairie", ["ada", "bea"])
    ended, began = (f"{monday + datetime.timedelta(days=days):%a %-d %b %Y}" for days in (4, 1))
    client = cast.client("counselor")
    page = grid(client, monday)
    assert "9 h 00 Asked of whole weeks only; ended " + ended in page
    assert "Asked of whole weeks only; began " + began in page
    assert "Nothing is asked" not in page
    assert "Asked of whole weeks only; ended " + ended in client.get(f"/weeks/e1/{monday}").content.decode()


def test_the_week_of_one_person_lists_each_session_and_what_of_it_counts(cast: Any, monday: datetime.date) -> None:
    judging.judge_people("prairie", ["ada", "bea"])
    client = cast.client("counselor")
    page = client.get(f"/weeks/e2/{monday}")
    text = " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())
    assert "09:00 to 10:00" in text and "0 h 45 to 1 h 00" in text
    assert "Absent" in text and "15 minutes of breaks" in text and "Carl Example" in text
    assert "Service Expectations, 12" in text
    assert f'id="day-{monday}"' in page.content.decode()
    assert f"/weeks/e2/{monday}#day-{monday}" in client.get("/weeks/", {"week": monday}).content.decode()


def test_a_day_that_is_no_monday_is_no_week(cast: Any, monday: datetime.date) -> None:
    client = cast.client("counselor")
    assert client.get(f"/weeks/e1/{monday + datetime.timedelta(days=1)}").status_code == 404
    assert client.get("/weeks/e1/never").status_code == 404


def test_a_service_whose_definition_asks_nothing_of_weeks_shows_the_roll(
    cast: Any, monday: datetime.date, write: Any
) -> None:
    write("episode", episode_id="e3", person_id="bea", program_id="irs", admitted_on=monday)
    write("session", session_id="r", program_id="irs", type="recovery_support", status="held", held_on=monday,
          starts_at=at(monday, 9), ends_at=at(monday, 10))  # fmt: skip
    write("attendance", session_id="r", episode_id="e3", status="attended")
    judging.judge_people("prairie", ["bea"])
    page = grid(cast.client("recovery_worker"), monday, program="irs")
    assert "1× on the roll" in page and "Not judged" in page
    assert cast.client("recovery_worker").get(f"/weeks/e3/{monday}").status_code == 200


@pytest.mark.parametrize(("role", "organization", "status"), [
    ("reviewer", "prairie", 403), ("policy_analyst", "prairie", 403), ("counselor", "lakeside", 404),
])  # fmt: skip
def test_others_are_refused(cast: Any, monday: datetime.date, role: str, organization: str, status: int) -> None:
    client = cast.client(role, organization)
    assert client.get(f"/weeks/e1/{monday}").status_code == status
    page = client.get("/weeks/", {"week": monday, "program": "iop"})
    assert page.status_code == (403 if status == 403 else 200)
    assert "Ada" not in page.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_people(cast: Any, monday: datetime.date, write: Any) -> None:
    client = cast.client("counselor")
    grid(client, monday)
    with CaptureQueriesContext(connection) as few:
        grid(client, monday)
    for number in range(8):
        write("person", person_id=f"p{number}", birth_date=datetime.date(1990, 1, 1), sex="female")
        write("episode", episode_id=f"x{number}", person_id=f"p{number}", program_id="iop", admitted_on=monday)
        write("attendance", session_id="s0", episode_id=f"x{number}", status="attended")
    with CaptureQueriesContext(connection) as many:
        grid(client, monday)
    assert len(many) == len(few)
