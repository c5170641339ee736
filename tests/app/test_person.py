"""One person's overview, and a request for another service."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handrail.app.audit.models import Entry
from handrail.app.chart import writing
from handrail.app.chart.models import RECORDS
from handrail.app.screens.person.timeline import Event, timeline
from handrail.app.screens.person.who import age
from handrail.app.worklists import judging

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def _judged(person: str = "ada") -> None:
    judging.judge_person("prairie", person)


def _page(cast: Any, path: str = "/people/ada/", role: str = "counselor") -> str:
    page = cast.client(role).get(path)
    assert page.status_code == 200
    return str(page.content.decode())


def test_the_head_says_who_she_is(cast: Any, ada: Any) -> None:
    page = _page(cast)
    assert "<h1>Ada Example</h1>" in page
    assert "36 years old" in page
    assert "number 0001" in page
    assert "In Prairie Evenings since" in page


def test_an_episode_names_its_definition_and_its_edition(cast: Any, ada: Any) -> None:
    page = _page(cast)
    assert "Intensive outpatient, level 2.1" in page
    assert "Edition undated" in page


def test_the_line_has_a_table_that_says_the_same(cast: Any, ada: Any) -> None:
    page = _page(cast)
    assert '<svg viewBox="0 0 760' in page
    assert "style=" not in page
    table = page.split("The same as a table")[1].split("</table>")[0]
    assert "Asked for" in table
    assert "Admitted" in table
    assert '<a href="/records/plan/p1">Plan in force</a>' in table


def test_what_is_open_leads_to_why(cast: Any, ada: Any) -> None:
    _judged()
    page = _page(cast)
    assert "Open today" in page
    assert "cannot tell" in page
    assert re.search(r'href="/why/[0-9a-f-]{36}"', page)


def test_a_decision_is_asked_in_the_words_of_the_definition(cast: Any, ada: Any) -> None:
    _judged()
    assert "May she be admitted to this level of care?" in _page(cast)


def test_the_hours_of_the_week_are_those_of_the_verdict(cast: Any, ada: Any, write: Any) -> None:
    today = cast.viewer("counselor").today
    monday = today - DAY * today.weekday()
    if today == monday:
        monday -= 7 * DAY
    write("session", session_id="s1", program_id="iop", type="individual", status="held", held_on=monday,
          starts_at=datetime.datetime.combine(monday, datetime.time(9)),
          ends_at=datetime.datetime.combine(monday, datetime.time(11)), break_minutes=0)  # fmt: skip
    write("session_staff", session_id="s1", staff_id="carl")
    write("attendance", session_id="s1", episode_id="e1", status="attended",
          arrived_at=datetime.datetime.combine(monday, datetime.time(9)),
          left_at=datetime.datetime.combine(monday, datetime.time(11)))  # fmt: skip
    _judged()
    page = _page(cast)
    assert "Hours, week of" in page
    assert "of 9 h 00, on 1 day" in " ".join(page.split())
    assert "Came to 1 session on 1 day" in page


def test_the_window_is_counted_down_after_an_intensive_program(cast: Any, ada: Any) -> None:
    supervisor = cast.viewer("clinical_supervisor")
    left = supervisor.today - 12 * DAY
    episode = RECORDS["episode"].objects.get(pk="e1")
    with judging.wait():
        writing.amend(
            supervisor,
            episode,
            {"discharged_on": left, "discharge_recorded_on": left, "discharge_reason": "completed"},
        )
    page = _page(cast)
    assert "18 days left" in page
    assert "12 days since the discharge; 30 are allowed" in page
    assert "/people/ada/request?program=irs" in page


def test_a_closed_window_says_so(cast: Any, ada: Any, write: Any) -> None:
    supervisor = cast.viewer("clinical_supervisor")
    long_ago = supervisor.today - 90 * DAY
    write("person", person_id="bea", sex="female")
    write("outside_stay", person_id="bea", level="3.5", focus="substance_use", admitted_on=long_ago - 20 * DAY,
          discharged_on=long_ago, recorded_on=long_ago)  # fmt: skip
    page = _page(cast, "/people/bea/")
    assert "The window has closed" in page
    assert "request?program=irs" not in page


def test_without_a_discharge_there_is_no_window(cast: Any, ada: Any) -> None:
    assert "Days left" not in _page(cast)


def test_while_she_is_still_in_the_program_no_window_runs(cast: Any, ada: Any, write: Any) -> None:
    today = cast.viewer("counselor").today
    write("outside_stay", person_id="ada", level="3.5", focus="substance_use", admitted_on=today - 90 * DAY,
          discharged_on=today - 60 * DAY, recorded_on=today - 60 * DAY)  # fmt: skip
    assert "Days left" not in _page(cast)


def test_once_asked_the_kept_verdict_says_how_the_window_stands(cast: Any, ada: Any, write: Any) -> None:
    today = cast.viewer("counselor").today
    write("outside_stay", person_id="ada", level="3.5", focus="substance_use", admitted_on=today - 40 * DAY,
          discharged_on=today - 10 * DAY, recorded_on=today - 10 * DAY)  # fmt: skip
    write("episode", episode_id="e2", person_id="ada", program_id="irs", requested_on=today - 2 * DAY)
    _judged()
    page = _page(cast)
    assert "Recovery support has been asked for" in page
    assert "8 days since the discharge" in page


def test_opening_a_chart_is_logged(cast: Any, ada: Any) -> None:
    _page(cast)
    assert Entry.objects.filter(person_id="ada", act="read", detail="overview").count() == 1


def test_another_organization_finds_nobody(cast: Any, ada: Any) -> None:
    assert cast.client("counselor", "lakeside").get("/people/ada/").status_code == 404
    assert cast.client("counselor", "lakeside").get("/people/ada/request").status_code == 404


@pytest.mark.parametrize("role", ["reviewer", "administrator"])
def test_a_role_without_charts_is_refused(cast: Any, ada: Any, role: str) -> None:
    assert cast.client(role).get("/people/ada/").status_code == 403


def _attend(count: int, first: int) -> None:
    """Many sessions and attendances at once, as an import would leave them."""
    start = datetime.date(2020, 1, 1)
    shared = {"holder_id": "prairie"}
    RECORDS["session"].objects.bulk_create(
        [
            RECORDS["session"](
                session_id=f"s{n}",
                program_id="iop",
                type="group",
                status="held",
                held_on=start + DAY * (n // 4),
                **shared,
            )
            for n in range(first, first + count)
        ],
        batch_size=500,
    )
    RECORDS["attendance"].objects.bulk_create(
        [
            RECORDS["attendance"](session_id=f"s{n}", episode_id="e1", status="attended", **shared)
            for n in range(first, first + count)
        ],
        batch_size=500,
    )


def test_ten_thousand_attendances_cost_no_more_queries_than_ten(cast: Any, ada: Any) -> None:
    client = cast.client("counselor")
    client.get("/people/ada/")
    _attend(10, 0)
    with CaptureQueriesContext(connection) as few:
        client.get("/people/ada/")
    _attend(9_990, 10)
    client.get("/people/ada/")  # after a minute, the session is written anew
    with CaptureQueriesContext(connection) as many:
        page = client.get("/people/ada/")
    assert len(many) == len(few)
    assert len(page.content) < 150_000
    assert "Came to 10000 sessions on 2500 days" in page.content.decode().replace(",", "")
    assert "The latest 400 days are drawn" in page.content.decode()


def test_more_episodes_cost_no_more_queries(cast: Any, ada: Any, write: Any) -> None:
    client = cast.client("counselor")
    client.get("/people/ada/")
    _judged()
    with CaptureQueriesContext(connection) as few:
        client.get("/people/ada/")
    for number in range(5):
        write(
            "episode",
            episode_id=f"more{number}",
            person_id="ada",
            program_id="iop",
            requested_on=datetime.date(2026, 1, 1),
        )
    _judged()
    with CaptureQueriesContext(connection) as many:
        client.get("/people/ada/")
    assert len(many) <= len(few)


def test_a_request_makes_an_episode_and_goes_on_to_the_admission(cast: Any, ada: Any) -> None:
    page = cast.client("counselor").post("/people/ada/request", {"program": "irs", "requested_on": "2026-03-02"})
    made = RECORDS["episode"].objects.get(person_id="ada", program_id="irs")
    assert page["Location"] == f"/episodes/{made.pk}/admission"
    assert made.requested_on == datetime.date(2026, 3, 2)


def test_a_request_keeps_what_was_typed(cast: Any, ada: Any) -> None:
    page = cast.client("counselor").post("/people/ada/request", {"program": "irs", "requested_on": "soon"})
    told = page.content.decode()
    assert 'value="irs" selected' in told
    assert "soon" in told
    assert "Enter a valid date" in told
    assert RECORDS["episode"].objects.filter(person_id="ada").count() == 1


def test_a_request_may_come_with_its_program(cast: Any, ada: Any) -> None:
    assert 'value="irs" selected' in _page(cast, "/people/ada/request?program=irs")


def test_a_role_that_may_not_write_cannot_ask(cast: Any, ada: Any) -> None:
    assert cast.client("compliance_officer").get("/people/ada/request").status_code == 403


def test_somebody_without_a_name_is_named_by_id(cast: Any, write: Any) -> None:
    write("person", person_id="nameless", sex="female")
    assert "Person nameless" in _page(cast, "/people/nameless/")


@pytest.mark.parametrize(("on", "years"), [("2026-03-01", 29), ("2026-03-02", 30), ("1990-01-01", None)])
def test_an_age_is_in_full_years(on: str, years: int | None) -> None:
    assert age(datetime.date(1996, 3, 2), datetime.date.fromisoformat(on)) == years


def test_a_line_of_one_day_can_be_drawn() -> None:
    day = datetime.date(2026, 3, 2)
    line = timeline([Event(day, "request", "Asked for")], [], requested=day, admitted=None, discharged=None, today=day)
    assert line.marks[0].x == 120
    assert line.until > line.since
