"""The review desk in a real browser: by keyboard, on a phone, without JavaScript, and nothing that axe finds."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from tests.app import payer_world

from handrail.app.authorizations import determining
from handrail.app.authorizations.models import Request

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def cases(cast: Any, ada: Any) -> list[Request]:
    """Two requests of Ada's: one expedited, one standard."""
    payer_world.doctor(cast)
    episode = payer_world.judged(cast, ada)
    fast = payer_world.sent(cast, episode, urgency="expedited", attestation="Waiting could seriously harm her.")
    return [fast, payer_world.sent(cast, episode)]


def fits(page: Page, check_axe: Any) -> None:
    """Nothing that axe finds, on a wide screen and dark; and nothing wider than a phone."""
    page.set_viewport_size({"width": 1280, "height": 900})
    check_axe(page)
    page.emulate_media(color_scheme="dark")
    check_axe(page)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate(WIDER) <= 0, page.url
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_reviewer_works_by_keyboard(browser_page: Any, cases: list[Request], check_axe: Any) -> None:
    fast, slow = cases
    page = browser_page("reviewer", "plan", path="/")
    expect(page).to_have_url(re.compile("/desk/$"))
    fits(page, check_axe)
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=fast.number).last).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=slow.number).last).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("m")
    expect(page.get_by_text("It is on your desk.")).to_be_visible()
    page.wait_for_load_state("load")  # the keys work once the script has run
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    check_axe(page)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/desk/{fast.pk}/$"))
    fits(page, check_axe)

    page.get_by_role("link", name="She is an adult.").click()
    evidence = page.get_by_role("region", name="She is an adult.")
    expect(evidence).to_contain_text("Birth date")
    page.get_by_text("Ask for information").click()
    words = page.get_by_label("What is needed")
    expect(words).to_have_value(re.compile("Is a substance use disorder diagnosed"))
    words.fill("j k m: the keys do nothing in a field")
    page.get_by_role("button", name="Send the question").click()
    expect(page.get_by_text("The question is sent.")).to_be_visible()
    page.goto(reverse("case_sent", args=[fast.pk, 1]))
    fits(page, check_axe)


def test_the_keys_can_be_switched_off(browser_page: Any, cases: list[Request]) -> None:
    page = browser_page("reviewer", "plan", path=reverse("desk"))
    page.locator("#keys > summary").click()
    page.get_by_role("button", name="Switch the keys off").click()
    page.reload()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_director_denies_without_javascript(browser_page: Any, cast: Any, cases: list[Request]) -> None:
    case = cases[1]
    determining.refer(payer_world.nurse(cast), case, "Please decide.", clauses=["substance-diagnosis"])
    page = browser_page("medical_director", "plan", path="/", java_script_enabled=False)
    page.get_by_role("link", name=case.number).last.click()
    page.get_by_role("link", name="She is an adult.").click()
    expect(page.get_by_role("region", name="She is an adult.")).to_contain_text("Birth date")
    page.locator("#act-deny > summary").click()
    page.locator("#act-deny").get_by_label("She is diagnosed with a substance use").check()
    page.locator("#act-deny").get_by_label("Reason").fill("No diagnosis is documented.")
    page.locator("#act-deny").get_by_role("button", name="Deny").click()
    expect(page.get_by_text("Denied.", exact=True)).to_be_visible()
    expect(page.locator("#decision")).to_contain_text("No diagnosis is documented.")
