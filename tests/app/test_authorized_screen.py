"""What the provider does with an authorization on the page of its request, and what the payer sees of it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.app import payer_world as payers
from tests.app.conftest import Cast

from handrail.app.authorizations import determining
from handrail.app.authorizations.models import Authorization, Step
from handrail.app.chart.models import RECORDS
from handrail.app.consent.models import Consent, Disclosure
from handrail.app.worklists import judging

pytestmark = pytest.mark.django_db
SERVICE = "us-ne/intensive-outpatient-2.1"


def plain(page: Any) -> str:
    return " ".join(page.content.decode().split())


@pytest.fixture
def held(cast: Cast, ada: Any, write: Any) -> Authorization:
    """An authorization of 36 hours, of which Ada used three today."""
    payers.terms(cast, units={SERVICE: {"unit": "hour", "source": "invented"}})
    payers.consent(cast, ada)
    judging.judge_person("prairie", "ada")
    asked = payers.sent(cast, RECORDS["episode"].objects.get(pk="e1"))
    determining.approve(payers.nurse(cast), asked)
    begins = datetime.datetime.combine(cast.viewer("counselor").today, datetime.time(9))
    ends = begins + datetime.timedelta(hours=3)
    session = write(
        "session", program_id="iop", type="group", status="held", held_on=begins.date(), starts_at=begins, ends_at=ends
    )
    write("attendance", session_id=session.pk, episode_id="e1", status="attended", arrived_at=begins, left_at=ends)
    return Authorization.objects.get()


def tell(cast: Cast, held: Authorization, role: str = "counselor", organization: str = "prairie") -> Any:
    client = cast.client(role, organization)
    return client.post(reverse("report_units", args=[held.pk]), follow=True)


# --- telling the payer -----------------------------------------------------------------------------------------------


def test_the_provider_tells_on_the_page_and_the_payer_sees_the_number_and_the_day(cast: Cast, held: Any) -> None:
    case, nurse = reverse("case", args=[held.request_id]), cast.client("reviewer", "plan")
    assert "Prairie Example has not told yet how much is used" in plain(nurse.get(case))
    own = cast.client("counselor")
    for page in (reverse("request_draft", args=[held.request_id]), reverse("authorization", args=["e1"])):
        assert reverse("report_units", args=[held.pk]) in plain(own.get(page))
    page = tell(cast, held)
    assert f"Example Health Plan was told what is used of {held.number}." in plain(page)
    assert "3 used, told" in plain(page)
    shown = plain(nurse.get(case))
    assert "Prairie Example told 3 used on" in shown
    assert "33 left" in shown
    assert Disclosure.objects.filter(information=["attendance"]).count() == 1


def test_the_persons_page_says_what_the_payer_was_told(cast: Cast, held: Any) -> None:
    tell(cast, held)
    assert "Example Health Plan was told 3 used on" in plain(cast.client("counselor").get("/people/ada/"))


def test_without_a_consent_the_page_says_so_and_nothing_is_told(cast: Cast, held: Any) -> None:
    Consent.objects.update(revoked_at=timezone.now())
    before = Disclosure.objects.count()
    page = plain(tell(cast, held))
    assert "Nothing was told." in page
    assert "consent" in page
    assert Disclosure.objects.count() == before
    assert not Step.objects.filter(act="report units").exists()


def test_once_a_consent_is_revoked_the_payer_no_longer_sees_what_it_was_told(cast: Cast, held: Any) -> None:
    tell(cast, held)
    Consent.objects.update(revoked_at=timezone.now())
    shown = plain(cast.client("reviewer", "plan").get(reverse("case", args=[held.request_id])))
    assert "What was told of its use is closed" in shown
    assert "told 3 used" not in shown


def test_what_has_no_unit_is_not_told_and_the_page_says_why(cast: Cast, held: Any) -> None:
    Authorization.objects.update(unit="")
    own = cast.client("counselor")
    assert reverse("report_units", args=[held.pk]) not in plain(
        own.get(reverse("request_draft", args=[held.request_id]))
    )
    assert "No unit is stated" in plain(tell(cast, held))


def test_telling_is_for_whoever_may_request_at_the_agency_and_for_nobody_else(cast: Cast, held: Any) -> None:
    assert tell(cast, held, "group_leader").status_code == 403
    assert tell(cast, held, "counselor", "lakeside").status_code == 404
    assert tell(cast, held, "reviewer", "plan").status_code == 403
    assert cast.client("counselor").get(reverse("report_units", args=[held.pk])).status_code == 405
    reader = cast.client("group_leader").get(reverse("request_draft", args=[held.request_id]))
    assert reader.status_code == 200
    assert reverse("report_units", args=[held.pk]) not in plain(reader)
    assert not Step.objects.filter(act="report units").exists()
