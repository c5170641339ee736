"""Nothing lost and nothing doubled in a real browser: back, twice, and a session that ends in the middle of a sentence."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from handrail.app.accounts import sending
from handrail.app.accounts.models import Sent
from handrail.app.chart.models import Identity

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

SLOW = 60_000
HERS = re.compile("/people/[0-9a-f-]+/$")
KEPT = "JSON.stringify(Object.entries(sessionStorage))"
TWICE = """async () => {
  const form = document.querySelector("form[data-draft]");
  const told = new URLSearchParams(new FormData(form));
  const post = () => fetch(location.pathname, { method: "POST", body: told });
  const answers = await Promise.all([post(), post()]);
  return answers.map((answer) => answer.url);
}"""


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first judging of a process compiles every definition, and the twin waits for it."""
    monkeypatch.setattr(sending, "_PATIENCE", 60.0)


def enter_bea(page: Page) -> None:
    page.get_by_label("Given name").fill("Beatrix")
    page.get_by_label("Family name").fill("Example")
    page.get_by_label("Service asked for").select_option("iop")


def test_going_back_after_saving_shows_an_empty_form_and_doubles_nothing(browser_page: Any, ada: Any) -> None:
    page = browser_page("counselor", path="/people/new")
    enter_bea(page)
    page.locator("form[data-draft] button").last.click()
    page.wait_for_url("**/people/*/", timeout=SLOW)
    page.go_back()
    page.wait_for_url("**/people/new")
    expect(page.get_by_label("Given name")).to_have_value("")
    page.go_forward()
    page.wait_for_url("**/people/*/")
    assert Identity.objects.filter(given_name="Beatrix").count() == 1


def test_going_back_after_signing_out_shows_nobody(browser_page: Any, ada: Any) -> None:
    page = browser_page("counselor", path="/people/")
    page.goto("/people/ada/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ada")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")
    for _ in range(2):
        page.go_back()
        page.wait_for_url("**/accounts/login/**")
        assert "Ada" not in page.content()


def test_two_requests_at_once_make_one_person_and_lead_to_her(browser_page: Any, ada: Any) -> None:
    page = browser_page("counselor", path="/people/new")
    enter_bea(page)
    first, second = page.evaluate(TWICE)
    assert first == second
    assert Identity.objects.filter(given_name="Beatrix").count() == 1
    assert Sent.objects.count() == 1


def test_a_double_click_without_javascript_makes_one_person(browser_page: Any, ada: Any) -> None:
    page = browser_page("counselor", path="/people/new", java_script_enabled=False)
    enter_bea(page)
    page.locator("form[data-draft] button").last.dblclick(no_wait_after=True)
    expect(page).to_have_url(HERS, timeout=SLOW)  # the second click ends the first one's navigation
    assert Identity.objects.filter(given_name="Beatrix").count() == 1


@pytest.fixture
def session(cast: Any, ada: Any, write: Any) -> str:
    made = write("session", program_id="iop", type="group", status="held", held_on=cast.viewer("counselor").today)
    return f"/groups/{made.pk}/"


@pytest.mark.parametrize(
    ("path", "label", "button"),
    [
        ("group", "Group note", "Save and sign"),
        ("/episodes/e1/plan/p1/goals/new", "The goal, in", "Keep"),
        ("/episodes/e1/assessment", "", "Sign"),
    ],
    ids=["session note", "plan goal", "assessment"],
)
def test_what_was_being_written_comes_back_after_the_session_ended(
    browser_page: Any, ada: Any, session: str, path: str, label: str, button: str
) -> None:
    page = browser_page("counselor", path=session if path == "group" else path)
    form = page.locator("form[data-draft]").first
    box = page.get_by_label(label).first if label else form.locator("textarea:visible, input[type=text]:visible").first
    box.fill("She named two triggers.")
    box.blur()
    page.wait_for_function("Object.keys(sessionStorage).some((name) => name.startsWith('draft:'))")
    assert "triggers" not in page.evaluate(KEPT)
    Session.objects.all().delete()
    form.evaluate("(form) => { form.noValidate = true; }")
    form.get_by_role("button", name=button).last.click()
    page.wait_for_url("**/accounts/login/**")
    assert "triggers" not in page.content()
    page.get_by_label("Sign-in name").fill("prairie-counselor")
    page.get_by_label("Password").fill("an invented password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".draft").first).to_contain_text("It is not saved yet", timeout=SLOW)
    again = page.locator("form[data-draft]").first
    back = (
        page.get_by_label(label).first if label else again.locator("textarea:visible, input[type=text]:visible").first
    )
    expect(back).to_have_value("She named two triggers.")
