"""The group room: roll call, notes, signing, and two leaders at once."""

from __future__ import annotations

import datetime
import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handrail.app.audit.models import Entry as Logged
from handrail.app.chart import writing
from handrail.app.chart.models import RECORDS, Change, Wording
from handrail.app.worklists import judging
from handrail.app.worklists.models import Verdict

pytestmark = pytest.mark.django_db

ROOM = "/groups/s/"


def at(day: datetime.date, hour: int, minute: int = 0) -> datetime.datetime:
    """A time of the clock on a day."""
    return datetime.datetime.combine(day, datetime.time(hour, minute))


@pytest.fixture
def room(cast: Any, ada: Any, write: Any) -> Any:
    """Yesterday's group of Prairie's program, with Ada and Bea in the program, and an objective of Ada's."""
    day = cast.viewer("counselor").today - datetime.timedelta(days=1)
    bea = write("person", person_id="bea", birth_date=datetime.date(1990, 2, 28), sex="female")
    writing.name(cast.viewer("counselor"), bea, given_name="Bea", family_name="Sample", number="0002")
    start = day - datetime.timedelta(days=20)
    write("episode", episode_id="e2", person_id="bea", program_id="iop", requested_on=start, admitted_on=start)
    write("goal", goal_id="g1", episode_id="e1", set_on=start, linked_problem="Sleep")
    session = write("session", session_id="s", program_id="iop", type="group", status="held", held_on=day,
                    starts_at=at(day, 9), ends_at=at(day, 12), setting="clinic")  # fmt: skip
    write("session_staff", session_id="s", staff_id="carl")
    return session


def typed(page: Any, **changed: str) -> dict[str, str]:
    """What the form of a page would send, with some answers changed: `state_e1` is the field `state-e1`."""
    text = page.content.decode()
    text = text[text.index('id="roll"') : text.index("</form>", text.index('id="roll"'))]
    told = {}
    for tag in re.findall(r"<input [^>]*>", text):
        found = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if found.get("type") != "radio" or " checked" in tag:
            told[found["name"]] = html.unescape(found.get("value", ""))
    for name, inner in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)</textarea>', text):
        told[name] = html.unescape(inner)
    for name, inner in re.findall(r'<select[^>]* name="([^"]+)">(.*?)</select>', text, re.DOTALL):
        told[name] = (re.findall(r'value="([^"]*)" selected', inner) or [""])[0]
    told.pop("csrfmiddlewaretoken", None)
    names = {key.replace("_e", "-e"): value for key, value in changed.items()}
    return told | {"act": "save"} | names


def test_the_roll_is_called_and_kept(cast: Any, room: Any) -> None:
    client = cast.client("group_leader")
    page = client.get(ROOM)
    assert re.search(r'name="arrived-e1" value="09:00"', page.content.decode())
    told = typed(page, state_e1="attended", left_e1="10:40", state_e2="excused", reason_e2="Court")
    assert client.post(ROOM, told)["Location"] == ROOM
    came, excused = RECORDS["attendance"].objects.order_by("episode_id")
    assert (came.status, came.arrived_at, came.left_at) == ("attended", room.starts_at, at(room.held_on, 10, 40))
    assert (excused.status, excused.excused_reason, excused.arrived_at) == ("excused", "Court", None)
    room.refresh_from_db()
    assert (room.head_count, room.scheduled_count, room.status) == (1, 2, "held")
    assert "1 present" in client.get(ROOM).content.decode()


def test_the_same_roll_sent_twice_is_kept_once(cast: Any, room: Any) -> None:
    client = cast.client("counselor")
    told = typed(client.get(ROOM), state_e1="attended", state_e2="attended", note="Triggers.", note_e1="Spoke up.")
    assert client.post(ROOM, told).status_code == 302
    before = Change.objects.count()
    assert client.post(ROOM, told).status_code == 302
    assert RECORDS["attendance"].objects.count() == 2
    assert Change.objects.count() == before


def test_a_time_without_any_is_not_documented(cast: Any, room: Any) -> None:
    client = cast.client("counselor")
    client.post(ROOM, typed(client.get(ROOM), state_e1="attended", left_e1=""))
    assert RECORDS["attendance"].objects.get().left_at is None


def test_a_head_count_that_was_typed_is_kept_over_the_number_who_came(cast: Any, room: Any) -> None:
    client = cast.client("counselor")
    client.post(ROOM, typed(client.get(ROOM), state_e1="attended", head_count="4"))
    room.refresh_from_db()
    assert room.head_count == 4
    assert 'name="head_count" inputmode="numeric" value="4"' in client.get(ROOM).content.decode()


def test_everybody_else_came_marks_and_saves_nothing(cast: Any, room: Any) -> None:
    client = cast.client("counselor")
    page = client.post(ROOM, typed(client.get(ROOM), state_e1="absent", note="Half a sentence") | {"act": "mark"})
    assert not RECORDS["attendance"].objects.exists()
    marked = typed(page)
    assert (marked["state-e1"], marked["state-e2"], marked["note"]) == ("absent", "attended", "Half a sentence")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"state_e2": "excused"}, "Say why the person was excused"),
        ({"state_e2": "attended", "left_e2": "08:00"}, "cannot have left before coming"),
        ({"state_e2": "attended", "arrived_e2": "nine"}, "like 09:30"),
        ({"note_e2": "A note without a mark"}, "Mark came, absent or excused first"),
        ({"state_e2": "attended", "head_count": "some"}, "Give a whole number"),
        ({"state_e2": "attended", "goal_e2": "g1"}, "not among the open ones"),
    ],
)
def test_errors_keep_what_was_typed(cast: Any, room: Any, wrong: dict[str, str], says: str) -> None:
    client = cast.client("counselor")
    told = typed(client.get(ROOM), state_e1="attended", note="Everything stays.", note_e1="Also this.", **wrong)
    page = client.post(ROOM, told)
    text = page.content.decode()
    assert page.status_code == 200
    assert says in text and "Nothing was saved yet" in text
    assert "Everything stays." in text and "Also this." in text
    assert typed(page)["state-e1"] == "attended"
    assert not RECORDS["attendance"].objects.exists()


def test_notes_and_the_objective_are_kept_with_their_rows(cast: Any, room: Any) -> None:
    client = cast.client("counselor")
    told = typed(client.get(ROOM), state_e1="attended", note="Triggers.", note_e1="Named two.", goal_e1="g1")
    client.post(ROOM, told)
    attended = RECORDS["attendance"].objects.get()
    assert Wording.objects.get(table="session", row_id="s", part="note").text == "Triggers."
    note = Wording.objects.get(table="attendance", row_id=attended.pk, part="note")
    assert (note.text, note.person_id) == ("Named two.", "ada")
    assert Wording.objects.get(table="attendance", part="goal").text == "g1"
    assert typed(client.get(ROOM))["goal-e1"] == "g1"


def test_the_later_leader_sees_what_the_earlier_one_saved(cast: Any, room: Any) -> None:
    first, second = cast.client("group_leader"), cast.client("counselor")
    hers, his = typed(first.get(ROOM)), typed(second.get(ROOM))
    first.post(ROOM, hers | {"state-e1": "attended", "state-e2": "absent", "note": "From the first."})
    page = second.post(ROOM, his | {"state-e1": "absent", "note": "From the second."})
    text = page.content.decode()
    assert "Somebody else saved meanwhile: came, 09:00 to 12:00" in text
    assert "Somebody else wrote the group note meanwhile" in text
    assert "From the first." in text and "From the second." in text
    states = dict(RECORDS["attendance"].objects.values_list("episode_id", "status"))
    assert states == {"e1": "attended", "e2": "absent"}
    assert second.post(ROOM, typed(page, note="From both.")).status_code == 302
    states = dict(RECORDS["attendance"].objects.values_list("episode_id", "status"))
    assert states == {"e1": "absent", "e2": "absent"}
    assert Wording.objects.get(table="session", part="note").text == "From both."


def test_what_the_later_leader_left_alone_stays_as_the_earlier_one_saved_it(cast: Any, room: Any) -> None:
    first, second = cast.client("group_leader"), cast.client("counselor")
    hers, his = typed(first.get(ROOM)), typed(second.get(ROOM))
    first.post(ROOM, hers | {"state-e1": "attended", "note": "From the first."})
    page = second.post(ROOM, his | {"state-e2": "attended"}, follow=True)
    assert "Somebody else changed 1 entry meanwhile" in page.content.decode()
    states = dict(RECORDS["attendance"].objects.values_list("episode_id", "status"))
    assert states == {"e1": "attended", "e2": "attended"}
    assert Wording.objects.get(table="session", part="note").text == "From the first."
    room.refresh_from_db()
    assert room.head_count == 2


def test_signing_locks_and_amending_needs_a_reason_and_the_role(cast: Any, room: Any) -> None:
    client = cast.client("counselor")
    told = typed(client.get(ROOM), state_e1="attended", note="Triggers.", note_e1="Named two.")
    client.post(ROOM, told | {"act": "sign"})
    room.refresh_from_db()
    assert room.locked_at and RECORDS["attendance"].objects.get().locked_at
    page = client.get(ROOM).content.decode()
    assert 'id="roll"' not in page and "Counselor Example" in page and "Named two." in page
    assert client.post(ROOM, told | {"note": "Other"}).status_code == 403
    boss = cast.client("clinical_supervisor")
    wrong = boss.post(ROOM, typed(boss.get(ROOM), left_e1="11:00", note="Triggers and sleep."))
    assert "This is signed. Say why it is amended." in wrong.content.decode()
    assert "Triggers and sleep." in wrong.content.decode()
    again = typed(
        boss.get(ROOM), left_e1="11:00", state_e2="absent", note="Triggers and sleep.", note_e1="Named three."
    )
    assert boss.post(ROOM, again | {"reason": "Left early"}).status_code == 302
    amended = RECORDS["attendance"].objects.get(episode_id="e1")
    assert amended.left_at.hour == 11
    assert RECORDS["attendance"].objects.get(episode_id="e2").locked_at
    assert Change.objects.filter(row_id=amended.pk, kind="amended", reason="Left early").count() == 1
    assert Wording.objects.get(table="session", part="note").text == "Triggers and sleep."


def test_a_session_that_is_to_come_has_no_roll_yet(cast: Any, room: Any) -> None:
    day = cast.viewer("counselor").today + datetime.timedelta(days=1)
    RECORDS["session"].objects.filter(pk="s").update(held_on=day)
    client = cast.client("counselor")
    assert 'id="roll"' not in client.get(ROOM).content.decode()
    assert "yet to come" in client.post(ROOM, {"act": "save"}).content.decode()


def test_a_cancelled_session_keeps_no_roll(cast: Any, room: Any) -> None:
    client = cast.client("counselor")
    told = typed(client.get(ROOM), state_e1="attended")
    client.post("/groups/s/cancel", {"reason": "Snow"})
    assert "is cancelled. Nothing was kept" in client.post(ROOM, told).content.decode()
    assert not RECORDS["attendance"].objects.exists()


def test_a_session_past_midnight_takes_times_of_the_day_after(cast: Any, room: Any) -> None:
    day = room.held_on
    RECORDS["session"].objects.filter(pk="s").update(
        starts_at=at(day, 22, 30), ends_at=at(day + datetime.timedelta(days=1), 0, 30)
    )
    client = cast.client("counselor")
    client.post(ROOM, typed(client.get(ROOM), state_e1="attended", arrived_e1="22:20", left_e1="00:15"))
    told = RECORDS["attendance"].objects.get()
    assert (told.arrived_at, told.left_at) == (at(day, 22, 20), at(day + datetime.timedelta(days=1), 0, 15))


def test_what_the_definition_says_of_the_session_is_shown(cast: Any, room: Any) -> None:
    client = cast.client("counselor")
    client.post(ROOM, typed(client.get(ROOM), state_e1="attended", state_e2="attended"))
    assert not Verdict.objects.exists()
    judging.judge_sessions("prairie", ["s"])
    small = Verdict.objects.get(clause="group-not-too-small")
    assert (small.verdict, small.key, small.program_id) == ("not met", {"session_id": "s"}, "iop")
    page = client.get(ROOM).content.decode()
    assert "2 present; 3 at least" in page
    assert "Service Expectations, 12; Staffing Ratio" in page
    before = Verdict.objects.count()
    judging.judge_sessions("prairie", ["s"])
    judging.judge_sessions("prairie", [])
    assert Verdict.objects.count() == before


def test_reading_the_room_is_in_the_log_for_everybody_on_it(cast: Any, room: Any) -> None:
    cast.client("counselor").get(ROOM)
    read = Logged.objects.filter(act="read", detail="group_room")
    assert set(read.values_list("person_id", flat=True)) == {"ada", "bea"}


@pytest.mark.parametrize(("role", "organization", "status"), [
    ("reviewer", "prairie", 403), ("policy_analyst", "prairie", 403), ("counselor", "lakeside", 404),
])  # fmt: skip
def test_others_are_refused(cast: Any, room: Any, role: str, organization: str, status: int) -> None:
    client = cast.client(role, organization)
    assert client.get(ROOM).status_code == status
    assert client.post(ROOM, {"act": "save", "note": "x"}).status_code == status
    assert not Wording.objects.exists()


def test_who_only_reads_sees_the_roll_and_cannot_write(cast: Any, room: Any) -> None:
    client = cast.client("compliance_officer")
    page = client.get(ROOM).content.decode()
    assert "Ada Example" in page and 'id="roll"' not in page
    assert client.post(ROOM, {"act": "save"}).status_code == 403


def test_the_number_of_queries_does_not_grow_with_the_people(cast: Any, room: Any, write: Any) -> None:
    client = cast.client("counselor")
    client.post(ROOM, typed(client.get(ROOM), state_e1="attended", note_e1="One", goal_e1="g1"))
    with CaptureQueriesContext(connection) as few:
        client.get(ROOM)
    for number in range(8):
        write("person", person_id=f"p{number}", birth_date=datetime.date(1990, 1, 1), sex="female")
        write("episode", episode_id=f"x{number}", person_id=f"p{number}", program_id="iop", admitted_on=room.held_on)
        told = write("attendance", session_id="s", episode_id=f"x{number}", status="attended")
        writing.word(cast.viewer("counselor"), told, "note", "A word")
    with CaptureQueriesContext(connection) as many:
        assert client.get(ROOM).content.decode().count("A word") == 8
    assert len(many) == len(few)


def test_saving_judges_everybody_of_the_session_at_once(cast: Any, room: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging._here, "is_waiting", False)
    client = cast.client("counselor")
    client.post(ROOM, typed(client.get(ROOM), state_e1="attended", state_e2="attended"))
    assert set(Verdict.objects.filter(subject="service_week").values_list("person_id", flat=True)) == {"ada", "bea"}
    assert Verdict.objects.filter(subject="session", key__session_id="s", clause="group-ratio", verdict="met").exists()
