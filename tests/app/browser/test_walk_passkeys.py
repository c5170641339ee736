"""Passkeys in a real browser, with an authenticator that Chromium plays: adding one, signing in, signing a plan."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from handrail.app.accounts.models import Organization
from handrail.app.chart.models import RECORDS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

TELEPHONE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def carry(page: Page) -> tuple[Any, str]:
    """This will give a page's browser an authenticator: the line to it, and its id."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    return line, line.send("WebAuthn.addVirtualAuthenticator", {"options": TELEPHONE})["authenticatorId"]


def sign_in(page: Page, name: str) -> None:
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Password").fill("an invented password")
    page.get_by_role("button", name="Sign in", exact=True).click()


def age_of_proof(seconds: float) -> None:
    for one in Session.objects.all():
        session = SessionStore(one.session_key)
        session["proved_at"] = time.time() - seconds
        session.save()


def test_a_passkey_is_set_up_right_after_the_password_signs_in_and_signs(
    browser_page: Any, check_axe: Any, cast: Any, ada: Any
) -> None:
    Organization.objects.filter(pk="prairie").update(needs_second_factor=True)
    held = cast.member("counselor")
    held.staff_id = "carl"
    held.save()
    page = browser_page(None, path="/episodes/e1/plan")
    line, telephone = carry(page)
    sign_in(page, "prairie-counselor")
    expect(page.get_by_role("heading", name="One more thing before you start")).to_be_visible()
    check_axe(page)
    page.get_by_role("link", name="Add one").click()
    check_axe(page)
    page.get_by_label("Name").fill("My telephone")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    expect(page.locator("li.once")).to_have_count(10)
    check_axe(page)
    page.get_by_role("link", name="I have kept them").click()
    assert len(line.send("WebAuthn.getCredentials", {"authenticatorId": telephone})["credentials"]) == 1
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert Authenticator.objects.get(type="webauthn").last_used_at is not None

    page.goto("/episodes/e1/plan/p1/sign")
    page.get_by_label("Who signs").select_option("individual")
    page.get_by_label("How").select_option("refused")
    page.get_by_label("Words").fill("Too many evenings.")
    age_of_proof(1000)
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("What you typed is kept.")).to_be_visible()
    check_axe(page)
    page.get_by_role("link", name="passkey").or_(page.get_by_role("link", name="security key")).click()
    page.locator("#mfa_webauthn_reauthenticate").click()
    expect(page.get_by_text("The signature is kept.")).to_be_visible(timeout=60_000)
    assert RECORDS["signature"].objects.get().refused
    assert "draft" not in page.evaluate("JSON.stringify(Object.keys(sessionStorage))")
    page.go_back()
    page.wait_for_load_state()
    assert RECORDS["signature"].objects.count() == 1


def test_a_passkey_after_the_password_is_the_second_factor(browser_page: Any, check_axe: Any, cast: Any) -> None:
    cast.member("counselor")
    page = browser_page(None, path="/accounts/2fa/webauthn/add/")
    line, telephone = carry(page)
    sign_in(page, "prairie-counselor")
    page.get_by_label("Sign in with it alone").uncheck()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")
    sign_in(page, "prairie-counselor")
    page.wait_for_url("**/2fa/authenticate/**")
    check_axe(page)
    page.locator("#mfa_webauthn_authenticate").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")
    line.send("WebAuthn.clearCredentials", {"authenticatorId": telephone})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="The passkey did not sign you in")).to_be_visible()
    check_axe(page)
