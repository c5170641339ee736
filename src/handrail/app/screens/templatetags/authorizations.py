"""How a person's authorizations stand, and which of the organization's run out soon, for any page."""

from __future__ import annotations

from typing import Any

from django import template

from handrail.app.accounts.access import Viewer
from handrail.app.authorizations import units
from handrail.app.chart import reading

register = template.Library()

_MOST = 8


@register.inclusion_tag("parts/authorizations.html")
def authorizations(viewer: Any, person_id: str) -> dict[str, Any]:
    """This will show what is authorized for a person now or soon: until when, and how much of it is left."""
    if not isinstance(viewer, Viewer) or not viewer.may("read chart"):
        return {"standings": []}
    held = [one for one in units.standings(viewer, person=person_id) if one.state != "over"]
    return {"standings": held}


@register.inclusion_tag("parts/expiring.html")
def expiring_authorizations(viewer: Any) -> dict[str, Any]:
    """This will list the authorizations that end within two weeks or are used up, and nothing goes on after."""
    if not isinstance(viewer, Viewer) or not viewer.may("read chart"):
        return {"lines": []}
    found = units.expiring(viewer)
    names = {
        one.person_id: str(one)
        for one in reading.names(viewer).filter(person_id__in=[some.authorization.person_id for some in found[:_MOST]])
    }
    lines = [
        (one, names.get(one.authorization.person_id, f"Person {one.authorization.person_id}")) for one in found[:_MOST]
    ]
    return {"lines": lines, "more": max(0, len(found) - _MOST)}
