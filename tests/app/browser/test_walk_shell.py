"""The frame of every page, in a real browser: signing in, drafts, the idle limit, zoom, and axe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from handrail.app.audit.models import Entry
from handrail.app.chart.models import Identity

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

KEPT = "JSON.stringify(Object.entries(sessionStorage))"


def sign_in(page: Page, name: str) -> None:
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Password").fill("an invented password")
    page.get_by_role("button", name="Sign in", exact=True).click()


def write_some(page: Page) -> None:
    """Types without saving, and waits until the draft is sealed."""
    page.get_by_label("Given name").press_sequentially("Beatrix")
    page.get_by_label("Family name").fill("Unsaved")
    page.get_by_label("Family name").blur()
    page.wait_for_function("Object.keys(sessionStorage).some((name) => name.startsWith('draft:'))")
    page.wait_for_timeout(500)


def test_the_keyboard_alone_signs_in(browser_page: Any, check_axe: Any, cast: Any) -> None:
    cast.member("counselor")
    page = browser_page(None, path="/people/")
    check_axe(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.get_by_label("Sign-in name").focus()
    page.keyboard.type("prairie-counselor")
    page.keyboard.press("Tab")
    page.keyboard.type("an invented password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("People")


def test_axe_finds_nothing_wrong_for_a_counselor(browser_page: Any, check_axe: Any, ada: Any) -> None:
    page = browser_page("counselor")
    for path in ("/people/", "/people/new", "/accounts/2fa/", "/accounts/password/change/", "/workplace", "/nowhere"):
        page.goto(path)
        check_axe(page)


def test_axe_finds_nothing_wrong_for_an_administrator(browser_page: Any, check_axe: Any, ada: Any, cast: Any) -> None:
    page = browser_page("administrator")
    other = cast.member("counselor").pk
    for path in ("/staff/", "/staff/new", f"/staff/{other}/", "/log/", "/people/"):
        page.goto(path)
        check_axe(page)
    dark = browser_page("administrator", path="/staff/", color_scheme="dark")
    check_axe(dark)
    dark.goto("/log/")
    check_axe(dark)


def test_what_was_typed_survives_a_session_that_ended_while_writing(browser_page: Any, ada: Any) -> None:
    page = browser_page("counselor", path="/people/new")
    write_some(page)
    kept = page.evaluate(KEPT)
    assert "Beatrix" not in kept
    assert "Unsaved" not in kept
    page.get_by_label("Service asked for").select_option("iop")
    Session.objects.all().delete()
    page.get_by_role("button", name="Enter", exact=True).click()
    page.wait_for_url("**/accounts/login/**")
    sign_in(page, "prairie-counselor")
    page.wait_for_url("**/people/new")
    expect(page.get_by_label("Given name")).to_have_value("Beatrix")
    expect(page.get_by_label("Family name")).to_have_value("Unsaved")
    expect(page.locator(".draft")).to_contain_text("It is not saved yet")
    expect(page.get_by_label("Service asked for")).to_have_value("iop")
    page.get_by_role("button", name="Enter", exact=True).click()
    page.wait_for_url("**/people/*/")
    assert Identity.objects.get(given_name="Beatrix").family_name == "Unsaved"
    assert "draft:" not in page.evaluate(KEPT)


def test_a_colleague_in_the_same_tab_sees_nothing_of_a_draft(browser_page: Any, cast: Any, ada: Any) -> None:
    cast.member("group_leader")
    page = browser_page("counselor", path="/people/new")
    write_some(page)
    Session.objects.all().delete()
    page.goto("/people/new")
    sign_in(page, "prairie-group_leader")
    page.wait_for_url("**/people/new")
    expect(page.get_by_label("Given name")).to_have_value("")
    assert "Beatrix" not in page.content()
    assert "Beatrix" not in page.evaluate(KEPT)


def test_signing_out_by_hand_clears_drafts(browser_page: Any, ada: Any) -> None:
    page = browser_page("counselor", path="/people/new")
    write_some(page)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")
    assert "draft:" not in page.evaluate(KEPT)


def test_what_a_page_held_back_was_not_sent_and_stays(browser_page: Any, ada: Any) -> None:
    page = browser_page("counselor", path="/people/new")
    write_some(page)
    page.get_by_label("Service asked for").select_option("iop")
    page.evaluate("document.querySelector('form.sheet').addEventListener('submit', (e) => e.preventDefault())")
    page.get_by_role("button", name="Enter", exact=True).click()
    page.goto("/people/")
    page.goto("/people/new")
    expect(page.get_by_label("Given name")).to_have_value("Beatrix")
    page.get_by_role("button", name="Throw it away").click()
    expect(page.get_by_label("Given name")).to_have_value("")
    assert "draft:" not in page.evaluate(KEPT)


def test_an_error_keeps_the_draft_and_takes_the_focus(browser_page: Any, ada: Any) -> None:
    page = browser_page("counselor", path="/people/new")
    write_some(page)
    page.evaluate("document.querySelector('form.sheet').noValidate = true")
    page.get_by_role("button", name="Enter", exact=True).click()
    expect(page.get_by_label("Given name")).to_have_value("Beatrix")
    expect(page.locator(".alert").first).to_be_focused()
    assert "draft:" in page.evaluate(KEPT)


def test_the_idle_limit_warns_and_staying_works(browser_page: Any, ada: Any) -> None:
    page = browser_page("counselor")
    page.clock.install()
    page.goto("/people/")
    page.clock.run_for("13:05")
    dialog = page.get_by_role("dialog", name="Are you still there?")
    expect(dialog).to_be_visible()
    expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    with page.expect_response("**/still-here") as answered:
        page.keyboard.press("Enter")
    assert answered.value.status == 204
    expect(dialog).to_be_hidden()


def test_the_idle_limit_signs_out_and_leaves_nothing_on_the_screen(browser_page: Any, ada: Any) -> None:
    page = browser_page("counselor")
    page.clock.install()
    page.goto("/people/new")
    page.get_by_label("Given name").fill("Beatrix")
    page.clock.run_for("15:05")
    page.wait_for_url("**/accounts/login/**")
    assert "Beatrix" not in page.content()
    expect(page.get_by_text("You were signed out because")).to_be_visible()
    assert Entry.objects.filter(act="sign out").count() == 1
    sign_in(page, "prairie-counselor")
    page.wait_for_url("**/people/new")
    expect(page.get_by_label("Given name")).to_have_value("Beatrix")


def test_a_form_is_sent_once_and_not_without_a_network(browser_page: Any, ada: Any) -> None:
    page = browser_page("counselor", path="/people/new")
    page.get_by_label("Given name").fill("Beatrix")
    page.get_by_label("Family name").fill("Example")
    page.get_by_label("Service asked for").select_option("iop")
    page.context.set_offline(True)
    page.get_by_role("button", name="Enter", exact=True).click()
    expect(page.locator(".offline")).to_be_visible()
    expect(page.get_by_label("Given name")).to_have_value("Beatrix")
    page.context.set_offline(False)
    expect(page.locator(".offline")).to_be_hidden()
    page.evaluate(
        "const b = [...document.querySelectorAll('button')].find((b) => b.innerText === 'Enter'); b.click(); b.click()"
    )
    page.wait_for_url("**/people/*/")
    assert Identity.objects.filter(given_name="Beatrix").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_at_400_percent_no_page_scrolls_sideways(
    browser_page: Any, cast: Any, ada: Any, scheme: Any, tmp_path: Path
) -> None:
    cast.member("clinical_supervisor")
    small = {"width": 320, "height": 256, "color_scheme": scheme}
    visits = {
        None: ["/accounts/login/"],
        "counselor": ["/people/", "/people/new", "/accounts/2fa/"],
        "administrator": ["/staff/", "/staff/new", "/log/"],
    }
    for role, paths in visits.items():
        page = browser_page(role, **small)
        for path in paths:
            page.goto(path)
            page.screenshot(path=tmp_path / f"{scheme}{path.replace('/', '-')}.png", full_page=True)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{path} is {wide} pixels too wide at 400 %"
