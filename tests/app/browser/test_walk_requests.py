"""A provider's request in a real browser: begun, drafted in four steps, sent, asked about, answered, denied."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.app import payer_world as world

from handrail.app.authorizations import determining, requests
from handrail.app.authorizations.models import Request
from handrail.app.chart.models import RECORDS
from handrail.app.worklists import judging

SLOW = 90_000
"""The first judging of a process compiles every definition."""
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


@pytest.fixture
def covered(cast: Any, ada: Any) -> Any:
    """Ada is judged, her consent covers the payer, and its terms stand."""
    world.terms(cast)
    world.consent(cast, ada)
    judging.judge_person("prairie", "ada")
    return ada


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", name=words).first).to_be_visible(timeout=SLOW)


def test_a_draft_goes_through_its_four_steps(covered: Any, cast: Any, browser_page: Any, check_axe: Any) -> None:
    page = browser_page("counselor", path="/people/ada")
    page.get_by_role("link", name="Authorization").first.click()
    page.get_by_label("Initial: the service is to begin").check()
    check_axe(page)
    page.get_by_role("button", name="Begin a draft").click()
    heading(page, "Draft: initial request")
    last = cast.viewer("counselor").today + datetime.timedelta(days=29)
    page.get_by_label("Last day").fill(last.isoformat())
    page.get_by_label("In your own words").fill("She comes to every evening group.")
    check_axe(page)

    held = Request.objects.get()
    requests.change(cast.viewer("clinical_supervisor"), held, {"narrative": "A colleague's words."})
    page.get_by_role("button", name="Keep and go on").click()
    heading(page, "A colleague changed this draft meanwhile")
    expect(page.get_by_label("In your own words")).to_have_value("She comes to every evening group.")
    check_axe(page)
    page.get_by_role("button", name="Keep and go on").click()

    heading(page, "What the rules say now")
    expect(page.get_by_text("Cannot tell").first).to_be_visible()
    check_axe(page)
    page.get_by_role("link", name="Go on: what goes along").click()
    heading(page, "What the reviewer will see")
    expect(page.get_by_text("She comes to every evening group.")).to_be_visible()
    check_axe(page)
    page.get_by_role("link", name="Go on: send").first.click()
    expect(page.get_by_text("Nothing stops it.")).to_be_visible(timeout=SLOW)
    check_axe(page)
    page.get_by_role("button", name="Send to Example Health Plan").click()
    expect(page.get_by_text("Sent. Example Health Plan")).to_be_visible(timeout=SLOW)
    held.refresh_from_db()
    assert held.number


def test_a_question_is_answered_and_a_denial_is_read(
    covered: Any, cast: Any, browser_page: Any, check_axe: Any
) -> None:
    held = world.sent(cast, RECORDS["episode"].objects.get(pk="e1"))
    determining.ask(world.nurse(cast), held, "Who made the diagnosis?", clauses=["substance-diagnosis"])
    page = browser_page("counselor", path="/")
    page.get_by_role("link", name="Example Health Plan asks about Ada Example").click()
    heading(page, "The payer asks")
    page.get_by_label("Your answer").fill("Nobody yet; it is planned for Monday.")
    check_axe(page)
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_text("Answered. Example Health Plan")).to_be_visible(timeout=SLOW)

    held.refresh_from_db()
    determining.refer(world.nurse(cast), held, "Please look.", clauses=["substance-diagnosis"])
    held.refresh_from_db()
    determining.deny(world.doctor(cast), held, clauses=["substance-diagnosis"], reason="No diagnosis is documented.")
    page.reload()
    heading(page, "What was determined: denied")
    check_axe(page)
    page.get_by_role("link", name="What was sent", exact=True).click()
    expect(page.get_by_text("With answer 1")).to_be_visible()
    check_axe(page)
    page.goto("/requests/?list=decided")
    expect(page.get_by_role("link", name="Ada Example: initial")).to_be_visible()
    check_axe(page)


@pytest.mark.parametrize("width", [1280, 320])
def test_no_page_is_wider_than_its_window(covered: Any, cast: Any, browser_page: Any, width: int) -> None:
    episode = RECORDS["episode"].objects.get(pk="e1")
    held, sent = world.draft(cast, episode), world.sent(cast, episode)
    page = browser_page("counselor", width=width)
    paths = ["/requests/", "/episodes/e1/authorization"]
    paths += [f"/requests/{held.pk}/{part}" for part in ("", "rules", "along", "send")]
    for path in [*paths, f"/requests/{sent.pk}/", f"/requests/{sent.pk}/along"]:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
