"""A focused review in real browsers: from a clause to its end, without scripts too, and the clinician on a phone."""

from __future__ import annotations

import datetime
import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.app import review_world as world

from handrail.app.reviewing import cases
from handrail.app.reviewing.models import FocusedReview

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
PICTURES = os.environ.get("HANDRAIL_PICTURES", "")


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"reviews-{name}.png"), full_page=True)


def look_at(page: Page, outcome: str) -> None:
    """Take the case that is open, say one thing of its clause, and be done with it."""
    page.get_by_role("button", name="Take it").click()
    page.get_by_role("radio", name=re.compile(f"^{outcome}")).check()
    page.get_by_label("What you saw, or what is missing").fill("The notes tell of four hours in that week.")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text("Kept.")).to_be_visible()
    page.get_by_role("button", name="I have looked at it").click()


def test_a_review_goes_from_a_clause_to_its_end(browser_page: Any, check_axe: Any, cast: Any, write: Any) -> None:
    lead, today = begun(browser_page, check_axe, cast, write)
    review = read(lead, check_axe)
    answered(browser_page, check_axe, cast, lead, today)
    mended(lead, check_axe, review, today)
    phone = browser_page("clinical_supervisor", path=f"/reviews/{review.pk}/", width=390)
    assert phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    check_axe(phone)
    picture(phone, "phone")
    for name, path in (("exposure", f"/reviews/exposure?review={review.pk}"), ("parity", "/reviews/parity")):
        lead.goto(path)
        check_axe(lead)
        picture(lead, name)


def begun(browser_page: Any, check_axe: Any, cast: Any, write: Any) -> tuple[Page, str]:
    """From the list with its sentinel incident to a sample that is drawn."""
    world.people(cast, write, failing=3, fine=3, ago=1)
    today = cast.viewer("counselor").today.isoformat()
    write("incident", incident_id="i1", program_id="iop", episode_id="f0", occurred_on=cast.viewer("counselor").today, severity="sentinel")  # fmt: skip
    for one in ("f0", "f1", "f2", "u0", "u1", "u2"):
        world.verdict(one, "met", cast.viewer("counselor").today)
    yesterday = (cast.viewer("counselor").today - datetime.timedelta(days=1)).isoformat()
    lead = browser_page("clinical_supervisor", path="/reviews/")
    expect(lead.get_by_role("heading", name="1 sentinel incident needs a case review")).to_be_visible()
    check_axe(lead)
    picture(lead, "list")
    lead.get_by_role("link", name="Start a review").click()
    check_axe(lead)
    picture(lead, "new")
    lead.get_by_label("What gives rise to it").select_option("signal")
    lead.get_by_label("Title").fill("Weeks below nine hours")
    lead.get_by_label("Measure").fill("weeks_below_nine")
    lead.get_by_role("checkbox").first.check()
    lead.get_by_label("First day looked at").fill(yesterday)
    lead.get_by_label("Last day looked at").fill(yesterday)
    lead.get_by_label("Flagged cases to draw").fill("1")
    lead.get_by_label("Cases to draw beside them").fill("1")
    lead.get_by_label("Why this is chosen").fill("More weeks below nine hours than in other programs.")
    lead.get_by_role("button", name="Count the cases").click()
    expect(lead.get_by_text("3 flagged, 1 of them drawn")).to_be_visible()
    check_axe(lead)
    picture(lead, "preview")
    lead.get_by_role("button", name="Open it and draw the sample").click()
    expect(lead.get_by_text("2 cases are drawn")).to_be_visible()
    check_axe(lead)
    picture(lead, "blinded")
    return lead, today


def read(lead: Page, check_axe: Any) -> FocusedReview:
    """Every case, blinded."""
    review = FocusedReview.objects.get()
    for case in review.cases.order_by("place"):
        lead.get_by_role("link", name=f"Case {case.place}").click()
        check_axe(lead)
        picture(lead, f"case-{'flagged' if case.is_flagged else 'beside'}")
        assert world.SAYS not in lead.content()
        look_at(lead, "Confirmed: it is not met" if case.is_flagged else "Not confirmed: it is met")
    return review


def answered(browser_page: Any, check_axe: Any, cast: Any, lead: Page, today: str) -> None:
    """The key is opened, and the clinician answers."""
    lead.get_by_role("button", name="Open the key").click()
    expect(lead.get_by_role("heading", name="Findings by clause")).to_be_visible()
    lead.get_by_label("Last day for answers").fill(today)
    lead.get_by_role("button", name="Ask for answers").click()
    expect(lead.get_by_text("Answers are asked for until")).to_be_visible()
    check_axe(lead)
    picture(lead, "key-open")

    world.clinician(cast)
    carl = browser_page("counselor", path="/findings/", width=390, java_script_enabled=False)
    picture(carl, "findings-phone")
    carl.get_by_label("this is how it came about").check()
    carl.get_by_label("In your own words").fill("She was ill, and it was not written down.")
    carl.get_by_role("button", name="Keep my answer").click()
    expect(carl.get_by_text("Your answer is kept.")).to_be_visible()


def mended(lead: Page, check_axe: Any, review: FocusedReview, today: str) -> None:
    """An action, the second sample, and the end."""
    lead.goto(f"/reviews/{review.pk}/")
    lead.get_by_text("Agree an action").click()
    lead.get_by_label("What is done").fill("Absences are written down the same day.")
    lead.get_by_label("Who does it").fill("Carl Example")
    lead.get_by_label("Until", exact=False).last.fill(today)
    lead.locator("form[action$='/actions']").get_by_role("button", name="Write it down").click()
    lead.get_by_text("Done, or left").click()
    lead.get_by_label("Done on").fill(today)
    lead.get_by_label("What was done, or why it is left").fill("Told everybody, and looked at a week of notes.")
    lead.get_by_role("button", name="Write it down").first.click()
    lead.get_by_text("Draw a second sample after the action").click()
    lead.get_by_label("Cases to draw").fill("1")
    lead.get_by_role("button", name="Draw it").click()
    expect(lead.get_by_text("Cannot tell: too few cases")).to_be_visible()
    lead.get_by_role("link", name="Re-test case 1").click()
    check_axe(lead)
    picture(lead, "case-retest")
    look_at(lead, "Not confirmed: it is met")
    check_axe(lead)
    picture(lead, "before-closing")
    lead.get_by_label("What it came to").fill("Absences were not written down. They are now.")
    lead.get_by_role("button", name="Close the review").click()
    expect(lead.get_by_role("heading", name="Closed")).to_be_visible()
    check_axe(lead)
    picture(lead, "closed")


def test_a_sentinel_incident_is_reviewed_by_one_click_without_scripts(browser_page: Any, cast: Any, write: Any) -> None:
    world.people(cast, write, failing=1, fine=1)
    write("incident", incident_id="i1", program_id="iop", episode_id="f0", occurred_on=cast.viewer("counselor").today, severity="sentinel")  # fmt: skip
    page = browser_page("clinical_supervisor", path="/reviews/", width=390, java_script_enabled=False)
    page.get_by_role("button", name="Open the case review").click()
    page.get_by_role("link", name="Case 1").click()
    page.get_by_role("button", name="Take it").click()
    page.get_by_label("Not confirmed: it is met").check()
    page.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_role("button", name="I have looked at it").click()
    page.get_by_label("What it came to").fill("Nothing to mend.")
    page.get_by_role("button", name="Close the review").click()
    expect(page.get_by_role("heading", name="Closed")).to_be_visible()
    picture(page, "sentinel-phone")
    assert FocusedReview.objects.get().status == "closed"


def test_the_exposure_of_a_program_opens_its_list(browser_page: Any, check_axe: Any, cast: Any, write: Any) -> None:
    world.people(cast, write)
    review = world.opened(cast, ([f"f{n}" for n in range(4)], [f"u{n}" for n in range(6)]))
    world.look_at_all(cast, review)
    cases.unblind(cast.viewer("clinical_supervisor"), review)
    page = browser_page("clinical_supervisor", path="/reviews/exposure")
    check_axe(page)
    picture(page, "exposure-program")
    page.locator("table a").first.click()
    check_axe(page)
    picture(page, "exposure-list")
