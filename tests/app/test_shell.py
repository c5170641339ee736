"""The frame: signing in and out, its limits and its log, the pages for when something is wrong."""

from __future__ import annotations

import datetime
import re
import time
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings as app_settings
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone
from django.views.defaults import server_error

import handrail.app
from handrail.app.accounts.drafts import draft_key
from handrail.app.accounts.models import User
from handrail.app.audit.log import faults
from handrail.app.audit.models import Entry

pytestmark = pytest.mark.django_db

PASSWORD = "an invented password"  # noqa: S105
LOCKOUT = "handrail.app.accounts.signing_in.locked_out"


def sign_in(client: Client, name: str, password: str = PASSWORD, **told: Any) -> Any:
    return client.post("/accounts/login/", {"login": name, "password": password}, **told)


@pytest.fixture(autouse=True)
def nobody_tried_before() -> None:
    from django.core.cache import cache  # noqa: PLC0415

    cache.clear()


INK_AND_GROUND = [
    *((ink, ground) for ink in ("ink", "soft", "accent") for ground in ("ground", "sheet", "sunk", "raised", "tint")),
    *((word, f"{word}-ground") for word in ("good", "bad", "warn", "wait", "calm", "else")),
    ("ink", "good-ground"), ("ink", "bad-ground"), ("ink", "warn-ground"), ("ink", "wait-ground"), ("ink", "mark"),
    ("on-accent", "accent"), ("on-accent", "accent-strong"), ("bad", "sheet"), ("bad", "ground"), ("warn", "sheet"),
    ("good", "sheet"), ("wait", "sheet"),
]  # fmt: skip
LINE_AND_GROUND = [("edge", "sheet"), ("edge", "ground"), ("edge", "raised"), ("focus", "sheet"), ("focus", "ground")]


def luminance(colour: str) -> float:
    told = colour.lstrip("#")
    told = "".join(sign * 2 for sign in told) if len(told) == 3 else told
    parts = [int(told[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_ink_stands_out_from_its_ground(scheme: int) -> None:
    text = (Path(handrail.app.__file__).parent / "static" / "handrail.css").read_text(encoding="utf-8")
    roots = re.findall(r":root \{(.*?)\}", text, re.DOTALL)[:2]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", roots[scheme]))
    for pairs, least in ((INK_AND_GROUND, 4.5), (LINE_AND_GROUND, 3)):
        for ink, ground in pairs:
            light, dark = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= least, f"{ink} on {ground}"


def test_the_style_sheet_is_small() -> None:
    assert (Path(handrail.app.__file__).parent / "static" / "handrail.css").stat().st_size < 30_000


def test_signing_in_gives_a_new_session_key_and_stands_in_the_log(cast: Any) -> None:
    member = cast.member("counselor")
    client = Client()
    session = client.session
    session["before"] = "yes"
    session.save()
    before = session.session_key
    client.cookies[app_settings.SESSION_COOKIE_NAME] = before
    page = sign_in(client, "prairie-counselor")
    assert page["Location"] == "/first"
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()
    entry = Entry.objects.get(act="sign in")
    assert (entry.user_id, entry.organization_id, entry.row_id) == (member.user_id, "prairie", str(member.user_id))
    assert client.cookies[app_settings.SESSION_COOKIE_NAME]["expires"] == ""
    assert list(faults()) == []


def test_signing_out_stands_in_the_log_and_ends_the_session(cast: Any) -> None:
    client = cast.client("counselor")
    assert client.post("/accounts/logout/").status_code == 302
    assert Entry.objects.filter(act="sign out", organization_id="prairie").count() == 1
    assert not Session.objects.exists()
    assert client.get("/people/").status_code == 302


def test_a_refused_sign_in_stands_in_the_log_without_what_was_typed(cast: Any) -> None:
    member = cast.member("counselor")
    page = sign_in(Client(), "prairie-counselor", "not the password")
    assert page.status_code == 200
    assert "That did not sign you in" in page.content.decode()
    assert "not the password" not in page.content.decode()
    sign_in(Client(), "somebody else", "my secret")
    entries = list(Entry.objects.filter(act="sign-in refused").order_by("number"))
    assert [(one.row_id, one.organization_id, one.detail) for one in entries] == [
        (str(member.user_id), "prairie", ""),
        ("", "", ""),
    ]


def test_too_many_wrong_passwords_lock_out_in_plain_words(cast: Any) -> None:
    cast.member("counselor")
    client = Client()
    with override_settings(AXES_ENABLED=True, AXES_LOCKOUT_CALLABLE=LOCKOUT):
        answers = [sign_in(client, "prairie-counselor", "wrong", REMOTE_ADDR="192.0.2.1") for _ in range(5)]
        assert answers[-1].status_code == 429
        said = answers[-1].content.decode()
        assert "Wait a little, then try again" in said
        assert "for 15 minutes" in said
        assert "prairie-counselor" not in said
        assert sign_in(client, "prairie-counselor", REMOTE_ADDR="192.0.2.1").status_code != 302
        assert "_auth_user_id" not in client.session
    assert Entry.objects.filter(act="locked out").exists()


def test_whoever_is_idle_too_long_is_signed_out(cast: Any) -> None:
    client = cast.client("counselor")
    client.get("/people/")
    session = client.session
    session["last_click_at"] = time.time() - app_settings.IDLE_MINUTES * 60 - 1
    session.save()
    page = client.get("/people/")
    assert page.status_code == 302
    assert "/accounts/login/" in page["Location"]
    assert Entry.objects.get(act="sign out").detail == "idle"


def test_a_click_in_time_keeps_the_session(cast: Any) -> None:
    client = cast.client("counselor")
    client.get("/people/")
    session = client.session
    session["last_click_at"] = time.time() - app_settings.IDLE_MINUTES * 60 + 60
    session.save()
    assert client.post("/still-here").status_code == 204
    assert time.time() - client.session["last_click_at"] < 30


def test_nobody_stays_signed_in_longer_than_a_shift_however_busy(cast: Any) -> None:
    client = cast.client("counselor")
    client.get("/people/")
    session = client.session
    session["signed_in_at"] = time.time() - app_settings.LONGEST_HOURS * 3600 - 1
    session.save()
    assert client.get("/people/").status_code == 302
    assert Entry.objects.get(act="sign out").detail == "longest time"


def test_a_one_time_password_opens_nothing_but_choosing_ones_own(cast: Any) -> None:
    user = cast.member("counselor").user
    User.objects.filter(pk=user.pk).update(one_time_until=timezone.now() + datetime.timedelta(days=1))
    client = Client()
    sign_in(client, "prairie-counselor")
    for path in ("/people/", "/first", "/accounts/2fa/"):
        assert client.get(path)["Location"] == "/accounts/password/change/"
    assert client.get("/accounts/password/change/").status_code == 200
    chosen = {"oldpassword": PASSWORD, "password1": "three quiet words", "password2": "three quiet words"}
    assert client.post("/accounts/password/change/", chosen).status_code == 302
    assert client.get("/people/").status_code == 200
    assert User.objects.get(pk=user.pk).one_time_until is None


def test_a_one_time_password_that_is_too_old_is_refused(cast: Any) -> None:
    user = cast.member("counselor").user
    User.objects.filter(pk=user.pk).update(one_time_until=timezone.now() - datetime.timedelta(minutes=1))
    client = Client()
    page = sign_in(client, "prairie-counselor")
    assert page.status_code == 403
    assert "one-time password is too old" in page.content.decode()
    assert client.get("/people/").status_code == 302


def test_a_draft_key_is_the_users_own_and_stands_on_no_page_without_a_user(cast: Any) -> None:
    ann, ben = cast.member("counselor").user, cast.member("group_leader").user
    assert draft_key(ann) == draft_key(ann) != draft_key(ben)
    assert draft_key(ann) in cast.client("counselor").get("/people/").content.decode()
    assert "data-draft-key" not in Client().get("/accounts/login/").content.decode()


def test_nobody_makes_an_account_for_themselves_and_no_mail_is_sent(cast: Any, mailoutbox: Any) -> None:
    said = Client().get("/accounts/signup/").content.decode()
    assert "Accounts are made by an administrator" in said
    Client().post("/accounts/password/reset/", {"email": "somebody@example.invalid"})
    assert mailoutbox == []


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/2fa/", "/accounts/password/change/", "/accounts/logout/", "/accounts/reauthenticate/",
        "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/",
    ],
)  # fmt: skip
def test_pages_about_ones_own_sign_in_stand_in_the_frame(cast: Any, path: str) -> None:
    client = Client()
    cast.member("counselor")
    sign_in(client, "prairie-counselor")
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    page = client.get(path)
    assert page.status_code == 200
    said = page.content.decode()
    assert 'id="main"' in said
    assert said.count("<h1") == 1
    assert "style=" not in said
    assert "'unsafe-inline'" not in page["Content-Security-Policy"]


def test_a_code_from_an_app_is_asked_for_after_the_password(cast: Any) -> None:
    client = Client()
    user = cast.member("counselor").user
    sign_in(client, "prairie-counselor")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.get("/accounts/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    assert client.post("/accounts/2fa/totp/activate/", {"code": code}).status_code == 302
    codes = client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert "Recovery" in codes
    again = Client()
    asked = sign_in(again, "prairie-counselor", follow=True)
    assert "_auth_user_id" not in again.session
    said = asked.content.decode()
    assert 'id="main"' in said
    assert said.count("<h1") == 1
    unused = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()[0]
    assert again.post("/accounts/2fa/authenticate/", {"code": unused}).status_code == 302
    assert again.session["_auth_user_id"] == str(user.pk)


def test_what_is_not_there_says_so_in_plain_words(cast: Any) -> None:
    page = cast.client("counselor").get("/nowhere")
    assert page.status_code == 404
    assert "There is nothing here" in page.content.decode()


def test_what_is_not_allowed_says_what_is_missing(cast: Any) -> None:
    page = cast.client("reviewer").get("/people/")
    assert page.status_code == 403
    assert "Your role here does not allow this: read chart." in page.content.decode()


def test_a_form_from_an_earlier_sign_in_says_to_send_it_again(cast: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.member("counselor").user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.post("/people/new", {"given_name": "Bea"})
    assert page.status_code == 403
    said = page.content.decode()
    assert "Send it once more" in said
    assert "Bea" not in said


def test_a_fault_of_ours_says_so_without_a_word_of_what_broke() -> None:
    page = server_error(RequestFactory().get("/"))
    assert page.status_code == 500
    assert "Something broke on our side" in page.content.decode()


@pytest.mark.parametrize(
    ("role", "first"), [("counselor", "/"), ("administrator", "/program/"), ("reviewer", "/workplace")]
)
def test_the_first_page_is_one_the_role_opens(cast: Any, role: str, first: str) -> None:
    page = cast.client(role).get("/first")
    assert page["Location"] in {first, "/people/", "/staff/", "/appeals/"}
    assert cast.client(role).get(page["Location"]).status_code == 200
