"""A group from the roll call to the signature in a real browser: by keyboard, on a tablet, and with the network gone."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from handrail.app.chart import writing
from handrail.app.chart.models import RECORDS, Wording

SLOW = 60_000
"""The first judging of a process compiles every definition, and that of a thread plans every question."""
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


@pytest.fixture
def session(cast: Any, ada: Any, write: Any) -> str:
    """Today's group, with Ada, Bea and Cora in the program."""
    today = cast.viewer("counselor").today
    start = today - datetime.timedelta(days=20)
    for number, name in enumerate(("Bea", "Cora")):
        one = write("person", person_id=name.lower(), birth_date=datetime.date(1990, 2, 28), sex="female")
        writing.name(cast.viewer("counselor"), one, given_name=name, family_name="Example", number=f"1{number}")
        write("episode", episode_id=f"e{number + 2}", person_id=one.pk, program_id="iop", admitted_on=start)
    write("goal", goal_id="g1", episode_id="e1", set_on=start, linked_problem="Sleep")
    made = write("session", program_id="iop", type="group", status="held", held_on=today, setting="clinic",
                 starts_at=datetime.datetime.combine(today, datetime.time(9)),
                 ends_at=datetime.datetime.combine(today, datetime.time(12)))  # fmt: skip
    write("session_staff", session_id=made.pk, staff_id="carl")
    return f"/groups/{made.pk}/"


def states() -> dict[str, str]:
    return dict(RECORDS["attendance"].objects.values_list("episode_id", "status"))


def row(page: Page, name: str) -> Any:
    return page.get_by_role("group", name=name)


def test_the_keyboard_alone_calls_the_roll(browser_page: Any, check_axe: Any, session: str) -> None:
    page = browser_page("group_leader", path=session)
    check_axe(page)
    row(page, "Ada Example").get_by_label("Came").focus()
    page.keyboard.press("c")
    page.keyboard.press("a")
    page.keyboard.press("e")
    page.keyboard.type("Court")
    assert page.locator("#present").inner_text() == "1 present"
    check_axe(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Kept. 1 present.")).to_be_visible(timeout=SLOW)
    assert states() == {"e1": "attended", "e2": "absent", "e3": "excused"}


def test_a_tablet_marks_everybody_and_takes_the_time_of_who_leaves_early(
    browser_page: Any, check_axe: Any, session: str
) -> None:
    page = browser_page("counselor", path=session, width=820, height=1180, has_touch=True)
    for button in page.locator(".roll button:visible, .roll .states label").all():
        box = button.bounding_box()
        assert box is not None and box["height"] >= 44
    page.get_by_role("button", name="Everybody else came").tap()
    assert page.locator("#present").inner_text() == "3 present"
    row(page, "Bea Example").get_by_role("button", name="Late in").tap()
    assert row(page, "Bea Example").get_by_label("In", exact=True).input_value() != "09:00"
    row(page, "Bea Example").get_by_label("In", exact=True).fill("09:20")
    row(page, "Ada Example").get_by_text("Note").first.tap()
    page.get_by_label("Objective addressed").select_option("g1")
    page.get_by_label("Short note").first.fill("Named two triggers.")
    page.get_by_label("Group note").fill("Triggers and plans.")
    check_axe(page)
    page.get_by_role("button", name="Save and sign").tap()
    expect(page.get_by_text("Signed. From now on")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("Named two triggers.")).to_be_visible(timeout=SLOW)
    check_axe(page)
    assert RECORDS["attendance"].objects.get(episode_id="e2").arrived_at.time() == datetime.time(9, 20)
    assert Wording.objects.get(part="goal").text == "g1"


@pytest.mark.parametrize("how", ["offline", "down"])
def test_a_lost_network_loses_no_note(browser_page: Any, session: str, how: str) -> None:
    page = browser_page("counselor", path=session)
    page.get_by_role("button", name="Everybody else came").click()
    page.get_by_label("Group note").fill("Not to be lost.")
    if how == "offline":
        page.context.set_offline(True)
    else:
        page.route("**/health/live", lambda route: route.abort())
    page.get_by_role("button", name="Save", exact=True).click()
    where = ".offline" if how == "offline" else "#unreached"
    expect(page.locator(where)).to_be_visible(timeout=SLOW)
    expect(page.get_by_label("Group note")).to_have_value("Not to be lost.", timeout=SLOW)
    assert states() == {}
    page.context.set_offline(False)
    page.unroute("**/health/live")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Kept. 3 present.")).to_be_visible(timeout=SLOW)
    assert Wording.objects.get(part="note").text == "Not to be lost."
    assert len(states()) == 3


def test_without_scripts_the_roll_is_called_too(browser_page: Any, session: str) -> None:
    page = browser_page("counselor", path=session, java_script_enabled=False)
    page.get_by_role("button", name="Everybody else came").click()
    row(page, "Cora Example").get_by_label("Absent").check()
    page.get_by_role("button", name="Save", exact=True).click()
    assert states() == {"e1": "attended", "e2": "attended", "e3": "absent"}


def test_axe_finds_nothing_wrong_with_lists_forms_and_weeks(browser_page: Any, check_axe: Any, session: str) -> None:
    page = browser_page("counselor", path=session)
    page.get_by_role("button", name="Everybody else came").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Kept.")).to_be_visible(timeout=SLOW)
    today = RECORDS["session"].objects.get().held_on
    monday = today - datetime.timedelta(days=today.weekday())
    for path in (
        "/groups/",
        "/groups/new",
        "/groups/contact",
        f"{session}details",
        "/weeks/?program=iop",
        f"/weeks/e1/{monday}",
    ):
        page.goto(path)
        check_axe(page)
