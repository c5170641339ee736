"""What hangs on a change is judged anew: at once where it is little, else by the follower; and everybody each new day."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from handrail.app.accounts.models import Organization
from handrail.app.chart import writing
from handrail.app.chart.models import RECORDS
from handrail.app.chart.owners import OF_THE_PROGRAM
from handrail.app.chart.touched import TOUCH_PEOPLE, TOUCH_PROGRAMS, TOUCH_SESSIONS, touched
from handrail.app.worklists import hearing, judging, waiting
from handrail.app.worklists.following import Follower, alone, begin_day
from handrail.app.worklists.models import JudgedDay, Verdict, Waiting
from handrail.engine.evaluate import compiled

pytestmark = pytest.mark.django_db
Kind = Waiting.Kind


@pytest.fixture
def at_once(ada: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody is judged; from here on a change is judged as soon as it stands, as it is outside tests."""
    judging.judge_everybody("prairie")
    assert not Waiting.objects.exists()
    monkeypatch.setattr(judging._here, "is_waiting", False)


def emptied(follower: Follower) -> int:
    """This will let a follower work until nothing is to be done; gives how many portions it judged."""
    Waiting.objects.update(not_before=timezone.now())
    return sum(1 for _ in iter(follower.step, 0))


def verdict(clause: str, **about: Any) -> str:
    return Verdict.objects.get(clause=clause, **about).verdict


@pytest.mark.parametrize(("is_personal", "touches"), [(True, TOUCH_PEOPLE), (False, TOUCH_PROGRAMS | TOUCH_SESSIONS)])
def test_every_table_that_is_read_is_known_to_touch(is_personal: bool, touches: frozenset[str]) -> None:
    read: dict[str, set[str]] = {"session": set(), "": set()}
    for told in judging.editions():
        for name in told.edition.subjects:
            made = compiled(told, name)
            if ("person_id" in made.context) == is_personal:
                read.setdefault(name, set()).update(made.tables)
    assert read.pop("session") <= TOUCH_SESSIONS
    together = set().union(*read.values())
    assert (together & OF_THE_PROGRAM if is_personal else together) <= touches


def test_a_training_judges_the_member_of_staff_at_once(
    cast: Any, at_once: None, write: Any, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = cast.viewer("administrator")
    with django_capture_on_commit_callbacks(execute=True):
        writing.create(
            office, "staff", {"staff_id": "rita", "name": "Rita Example", "program_id": "iop", "treats": True}
        )
    before = Verdict.objects.get(clause="trained-in-recovery", key__staff_id="rita")
    assert before.verdict != "met"
    with django_capture_on_commit_callbacks(execute=True):
        writing.create(office, "training",
                       {"staff_id": "rita", "topic": "recovery_principles", "completed_on": office.today})  # fmt: skip
    after = Verdict.objects.get(clause="trained-in-recovery", key__staff_id="rita")
    assert (after.pk, after.verdict) == (before.pk, "met")
    assert not Waiting.objects.exists()


def test_who_moves_to_another_program_has_one_answer(
    cast: Any, at_once: None, django_capture_on_commit_callbacks: Any
) -> None:
    office = cast.viewer("administrator")
    carl = RECORDS["staff"].objects.get(pk="carl")
    with django_capture_on_commit_callbacks(execute=True):
        writing.amend(office, carl, {"program_id": "irs"})
    told = Verdict.objects.filter(subject="staff_member", key__staff_id="carl")
    assert set(told.values_list("program_id", flat=True)) <= {"irs"}


def test_a_credential_touches_whom_its_holder_and_those_supervised_treat(cast: Any, ada: Any, write: Any) -> None:
    write("staff", staff_id="sue", name="Sue Example", program_id="irs")
    write("credential", credential_id="plain", staff_id="sue", kind="ladc", issued_on=datetime.date(2020, 1, 1))
    mine = RECORDS["credential"].objects.get(pk="plain")
    assert touched([mine]).persons == frozenset()
    write("credential", staff_id="carl", kind="pladc", issued_on=datetime.date(2020, 1, 1), supervisor_id="sue")
    found = touched([mine])
    assert (found.persons, found.programs) == (frozenset({"ada"}), frozenset({"irs", "iop"}))


def test_a_closure_judges_the_people_of_the_program_at_once(
    cast: Any, at_once: None, django_capture_on_commit_callbacks: Any
) -> None:
    monday = cast.viewer("counselor").today - datetime.timedelta(days=cast.viewer("counselor").today.weekday() + 7)
    before = Verdict.objects.filter(subject="service_week", person_id="ada").latest("judged_at").judged_at
    with django_capture_on_commit_callbacks(execute=True):
        writing.create(cast.viewer("administrator"), "program_closure",
                       {"program_id": "iop", "starts_on": monday, "ends_on": monday, "reason": "Holiday"})  # fmt: skip
    assert Verdict.objects.filter(subject="service_week", person_id="ada").earliest("judged_at").judged_at > before
    assert not Waiting.objects.exists()


@pytest.fixture
def large(at_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of one is already too large to be judged at once."""
    monkeypatch.setattr(hearing, "MOST_AT_ONCE", 0)


def test_a_large_program_waits_for_the_follower_and_the_screen_says_so(
    cast: Any, large: None, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        writing.create(cast.viewer("counselor"), "diagnosis", {"person_id": "ada", "code": "F11.20", "category": "substance_use",
                       "diagnosed_on": datetime.date(2026, 1, 5)})  # fmt: skip
    assert verdict("substance-diagnosis", subject="admission") == "cannot tell"
    client = cast.client("counselor")
    assert "being judged again" in client.get("/people/ada/").content.decode()
    assert "1 to be judged, the first since" in Client().get("/health/ready").content.decode()
    assert emptied(Follower())
    assert verdict("substance-diagnosis", subject="admission") == "met"
    assert "being judged again" not in client.get("/people/ada/").content.decode()
    assert Client().get("/health/ready").content == b"ready\n"


def test_the_follower_leaves_a_change_to_its_own_process_for_some_seconds(
    cast: Any, large: None, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        writing.create(cast.viewer("counselor"), "use_event", {"person_id": "ada", "occurred_on": "2026-01-05"})
    now = timezone.now()
    assert Follower(clock=lambda: now).step() == 0
    assert Follower(clock=lambda: now + waiting.GRACE).step() == 1


def test_a_change_during_the_judging_is_judged_again(cast: Any, at_once: None) -> None:
    waiting.put("prairie", Kind.PERSON, ["ada"])
    taken = waiting.take("prairie", Kind.PERSON, ["ada"])
    waiting.put("prairie", Kind.PERSON, ["ada"])
    with transaction.atomic():
        assert waiting.settle("prairie", Kind.PERSON, taken) == set()
    assert waiting.is_waiting_for("prairie", "ada")


def test_an_older_answer_never_replaces_a_newer_one(cast: Any, at_once: None, write: Any) -> None:
    waiting.put("prairie", Kind.PERSON, ["ada"])
    taken = waiting.take("prairie", Kind.PERSON, ["ada"])
    write("diagnosis", person_id="ada", code="F11.20", category="substance_use", diagnosed_on=datetime.date(2026, 1, 5))
    judging.judge_person("prairie", "ada")
    with transaction.atomic():
        assert waiting.settle("prairie", Kind.PERSON, taken) == set()
    assert verdict("substance-diagnosis", subject="admission") == "met"


def test_what_is_rolled_back_does_not_wait(cast: Any, at_once: None) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        writing.create(cast.viewer("counselor"), "use_event", {"person_id": "ada", "occurred_on": "2026-01-05"})
        raise RuntimeError
    assert not Waiting.objects.exists()


def test_a_change_put_off_is_not_lost(cast: Any, at_once: None, write: Any) -> None:
    with judging.wait():
        write("use_event", person_id="ada", occurred_on=datetime.date(2026, 1, 5))
    assert list(Waiting.objects.values_list("kind", "key")) == [("person", "ada")]


def test_who_cannot_be_judged_keeps_nobody_else_waiting(
    cast: Any, at_once: None, write: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write("person", person_id="bea", sex="female")
    write("use_event", person_id="ada", occurred_on=datetime.date(2026, 1, 5))
    asked = judging._asked

    def fails_on_bea(organization_id: str, kind: str, keys: list[str], as_of: Any) -> Any:
        if "bea" in keys:
            raise RuntimeError("something clinical")
        return asked(organization_id, kind, keys, as_of)

    monkeypatch.setattr(judging, "_asked", fails_on_bea)
    emptied(Follower())
    assert list(Waiting.objects.values_list("key", flat=True)) == ["bea"]
    assert Waiting.objects.get().not_before > timezone.now() + datetime.timedelta(minutes=4)
    assert "something clinical" not in caplog.text


def instants(first: str, days: int, zone: str) -> Iterator[datetime.datetime]:
    """Every quarter of an hour from a local midnight on."""
    at = datetime.datetime.fromisoformat(first).replace(tzinfo=ZoneInfo(zone)).astimezone(datetime.UTC)
    for step in range(days * 24 * 4):
        yield at + step * datetime.timedelta(minutes=15)


@pytest.mark.parametrize(
    ("zone", "first", "hours"),
    [
        ("America/Chicago", "2026-03-07", [24, 23, 24]),
        ("America/Chicago", "2026-10-31", [24, 25, 24]),
        ("America/Havana", "2026-03-07", [24, 23, 24]),
        ("America/Sao_Paulo", "2018-11-03", [24, 23, 24]),
        ("America/Sao_Paulo", "2018-02-17", [25, 24, 24]),
    ],
)
def test_everybody_is_put_down_once_each_local_day(cast: Any, zone: str, first: str, hours: list[int]) -> None:
    Organization.objects.exclude(pk="prairie").delete()
    Organization.objects.update(time_zone=zone)
    moments = instants(first, 4, zone)
    now = next(moments)
    follower = Follower(clock=lambda: now)
    follower.begin_days()
    begun = [now]
    for now in moments:
        before = JudgedDay.objects.get().day
        follower.begin_days()
        if JudgedDay.objects.get().day != before:
            begun.append(now)
    lasted = [int((one - other).total_seconds() // 3600) for other, one in itertools.pairwise(begun)]
    assert lasted[:3] == hours


def test_a_day_is_begun_once_and_never_an_earlier_one(cast: Any, ada: Any) -> None:
    judging.judge_everybody("prairie")
    day = JudgedDay.objects.get(organization="prairie").day
    assert not begin_day(cast.prairie, day)
    assert not begin_day(cast.prairie, day - datetime.timedelta(days=1))
    assert not Waiting.objects.exists()
    assert begin_day(cast.prairie, day + datetime.timedelta(days=1))
    assert Waiting.objects.filter(kind="person", key="ada").exists()


@pytest.mark.skipif("connection.vendor == 'postgresql'", reason="one connection cannot stand by for itself")
def test_a_second_follower_stands_by(cast: Any) -> None:
    assert connection.vendor == "sqlite"
    with alone() as first, alone() as second:
        assert (first, second) == (True, False)
    with alone() as again:
        assert again
