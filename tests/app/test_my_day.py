"""What waits today for who signs in."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from handrail.app.accounts.models import Membership
from handrail.app.chart.models import Identity
from handrail.app.worklists.models import Verdict

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def is_carl(cast: Any) -> Client:
    """The browser of the counselor, who is the member of staff Carl."""
    client = cast.client("counselor")
    Membership.objects.filter(user__username="prairie-counselor").update(staff_id="carl")
    return client


def told(cast: Any, **values: Any) -> Verdict:
    """One verdict about Ada's episode."""
    today = cast.viewer("counselor").today
    given = {
        "organization": cast.prairie, "person_id": "ada", "episode_id": "e1", "program_id": "iop",
        "definition": "us-ne/intensive-outpatient-2.1", "edition": "undated", "seal": "0" * 64,
        "subject": "plan_review", "key": {"episode_id": "e1", "review_number": 1}, "judged_on": today, "as_of": today,
        "clause": "review-every-thirty-days", "duty": "must", "verdict": "not met", "stands": "late",
        "due_on": today - 2 * DAY, "days_late": 2, "says": "Two days over.",
    }  # fmt: skip
    return Verdict.objects.create(**given | values)


def group(cast: Any, write: Any, session_id: str = "s1", *, by: str = "carl", in_days: int = 1) -> None:
    """One group with Ada on its roster."""
    day = cast.viewer("counselor").today + in_days * DAY
    write(
        "session", session_id=session_id, program_id="iop", type="group", status="held", held_on=day,
        starts_at=datetime.datetime.combine(day, datetime.time(9)),
        ends_at=datetime.datetime.combine(day, datetime.time(23, 59)), scheduled_count=8,
    )  # fmt: skip
    write("session_staff", session_id=session_id, staff_id=by)
    write("attendance", session_id=session_id, episode_id="e1", status="attended")


def test_nobody_signed_in_is_sent_to_sign_in(cast: Any) -> None:
    page = Client().get("/")
    assert page.status_code == 302
    assert "login" in page["Location"]


def test_it_says_the_day_who_one_is_and_where(cast: Any, ada: Any) -> None:
    page = cast.client("counselor").get("/").content.decode()
    today = cast.viewer("counselor").today
    assert f"{today:%a} {today.day} {today:%b %Y}" in page
    assert "Counselor Example" in page
    assert "at Prairie Example" in page
    assert "Change the workplace" not in page


def test_who_works_in_two_places_can_change_the_workplace(cast: Any, ada: Any) -> None:
    client = cast.client("counselor")
    user = cast.member("counselor").user
    Membership.objects.create(
        user=user, organization=cast.lakeside, roles=["counselor"], since=datetime.date(2020, 1, 1)
    )
    assert "Change the workplace" in client.get("/").content.decode()


@pytest.mark.parametrize("role", ["policy_analyst", "administrator"])
def test_a_role_without_charts_sees_what_it_can_open(cast: Any, ada: Any, role: str) -> None:
    told(cast)
    page = cast.client(role).get("/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "Ada" not in text
    assert "Two days over." not in text
    opens = text[text.index("What you can open") :]
    assert ("Oversight" in opens, "Program" in opens) == (role == "policy_analyst", role == "administrator")


def test_who_reviews_requests_lands_on_the_desk(cast: Any, ada: Any) -> None:
    page = cast.client("reviewer", "plan").get("/")
    assert (page.status_code, page.headers["Location"]) == (302, "/desk/")


def test_the_overdue_stand_first_with_a_way_to_why(cast: Any, ada: Any) -> None:
    soon = told(
        cast, stands="due", verdict="pending", due_on=cast.viewer("counselor").today + 3 * DAY, says="In three."
    )
    late = told(cast)
    page = cast.client("counselor").get("/").content.decode()
    assert page.index("Two days over.") < page.index("In three.")
    for one in (late, soon):
        assert f"/why/{one.pk}" in page
    assert "<b>1</b> late" in page
    assert 'href="/due/?list=late"' in page


def test_a_counselor_on_a_team_sees_her_own_people(cast: Any, ada: Any, write: Any) -> None:
    told(cast)
    told(cast, person_id="bea", episode_id="e2", says="Somebody else's.")
    client = is_carl(cast)
    assert "Somebody else" in client.get("/").content.decode()
    write("team_member", episode_id="e1", staff_id="carl", starts_on=cast.viewer("counselor").today - DAY)
    page = client.get("/").content.decode()
    assert "Two days over." in page
    assert "Somebody else" not in page
    assert "whose=carl" in page


def test_my_next_groups_show_with_the_size_of_the_roster(cast: Any, ada: Any, write: Any) -> None:
    group(cast, write)
    write("staff", staff_id="dan", name="Dan Example", program_id="iop")
    group(cast, write, "s2", by="dan")
    group(cast, write, "s3", in_days=-2)
    page = is_carl(cast).get("/").content.decode()
    assert "Tomorrow 09:00" in page
    assert "1 of 8 planned" in page
    assert page.count("of 8 planned") == 1


def test_a_plan_of_mine_that_i_have_not_signed_is_listed_until_i_sign(cast: Any, ada: Any, write: Any) -> None:
    today = cast.viewer("counselor").today
    write("team_member", episode_id="e1", staff_id="carl", starts_on=today - 30 * DAY)
    client = is_carl(cast)
    assert "Plan: Ada Example" in client.get("/").content.decode()
    write("signature", plan_id="p1", signer="staff", staff_id="carl", signed_on=today)
    page = client.get("/").content.decode()
    assert "Plan: Ada Example" not in page
    assert "Nothing waits for your signature" in page


def test_the_people_short_of_the_week_are_named_once_the_fewest_hours_first(cast: Any, ada: Any, write: Any) -> None:
    bea = write("person", person_id="bea", birth_date=datetime.date(1990, 2, 28))
    Identity.objects.create(person=bea, holder=cast.prairie, given_name="Bea", family_name="Example")
    week = {"subject": "service_week", "verdict": "pending", "stands": "", "due_on": None, "days_late": None}
    told(cast, **week, clause="weekly-hours-attended", says="300 of 540", facts={"attended_minutes": 300})
    told(cast, **week, clause="days-attended", says="2 days", facts={"attended_day_count": 2})
    gap = {"attended_minutes": {"least": 90, "most": 120}}
    told(cast, **week, person_id="bea", episode_id="e2", clause="weekly-hours-attended", says="90 of 540", facts=gap)
    page = cast.client("counselor").get("/").content.decode()
    assert "<b>2</b> people short" in page
    assert page.index("Bea Example") < page.index("Ada Example")
    assert page.count(">Ada Example</a>") == 1


def test_the_queries_do_not_grow_with_the_rows(cast: Any, ada: Any, write: Any) -> None:
    group(cast, write)
    told(cast)
    told(cast, subject="service_week", stands="", verdict="pending")
    write("team_member", episode_id="e1", staff_id="carl", starts_on=cast.viewer("counselor").today - DAY)
    client = is_carl(cast)
    client.get("/")
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    for number in range(6):
        group(cast, write, f"more-{number}")
        told(cast)
        told(cast, subject="service_week", stands="", verdict="pending")
    with CaptureQueriesContext(connection) as many:
        client.get("/")
    assert len(many) == len(few)
    assert len(few) <= 32
