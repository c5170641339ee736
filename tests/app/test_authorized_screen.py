"""What the provider does with an authorization on the page of its request, and what the payer sees of it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from tests.app import payer_world as payers
from tests.app.conftest import Cast

from handrail.app.audit.log import faults as log_faults
from handrail.app.authorizations import determining, units
from handrail.app.authorizations.models import Authorization, Step
from handrail.app.authorizations.verifying import faults
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


# --- care ended ------------------------------------------------------------------------------------------------------


def end(cast: Cast, held: Authorization, on: Any = "", why: str = "She moved away.", **who: str) -> Any:
    client = cast.client(who.get("role", "counselor"), who.get("organization", "prairie"))
    told = {"ended_on": str(on or cast.viewer("counselor").today), "why": why}
    return client.post(reverse("end_authorization", args=[held.pk]), told, follow=True)


def test_the_provider_ends_it_and_the_payer_sees_the_day_and_why(cast: Cast, held: Any) -> None:
    page = plain(end(cast, held))
    assert f"{held.number} ended. Example Health Plan was told." in page
    assert "3 of 36 hours used" in page
    assert "the rest is no longer offered" in page
    assert "hours left" not in page
    today = cast.viewer("counselor").today
    held.refresh_from_db()
    assert (held.ended_on, held.ended_why) == (today, "She moved away.")
    step = Step.objects.get(act="end authorization")
    assert (step.words, step.as_provider, step.status_before) == ("She moved away.", True, step.status_after)
    assert step.detail == {"authorization": held.number, "ended_on": str(today), "before": None}
    assert "treatment" in Disclosure.objects.latest("at").information
    shown = plain(cast.client("reviewer", "plan").get(reverse("case", args=[held.request_id])))
    assert "Ended early on" in shown
    assert "She moved away." in shown
    assert (list(log_faults()), faults()) == ([], [])


def test_what_was_ended_is_no_longer_offered_and_nothing_warns_of_it(cast: Cast, held: Any) -> None:
    looking = cast.viewer("counselor")
    Authorization.objects.update(ends_on=looking.today + datetime.timedelta(days=5))
    assert [one.authorization.pk for one in units.expiring(looking)] == [held.pk]
    units.end(looking, held, looking.today, "She moved away.")
    assert units.expiring(looking) == []
    found = units.standing(looking, held)
    assert (found.is_ended, found.left, found.last) == (True, None, looking.today)
    assert "Authorizations that run out" not in plain(cast.client("counselor").get("/"))
    assert units.standings(looking, as_of=looking.today + datetime.timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("days", "why", "says"),
    [(1, "She moved.", "still to come"), (0, "  ", "This field is required"), (-40, "x" * 301, "at most 300")],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_ends(
    cast: Cast, held: Any, days: int, why: str, says: str
) -> None:
    page = plain(end(cast, held, cast.viewer("counselor").today + datetime.timedelta(days=days), why))
    assert says in page
    assert why.strip() in page
    assert Authorization.objects.get().ended_on is None


def test_it_does_not_end_after_its_own_last_day(cast: Cast, held: Any) -> None:
    looking = cast.viewer("counselor")
    Authorization.objects.update(
        starts_on=looking.today - datetime.timedelta(days=9), ends_on=looking.today - datetime.timedelta(days=2)
    )
    with pytest.raises(ValidationError, match="by itself"):
        units.end(looking, held, looking.today, "She moved.")


def test_without_a_consent_nothing_ends_and_the_page_says_so(cast: Cast, held: Any) -> None:
    Consent.objects.update(revoked_at=timezone.now())
    page = plain(end(cast, held))
    assert "Nothing was ended" in page
    assert "She moved away." in page
    assert Authorization.objects.get().ended_on is None
    assert not Step.objects.filter(act="end authorization").exists()


def test_once_a_consent_is_revoked_the_payer_no_longer_sees_that_care_ended(cast: Cast, held: Any) -> None:
    end(cast, held)
    Consent.objects.update(revoked_at=timezone.now())
    shown = plain(cast.client("reviewer", "plan").get(reverse("case", args=[held.request_id])))
    assert "Ended early on" not in shown
    assert "She moved away." not in shown


def test_only_the_provider_says_that_care_ended(cast: Cast, held: Any) -> None:
    assert end(cast, held, organization="lakeside").status_code == 404
    assert end(cast, held, role="group_leader").status_code == 403
    assert end(cast, held, role="reviewer", organization="plan").status_code == 403
    for looking in (payers.nurse(cast), payers.doctor(cast), cast.viewer("group_leader")):
        with pytest.raises(PermissionDenied):
            units.end(looking, held, cast.viewer("counselor").today, "It is enough.")
    assert Authorization.objects.get().ended_on is None


def test_a_day_that_was_wrong_is_entered_again_and_both_are_kept(cast: Cast, held: Any) -> None:
    today = cast.viewer("counselor").today
    end(cast, held)
    page = plain(end(cast, held, held.starts_on, "She had left before."))
    assert f"Correct when {held.number} ended" in page
    assert [one.detail["before"] for one in Step.objects.filter(act="end authorization").order_by("at")] == [
        None,
        str(today),
    ]
    assert faults() == []


def test_an_end_is_taken_back_by_its_own_last_day(cast: Cast, held: Any) -> None:
    end(cast, held)
    assert "ended." in plain(end(cast, held, held.ends_on, "She came back the same day."))
    found = units.standing(cast.viewer("counselor"), Authorization.objects.get())
    assert (found.is_ended, found.last, found.left.says if found.left else "") == (False, held.ends_on, "33")
    shown = plain(cast.client("reviewer", "plan").get(reverse("case", args=[held.request_id])))
    assert "Ended early on" not in shown
    assert faults() == []


def test_an_end_that_was_edited_behind_the_apps_back_is_named(cast: Cast, held: Any) -> None:
    end(cast, held)
    Authorization.objects.update(ended_why="It is enough.")
    assert faults() == [f"Authorization {held.number} did not end as its steps say."]
    Authorization.objects.update(ended_on=None, ended_why="")
    assert faults() == [f"Authorization {held.number} did not end as its steps say."]


def test_the_database_wants_a_reason_and_a_day_before_the_last(cast: Cast, held: Any) -> None:
    for told in (
        {"ended_on": held.starts_on},
        {"ended_on": held.ends_on + datetime.timedelta(days=1), "ended_why": "x"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Authorization.objects.update(**told)


def test_a_discharge_in_the_chart_offers_it_and_does_nothing_by_itself(cast: Cast, held: Any) -> None:
    client, today = cast.client("counselor"), cast.viewer("counselor").today
    assert "Tell Example Health Plan that care ended" not in plain(client.get(reverse("discharge", args=["e1"])))
    RECORDS["episode"].objects.filter(pk="e1").update(discharged_on=today)
    assert "Tell Example Health Plan that care ended" in plain(client.get(reverse("discharge", args=["e1"])))
    page = client.get(reverse("authorization", args=["e1"]))
    assert "The chart says that the person was discharged on" in plain(page)
    assert f'value="{today}"' in page.content.decode()
    assert Authorization.objects.get().ended_on is None
    end(cast, held)
    assert "Tell Example Health Plan that care ended" not in plain(client.get(reverse("discharge", args=["e1"])))
    assert "The chart says" not in plain(client.get(reverse("authorization", args=["e1"])))
