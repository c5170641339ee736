"""Consents for tests: `tpo` and the like write them as Prairie's counselor would."""

from __future__ import annotations

import datetime
from typing import Any

from handrail.app.consent import consenting
from handrail.app.consent.models import Consent, Information

NOTES = str(Information.COUNSELING_NOTES)
USUAL = [str(one) for one in Information.values if one != NOTES]
TOLD = {"told_right_to_revoke": True, "told_consequences": True, "told_redisclosure": True}


def signed(today: datetime.date, **values: Any) -> dict[str, Any]:
    """This will give the values of a complete consent for treatment, payment and operations."""
    return {
        "kind": Consent.Kind.TPO,
        "information": USUAL,
        "covers_payers": True,
        "covers_providers": True,
        "purpose": "treatment, payment and health care operations",
        "never_expires": True,
        **TOLD,
        "signed_by": "person",
        "signed_how": "paper",
        "signed_on": today,
        **values,
    }


def consent_to(cast: Any, person: Any, *recipients: Any, **values: Any) -> Consent:
    """This will have Prairie's counselor take a signed, complete consent of a person down."""
    looking = cast.viewer("counselor")
    return consenting.take(looking, person, signed(looking.today, **values), recipients)


def specific(looking: Any, **values: Any) -> dict[str, Any]:
    """This will give what makes of `signed` a consent for one purpose, with a last day."""
    return {
        "kind": Consent.Kind.SPECIFIC,
        "covers_payers": False,
        "covers_providers": False,
        "purpose": "housing application",
        "never_expires": False,
        "expires_on": looking.today + datetime.timedelta(days=90),
        **values,
    }
