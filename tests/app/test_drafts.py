"""A draft of a request: who may write what, what still stops it, and what the payer receives."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone
from tests.app import payer_world
from tests.app.conftest import Cast

from handrail.app.audit.log import faults as log_faults
from handrail.app.authorizations import clock, requests, sharing, verifying
from handrail.app.authorizations.acting import ChangedMeanwhileError, NotNowError
from handrail.app.authorizations.models import Request, Submission
from handrail.app.authorizations.terms import zone_of
from handrail.app.chart.models import RECORDS
from handrail.app.consent.disclosing import NotCoveredError
from handrail.app.consent.models import Consent, Disclosure

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def stage(cast: Cast, ada: Any) -> Cast:
    payer_world.terms(cast)
    payer_world.consent(cast, ada)
    return cast


@pytest.fixture
def episode(stage: Cast) -> Any:
    return RECORDS["episode"].objects.get(pk="e1")


@pytest.fixture
def request_(stage: Cast, episode: Any) -> Request:
    return payer_world.sent(stage, episode)


# --- drafts --------------------------------------------------------------------------------------------------------


def test_a_draft_takes_only_the_fields_of_a_draft(stage: Cast, episode: Any) -> None:
    counselor = stage.viewer("counselor")
    for values in ({"status": "approved"}, {"number": "R-1"}, {"payer": stage.payer}, {"due_at": None}):
        with pytest.raises(ValueError, match="has no field"):
            requests.draft(counselor, episode, "initial", **values)
    made = payer_world.draft(stage, episode)
    with pytest.raises(ValueError, match="has no field"):
        requests.change(counselor, made, {"status": "approved"})
    assert Request.objects.get().status == "draft"


def test_a_draft_goes_to_a_payer_and_follows_a_request_of_the_same_person(stage: Cast, episode: Any) -> None:
    counselor, made = stage.viewer("counselor"), payer_world.draft(stage, episode)
    theirs = Request.objects.create(
        holder=stage.lakeside, addressed_to=stage.payer, person_id="ada", episode=episode, kind="initial"
    )
    wrong = {"addressed_to_id": "lakeside", "follows_id": theirs.pk}
    for name, value in wrong.items():
        with pytest.raises(ValidationError):
            requests.change(counselor, made, {name: value})
    with pytest.raises(ValidationError):
        requests.draft(counselor, episode, "initial", addressed_to=stage.lakeside)
    with pytest.raises(ValidationError):
        requests.change(counselor, made, {"follows_id": made.pk})


def test_a_draft_is_shared_within_the_agency_and_invisible_elsewhere(stage: Cast, episode: Any) -> None:
    made = payer_world.draft(stage, episode)
    requests.change(stage.viewer("recovery_worker"), made, {"narrative": "hers"}, version=1)
    with pytest.raises(ChangedMeanwhileError):
        requests.change(stage.viewer("counselor"), made, {"narrative": "his"}, version=1)
    assert Request.objects.get().narrative == "hers"
    for looking in (payer_world.nurse(stage), stage.viewer("counselor", "lakeside")):
        with pytest.raises(Http404):
            sharing.request_of(looking, made.pk, screen="a test")
    with pytest.raises(PermissionDenied):
        sharing.requests_of(stage.viewer("administrator"))
    with pytest.raises(PermissionDenied):
        sharing.requests_of(stage.viewer("policy_analyst", "plan"))


def test_urgency_is_attested_by_a_clinician_who_writes_it(stage: Cast, episode: Any) -> None:
    made = payer_world.draft(stage, episode)
    worker, counselor = stage.viewer("recovery_worker"), stage.viewer("counselor")
    with pytest.raises(PermissionDenied):
        requests.change(worker, made, {"urgency": "expedited", "attestation": "She is in danger."})
    requests.change(worker, made, {"urgency": "expedited"})
    assert any("attests" in one.says and one.blocks for one in requests.missing(worker, Request.objects.get()))
    requests.change(counselor, made, {"attestation": "She is in danger."})
    held = Request.objects.get()
    assert (held.attested_by_id, held.attested_at is not None) == (counselor.membership_id, True)
    requests.change(worker, made, {"narrative": "more"})
    assert Request.objects.get().attested_by_id == counselor.membership_id
    requests.change(worker, made, {"urgency": "standard"})
    held = Request.objects.get()
    assert (held.attestation, held.attested_by_id, held.attested_at) == ("", None, None)


def test_what_still_stops_a_draft_is_said_and_nothing_is_sent(stage: Cast, episode: Any) -> None:
    counselor = stage.viewer("counselor")
    made = payer_world.draft(stage, episode, starts_on=None)
    with pytest.raises(ValidationError, match="first day"):
        requests.submit(counselor, made)
    requests.change(counselor, made, {"starts_on": counselor.today})
    Consent.objects.update(revoked_at=timezone.now())
    with pytest.raises(ValidationError, match="No consent"):
        requests.submit(counselor, made)
    assert not Submission.objects.exists()
    assert not Disclosure.objects.exists()
    with pytest.raises(PermissionDenied):
        requests.missing(stage.viewer("counselor", "lakeside"), made)


def test_a_consent_that_does_not_cover_all_of_it_stops_it(stage: Cast, episode: Any) -> None:
    Consent.objects.update(revoked_at=timezone.now())
    payer_world.consent(stage, RECORDS["person"].objects.get(), information=["identity", "treatment", "coverage"])
    made = payer_world.draft(stage, episode)
    with pytest.raises((ValidationError, NotCoveredError)):
        requests.submit(stage.viewer("counselor"), made)
    made.refresh_from_db()
    assert (made.status, made.number, made.payer_id) == ("draft", "", None)


def test_a_colleague_who_changed_the_draft_is_noticed_at_sending(stage: Cast, episode: Any) -> None:
    made = payer_world.draft(stage, episode)
    requests.change(stage.viewer("recovery_worker"), made, {"units": 99})
    with pytest.raises(ChangedMeanwhileError):
        requests.submit(stage.viewer("counselor"), made, version=1)
    requests.submit(stage.viewer("counselor"), made, version=2)
    assert Submission.objects.get().content["request"]["units"] == 99
    with pytest.raises(NotNowError):
        requests.submit(stage.viewer("counselor"), made)
    with pytest.raises(NotNowError):
        requests.change(stage.viewer("counselor"), made, {"units": 1})


def test_at_receipt_it_has_a_number_a_moment_and_a_clock(stage: Cast, request_: Request) -> None:
    assert request_.number == f"R-{request_.received_at.astimezone(zone_of(request_)).year}-000001"
    zone = zone_of(request_)
    assert request_.due_at == clock.later(request_.received_at, 7, zone)
    made = Disclosure.objects.get()
    assert (made.request_id, made.seal) == (request_.pk, Submission.objects.get().seal)
    assert list(log_faults()) == []
    assert verifying.faults() == []
