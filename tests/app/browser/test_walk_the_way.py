"""The whole way of a person in a real browser: from the request to recovery support, as a new user would go it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from handrail.app.chart import writing
from handrail.app.chart.models import RECORDS
from handrail.app.worklists import judging
from handrail.app.worklists.models import Decision, Verdict

SLOW = 60_000
"""The first judging of a process compiles every definition, and that of a thread plans every question."""
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

RATED = {1: ("false", "0"), 2: ("false", "0"), 3: ("true", "1"), 4: ("true", "2"), 5: ("true", "3"), 6: ("true", "2")}


@pytest.fixture
def judged_at_once(ada: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ada's program and staff are there; from now on every change is judged as in the app."""
    monkeypatch.setattr(judging, "is_waiting", lambda: False)


def said(page: Page, words: str) -> None:
    expect(page.get_by_text(words).first).to_be_visible(timeout=SLOW)


def unfold(page: Page, words: str) -> Locator:
    """One of the admission's forms, unfolded."""
    page.locator("summary", has_text=words).first.click()
    return page.locator("details[open] form").first


def test_from_the_request_to_recovery_support(  # noqa: PLR0915
    browser_page: Any, check_axe: Any, cast: Any, judged_at_once: None
) -> None:
    today = cast.viewer("counselor").today
    page = browser_page("clinical_supervisor", path="/people/new")

    page.get_by_label("Given name").fill("Walda")
    page.get_by_label("Family name").fill("Newcomer")
    page.get_by_label("Birth date").fill("1990-05-05")
    page.get_by_label("Sex").select_option("female")
    page.get_by_label("Service asked for").select_option(label="Prairie Evenings")
    page.get_by_role("button", name="Enter", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Walda Newcomer", timeout=SLOW)
    episode = RECORDS["episode"].objects.exclude(person_id="ada").get()

    page.get_by_role("link", name="Admission").first.click()
    said(page, "May she be admitted to this level of care?")
    expect(page.locator(".verdict").first).to_contain_text("Cannot tell")
    form = unfold(page, "Add a diagnosis")
    form.get_by_label("Category").select_option("substance_use")
    form.get_by_label("Code (needed)").fill("F10.20")
    form.get_by_label("Manual").fill("DSM-5-TR")
    form.get_by_label("Diagnosed on").fill(today.isoformat())
    form.get_by_label("Diagnosed by").select_option(label="Carl Example")
    form.get_by_role("button").first.click()
    said(page, "Add a diagnosis: done.")

    page.goto(f"/episodes/{episode.pk}/assessment")
    page.get_by_label("Kind (needed)").select_option("initial")
    page.get_by_label("Assessed by").select_option(label="Carl Example")
    page.get_by_label("Edition of the criteria").select_option("3")
    for dimension, (problem, rating) in RATED.items():
        page.get_by_label(f"Dimension {dimension}, Is there").select_option(problem)
        page.get_by_label(f"Dimension {dimension}, Risk").select_option(rating)
    page.get_by_role("button", name="Sign and lock").click()
    said(page, "Signed and locked.")

    page.goto(f"/episodes/{episode.pk}/admission")
    form = unfold(page, "Write down a clinical judgement")
    form.locator("select").nth(0).select_option("expects_progress")
    form.locator("select").nth(1).select_option("true")
    form.get_by_role("button").first.click()
    said(page, "Write down a clinical judgement: done.")
    expect(page.locator(".verdict").first).to_contain_text("Yes")
    assert Decision.objects.get(episode_id=episode.pk, decision="admission").paths == ["direct"]
    unfold(page, "Start the service").get_by_role("button").first.click()
    said(page, "Start the service: done.")
    check_axe(page)

    page.goto(f"/episodes/{episode.pk}/plan/new")
    page.get_by_label("Problems, in").fill("I drink when I am alone.")
    page.get_by_label("Group therapy").select_option("true")
    page.get_by_role("button", name="Keep").click()
    said(page, "Version kept.")
    page.get_by_role("link", name="Add a goal").click()
    page.get_by_label("The goal, in").fill("Evenings without drinking")
    page.get_by_label("The problem that it answers").fill("Drinking alone")
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("link", name="Sign", exact=True).click()
    page.get_by_label("Who signs").select_option("individual")
    page.get_by_role("button", name="Sign").last.click()
    expect(page.get_by_role("heading", name="Signatures")).to_be_visible(timeout=SLOW)
    assert RECORDS["signature"].objects.filter(plan__episode_id=episode.pk, signer="individual").exists()
    check_axe(page)

    group = cast.viewer("clinical_supervisor")
    held = _group(group, today)
    page.goto(f"/groups/{held}/")
    page.get_by_role("group", name="Walda Newcomer").get_by_label("Came").check()
    page.get_by_role("group", name="Ada Example").get_by_label("Absent").check()
    page.get_by_role("button", name="Save", exact=True).last.click()
    said(page, "Kept. 1 present.")

    page.goto("/weeks/")
    page.get_by_role("link", name="Walda Newcomer").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Walda Newcomer, week of")
    short = Verdict.objects.filter(episode_id=episode.pk, subject="service_week").exclude(verdict="met").first()
    assert short is not None
    page.goto(f"/why/{short.pk}")
    said(page, short.says[:20])
    check_axe(page)

    page.goto(f"/episodes/{episode.pk}/discharge")
    page.get_by_label("Last day of the service").fill(today.isoformat())
    page.get_by_label("Why it ended").select_option("completed")
    page.get_by_role("button", name="Keep the discharge").click()
    page.goto(f"/people/{episode.person_id}/request")
    page.get_by_label("Service asked for").select_option(label="Prairie Recovery")
    page.get_by_role("button", name="Write down the request").click()
    said(page, "The request is written down.")
    assert RECORDS["episode"].objects.filter(person_id=episode.person_id, program_id="irs").count() == 1
    said(page, "May she")
    check_axe(page)


def _group(viewer: Any, today: datetime.date) -> str:
    """Today's group of three hours."""
    made = writing.create(
        viewer,
        "session",
        {
            "program_id": "iop", "type": "group", "status": "held", "held_on": today, "setting": "clinic",
            "starts_at": datetime.datetime.combine(today, datetime.time(9)),
            "ends_at": datetime.datetime.combine(today, datetime.time(12)),
        },
    )  # fmt: skip
    writing.create(viewer, "session_staff", {"session_id": made.pk, "staff_id": "carl"})
    return str(made.pk)
