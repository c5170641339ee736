"""Finding somebody, and entering somebody new."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from handrail.app.audit.log import faults
from handrail.app.audit.models import Entry
from handrail.app.chart.models import RECORDS, Change, Identity

pytestmark = pytest.mark.django_db


def test_a_name_finds_her(cast: Any, ada: Any) -> None:
    page = cast.client("counselor").post("/people/", {"q": "ada exam"})
    assert page.status_code == 200
    assert "Ada Example" in page.content.decode()


def test_another_organization_does_not_find_her(cast: Any, ada: Any) -> None:
    assert "Ada" not in cast.client("counselor", "lakeside").get("/people/").content.decode()


@pytest.mark.parametrize("role", ["reviewer", "policy_analyst"])
def test_a_role_without_charts_is_refused(cast: Any, ada: Any, role: str) -> None:
    assert cast.client(role).get("/people/").status_code == 403


def test_nobody_signed_in_is_sent_to_sign_in(cast: Any) -> None:
    page = Client().get("/people/")
    assert page.status_code == 302
    assert "login" in page["Location"]


def test_somebody_new_is_entered_with_her_request(cast: Any, ada: Any) -> None:
    typed = {
        "given_name": "Bea", "family_name": "Example", "birth_date": "1990-02-28", "sex": "female",
        "program": "iop", "requested_on": "2026-03-02",
    }  # fmt: skip
    page = cast.client("counselor").post("/people/new", typed)
    bea = Identity.objects.get(given_name="Bea")
    assert page["Location"] == f"/people/{bea.person_id}/"
    assert RECORDS["episode"].objects.get(person_id=bea.person_id).program_id == "iop"
    assert Change.objects.filter(table="person", row_id=bea.person_id, kind="created").count() == 1
    assert Entry.objects.filter(person_id=bea.person_id, act="create").count() == 2
    assert list(faults()) == []


def test_what_was_typed_stays_when_something_is_wrong(cast: Any, ada: Any) -> None:
    typed = {
        "given_name": "Bea",
        "family_name": "Example",
        "birth_date": "the first",
        "program": "iop",
        "requested_on": "",
    }
    page = cast.client("counselor").post("/people/new", typed).content.decode()
    assert 'value="Bea"' in page
    assert "Enter a valid date" in page
    assert not Identity.objects.filter(given_name="Bea").exists()
