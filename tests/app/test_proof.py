"""What is signed asks again who one is after a quarter of an hour, and nothing that was typed is lost."""

from __future__ import annotations

import datetime
import re
import time
from html import unescape
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse

from handrail.app.chart.models import RECORDS, Wording

pytestmark = pytest.mark.django_db

PASSWORD = "an invented password"  # noqa: S105
SECRET = "AAAABBBBCCCCDDDD"  # noqa: S105


@pytest.fixture
def stale(cast: Any, ada: Any) -> Client:
    """A counselor who signed in more than a quarter of an hour ago and has worked since."""
    held = cast.member("counselor")
    held.staff_id = "carl"
    held.save()
    client = cast.client("counselor")
    age(client)
    return client


def age(client: Client) -> None:
    session = client.session
    session["proved_at"] = time.time() - 15 * 60 - 1
    session.save()


def forms_of(page: Any) -> dict[str, str]:
    """This will give the hidden fields of the form that goes on."""
    form = page.content.decode().split("data-go-on>")[1].split("</form>")[0]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def prove(client: Client, asked: Any, address: str = "", **told: str) -> Any:
    """This will prove who one is where a form was held back, and give the page on which it goes on."""
    assert asked["Location"].startswith("/accounts/reauthenticate/?next=")
    page = client.get(asked["Location"])
    back = unescape(re.search(r'name="next" value="([^"]+)"', page.content.decode())[1])  # type: ignore[index]
    sent = client.post(address or "/accounts/reauthenticate/", {**(told or {"password": PASSWORD}), "next": back})
    assert sent["Location"] == back
    return client.get(back)


def plan_form(client: Client, today: datetime.date) -> dict[str, str]:
    page = client.get("/episodes/e1/plan/p1/sign").content.decode()
    seal = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    assert seal
    return {
        "signer": "individual", "way": "refused", "words": "Too many evenings,\nshe said.",
        "signed_on": today.isoformat(), "seen": seal[1],
    }  # fmt: skip


def test_a_plan_is_signed_after_the_password_and_with_every_word_that_was_typed(cast: Any, stale: Client) -> None:
    told = plan_form(stale, cast.viewer("counselor").today)
    asked = stale.post("/episodes/e1/plan/p1/sign", told)
    assert RECORDS["signature"].objects.count() == 0
    assert "evenings" not in asked["Location"]
    assert "What you typed is kept." in stale.get(asked["Location"]).content.decode()
    page = prove(stale, asked)
    assert 'action="/episodes/e1/plan/p1/sign"' in page.content.decode()
    held = forms_of(page)
    assert held.items() >= told.items()
    assert stale.post("/episodes/e1/plan/p1/sign", held)["Location"] == "/episodes/e1/plan/p1"
    assert Wording.objects.get(table="signature", part="words").text.replace("\r", "") == told["words"]
    assert "Too many evenings" not in str(dict(stale.session))
    assert stale.get(page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"])["Location"] == "/first"


def test_what_is_wrong_is_shown_at_its_own_address_with_everything_typed(cast: Any, stale: Client) -> None:
    told = {**plan_form(stale, cast.viewer("counselor").today), "signer": "family"}
    page = stale.post(
        "/episodes/e1/plan/p1/sign", forms_of(prove(stale, stale.post("/episodes/e1/plan/p1/sign", told)))
    )
    said = page.content.decode()
    assert "Only the person herself can refuse" in said
    assert "Too many evenings" in said


def test_a_wrong_password_signs_nothing_and_keeps_what_waits(cast: Any, stale: Client) -> None:
    asked = stale.post("/episodes/e1/plan/p1/sign", plan_form(stale, cast.viewer("counselor").today))
    page = stale.get(asked["Location"])
    back = unescape(re.search(r'name="next" value="([^"]+)"', page.content.decode())[1])  # type: ignore[index]
    wrong = stale.post("/accounts/reauthenticate/", {"password": "a guess", "next": back})
    assert wrong.status_code == 200
    assert "What you typed is kept." in wrong.content.decode()
    assert stale.get(back)["Location"] == "/first"
    assert "Too many evenings" in forms_of(prove(stale, asked))["words"]


def test_a_code_from_an_app_will_do_instead_of_the_password(cast: Any, stale: Client) -> None:
    TOTP.activate(cast.member("counselor").user, SECRET)
    asked = stale.post("/episodes/e1/plan/p1/sign", plan_form(stale, cast.viewer("counselor").today))
    code = format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
    assert forms_of(prove(stale, asked, reverse("mfa_reauthenticate"), code=code))["signer"] == "individual"


def test_a_fresh_sign_in_signs_at_once(cast: Any, ada: Any) -> None:
    held = cast.member("counselor")
    client = Client()
    client.post("/accounts/login/", {"login": held.user.username, "password": PASSWORD})
    told = plan_form(client, cast.viewer("counselor").today)
    assert client.post("/episodes/e1/plan/p1/sign", told)["Location"] == "/episodes/e1/plan/p1"


def test_a_group_note_is_saved_without_and_signed_with_a_proof(cast: Any, stale: Client, write: Any) -> None:
    made = write("session", program_id="iop", type="group", status="held", held_on=cast.viewer("counselor").today)
    told = {"note": "Triggers and plans.", "state-e1": "attended", "shown-e1": "", "shown_note": ""}
    page = stale.get(f"/groups/{made.pk}/").content.decode()
    told |= {
        name: unescape(value) for name, value in re.findall(r'type="hidden" name="(shown[^"]*)" value="([^"]*)"', page)
    }
    asked = stale.post(f"/groups/{made.pk}/?everybody", {**told, "act": "sign"})
    assert not Wording.objects.filter(table="session").exists()
    page = prove(stale, asked)
    assert f'action="/groups/{made.pk}/?everybody"' in page.content.decode()
    assert stale.post(f"/groups/{made.pk}/?everybody", forms_of(page)).status_code == 302
    assert Wording.objects.get(table="session", part="note").text == "Triggers and plans."
    assert RECORDS["session"].objects.get(pk=made.pk).locked_at is not None
    other = write("session", program_id="iop", type="group", status="held", held_on=cast.viewer("counselor").today)
    age(stale)
    assert stale.post(f"/groups/{other.pk}/", {"act": "save"})["Location"] == f"/groups/{other.pk}/"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/episodes/e1/assessment", {"act": "assess", "kind": "initial"}),
        ("/episodes/e1/assessment", {"act": "sign", "assessment": "a1"}),
        ("/episodes/e1/discharge", {"discharge_reason": "completed"}),
    ],
)
def test_assessments_and_discharges_ask_too(stale: Client, path: str, told: dict[str, str]) -> None:
    assert forms_of(prove(stale, stale.post(path, told))).items() >= told.items()


def test_signing_out_leaves_nothing_of_what_waited(cast: Any, stale: Client) -> None:
    from django.contrib.sessions.models import Session  # noqa: PLC0415

    stale.post("/episodes/e1/plan/p1/sign", plan_form(stale, cast.viewer("counselor").today))
    stale.post("/accounts/logout/")
    assert not Session.objects.exists()


def test_nobody_without_the_act_is_asked_who_they_are(cast: Any, ada: Any) -> None:
    client = cast.client("group_leader")
    age(client)
    assert client.post("/episodes/e1/plan/p1/sign", {"signer": "staff"}).status_code == 403
    assert "typed_before_proof" not in client.session
