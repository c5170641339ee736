"""Staff, the log, and choosing where one works."""

from __future__ import annotations

import csv
import datetime
import itertools
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from handrail.app.accounts.access import CHOSEN
from handrail.app.accounts.models import Invitation, Membership, User
from handrail.app.audit.log import Act, faults, note
from handrail.app.audit.models import Entry
from handrail.app.screens.office import staff as staffing

pytestmark = pytest.mark.django_db

BEA = {
    "first_name": "Bea", "last_name": "Example", "username": "bea", "roles": ["counselor", "group_leader"],
    "since": "2026-03-02", "until": "", "staff_id": "",
}  # fmt: skip


@pytest.mark.parametrize("path", ["/staff/", "/staff/new"])
@pytest.mark.parametrize("role", ["counselor", "compliance_officer", "medical_director"])
def test_only_an_administrator_sees_staff(cast: Any, path: str, role: str) -> None:
    assert cast.client(role).get(path).status_code == 403


@pytest.mark.parametrize("role", ["counselor", "policy_analyst", "program_director"])
def test_only_who_may_reads_the_log(cast: Any, role: str) -> None:
    client = cast.client(role)
    assert [client.get("/log/").status_code, client.get("/log/csv").status_code] == [403, 403]
    assert client.post("/log/check").status_code == 403


def test_staff_lists_this_organization_only(cast: Any) -> None:
    cast.member("counselor", "lakeside")
    said = cast.client("administrator").get("/staff/").content.decode()
    assert "prairie-administrator" in said
    assert "lakeside" not in said


def test_somebody_invited_signs_in_once_with_a_password_shown_once(cast: Any) -> None:
    client = cast.client("administrator")
    page = client.post("/staff/new", BEA)
    password = re.findall(r'<p class="once">([^<]+)</p>', page.content.decode())[1]
    made = Membership.objects.get(user__username="bea@prairie")
    assert made.roles == ["counselor", "group_leader"]
    assert made.since == datetime.date(2026, 3, 2)
    assert made.user.check_password(password)
    assert made.user.one_time_until is not None
    entry = Entry.objects.get(act="invite")
    assert (entry.row_id, entry.detail) == (str(made.pk), "roles: counselor, group_leader")
    assert list(faults()) == []
    hers = Client()
    hers.post("/accounts/login/", {"login": "bea@prairie", "password": password})
    assert hers.get("/people/")["Location"] == "/accounts/password/change/"
    assert password not in client.get("/staff/").content.decode()


def test_what_was_typed_stays_when_an_invitation_is_wrong(cast: Any) -> None:
    User.objects.create(username="Beatrix@prairie")
    wrong = {**BEA, "username": "beatrix", "until": "2026-03-01", "roles": ["counselor", "king"]}
    said = cast.client("administrator").post("/staff/new", wrong).content.decode()
    assert 'value="Bea"' in said
    assert "This sign-in name is taken" in said
    assert "Select a valid choice" in said
    assert not User.objects.filter(first_name="Bea").exists()


def test_a_last_day_before_the_first_is_refused(cast: Any) -> None:
    said = cast.client("administrator").post("/staff/new", {**BEA, "until": "2026-03-01"}).content.decode()
    assert "This cannot be before the first day" in said


def test_a_changed_role_holds_from_the_next_click_and_stands_in_the_log(cast: Any) -> None:
    held = cast.member("counselor")
    theirs = cast.client("counselor")
    assert theirs.get("/people/").status_code == 200
    changed = {"roles": ["reviewer"], "since": "2020-01-01", "until": "", "staff_id": ""}
    assert cast.client("administrator").post(f"/staff/{held.pk}/", changed).status_code == 302
    assert theirs.get("/people/").status_code == 403
    entry = Entry.objects.get(act="amend", table="membership")
    assert entry.detail == "roles: reviewer"


def test_saving_without_a_change_writes_nothing(cast: Any) -> None:
    held = cast.member("counselor")
    same = {"roles": ["counselor"], "since": "2020-01-01", "until": "", "staff_id": ""}
    cast.client("administrator").post(f"/staff/{held.pk}/", same)
    assert not Entry.objects.filter(table="membership").exists()


def test_after_the_last_day_nothing_opens(cast: Any) -> None:
    held = cast.member("counselor")
    theirs = cast.client("counselor")
    ended = {"roles": ["counselor"], "since": "2020-01-01", "until": "2020-12-31", "staff_id": ""}
    cast.client("administrator").post(f"/staff/{held.pk}/", ended)
    assert theirs.get("/people/").status_code == 403
    assert "until Thu 31 Dec 2020" in cast.client("administrator").get("/staff/").content.decode()


def test_a_staff_record_belongs_to_one_account(cast: Any, ada: Any) -> None:
    first, second = cast.member("counselor"), cast.member("group_leader")
    client = cast.client("administrator")
    linked = {"roles": ["counselor"], "since": "2020-01-01", "until": "", "staff_id": "carl"}
    assert client.post(f"/staff/{first.pk}/", linked).status_code == 302
    said = client.post(f"/staff/{second.pk}/", linked).content.decode()
    assert "account has this staff record" in said
    assert client.post(f"/staff/{first.pk}/", {**linked, "until": "2099-01-01"}).status_code == 302
    assert "Carl Example" in client.get("/staff/").content.decode()


def test_nobody_changes_their_own_roles_or_password(cast: Any) -> None:
    held = cast.member("administrator")
    client = cast.client("administrator")
    more = {"roles": ["administrator", "counselor"], "since": "2020-01-01", "until": "", "staff_id": ""}
    assert client.post(f"/staff/{held.pk}/", more).status_code == 403
    assert client.post(f"/staff/{held.pk}/password").status_code == 403
    assert Membership.objects.get(pk=held.pk).roles == ["administrator"]


def test_another_organizations_member_is_as_absent_as_none(cast: Any) -> None:
    other = cast.member("counselor", "lakeside")
    client = cast.client("administrator")
    assert client.get(f"/staff/{other.pk}/").status_code == 404
    assert client.post(f"/staff/{other.pk}/", {"roles": ["reviewer"]}).status_code == 404
    assert client.post(f"/staff/{other.pk}/password").status_code == 404


def test_a_new_password_ends_every_session(cast: Any) -> None:
    held = cast.member("counselor")
    theirs = cast.client("counselor")
    page = cast.client("administrator").post(f"/staff/{held.pk}/password")
    assert "One-time password for" in page.content.decode()
    assert theirs.get("/people/").status_code == 302
    assert Entry.objects.filter(act="new password", row_id=str(held.pk)).count() == 1


def test_an_account_that_works_elsewhere_too_gets_no_new_password_from_here(cast: Any) -> None:
    held = cast.member("counselor")
    Membership.objects.create(user=held.user, organization=cast.lakeside, roles=["counselor"], since="2020-01-01")
    assert cast.client("administrator").post(f"/staff/{held.pk}/password").status_code == 403
    assert held.user.check_password("an invented password")


def test_staff_takes_as_many_queries_for_many_as_for_few(cast: Any, ada: Any) -> None:
    client = cast.client("administrator")
    client.get("/staff/")
    with CaptureQueriesContext(connection) as few:
        client.get("/staff/")
    for role in ("counselor", "group_leader", "reviewer", "recovery_worker"):
        cast.member(role)
    with CaptureQueriesContext(connection) as many:
        client.get("/staff/")
    assert len(many) == len(few)


def test_the_log_shows_who_read_whom_newest_first_and_that_it_was_read(cast: Any, ada: Any) -> None:
    note(cast.viewer("counselor"), Act("read", "person", "ada", "ada", "overview"))
    client = cast.client("compliance_officer")
    said = client.get("/log/?person=ada").content.decode()
    assert "Ada Example" in said
    assert "Counselor Example" in said
    assert "overview" in said
    assert Entry.objects.filter(act="read", table="log", person_id="ada").count() == 1
    again = client.get("/log/").content.decode()
    numbers = [int(told) for told in re.findall(r'<td class="numbers">(\d+)</td>', again)]
    assert numbers == sorted(numbers, reverse=True)


def test_the_log_names_nobody_to_who_may_not_read_charts(cast: Any, ada: Any) -> None:
    client = cast.client("administrator")
    assert "Ada" not in client.get("/log/").content.decode()
    assert "Ada" not in client.post("/log/", {"q": "Ada"}).content.decode()


def test_a_name_posted_finds_the_person_to_ask_for(cast: Any, ada: Any) -> None:
    said = cast.client("compliance_officer").post("/log/", {"q": "ada"}).content.decode()
    assert "/log/?person=ada" in said


def test_the_log_is_of_this_organization_only(cast: Any, ada: Any) -> None:
    said = cast.client("compliance_officer", "lakeside").get("/log/").content.decode()
    assert "Lakeside" in said
    assert "ada" not in said
    lines = cast.client("compliance_officer", "lakeside").get("/log/csv").getvalue().decode().splitlines()
    assert all(",person," not in line for line in lines)


def test_the_log_is_asked_by_member_and_by_day(cast: Any, ada: Any) -> None:
    client = cast.client("compliance_officer")
    counselor = cast.member("counselor")
    note(cast.viewer("counselor"), Act("read", "person", "ada", "ada", "overview"))
    rows = list(csv.DictReader(client.get(f"/log/csv?member={counselor.user_id}").getvalue().decode().splitlines()))
    assert {row["who"] for row in rows} == {"Counselor Example"}
    assert "No entry of that kind" in client.get("/log/?last=2001-01-01").content.decode()
    today = cast.viewer("counselor").today
    assert "overview" in client.get(f"/log/?first={today}&last={today}").content.decode()
    assert "No entry of that kind" in client.get("/log/?first=the+first").content.decode()


def test_the_csv_carries_the_seals_and_its_taking_stands_in_the_log(cast: Any, ada: Any) -> None:
    page = cast.client("compliance_officer").get("/log/csv")
    rows = list(csv.DictReader(page.getvalue().decode().splitlines()))
    assert "attachment" in page["Content-Disposition"]
    for newer, older in itertools.pairwise(rows):
        assert newer["before"] == older["seal"]
    assert Entry.objects.filter(act="export", table="log").count() == 1


def test_the_log_has_pages_that_keep_what_was_asked(cast: Any, ada: Any) -> None:
    note(cast.viewer("counselor"), *[Act("read", "person", "ada", "ada", "overview") for _ in range(120)])
    client = cast.client("compliance_officer")
    first = client.get("/log/?person=ada").content.decode()
    assert "?page=2&amp;person=ada" in first
    with CaptureQueriesContext(connection) as few:
        client.get("/log/?person=ada&page=2")
    with CaptureQueriesContext(connection) as many:
        client.get("/log/?person=ada")
    assert abs(len(many) - len(few)) <= 1


def test_checking_the_log_says_whether_it_is_whole(cast: Any, ada: Any) -> None:
    page = cast.client("compliance_officer").post("/log/check", follow=True)
    assert "The log is whole" in page.content.decode()


def test_choosing_a_workplace_turns_what_one_sees(cast: Any, ada: Any) -> None:
    held = cast.member("counselor")
    other = Membership.objects.create(
        user=held.user, organization=cast.lakeside, roles=["counselor"], since=datetime.date(2020, 1, 1)
    )
    client = cast.client("counselor")
    assert "Ada" in client.get("/people/").content.decode()
    before = client.session.session_key
    assert client.post("/workplace", {"membership": other.pk}).status_code == 302
    assert client.session[CHOSEN] == other.pk
    assert client.session.session_key != before
    assert "Ada" not in client.get("/people/").content.decode()
    assert Entry.objects.get(act="choose workplace").organization_id == "lakeside"


def test_nobody_chooses_where_they_do_not_work(cast: Any) -> None:
    other = cast.member("counselor", "lakeside")
    client = cast.client("counselor")
    assert client.post("/workplace", {"membership": other.pk}).status_code == 403
    assert client.post("/workplace", {"membership": "'; --"}).status_code == 403


WORKING = {"roles": ["counselor"], "since": "2020-01-01", "until": "", "staff_id": ""}


def code_from(client: Client, **more: Any) -> str:
    page = client.post("/staff/code", {**WORKING, "meant_for": "Bea of Lakeside", **more})
    return re.findall(r'<p class="once">([^<]+)</p>', page.content.decode())[0]


def test_somebody_with_an_account_takes_a_second_place_and_keeps_the_password(cast: Any, ada: Any) -> None:
    there = cast.member("reviewer", "lakeside")
    office, theirs = cast.client("administrator"), cast.client("reviewer", "lakeside")
    code = code_from(office)
    assert "Bea of Lakeside" in office.get("/staff/").content.decode()
    assert "lakeside-reviewer" not in office.get("/staff/").content.decode()
    assert theirs.post("/accounts/join", {"code": f" {code.upper()} "})["Location"] == "/workplace"
    made = Membership.objects.get(user=there.user, organization="prairie")
    assert (made.roles, made.since) == (["counselor"], datetime.date(2020, 1, 1))
    there.user.refresh_from_db()
    assert there.user.check_password("an invented password")
    assert there.user.one_time_until is None
    assert theirs.get("/people/").status_code == 403
    theirs.post("/workplace", {"membership": made.pk})
    assert "Ada" in theirs.get("/people/").content.decode()
    theirs.post("/workplace", {"membership": there.pk})
    assert theirs.get("/people/").status_code == 403
    assert Entry.objects.get(act="join").organization_id == "prairie"
    assert "Bea of Lakeside" not in office.get("/staff/").content.decode()


def test_neither_office_sees_more_than_its_own_place(cast: Any) -> None:
    there = cast.member("reviewer", "lakeside")
    cast.client("reviewer", "lakeside").post("/accounts/join", {"code": code_from(cast.client("administrator"))})
    said = cast.client("administrator", "lakeside").get("/staff/").content.decode()
    assert "Counselor" not in said
    assert "Prairie" not in said
    assert cast.client("administrator", "lakeside").get(f"/staff/{there.pk}/").status_code == 200
    here = Membership.objects.get(user=there.user, organization="prairie")
    assert cast.client("administrator", "lakeside").get(f"/staff/{here.pk}/").status_code == 404


def test_a_code_works_once_in_time_and_until_it_is_taken_back(cast: Any) -> None:
    office, client = cast.client("administrator"), cast.client("reviewer", "lakeside")
    other = cast.client("counselor", "lakeside")
    used, late, gone = (code_from(office) for _ in range(3))
    client.post("/accounts/join", {"code": used})
    Invitation.objects.filter(seal=staffing._seal(late)).update(open_until=timezone.now())
    pk = Invitation.objects.get(seal=staffing._seal(gone)).pk
    cast.client("administrator", "lakeside").post("/staff/take-back", {"invitation": pk})
    assert Invitation.objects.filter(pk=pk).exists()
    office.post("/staff/take-back", {"invitation": pk})
    for code in (used, late, gone, "a guess", ""):
        said = other.post("/accounts/join", {"code": code}).content.decode()
        assert "This code opens nothing" in said or "This field is required" in said
    assert not Membership.objects.filter(user__username="lakeside-counselor", organization="prairie").exists()


def test_who_has_a_place_there_takes_no_second_one(cast: Any) -> None:
    said = cast.client("counselor").post("/accounts/join", {"code": code_from(cast.client("administrator"))})
    assert "You have a place there already" in said.content.decode()
    assert Invitation.objects.count() == 1


def test_the_invitation_says_the_same_whoever_has_an_account_elsewhere(cast: Any) -> None:
    User.objects.create(username="bea")
    User.objects.create(username="bea@lakeside")
    page = cast.client("administrator").post("/staff/new", BEA)
    assert "One-time password for Bea Example" in page.content.decode()
    assert User.objects.filter(username="bea@prairie").count() == 1
    said = cast.client("administrator").post("/staff/new", {**BEA, "username": "bea@lakeside"}).content.decode()
    assert "Use letters, digits" in said
    said = cast.client("administrator").post("/staff/code", {**WORKING, "meant_for": "bea@lakeside"}).content.decode()
    assert "Code for bea@lakeside" in said


@pytest.mark.parametrize("path", ["/staff/code", "/staff/take-back"])
def test_only_an_administrator_makes_codes(cast: Any, path: str) -> None:
    assert cast.client("counselor").post(path, {**WORKING, "meant_for": "Bea"}).status_code == 403
    assert not Invitation.objects.exists()


def test_what_was_typed_for_a_code_stays_when_it_is_wrong(cast: Any) -> None:
    wrong = {**WORKING, "meant_for": "Bea of Lakeside", "until": "2019-01-01"}
    said = cast.client("administrator").post("/staff/code", wrong).content.decode()
    assert 'value="Bea of Lakeside"' in said
    assert "This cannot be before the first day" in said
