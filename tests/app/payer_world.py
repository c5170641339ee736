"""A payer beside the cast: its terms, a nurse and two medical directors, a consent, and requests in any state."""

from __future__ import annotations

import datetime
from typing import Any

from tests.app.conftest import Cast

from handrail.app.accounts.access import Viewer
from handrail.app.authorizations import requests
from handrail.app.authorizations.models import Qualification, Request, Terms
from handrail.app.chart.models import RECORDS
from handrail.app.consent.models import Consent, Information
from handrail.app.worklists import judging

LONG_AGO = datetime.date(2020, 1, 1)


def terms(cast: Cast, **more: Any) -> Terms:
    """This will give the payer terms of its own."""
    told: dict[str, Any] = {"denying_credentials": ["MD", "DO"], "units": {}, "source": "invented for tests"}
    return Terms.objects.create(payer=cast.payer, since=LONG_AGO, **told | more)


def nurse(cast: Cast) -> Viewer:
    """This will give the reviewer of the payer."""
    return cast.viewer("reviewer", "plan")


def doctor(cast: Cast, credential: str = "MD", role: str = "medical_director") -> Viewer:
    """This will give the medical director of the payer, with a credential in force."""
    held = cast.member(role, "plan")
    Qualification.objects.get_or_create(
        membership=held, organization=cast.payer, credential=credential, defaults={"since": LONG_AGO}
    )
    return cast.viewer(role, "plan")


def consent(cast: Cast, person: Any, **more: Any) -> Consent:
    """This will give a person's consent for treatment, payment and operations, complete in every element."""
    told: dict[str, Any] = {
        "kind": Consent.Kind.TPO,
        "discloser": "Prairie Example",
        "information": [one for one in Information.values if one != Information.COUNSELING_NOTES],
        "description": "the record of treatment at Prairie Example",
        "recipient_class": "treating providers, health plans, third-party payers",
        "covers_payers": True,
        "covers_providers": True,
        "purpose": "treatment, payment and health care operations",
        "starts_on": LONG_AGO,
        "never_expires": True,
        "told_right_to_revoke": True,
        "told_consequences": True,
        "told_redisclosure": True,
        "signed_by": "person",
        "signed_on": LONG_AGO,
        "signed_how": "paper",
        "wording": "2026-02-16",
    }
    return Consent.objects.create(holder=cast.prairie, person=person, **told | more)


def judged(cast: Cast, person: Any) -> Any:
    """This will give a person's episode where all is ready for a request: terms, a consent, and verdicts."""
    terms(cast)
    consent(cast, person)
    judging.judge_person("prairie", person.pk)
    return RECORDS["episode"].objects.get(person_id=person.pk)


def draft(cast: Cast, episode: Any, kind: str = Request.Kind.INITIAL, **more: Any) -> Request:
    """This will give a draft that lacks nothing but what the records lack."""
    counselor = cast.viewer("counselor")
    told: dict[str, Any] = {
        "units": 36,
        "starts_on": counselor.today,
        "ends_on": counselor.today + datetime.timedelta(days=29),
    }
    return requests.draft(counselor, episode, kind, addressed_to=cast.payer, **told | more)


def sent(cast: Cast, episode: Any, kind: str = Request.Kind.INITIAL, **more: Any) -> Request:
    """This will give a request that the payer has received."""
    made = draft(cast, episode, kind, **more)
    requests.submit(cast.viewer("counselor"), made)
    made.refresh_from_db()
    return made
