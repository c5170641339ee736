"""A letter in two browsers: the medical director writes, the nurse reads it again and sends it; the clinic sees it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.app.letters_world import denied

from handrail.app.authorizations.models import Notice

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
HARD = "The documentation submitted does not substantiate the medical necessity of continuing intensive services."
PICTURES = os.environ.get("HANDRAIL_PICTURES", "")


def picture(page: Any, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"letters-{name}.png"), full_page=True)


def test_a_letter_is_written_read_again_and_sent(browser_page: Any, check_axe: Any, cast: Any, ada: Any) -> None:
    made = denied(cast, ada)
    address = f"/letters/{made.pk}/"
    doctor = browser_page("medical_director", "plan", path="/letters/")
    check_axe(doctor)
    picture(doctor, "list")
    doctor.get_by_role("link", name=made.request.number).click()
    expect(doctor.get_by_text("You had a hand in this letter")).to_be_visible()
    check_axe(doctor)
    picture(doctor, "draft")
    doctor.get_by_label("The reason, in plain words").fill(HARD)
    doctor.get_by_role("button", name="Measure what I wrote").click()
    expect(doctor.locator("#reading li")).to_contain_text(HARD)
    assert doctor.url.endswith(address)
    doctor.get_by_label("The reason, in plain words").fill("The papers do not show why you need this care.")
    doctor.get_by_label("What this rule means here").first.fill("The rule asks for a plan.")
    doctor.get_by_role("button", name="Save").click()
    expect(doctor.locator("article")).to_contain_text("The papers do not show why you need this care.")

    nurse = browser_page("reviewer", "plan", path=address)
    nurse.get_by_role("button", name="I have read it").click()
    nurse.get_by_label("by mail").check()
    picture(nurse, "to-send")
    nurse.get_by_role("button", name="Send", exact=True).click()
    expect(nurse.get_by_text("From now on it is kept as it is")).to_be_visible()
    expect(nurse.get_by_role("link", name="PDF as sent")).to_be_visible()
    check_axe(nurse)
    assert Notice.objects.get().status == "sent"

    clinic = browser_page("counselor", path=address, width=390)
    expect(clinic.locator("article")).to_contain_text("This is called an appeal")
    check_axe(clinic)
    picture(clinic, "sent-phone")


def test_without_scripts_a_letter_is_measured_and_saved_too(browser_page: Any, cast: Any, ada: Any) -> None:
    made = denied(cast, ada)
    page = browser_page("medical_director", "plan", path=f"/letters/{made.pk}/", java_script_enabled=False)
    page.get_by_label("The reason, in plain words").fill(HARD)
    page.get_by_role("button", name="Measure what I wrote").click()
    expect(page.locator("#reading li")).to_contain_text(HARD)
    expect(page.get_by_label("The reason, in plain words")).to_have_value(HARD)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("article")).to_contain_text(HARD)
