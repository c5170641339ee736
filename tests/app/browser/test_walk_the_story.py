"""The story of a request in two browsers at once: the clinic asks, the payer reviews, reduces, and gives way on appeal.

Everybody goes as a new user would: from the first page, by labels and links; no address is typed.
"""

from __future__ import annotations

import datetime
import io
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader
from tests.app import appeal_world, payer_world

from handrail.app.accounts.models import User
from handrail.app.authorizations.models import Appeal, Request
from handrail.app.worklists import judging

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
PICTURES = os.environ.get("HANDRAIL_PICTURES", "")
SLOW = 60_000
"""The first judging of a process compiles every definition."""
QUESTION = "Please write down how she makes progress toward her goals."
ANSWER = "Her counselor wrote it down today: she came to every group."
REASON = "The papers show progress. They do not show why you need so many hours for so many weeks."
WHY = "She has been sober for two weeks only. With fewer hours she went back to drinking last year."
GIVEN = "The review of her plan shows why she needs all the hours that were asked for."


@dataclass
class Story:
    """Who sits where, and what is told so far. `next()` numbers the pictures."""

    clinic: Page
    nurse: Page
    director: Page
    number: str = ""
    appeal: str = ""
    pictures: int = 0

    def picture(self, page: Page, name: str) -> None:
        """Keep what a step looks like, where somebody asked for it."""
        self.pictures += 1
        if PICTURES:
            page.screenshot(path=str(Path(PICTURES) / f"story-{self.pictures:02}-{name}.png"), full_page=True)


def said(page: Page, words: str) -> None:
    expect(page.get_by_text(words).first).to_be_visible(timeout=SLOW)


def go(page: Page, *names: str) -> None:
    """Click from link to link."""
    for name in names:
        page.get_by_role("link", name=name).first.click()


def menu(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True).click()


def act(page: Page, title: str) -> Locator:
    """One of the acts below a case, unfolded."""
    card = page.locator("details", has=page.locator("summary", has_text=re.compile(f"^{title}$")))
    if card.get_attribute("open") is None:
        card.locator("summary").click()
    return card


def rests_on(card: Locator, clause: str) -> None:
    """Only this clause stays ticked."""
    for ticked in card.get_by_role("checkbox", checked=True).all()[::-1]:
        ticked.uncheck()
    card.get_by_label(clause).check()


@pytest.fixture
def another_director(browser_page: Any, cast: Any, live_server: Any) -> Callable[[], Page]:
    """A medical director who had no part in the case, signed in."""

    def opened() -> Page:
        appeal_world.other_doctor(cast)
        page: Page = browser_page(None, "plan")
        client = Client()
        client.force_login(
            User.objects.get(username="plan-other-director"),
            backend="django.contrib.auth.backends.ModelBackend",
        )
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        page.goto("/")
        return page

    return opened


def test_a_request_is_asked_about_reduced_appealed_and_granted(
    browser_page: Any, check_axe: Any, cast: Any, ada: Any, write: Any, another_director: Any, monkeypatch: Any
) -> None:
    today = cast.viewer("counselor").today
    world(cast, ada, write, today)
    monkeypatch.setattr(judging, "is_waiting", lambda: False)
    story = Story(
        clinic=browser_page("counselor", path="/"),
        nurse=browser_page("reviewer", "plan", path="/"),
        director=browser_page("medical_director", "plan", path="/"),
    )
    the_clinic_sees_what_is_missing_and_sends(story, today)
    the_nurse_takes_it_and_asks(story)
    the_clinic_answers(story)
    the_nurse_refers_it(story)
    the_director_talks_and_approves_a_part(story, today)
    the_letter_is_read_again_and_goes_out(story)
    the_clinic_appeals(story)
    another_director_overturns(story, another_director())
    the_clinic_sees_what_is_authorized(story)
    the_metrics_count_it(story, today)
    the_person_is_told_what_was_sent(story)
    for page in (story.clinic, story.nurse, story.director):
        check_axe(page)


def world(cast: Any, ada: Any, write: Any, today: datetime.date) -> None:
    """A review of Ada's plan today, Carl at the clinic's screen, her consent, and a payer that counts hours."""
    write("plan_review", plan_review_id="r1", episode_id="e1", reviewed_on=today)
    counselor = cast.member("counselor")
    counselor.staff_id = "carl"
    counselor.save()
    payer_world.terms(cast, units={"us-ne/intensive-outpatient-2.1": {"unit": "hour"}})
    payer_world.consent(cast, ada)
    payer_world.doctor(cast)
    judging.judge_person("prairie", "ada")


def the_clinic_sees_what_is_missing_and_sends(story: Story, today: datetime.date) -> None:
    page = story.clinic
    menu(page, "People")
    go(page, "Ada Example", "Authorization")
    page.get_by_label("Continued stay").check()
    page.get_by_role("button", name="Begin a draft").click()
    go(page, "Send")
    said(page, "It cannot be sent yet: 1 thing missing")
    expect(page.get_by_role("region", name="would settle what the rules")).to_contain_text("Have new problems come up?")
    story.picture(page, "missing")
    go(page, "Fill in")
    page.get_by_label("Last day").fill((today + datetime.timedelta(days=29)).isoformat())
    page.get_by_label("Units").fill("36")
    page.get_by_label("In your own words").fill("She asks to go on with all her hours.")
    page.get_by_role("button", name="Keep and go on").click()
    said(page, "May she stay at this level of care?")
    story.picture(page, "rules")
    go(page, "Go on: what goes along")
    said(page, "What the reviewer will see")
    story.picture(page, "along")
    go(page, "Go on: send")
    story.picture(page, "send")
    page.get_by_role("button", name="Send to Example Health Plan").click()
    said(page, "Sent. Example Health Plan has it as R-")
    story.picture(page, "sent")
    story.number = Request.objects.get().number


def the_nurse_takes_it_and_asks(story: Story) -> None:
    page = story.nurse
    expect(page.get_by_role("navigation", name="Main").get_by_role("link")).to_have_text(["Desk", "Letters", "Appeals"])
    menu(page, "Desk")
    story.picture(page, "desk")
    go(page, story.number)
    page.get_by_role("button", name="Take it").click()
    said(page, "It is on your desk.")
    page.get_by_role("link", name="She is making progress.").click()
    expect(page.get_by_role("region", name="She is making progress.")).to_contain_text("Is she making progress?")
    story.picture(page, "case")
    asked = act(page, "Ask for information")
    rests_on(asked, "She is making progress")
    asked.get_by_label("What is needed").fill(QUESTION)
    story.picture(page, "ask")
    asked.get_by_role("button", name="Send the question").click()
    said(page, "The question is sent.")


def the_clinic_answers(story: Story) -> None:
    page = story.clinic
    menu(page, "My day")
    story.picture(page, "my-day-asked")
    go(page, "Example Health Plan asks about Ada Example")
    said(page, QUESTION)
    story.picture(page, "asked")
    judge(page, "Is she making progress?", "She came to every group.")
    story.picture(page, "judged")
    menu(page, "Requests")
    story.picture(page, "requests")
    go(page, "Ada Example")
    said(page, "The records changed since you sent")
    page.get_by_label("Your answer").fill(ANSWER)
    story.picture(page, "answer")
    page.get_by_role("button", name="Answer", exact=True).click()
    said(page, "Answered. Example Health Plan has the records as they are now.")


def the_nurse_refers_it(story: Story) -> None:
    page = story.nurse
    menu(page, "Desk")
    go(page, story.number)
    said(page, ANSWER)
    expect(page.get_by_role("button", name="Deny")).to_have_count(0)
    referring = act(page, "Refer to the medical director")
    referring.get_by_label("Why it is referred").fill("Progress is documented, the need for this level is not.")
    story.picture(page, "refer")
    referring.get_by_role("button", name="Refer", exact=True).click()
    said(page, "It is with the medical director.")


def the_director_talks_and_approves_a_part(story: Story, today: datetime.date) -> None:
    page = story.director
    menu(page, "Desk")
    story.picture(page, "director-desk")
    go(page, story.number)
    act(page, "Offer the clinician a conversation").get_by_role("button", name="Offer it").click()
    said(page, "The conversation is offered.")
    page.get_by_text("Write down what came of it", exact=True).click()
    page.get_by_label("What came of it").select_option("unchanged")
    page.get_by_label("When it was held").fill(f"{today.isoformat()}T00:00")
    page.get_by_label("With whom").fill("Carl Example")
    page.get_by_label("What was said").fill("He knows no reason for all the hours yet.")
    story.picture(page, "conversation")
    page.get_by_role("button", name="Write it down").click()
    said(page, "Written down.")
    part = act(page, "Approve in part")
    part.get_by_label("Units").fill("18")
    part.get_by_label("Last day").fill((today + datetime.timedelta(days=13)).isoformat())
    rests_on(part, "Treatment at this level is assessed")
    part.get_by_label("Reason").fill(REASON)
    story.picture(page, "in-part")
    part.get_by_role("button", name="Approve in part").click()
    said(page, "Approved in part.")
    story.picture(page, "decided")


def the_letter_is_read_again_and_goes_out(story: Story) -> None:
    menu(story.director, "Letters")
    go(story.director, story.number)
    said(story.director, "You had a hand in this letter")
    expect(story.director.get_by_role("button", name="Send", exact=True)).to_have_count(0)
    story.picture(story.director, "letter")
    page = story.nurse
    menu(page, "Letters")
    story.picture(page, "letters")
    go(page, story.number)
    page.get_by_role("button", name="I have read it").click()
    page.get_by_label("by mail").check()
    story.picture(page, "letter-read")
    page.get_by_role("button", name="Send", exact=True).click()
    said(page, "From now on it is kept as it is")
    letter = read(page, "PDF as sent")
    for words in ("Ada Example", story.number, REASON, "18", "appeal"):
        assert words in letter, words
    story.picture(page, "letter-sent")


def the_clinic_appeals(story: Story) -> None:
    page = story.clinic
    decided(page, story)
    said(page, REASON)
    story.picture(page, "clinic-decided")
    judge(page, "Is treatment at this level necessary", WHY)
    decided(page, story)
    go(page, "File an appeal")
    page.get_by_label("the person", exact=True).check()
    page.get_by_label("Why the decision is thought to be wrong").fill(WHY)
    story.picture(page, "appeal")
    page.get_by_role("button", name="File the appeal").click()
    said(page, "Filed as ")
    story.appeal = Appeal.objects.get().number
    story.picture(page, "appeal-filed")


def another_director_overturns(story: Story, page: Page) -> None:
    menu(story.director, "Appeals")
    go(story.director, story.appeal)
    said(story.director, "You had a part in the decision")
    story.picture(story.director, "appeal-refused")
    menu(page, "Appeals")
    story.picture(page, "appeals")
    go(page, story.appeal)
    said(page, WHY)
    page.get_by_role("button", name="Take it").click()
    page.get_by_label("Overturn: authorize all that was asked").check()
    page.get_by_label("Why it is overturned").select_option("new information")
    page.get_by_label("Reason, in plain words").fill(GIVEN)
    story.picture(page, "appeal-decide")
    page.get_by_role("button", name="Decide").click()
    said(page, "Decided. The person is told by letter.")
    story.picture(page, "appeal-decided")


def the_clinic_sees_what_is_authorized(story: Story) -> None:
    page = story.clinic
    decided(page, story)
    expect(page.get_by_role("table", name="Authorizations")).to_contain_text("of 36 hour")
    story.picture(page, "authorized")


def the_metrics_count_it(story: Story, today: datetime.date) -> None:
    page = story.director
    menu(page, "Metrics")
    page.get_by_label("Decided from").fill((today - datetime.timedelta(days=1)).isoformat())
    page.get_by_label("to", exact=False).last.fill((today + datetime.timedelta(days=1)).isoformat())
    page.get_by_role("button", name="Count").click()
    story.picture(page, "metrics")
    for metric in ("Approved in part", "Approved after appeal"):
        expect(page.get_by_role("row", name=f"{metric} 1 standard requests")).to_contain_text("100")
    go(page, "standard requests: Approved in part")
    go(page, story.number)
    said(page, "Overturned")
    story.picture(page, "case-in-the-end")


def the_person_is_told_what_was_sent(story: Story) -> None:
    page = story.clinic
    menu(page, "People")
    go(page, "Ada Example", "Consents and disclosures", "Disclosures")
    story.picture(page, "disclosures")
    told = page.get_by_role("table").get_by_role("row", name="Example Health Plan")
    expect(told.filter(has_text=f"request {story.number}: 9 clauses")).to_have_count(3)
    expect(told.filter(has_text=f"Appeal {story.appeal}")).to_have_count(1)
    listed = read(page, "PDF")
    assert listed.count(f"request {story.number}: 9 clauses") == 3
    assert f"appeal {story.appeal} of".lower() in listed.lower()


def judge(page: Page, question: str, because: str) -> None:
    """From the page of a request to what only a clinician can say, and write it down."""
    go(page, "Prairie Evenings", "Continued stay")
    page.get_by_label(question).select_option("yes")
    page.locator("form .asked").filter(has=page.get_by_label(question)).get_by_label("Because").fill(because)
    page.get_by_role("button", name="Make these judgements").click()
    expect(page.get_by_role("table", name="Judgements")).to_contain_text(because, timeout=SLOW)


def decided(page: Page, story: Story) -> None:
    """The request, from the list of those that are decided."""
    menu(page, "Requests")
    page.get_by_role("navigation", name="Lists").get_by_role("link", name="Decided").click()
    go(page, "Ada Example")


def read(page: Page, name: str) -> str:
    """What a PDF says that a link hands over."""
    with page.expect_download() as loading:
        page.get_by_role("link", name=name, exact=True).click()
    pages = PdfReader(io.BytesIO(Path(loading.value.path()).read_bytes())).pages
    return re.sub(r"\s+", " ", " ".join(one.extract_text() for one in pages))
