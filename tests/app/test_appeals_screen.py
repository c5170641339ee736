"""The screens about appeals, from both sides."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.app import payer_world as payers
from tests.app.appeal_world import denied, filed, other_doctor, reduced

from handrail.app.accounts.models import Membership
from handrail.app.audit.models import Entry
from handrail.app.authorizations.models import Appeal, Authorization
from handrail.app.consent.models import Consent

pytestmark = pytest.mark.django_db


@pytest.fixture
def episode(cast: Any, ada: Any) -> Any:
    return payers.judged(cast, ada)


def text_of(page: Any) -> str:
    return " ".join(page.content.decode().split())


def director(cast: Any, **more: Any) -> Any:
    """A browser of a medical director who has seen no case."""
    looking = other_doctor(cast, **more)
    client = cast.client("reviewer", "plan")
    client.force_login(
        Membership.objects.get(pk=looking.membership_id).user, backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def test_the_story_from_denial_to_overturned(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    ours = cast.client("counselor")
    page = text_of(ours.get(f"/requests/{request.pk}/appeal"))
    assert "The last day to appeal is" in page
    assert "no letter was sent" in page
    sent = ours.post(
        f"/requests/{request.pk}/appeal", {"filed_by": "person", "urgency": "standard", "words": "She still needs it."}
    )
    made = Appeal.objects.get()
    assert (sent.status_code, sent["Location"]) == (302, f"/appeals/{made.pk}/")
    shown = text_of(ours.get(f"/appeals/{made.pk}/"))
    assert "Ada Example" in shown
    assert "She still needs it." in shown
    assert ">Decide<" not in shown
    theirs = director(cast)
    assert made.number in text_of(theirs.get("/appeals/"))
    assert "Ada" not in text_of(theirs.get("/appeals/"))
    assert "Ada Example" in text_of(theirs.get(f"/appeals/{made.pk}/"))
    theirs.post(f"/appeals/{made.pk}/take")
    made.refresh_from_db()
    assert made.assigned_to is not None
    wrong = theirs.post(
        f"/appeals/{made.pk}/decide", {"version": made.version, "outcome": "overturn", "reason": "The plan is there."}
    )
    assert wrong.status_code == 200
    assert "Choose why it is overturned" in text_of(wrong)
    assert "The plan is there." in text_of(wrong)
    done = theirs.post(
        f"/appeals/{made.pk}/decide",
        {
            "version": made.version,
            "outcome": "overturn",
            "reason": "The plan is there.",
            "why_overturned": "evidence overlooked",
        },
    )
    assert done.status_code == 302
    assert Authorization.objects.get(request=request).units == 36
    assert "Overturned" in text_of(ours.get(f"/appeals/{made.pk}/"))
    assert made.number in text_of(ours.get("/appeals/?list=decided"))
    assert Entry.objects.filter(act="read", table="appeal", row_id=made.pk).exists()


def test_who_decided_is_told_why_there_is_no_button(cast: Any, episode: Any) -> None:
    made = filed(cast, denied(cast, episode))
    client = cast.client("medical_director", "plan")
    shown = text_of(client.get(f"/appeals/{made.pk}/"))
    assert "You had a part in the decision" in shown
    assert "Take it" not in shown
    assert client.post(f"/appeals/{made.pk}/take").status_code == 403
    assert (
        client.post(
            f"/appeals/{made.pk}/decide", {"version": made.version, "outcome": "uphold", "reason": "No."}
        ).status_code
        == 403
    )


def test_without_a_credential_one_may_only_overturn(cast: Any, episode: Any) -> None:
    made = filed(cast, denied(cast, episode))
    client = director(cast, is_qualified=False)
    assert "You may overturn it." in text_of(client.get(f"/appeals/{made.pk}/"))
    assert (
        client.post(
            f"/appeals/{made.pk}/decide", {"version": made.version, "outcome": "uphold", "reason": "No."}
        ).status_code
        == 403
    )


def test_somebody_was_faster_and_nothing_typed_is_lost(cast: Any, episode: Any) -> None:
    made = filed(cast, denied(cast, episode))
    client = director(cast)
    late = client.post(
        f"/appeals/{made.pk}/decide",
        {"version": made.version - 1, "outcome": "uphold", "reason": "Just this sentence."},
    )
    assert "Somebody acted meanwhile" in text_of(late)
    assert "Just this sentence." in text_of(late)
    assert Appeal.objects.get().status == "filed"


def test_after_a_revocation_the_words_are_closed_to_the_payer(cast: Any, episode: Any) -> None:
    made = filed(cast, denied(cast, episode))
    Consent.objects.update(revoked_at=timezone.now())
    shown = text_of(director(cast).get(f"/appeals/{made.pk}/"))
    assert "She still needs it." not in shown
    assert "Ada" not in shown
    assert "The words are closed with the evidence" in shown
    assert "She still needs it." in text_of(cast.client("counselor").get(f"/appeals/{made.pk}/"))


def test_what_is_wrong_is_said_at_its_field_and_the_words_are_kept(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    client = cast.client("counselor")
    page = client.post(
        f"/requests/{request.pk}/appeal",
        {"filed_by": "provider", "urgency": "standard", "words": "Kept words.", "asks_continuation": "on"},
    )
    shown = text_of(page)
    assert "only with her written consent" in shown
    assert "so there is nothing to go on" in shown
    assert "asks_continuation" not in shown
    assert "Kept words." in shown
    Consent.objects.update(revoked_at=timezone.now())
    refused = text_of(
        client.post(
            f"/requests/{request.pk}/appeal", {"filed_by": "person", "urgency": "standard", "words": "Kept words."}
        )
    )
    assert "Nothing was sent" in refused
    assert Appeal.objects.count() == 0


def test_the_payer_enters_an_appeal_that_came_by_letter(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    client = cast.client("reviewer", "plan")
    assert "When it reached you" in text_of(client.get(f"/requests/{request.pk}/appeal"))
    at = timezone.now().astimezone(datetime.UTC)
    told = {"filed_by": "representative", "urgency": "standard", "words": "By letter.", "filed_at": "2000-01-01T10:00"}
    assert "Give the moment of receipt" in text_of(client.post(f"/requests/{request.pk}/appeal", told))
    request.decided_at = at - datetime.timedelta(days=3)
    request.save()
    told["filed_at"] = f"{at - datetime.timedelta(days=2):%Y-%m-%dT%H:%M}"
    assert client.post(f"/requests/{request.pk}/appeal", told).status_code == 302
    assert Appeal.objects.get().filed_by == "representative"


def test_a_hearing_is_asked_for_and_its_result_entered(cast: Any, episode: Any) -> None:
    made = filed(cast, reduced(cast, episode))
    theirs, ours = director(cast), cast.client("counselor")
    theirs.post(f"/appeals/{made.pk}/decide", {"version": made.version, "outcome": "uphold", "reason": "The same."})
    made.refresh_from_db()
    assert "A fair hearing can be asked for until" in text_of(ours.get(f"/appeals/{made.pk}/"))
    today = cast.viewer("counselor").today
    assert (
        ours.post(f"/appeals/{made.pk}/hearing", {"version": made.version, "asked_on": today.isoformat()}).status_code
        == 302
    )
    made.refresh_from_db()
    assert made.number in text_of(ours.get("/appeals/?list=hearing"))
    theirs.post(f"/appeals/{made.pk}/hearing-result", {"version": made.version, "result": "overturned", "words": ""})
    assert Authorization.objects.get().units == 36


def test_it_is_withdrawn_by_the_side_that_filed_it(cast: Any, episode: Any) -> None:
    made = filed(cast, denied(cast, episode))
    assert (
        cast.client("reviewer", "plan")
        .post(f"/appeals/{made.pk}/withdraw", {"version": made.version, "words": "No."})
        .status_code
        == 403
    )
    assert (
        cast.client("counselor")
        .post(f"/appeals/{made.pk}/withdraw", {"version": made.version, "words": "She said so."})
        .status_code
        == 302
    )
    assert Appeal.objects.get().status == "withdrawn"


def test_others_and_other_roles_are_refused(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    made = filed(cast, request)
    for address in (f"/appeals/{made.pk}/", f"/requests/{request.pk}/appeal"):
        assert cast.client("counselor", "lakeside").get(address).status_code == 404
        assert cast.client("group_leader").get(address).status_code == 403
        assert cast.client("policy_analyst", "plan").get(address).status_code == 403
    assert made.number not in text_of(cast.client("counselor", "lakeside").get("/appeals/"))
    assert cast.client("counselor").post(f"/appeals/{made.pk}/decide", {}).status_code == 403


def test_the_number_of_queries_does_not_grow_with_the_appeals(cast: Any, episode: Any) -> None:
    client = cast.client("counselor")
    filed(cast, denied(cast, episode))
    client.get("/appeals/")
    with CaptureQueriesContext(connection) as before:
        client.get("/appeals/")
    for _ in range(2):
        filed(cast, denied(cast, episode))
    with CaptureQueriesContext(connection) as after:
        client.get("/appeals/")
    assert len(after) == len(before)
