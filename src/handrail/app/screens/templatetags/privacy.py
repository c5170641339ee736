"""The state of a person's consents in one line, for pages about the person."""

from __future__ import annotations

from typing import Any

from django import template

from handrail.app.accounts.access import Viewer
from handrail.app.consent import consenting
from handrail.app.consent.covering import stands
from handrail.app.consent.models import Consent

register = template.Library()


@register.inclusion_tag("privacy/state.html")
def consent_state(viewer: Any, person_id: str) -> dict[str, Any]:
    """This will say whether a consent for treatment, payment and operations stands, and until when."""
    if not isinstance(viewer, Viewer):
        return {}
    every = [one for one in consenting.consents_of(viewer, person_id) if stands(one, viewer.today)]
    usual = [one for one in every if one.kind == Consent.Kind.TPO]
    lasting = [one for one in usual if one.expires_on is None]
    last = None if lasting or not usual else max(one.expires_on for one in usual if one.expires_on)
    days = (last - viewer.today).days if last else None
    return {
        "person_id": person_id,
        "has_usual": bool(usual),
        "last": last,
        "is_soon": days is not None and days <= consenting.SOON,
        "others": len(every) - len(usual),
    }
