"""The same form sent twice does once what it does, and the second leads where the first did."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from handrail.app.accounts import sending
from handrail.app.accounts.models import Sent
from handrail.app.chart.models import RECORDS, Identity

pytestmark = pytest.mark.django_db

BEA = {"given_name": "Bea", "family_name": "Example", "birth_date": "1990-02-28", "sex": "female"}


def page_of(client: Client, path: str = "/people/new") -> dict[str, str]:
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(path).content.decode())
    assert token
    return {"csrfmiddlewaretoken": token[1]}


@pytest.fixture
def sent(cast: Any, ada: Any) -> dict[str, str]:
    return {**BEA, "program": "iop", "requested_on": cast.viewer("counselor").today.isoformat()}


@pytest.fixture
def strict(cast: Any, ada: Any) -> Client:
    """A counselor whose requests are checked for the token, as they are in a browser."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.member("counselor").user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_two_identical_requests_make_one_person(strict: Client, sent: dict[str, str]) -> None:
    told = sent | page_of(strict)
    first, second = strict.post("/people/new", told), strict.post("/people/new", told)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Identity.objects.filter(given_name="Bea").count() == 1
    assert RECORDS["episode"].objects.exclude(pk="e1").count() == 1


def test_the_same_words_on_a_new_page_are_a_new_form(strict: Client, sent: dict[str, str]) -> None:
    for _ in range(2):
        strict.post("/people/new", sent | page_of(strict))
    assert Identity.objects.filter(given_name="Bea").count() == 2


def test_what_was_refused_may_be_sent_again(strict: Client, sent: dict[str, str]) -> None:
    told = {**sent, "given_name": ""} | page_of(strict)
    assert strict.post("/people/new", told).status_code == 200
    assert not Sent.objects.exists()
    assert strict.post("/people/new", {**told, "given_name": "Bea"}).status_code == 302


def test_a_broken_request_leaves_no_mark_and_may_be_sent_again(
    strict: Client, sent: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from handrail.app.chart import writing  # noqa: PLC0415

    def broken(*_told: Any, **_more: Any) -> None:
        raise RuntimeError

    told = sent | page_of(strict)
    with monkeypatch.context() as patch:
        patch.setattr(writing, "create", broken)
        strict.raise_request_exception = False
        assert strict.post("/people/new", told).status_code == 500
    assert strict.post("/people/new", told).status_code == 302
    assert Identity.objects.filter(given_name="Bea").count() == 1


def test_a_twin_waits_and_says_so_where_the_first_is_still_under_way(
    strict: Client, sent: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_PATIENCE", 0.1)
    told = sent | page_of(strict)
    strict.post("/people/new", told)
    Sent.objects.update(answer="")
    page = strict.post("/people/new", told)
    assert page.status_code == 409
    assert "Nothing is lost and nothing is doubled" in page.content.decode()
    Sent.objects.update(at=timezone.now() - datetime.timedelta(minutes=2))
    assert strict.post("/people/new", told).status_code == 302


def test_another_user_is_never_led_where_the_first_was(strict: Client, cast: Any, sent: dict[str, str]) -> None:
    told = sent | page_of(strict)
    first = strict.post("/people/new", told)
    other = cast.client("counselor", "lakeside")
    assert other.post("/people/new", told).get("Location") != first["Location"]


def test_signing_in_forgets_what_was_sent_in_sessions_that_are_over(cast: Any) -> None:
    Sent.objects.create(key="old", at=timezone.now() - datetime.timedelta(hours=11), answer="/people/")
    Sent.objects.create(key="new", at=timezone.now(), answer="/people/")
    cast.client("counselor")
    assert [one.key for one in Sent.objects.all()] == ["new"]
