"""A long form says all its errors once, at the top, each with a link to its field."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytestmark = pytest.mark.django_db

LONG = {
    "/people/new": {},
    "/episodes/e1/assessment": {"act": "assess", "assessment-completed_on": "not a day", "d1-rating": "9"},
    "/episodes/e1/plan/new": {"treatment_minutes_week": "x", "effective_on": "not a day"},
    "/groups/new": {"held_on": "not a day"},
    "/groups/contact": {"held_on": "not a day"},
}


@pytest.mark.parametrize("path", LONG)
def test_every_error_is_said_once_and_leads_to_its_field(cast: Any, ada: Any, path: str) -> None:
    answer = cast.client("clinical_supervisor").post(path, LONG[path])
    page = answer.content.decode()
    assert page.count('role="alert"') - page.count('role="alert" tabindex="-1" hidden') == 1
    summary = page[page.index('role="alert"') :]
    links = re.findall(r'href="#([^"]+)"', summary[: summary.index("</ul>")])
    assert links
    assert [one for one in links if f'id="{one}"' not in page] == []


def test_an_answer_in_the_table_of_dimensions_is_in_the_summary(cast: Any, ada: Any) -> None:
    path = "/episodes/e1/assessment"
    page = cast.client("clinical_supervisor").post(path, LONG[path]).content.decode()
    assert 'href="#id_d1-rating"' in page
