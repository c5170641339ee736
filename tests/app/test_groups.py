"""The sessions of a day or a week, and making them."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handrail.app.chart.models import RECORDS, Change, Wording
from handrail.app.screens.groups.roll import Entry
from handrail.app.worklists import judging
from handrail.app.worklists.models import Verdict

pytestmark = pytest.mark.django_db

MONDAY = datetime.date(2026, 10, 19)
"""In the week after the clocks go back in the United States, on 1 November, times on the wall stay the same."""


def group(**told: Any) -> dict[str, Any]:
    """What somebody types to make a group."""
    return {
        "program": "iop", "type": "group", "held_on": MONDAY, "starts": "09:00", "ends": "12:00", "staff": ["carl"],
        "setting": "clinic", "token": uuid.uuid4(), **told,
    }  # fmt: skip


def contact(**told: Any) -> dict[str, Any]:
    """What somebody types to make a session with one person."""
    return {
        "episode": "e1", "type": "individual", "held_on": MONDAY, "starts": "13:00", "ends": "14:00",
        "state": "attended", "staff": ["carl"], "token": uuid.uuid4(), **told,
    }  # fmt: skip


@pytest.fixture
def since_long(ada: Any) -> None:
    """Ada was admitted long before every day that is used here."""
    day = datetime.date(2026, 1, 5)
    RECORDS["episode"].objects.filter(pk="e1").update(admitted_on=day, requested_on=day, recorded_on=day)


def test_one_group_is_made_with_who_gives_it(cast: Any, ada: Any) -> None:
    page = cast.client("group_leader").post("/groups/new", group(break_minutes="15"))
    made = RECORDS["session"].objects.get()
    assert page["Location"] == f"/groups/{made.pk}/"
    assert (made.starts_at, made.ends_at) == (
        datetime.datetime(2026, 10, 19, 9), datetime.datetime(2026, 10, 19, 12),
    )  # fmt: skip
    assert (made.status, made.break_minutes, made.setting) == ("held", 15, "clinic")
    assert RECORDS["session_staff"].objects.get().staff_id == "carl"


def test_a_row_of_groups_keeps_its_wall_times_over_the_change_of_the_clocks(cast: Any, ada: Any) -> None:
    told = group(weekdays=["0", "2"], until=datetime.date(2026, 11, 11))
    cast.client("counselor").post("/groups/new", told)
    made = list(RECORDS["session"].objects.order_by("held_on"))
    assert [one.held_on.day for one in made] == [19, 21, 26, 28, 2, 4, 9, 11]
    assert {one.starts_at.time() for one in made} == {datetime.time(9)}
    assert RECORDS["session_staff"].objects.count() == 8


def test_announced_closed_days_are_left_out(cast: Any, ada: Any, write: Any) -> None:
    write(
        "program_closure", program_id="iop", starts_on=datetime.date(2026, 10, 26), ends_on=datetime.date(2026, 10, 27)
    )
    page = cast.client("counselor").post(
        "/groups/new", group(weekdays=["0"], until=datetime.date(2026, 11, 2)), follow=True
    )
    assert [one.held_on.day for one in RECORDS["session"].objects.order_by("held_on")] == [19, 2]
    assert "1 closed days left out" in page.content.decode()


def test_the_same_form_sent_twice_makes_one_group(cast: Any, ada: Any) -> None:
    client, told = cast.client("counselor"), group()
    first, second = client.post("/groups/new", told), client.post("/groups/new", told)
    assert first["Location"] == second["Location"]
    assert RECORDS["session"].objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"ends": "08:00"}, "The end is not after the start"),
        ({"weekdays": ["0"]}, "Say until which day"),
        ({"until": "2026-11-02"}, "Say on which days"),
        ({"weekdays": ["0"], "until": "2026-10-01"}, "There is no such day"),
        ({"weekdays": ["0", "1", "2", "3", "4", "5", "6"], "until": "2030-01-01"}, "more than 200 sessions"),
        ({"starts": "soon"}, "Enter a valid time"),
    ],
)
def test_what_was_typed_stays_when_something_is_wrong(cast: Any, ada: Any, wrong: dict[str, Any], says: str) -> None:
    page = cast.client("counselor").post("/groups/new", group(setting_note="the blue room", **wrong)).content.decode()
    assert says in page
    assert 'value="the blue room"' in page
    assert not RECORDS["session"].objects.exists()


def test_a_group_past_midnight_ends_on_the_day_after(cast: Any, ada: Any) -> None:
    cast.client("counselor").post("/groups/new", group(starts="22:30", ends="00:30"))
    assert RECORDS["session"].objects.get().ends_at == datetime.datetime(2026, 10, 20, 0, 30)


def test_the_list_says_how_many_came_and_why_one_was_cancelled(cast: Any, ada: Any) -> None:
    client = cast.client("counselor")
    client.post("/groups/new", group())
    client.post("/groups/new", group(starts="15:00", ends="16:00"))
    first, second = RECORDS["session"].objects.order_by("starts_at")
    client.post(f"/groups/{first.pk}/", {"shown-e1": Entry().seal, "state-e1": "attended"})
    client.post(f"/groups/{second.pk}/cancel", {"reason": "The heating failed."})
    page = client.get("/groups/?day=2026-10-21&span=week").content.decode()
    assert "Carl Example" in page
    assert "The heating failed." in page
    assert "Week of" not in page and "in the week of Mon 19 Oct 2026" in page
    assert Change.objects.filter(table="session", row_id=second.pk, reason="The heating failed.").exists()
    assert "No sessions on this day" in client.get("/groups/?day=2026-10-20").content.decode()
    assert client.get("/groups/?day=never").status_code == 200


def test_a_cancelled_session_needs_a_reason_and_nobody_who_came(
    cast: Any, ada: Any, write: Any, since_long: None
) -> None:
    client = cast.client("counselor")
    client.post("/groups/new", group())
    made = RECORDS["session"].objects.get()
    client.post(f"/groups/{made.pk}/cancel", {"reason": " "})
    write("attendance", session_id=made.pk, episode_id="e1", status="attended")
    page = client.post(f"/groups/{made.pk}/cancel", {"reason": "Snow"}, follow=True)
    assert "was held is not cancelled" in page.content.decode()
    made.refresh_from_db()
    assert made.status == "held"


def test_a_contact_is_entered_with_attendance_focus_and_note(cast: Any, ada: Any, since_long: None) -> None:
    told = contact(type="recovery_support", areas=["communication"], note="Walked to the market.")
    page = cast.client("recovery_worker").post("/groups/contact", told)
    made = RECORDS["session"].objects.get()
    assert page["Location"] == f"/groups/{made.pk}/"
    attended = RECORDS["attendance"].objects.get()
    assert (attended.status, attended.arrived_at, attended.left_at) == ("attended", made.starts_at, made.ends_at)
    assert (made.head_count, made.scheduled_count, made.program_id) == (1, 1, "iop")
    assert RECORDS["session_focus"].objects.get().area == "communication"
    assert Wording.objects.get(table="session", part="note").text == "Walked to the market."


def test_a_contact_that_is_to_come_shows_only_whom_it_is_for(cast: Any, ada: Any, write: Any, since_long: None) -> None:
    day = cast.viewer("counselor").today + datetime.timedelta(days=3)
    write("person", person_id="bea", birth_date=datetime.date(1990, 2, 28), sex="female")
    write("episode", episode_id="e2", person_id="bea", program_id="iop", admitted_on=datetime.date(2026, 1, 5))
    client = cast.client("counselor")
    refused = client.post("/groups/contact", contact(held_on=day)).content.decode()
    assert "This day is yet to come" in refused
    page = client.post("/groups/contact", contact(held_on=day, state=""), follow=True).content.decode()
    assert not RECORDS["attendance"].objects.exists()
    assert "Ada Example" in page and "Without a name" not in page
    assert "yet to come" in page


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"held_on": "2025-12-31"}, "was not in the program"),
        ({"state": "excused"}, "Say why the person was excused"),
        ({"episode": "of nobody"}, "Select a valid choice"),
    ],
)
def test_a_contact_that_cannot_be_is_refused_with_everything_kept(
    cast: Any, ada: Any, since_long: None, wrong: dict[str, Any], says: str
) -> None:
    page = cast.client("counselor").post("/groups/contact", contact(note="Typed in full.", **wrong)).content.decode()
    assert says in page
    assert "Typed in full." in page
    assert not RECORDS["session"].objects.exists()


def test_details_change_and_a_signed_session_asks_why(cast: Any, ada: Any, since_long: None) -> None:
    client = cast.client("clinical_supervisor")
    client.post("/groups/new", group())
    made = RECORDS["session"].objects.get()
    told = {name: value for name, value in group(ends="11:00", staff=[]).items() if name not in {"program", "token"}}
    assert client.post(f"/groups/{made.pk}/details", told | {"version": 1}).status_code == 302
    made.refresh_from_db()
    assert made.ends_at.hour == 11
    assert not RECORDS["session_staff"].objects.filter(is_withdrawn=False).exists()
    assert (
        "Somebody else changed this"
        in client.post(f"/groups/{made.pk}/details", told | {"version": 1}).content.decode()
    )
    client.post(f"/groups/{made.pk}/", {"act": "sign", "shown-e1": Entry().seal, "state-e1": "absent"})
    signed = client.post(f"/groups/{made.pk}/details", told | {"ends": "10:00"}).content.decode()
    assert "This is signed" in signed
    assert client.post(f"/groups/{made.pk}/details", told | {"ends": "10:00", "reason": "Slip"}).status_code == 302


@pytest.mark.parametrize("address", ["/groups/", "/groups/new", "/groups/contact"])
@pytest.mark.parametrize("role", ["reviewer", "policy_analyst"])
def test_a_role_without_charts_is_refused(cast: Any, ada: Any, address: str, role: str) -> None:
    assert cast.client(role).get(address).status_code == 403


@pytest.mark.parametrize("address", ["/groups/new", "/groups/contact"])
def test_a_role_that_only_reads_makes_nothing(cast: Any, ada: Any, address: str) -> None:
    assert cast.client("compliance_officer").get(address).status_code == 403


def test_another_organization_sees_and_changes_nothing(cast: Any, ada: Any) -> None:
    cast.client("counselor").post("/groups/new", group())
    made = RECORDS["session"].objects.get()
    other = cast.client("counselor", "lakeside")
    assert "Carl" not in other.get(f"/groups/?day={MONDAY}&program=").content.decode()
    assert other.get(f"/groups/{made.pk}/details").status_code == 404
    assert other.post(f"/groups/{made.pk}/cancel", {"reason": "x"}).status_code == 404
    assert "Select a valid choice" in other.post("/groups/new", group()).content.decode()
    assert "Select a valid choice" in other.post("/groups/contact", contact()).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_sessions(cast: Any, ada: Any) -> None:
    client = cast.client("counselor")
    client.post("/groups/new", group())
    address = f"/groups/?day={MONDAY}&span=week"
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for hour in (13, 14, 15, 16):
        client.post("/groups/new", group(starts=f"{hour}:00", ends=f"{hour}:50"))
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_people_judged_together_are_judged_as_each_alone(cast: Any, ada: Any, write: Any, since_long: None) -> None:
    for number in range(4):
        write("person", person_id=f"p{number}", birth_date=datetime.date(1990 + 10 * (number % 2), 1, 1), sex="female")
        start = datetime.date(2026, 9, 1 + number)
        write("episode", episode_id=f"x{number}", person_id=f"p{number}", program_id="iop" if number else "irs",
              requested_on=start, admitted_on=start, recorded_on=start)  # fmt: skip
    write("session", session_id="s", program_id="iop", type="group", status="held", held_on=MONDAY, head_count=2,
          starts_at=datetime.datetime(2026, 10, 19, 9), ends_at=datetime.datetime(2026, 10, 19, 12))  # fmt: skip
    for number in (1, 2):
        write("attendance", session_id="s", episode_id=f"x{number}", status="attended")
    people = ["ada", "p0", "p1", "p2", "p3"]

    def said() -> list[tuple[Any, ...]]:
        columns = ("person_id", "clause", "key", "verdict", "says", "facts", "missing", "evidence")
        return sorted(map(str, Verdict.objects.filter(person_id__in=people).values_list(*columns)))

    for person in people:
        judging.judge_person("prairie", person)
    alone = said()
    judging.judge_people("prairie", people)
    assert said() == alone
    assert len(alone) > 100
    judging.judge_people("prairie", [])
    assert said() == alone
