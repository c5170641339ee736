"""The empty choice of a list has one name everywhere."""

from __future__ import annotations

import re
from typing import Any

import pytest

from handrail.app.chart.forms import form_of

pytestmark = pytest.mark.django_db

PAGES = (
    "/people/new",
    "/people/ada/request",
    "/episodes/e1/admission",
    "/episodes/e1/assessment",
    "/episodes/e1/discharge",
    "/episodes/e1/plan/new",
    "/episodes/e1/review/new",
    "/episodes/e1/recovery/contact",
    "/episodes/e1/recovery/new/need",
    "/episodes/e1/recovery/new/observation",
    "/groups/new",
    "/groups/contact",
    "/records/episode/e1",
)


def test_what_is_needed_says_choose_and_the_rest_says_not_documented(cast: Any, ada: Any) -> None:
    form = form_of(
        cast.viewer("counselor"), "assessment", ["kind", "level_recommended", "gives_diagnosis", "assessor_id"]
    )
    blank = {name: next(iter(field.choices))[1] for name, field in form.fields.items()}  # type: ignore[attr-defined]
    assert blank == {
        "kind": "choose",
        "level_recommended": "not documented",
        "gives_diagnosis": "not documented",
        "assessor": "not documented",
    }


@pytest.mark.parametrize("path", PAGES)
def test_no_list_begins_with_dashes(cast: Any, ada: Any, path: str) -> None:
    answer = cast.client("clinical_supervisor").get(path)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "<select" in page
    assert not re.search(r"<option[^>]*>\s*[-–]+\s*</option>", page)
