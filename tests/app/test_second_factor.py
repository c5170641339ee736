"""A second factor that an organization asks for: nobody without one reaches anything; who lost theirs gets help."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client, override_settings

from handrail.app.accounts.models import Membership, Organization
from handrail.app.audit.models import Entry

pytestmark = pytest.mark.django_db

PASSWORD = "an invented password"  # noqa: S105
ADDRESSES = (
    "/people/",
    "/first",
    "/workplace",
    "/staff/",
    "/log/csv",
    "/accounts/join",
    "/accounts/2fa/recovery-codes/",
)


@pytest.fixture
def strict(cast: Any) -> Any:
    """The cast, where Prairie asks everybody for a second factor."""
    Organization.objects.filter(pk="prairie").update(needs_second_factor=True)
    return cast


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.mark.parametrize(("is_demo", "is_needed"), [(True, False), (False, True)])
def test_a_new_organization_asks_for_it_outside_the_demo(is_demo: bool, is_needed: bool) -> None:
    with override_settings(IS_DEMO=is_demo):
        assert Organization(organization_id="new", name="New").needs_second_factor is is_needed


@pytest.mark.parametrize("path", ADDRESSES)
def test_who_has_none_reaches_nothing_but_setting_one_up(strict: Any, path: str) -> None:
    client = strict.client("administrator")
    assert client.get(path)["Location"] == "/accounts/2fa/"
    assert client.post(path, {})["Location"] == "/accounts/2fa/"


def test_a_code_from_an_app_is_set_up_right_after_the_password_and_recovery_codes_are_shown_once(
    strict: Any, django_capture_on_commit_callbacks: Any
) -> None:
    user = strict.member("counselor").user
    client = Client()
    page = client.post("/accounts/login/", {"login": user.username, "password": PASSWORD}, follow=True)
    said = page.content.decode()
    assert "One more thing before you start" in said
    assert 'href="/people/"' not in said
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200
    code = code_of(client.session["mfa.totp.secret"])
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post("/accounts/2fa/totp/activate/", {"code": code}, follow=True)
    unused = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
    assert all(code in page.content.decode() for code in unused)
    again = client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert not any(code in again for code in unused)
    assert client.get("/accounts/2fa/recovery-codes/download/").status_code in (403, 404)
    assert client.get("/people/").status_code == 200
    assert Entry.objects.filter(act="second factor added", row_id=str(user.pk), detail="totp").count() == 1


def test_recovery_codes_alone_are_no_second_factor(strict: Any) -> None:
    RecoveryCodes.activate(strict.member("counselor").user)
    assert strict.client("counselor").get("/people/")["Location"] == "/accounts/2fa/"


def test_who_turns_the_only_one_off_is_led_back(strict: Any) -> None:
    user = strict.member("counselor").user
    TOTP.activate(user, "AAAABBBBCCCCDDDD")
    client = strict.client("counselor")
    assert client.get("/people/").status_code == 200
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert client.get("/people/")["Location"] == "/accounts/2fa/"


def test_who_works_where_it_is_asked_for_needs_it_everywhere(strict: Any) -> None:
    held = strict.member("counselor", "lakeside")
    client = strict.client("counselor", "lakeside")
    assert client.get("/people/").status_code == 200
    Membership.objects.create(user=held.user, organization=strict.prairie, roles=["counselor"], since="2020-01-01")
    assert client.get("/people/")["Location"] == "/accounts/2fa/"


def test_an_administrator_asks_everybody_for_one_and_it_stands_in_the_log(cast: Any) -> None:
    client, theirs = cast.client("administrator"), cast.client("counselor")
    assert client.post("/staff/second-factor", {"needed": "yes"}).status_code == 302
    assert theirs.get("/people/")["Location"] == "/accounts/2fa/"
    assert Entry.objects.get(act="amend", table="organization").detail == "second factor needed"
    assert not Organization.objects.get(pk="lakeside").needs_second_factor


@pytest.mark.parametrize("role", ["counselor", "compliance_officer", "program_director"])
def test_nobody_else_says_who_needs_one_or_takes_one_away(cast: Any, role: str) -> None:
    held = cast.member("group_leader")
    client = cast.client(role)
    assert client.post("/staff/second-factor", {"needed": "no"}).status_code == 403
    assert client.post(f"/staff/{held.pk}/second-factor").status_code == 403


def test_an_administrator_sees_who_has_none(cast: Any) -> None:
    TOTP.activate(cast.member("counselor").user, "AAAABBBBCCCCDDDD")
    cast.member("group_leader")
    said = cast.client("administrator").get("/staff/").content.decode()
    assert "code from an app" in said
    assert "2 people have none" in re.sub(r"\s+", " ", said)


def test_a_lost_factor_is_taken_away_with_a_new_password_and_every_session_ends(cast: Any) -> None:
    held = cast.member("counselor")
    TOTP.activate(held.user, "AAAABBBBCCCCDDDD")
    RecoveryCodes.activate(held.user)
    theirs = cast.client("counselor")
    page = cast.client("administrator").post(f"/staff/{held.pk}/second-factor")
    password = re.findall(r'<p class="once">([^<]+)</p>', page.content.decode())[1]
    assert theirs.get("/people/").status_code == 302
    assert not Authenticator.objects.filter(user=held.user).exists()
    assert Entry.objects.filter(act="reset second factor", row_id=str(held.pk)).count() == 1
    again = Client()
    again.post("/accounts/login/", {"login": held.user.username, "password": PASSWORD})
    assert "_auth_user_id" not in again.session
    again.post("/accounts/login/", {"login": held.user.username, "password": password})
    assert again.get("/people/")["Location"] == "/accounts/password/change/"


def test_nobody_takes_away_what_another_organization_relies_on_or_their_own(cast: Any) -> None:
    held, own = cast.member("counselor"), cast.member("administrator")
    other = cast.member("counselor", "lakeside")
    Membership.objects.create(user=held.user, organization=cast.lakeside, roles=["counselor"], since="2020-01-01")
    for user in (held.user, own.user, other.user):
        TOTP.activate(user, "AAAABBBBCCCCDDDD")
    client = cast.client("administrator")
    answers = [client.post(f"/staff/{one.pk}/second-factor").status_code for one in (held, own, other)]
    assert answers == [403, 403, 404]
    assert Authenticator.objects.count() == 3
