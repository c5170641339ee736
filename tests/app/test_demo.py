"""The demo: the same invented people each time, up to today, in order, and nobody who could be taken for real."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import connection, transaction
from django.db.models import Count
from tests.app import review_world

from handrail.app.accounts.access import roles, viewer_of
from handrail.app.accounts.models import Membership, Organization, User
from handrail.app.audit import log
from handrail.app.chart import reading, signing
from handrail.app.chart.declared import attribute
from handrail.app.chart.models import RECORDS, Cover, Identity, Wording
from handrail.app.consent.models import Consent, Emergency
from handrail.app.demo.making import PASSWORD, NotEmptyError, SignIn, make_demo, words
from handrail.app.demo.moving import dates_of, moved, until
from handrail.app.demo.reviewing import make_reviews
from handrail.app.reviewing import recording
from handrail.app.reviewing.frames import Clause
from handrail.app.reviewing.models import FocusedReview
from handrail.app.worklists.models import Decision, Verdict
from handrail.records.schema import tables

LAST = datetime.date(2026, 7, 5)
TODAY = datetime.date(2026, 7, 8)
People = list[tuple[str, str, str, str, str]]


@dataclass(frozen=True)
class Demo:
    sign_ins: list[SignIn]
    people: People
    people_another_day: People


def people() -> People:
    told = Identity.objects.order_by("pk")
    return list(told.values_list("person_id", "given_name", "family_name", "called", "number"))


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[Demo]:
    with django_db_blocker.unblock():
        with transaction.atomic():
            make_demo(LAST, people=10, lakeside=10)
            earlier = people()
            transaction.set_rollback(True)
        with transaction.atomic():
            made = make_demo(TODAY, people=10, lakeside=10)
            yield Demo(made, people(), earlier)
            transaction.set_rollback(True)


def plain(table: str) -> list[dict[str, Any]]:
    declared = tables()[table]
    names = {
        column.name: "pk" if column.name == declared.key else RECORDS[table]._meta.get_field(attribute(column)).attname
        for column in declared.columns.values()
    }
    return [{column: getattr(row, name) for column, name in names.items()} for row in RECORDS[table].objects.all()]


def row(table: str, **values: Any) -> dict[str, Any]:
    return dict.fromkeys(tables()[table].columns) | values


def test_the_same_people_are_made_each_time(demo: Demo) -> None:
    assert len(demo.people) == 20
    assert demo.people == demo.people_another_day
    assert len({(given, family) for _, given, family, _, _ in demo.people}) == 20


@pytest.mark.parametrize("table", tables())
def test_no_row_is_dated_after_today(demo: Demo, table: str) -> None:
    for one in plain(table):
        assert all(day <= TODAY for _, day in dates_of(tables()[table], one))


def test_every_row_refers_to_rows_that_are_there(demo: Demo) -> None:
    connection.check_constraints()
    assert RECORDS["attendance"].objects.count() > 100


def test_the_log_verifies_after_it(demo: Demo) -> None:
    assert log.Entry.objects.count() > 1000
    assert list(log.faults()) == []


def test_nothing_of_one_provider_stands_among_the_other(demo: Demo) -> None:
    for table, model in RECORDS.items():
        held = model.objects.values_list("pk", "holder_id")
        assert all(key.startswith("lakeside-") == (holder == "lakeside") for key, holder in held), table
    assert set(RECORDS["program"].objects.values_list("holder_id", "service")) >= {
        ("prairie", "us-ne/intensive-outpatient-2.1"),
        ("prairie", "us-nc/intensive-recovery-support"),
    }


def test_somebody_signs_in_for_every_role(demo: Demo) -> None:
    assert {title for one in demo.sign_ins for title in one.roles} == {role.title for role in roles().values()}
    assert {one.organization for one in demo.sign_ins} == {"Prairie Example", "Lakeside Example", "Example Health Plan"}
    assert sum(len(one.roles) > 1 for one in demo.sign_ins) >= 3
    assert authenticate(None, username="counselor", password=PASSWORD) == User.objects.get(username="counselor")


def test_who_treats_is_one_of_the_staff_and_called_the_same(demo: Demo) -> None:
    for one in Membership.objects.exclude(staff_id="").select_related("user"):
        staff = RECORDS["staff"].objects.get(pk=one.staff_id)
        assert (staff.holder_id, staff.name) == (one.organization_id, str(one.user))
    treating = {"counselor", "group_leader", "recovery_worker", "clinical_supervisor"}
    assert all(one.staff_id for one in Membership.objects.all() if treating & set(one.roles))


def test_most_have_a_consent_and_one_of_each_trouble_is_among_them(demo: Demo) -> None:
    for holder, treated in RECORDS["person"].objects.values_list("holder_id").annotate(Count("pk")):
        held = Consent.objects.filter(holder_id=holder)
        assert held.values("person_id").distinct().count() > treated * 0.6
        assert held.filter(signed_on=None).count() == 1
        assert held.exclude(revoked_at=None).count() == 1
        assert held.exclude(expires_on=None).exists()
    assert Emergency.objects.filter(seen_at=None, holder_id="prairie").count() == 1


def test_everybody_has_a_name_and_every_goal_its_words(demo: Demo) -> None:
    assert {key for key, *_ in demo.people} == set(RECORDS["person"].objects.values_list("pk", flat=True))
    goals = set(RECORDS["goal"].objects.values_list("pk", flat=True))
    for part in ("own_words", "objective"):
        assert set(Wording.objects.filter(table="goal", part=part).values_list("row_id", flat=True)) == goals
    assert not Wording.objects.filter(text__contains="{").exists()


def test_every_signature_covers_what_it_is_under(demo: Demo) -> None:
    supervisor = next(
        one for one in Membership.objects.filter(organization="prairie") if "clinical_supervisor" in one.roles
    )
    looking = viewer_of(supervisor)
    signatures = RECORDS["signature"].objects
    assert set(Cover.objects.values_list("pk", flat=True)) == set(signatures.values_list("pk", flat=True))
    for table in signing.SIGNED:
        for row in reading.rows(looking, table):
            told = signing.covers(looking, row)
            assert all(one.covers for one in told), (table, row.pk)
            assert not told or row.locked_at is not None
    assert signatures.filter(holder_id="prairie", refused=True).exists()


def test_everybody_has_been_judged_as_of_today(demo: Demo) -> None:
    for organization in ("prairie", "lakeside"):
        assert Verdict.objects.filter(organization=organization, as_of=TODAY, verdict="met").exists()
        assert Decision.objects.filter(organization=organization, as_of=TODAY).exists()


@pytest.mark.django_db
def test_one_review_waits_for_answers_and_one_has_begun(cast: Any, write: Any) -> None:
    review_world.people(cast, write, failing=7, fine=7)
    late = Clause(review_world.SERVICE, "review-every-thirty-days")
    review_world.verdict("f0", "not met", cast.viewer("counselor").today, late)
    make_reviews(words(), cast.viewer("clinical_supervisor"), cast.viewer("compliance_officer"))
    waiting, begun = (
        FocusedReview.objects.get(title=words()["focused_reviews"][name]["title"]) for name in ("looked_at", "begun")
    )
    assert waiting.answers_by == cast.viewer("counselor").today + datetime.timedelta(days=14)
    assert not waiting.cases.filter(looked_at=None).exists()
    assert 0 < len(recording.confirmed(waiting)) < waiting.cases.filter(is_flagged=True).count()
    assert begun.is_blind_now
    assert begun.cases.exclude(reviewer=None).count() == 1


@pytest.mark.django_db
def test_where_nobody_fails_there_is_no_review(cast: Any) -> None:
    make_reviews(words(), cast.viewer("clinical_supervisor"), cast.viewer("compliance_officer"))
    assert not FocusedReview.objects.exists()


def test_it_is_made_only_once(demo: Demo) -> None:
    entries = log.Entry.objects.count()
    assert make_demo(TODAY, people=10, lakeside=10) == demo.sign_ins
    assert log.Entry.objects.count() == entries


@pytest.mark.django_db
def test_it_is_not_made_among_other_organizations() -> None:
    Organization.objects.create(organization_id="real", name="A Real Clinic", kind="provider")
    with pytest.raises(NotEmptyError):
        make_demo(TODAY, people=10, lakeside=10)
    assert not User.objects.exists()


@pytest.mark.parametrize("days", [-8, -7, 0, 1, 6, 7, 8, 400])
def test_days_move_by_whole_weeks_to_today_or_just_after(days: int) -> None:
    today = LAST + datetime.timedelta(days=days)
    moment = datetime.datetime(2026, 7, 5, 9, 30)
    (one,) = moved({"session": [row("session", held_on=LAST, starts_at=moment)]}, LAST, today)["session"]
    assert 0 <= (one["held_on"] - today).days < 7
    assert one["held_on"].weekday() == LAST.weekday()
    assert one["starts_at"] == datetime.datetime.combine(one["held_on"], moment.time())


def test_what_refers_to_a_later_row_is_left_out_with_it() -> None:
    later = TODAY + datetime.timedelta(days=1)
    told = {
        "session": [row("session", session_id="s1", held_on=TODAY), row("session", session_id="s2", held_on=later)],
        "attendance": [
            row("attendance", attendance_id="a1", session_id="s1"),
            row("attendance", attendance_id="a2", session_id="s2"),
        ],
        "program": [row("program", program_id="p")],
        "episode": [row("episode", episode_id="e1", program_id="p", requested_on=later)],
        "plan": [row("plan", plan_id="p1", episode_id="e1", effective_on=TODAY)],
        "signature": [row("signature", signature_id="g1", plan_id="p1", signed_on=TODAY)],
    }
    for some in told["session"]:
        some["program_id"] = "p"
    kept = until(told, TODAY)
    assert {table: [one[tables()[table].key] for one in some] for table, some in kept.items()} == {
        "session": ["s1"],
        "attendance": ["a1"],
        "program": ["p"],
        "episode": [],
        "plan": [],
        "signature": [],
    }


def test_a_discharge_after_today_has_not_happened() -> None:
    later = TODAY + datetime.timedelta(days=1)
    discharged = row(
        "episode",
        episode_id="e1",
        requested_on=LAST,
        admitted_on=LAST,
        discharged_on=TODAY,
        discharge_recorded_on=later,
        discharge_reason="completed",
        objectives_met=True,
    )
    (one,) = until({"episode": [discharged]}, TODAY)["episode"]
    assert one["admitted_on"] == LAST
    assert not any(
        one[name] for name in ("discharged_on", "discharge_recorded_on", "discharge_reason", "objectives_met")
    )
