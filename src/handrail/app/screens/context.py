"""What every page knows: who is looking, where, and where else they work."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from handrail.app.accounts import access
from handrail.app.screens.pages import pages_for


def about_the_viewer(request: HttpRequest) -> dict[str, Any]:
    """This will give `viewer`, `workplaces` and `is_demo` to every template; nothing where nobody is signed in."""
    told: dict[str, Any] = {"is_demo": settings.IS_DEMO, "idle_minutes": settings.IDLE_MINUTES}
    if getattr(request, "user", None) is None or not request.user.is_authenticated:
        return told
    try:
        told["viewer"] = access.viewer(request)
    except PermissionDenied:
        return told
    told["viewer_pages"] = pages_for(told["viewer"], request.path)
    told["workplaces"] = access.memberships(request)
    return told
