"""The pages of a request that only show read and write nothing, but that somebody looked, which the log keeps."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.app import payer_world as world
from tests.app.conftest import Cast

from handrail.app.authorizations.models import Request, Submission
from handrail.app.chart.models import RECORDS
from handrail.app.worklists import judging
from handrail.app.worklists.models import Decision, Verdict, Waiting

pytestmark = pytest.mark.django_db
LOG = {"audit_entry", "audit_head"}
WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"(\w+)"', re.IGNORECASE)


@pytest.fixture
def episode(cast: Cast, ada: Any) -> Any:
    world.terms(cast)
    world.consent(cast, ada)
    judging.judge_person("prairie", "ada")
    return RECORDS["episode"].objects.get(pk="e1")


def written(cast: Cast, address: str) -> set[str]:
    """The tables into which looking at an address writes."""
    client = cast.client("counselor")
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return {found[1] for one in seen if (found := WRITES.match(one["sql"]))}


@pytest.mark.parametrize("part", ["", "rules", "along", "send"])
def test_looking_at_a_draft_writes_no_row_but_that_one_looked(cast: Cast, episode: Any, part: str) -> None:
    held = world.draft(cast, episode)
    assert written(cast, f"/requests/{held.pk}/{part}") <= LOG


@pytest.mark.parametrize("part", ["", "along"])
def test_looking_at_what_was_sent_writes_no_row_but_that_one_looked(cast: Cast, episode: Any, part: str) -> None:
    held = world.sent(cast, episode)
    assert written(cast, f"/requests/{held.pk}/{part}") <= LOG


@pytest.mark.parametrize("address", ["/requests/", "/episodes/e1/authorization"])
def test_the_lists_write_no_row_but_that_one_looked(cast: Cast, episode: Any, address: str) -> None:
    world.sent(cast, episode)
    assert written(cast, address) <= LOG


@pytest.mark.parametrize("part", ["along", "send"])
def test_the_preview_shows_what_is_kept_and_judges_nobody(cast: Cast, episode: Any, part: str) -> None:
    held = world.draft(cast, episode)
    Verdict.objects.filter(person_id="ada").update(says="As it was judged before.")
    kept = list(Verdict.objects.order_by("pk").values()), list(Decision.objects.order_by("pk").values())
    page = cast.client("counselor").get(f"/requests/{held.pk}/{part}")
    assert page.status_code == 200
    assert (list(Verdict.objects.order_by("pk").values()), list(Decision.objects.order_by("pk").values())) == kept
    assert "As it was judged before." in page.content.decode() or part == "send"


@pytest.mark.parametrize("part", ["along", "send"])
def test_the_preview_says_where_the_records_changed_since_they_were_judged(cast: Cast, episode: Any, part: str) -> None:
    held = world.draft(cast, episode)
    said = "it is being judged again"
    assert said not in cast.client("counselor").get(f"/requests/{held.pk}/{part}").content.decode()
    Waiting.objects.create(organization_id="prairie", kind="person", key="ada")
    assert said in cast.client("counselor").get(f"/requests/{held.pk}/{part}").content.decode()


def test_sending_judges_anew_whatever_was_kept(cast: Cast, episode: Any) -> None:
    held = world.draft(cast, episode)
    Verdict.objects.filter(person_id="ada").update(says="As it was judged before.")
    page = cast.client("counselor").post(f"/requests/{held.pk}/send", {"version": held.version}, follow=True)
    assert Request.objects.get(pk=held.pk).status == "received", page.content.decode()
    assert "As it was judged before." not in str(Submission.objects.get().content)
