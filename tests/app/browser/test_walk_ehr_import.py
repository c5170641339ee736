"""The import from an EHR in a real browser: what is wrong, the look before, a program chosen, and the writing."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.app.ehr_world import clinic, everything, lines, patient

from handrail.app.chart import writing
from handrail.app.chart.models import Identity

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
STRANGE = [{"resourceType": "Claim", "id": "x"}, {"resourceType": "MedicationRequest", "id": "y"}]


def choose(page: Page, *files: bytes) -> None:
    chosen = [{"name": f"export-{place}.ndjson", "mimeType": "application/json", "buffer": one}
              for place, one in enumerate(files, start=1)]  # fmt: skip
    page.get_by_label("Files").set_input_files(chosen)
    page.get_by_role("button", name="Look at them").click()


def fits(page: Page, check_axe: Any) -> None:
    """Nothing that axe finds, and no wider than a narrow window."""
    check_axe(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.set_viewport_size({"width": 1280, "height": 900})


def test_files_of_an_ehr_are_looked_at_and_written(
    browser_page: Any, check_axe: Any, cast: Any, ada: Any, write: Any
) -> None:
    twin = write("person", person_id="twin", birth_date=datetime.date(1990, 2, 28))
    writing.name(cast.viewer("counselor"), twin, given_name="Cora", family_name="Brook", number="0002")
    page = browser_page("counselor", path="/import/")
    page.get_by_role("link", name="Import from an EHR").click()
    choose(page, lines(patient()) + b"\n{broken\n")
    expect(page.get_by_role("heading", name="1 thing needs mending")).to_be_visible()
    fits(page, check_axe)

    choose(page, lines(*clinic("Lee Unknown"), *everything()[3:]), lines(patient("cora"), *STRANGE))
    expect(page.get_by_role("heading", name="What would be written")).to_be_visible()
    page.get_by_label("hcpcs|H0015").select_option("Prairie Evenings")
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_label("hcpcs|H0015")).to_have_value("iop")
    expect(page.get_by_text("Not among the staff here: Lee Unknown")).to_be_visible()
    expect(page.get_by_label("Bring in Cora Brook")).not_to_be_checked()
    fits(page, check_axe)
    page.get_by_label("Bring in Cora Brook").check()
    page.get_by_role("button", name="Write it").click()
    expect(page.get_by_role("heading", name="Look once more")).to_be_visible()
    fits(page, check_axe)
    page.get_by_role("button", name="Write it").click()
    expect(page.get_by_text("Rows of the EHR:")).to_be_visible(timeout=90_000)
    check_axe(page)
    assert set(Identity.objects.filter(number__startswith="MR").values_list("number", flat=True)) == {"MR-bea", "MR-cora"}  # fmt: skip
