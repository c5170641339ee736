"""Candidates and the outcomes report in a real browser: from a list to the field, and fit for everybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.app.candidates_world import leaver, programs
from tests.measures.reported_world import pair, run, share

from handrail.app.overseeing import keeping

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


def narrow(page: Page) -> None:
    """Nothing is wider than the page on a phone."""
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_a_question_leads_to_its_field(
    browser_page: Any, cast: Any, write: Any, check_axe: Callable[[Page], None]
) -> None:
    programs(write)
    leave = leaver(cast, write, cast.viewer("clinical_supervisor").today)
    leave("ada", 27)
    leave("bea", 12, child=False)
    leave("cy", 40)
    page = browser_page("clinical_supervisor", path="/oversight/candidates/")
    expect(page.get_by_text("3 days left")).to_be_visible()
    check_axe(page)
    for name in ("closed", "not", "ask"):
        page.goto(f"/oversight/candidates/?list={name}")
        check_axe(page)
    narrow(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name=re.compile("Add a child.*Bea Example")).click()
    expect(page.locator("#id_child-birth_date")).to_be_visible()
    page.goto("/oversight/candidates/bea")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bea Example")
    check_axe(page)
    narrow(page)


def test_the_report_is_fit_for_everybody(
    browser_page: Any, cast: Any, tmp_path: Path, check_axe: Callable[[Page], None]
) -> None:
    work = pair("employed_change", [False] * 40 + [True] * 40, [True] * 65 + [False] * 15)
    keeping.keep_run("prairie", run(share("completed", 60, 20), share("goals_in_time", 60, 5), work), tmp_path)
    page = browser_page("program_director", path="/oversight/report/")
    expect(page.get_by_role("heading", name="From admission to discharge")).to_be_visible()
    check_axe(page)
    narrow(page)
