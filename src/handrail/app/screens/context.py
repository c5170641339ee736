"""What every page knows: who is looking, where, and where else they work."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse

from handrail.app.accounts import access
from handrail.app.consent import emergencies
from handrail.app.screens.pages import pages_for


def about_the_viewer(request: HttpRequest) -> dict[str, Any]:
    """This will give `viewer`, `workplaces` and `is_demo` to every template; nothing where nobody is signed in."""
    told: dict[str, Any] = {"is_demo": settings.IS_DEMO, "idle_minutes": settings.IDLE_MINUTES}
    if getattr(request, "user", None) is None or not request.user.is_authenticated:
        return told
    if getattr(request, "is_factor_missing", False):
        return told | {"is_factor_missing": True}
    try:
        told["viewer"] = access.viewer(request)
    except PermissionDenied:
        return told
    told["viewer_pages"] = pages_for(told["viewer"], request.path)
    told["emergencies_waiting"] = emergencies.waiting(told["viewer"])
    for page in told["viewer_pages"]:
        if told["emergencies_waiting"] and page["address"] == reverse("privacy"):
            page["title"] = f"{page['title']} ({told['emergencies_waiting']})"
    told["workplaces"] = access.memberships(request)
    return told
