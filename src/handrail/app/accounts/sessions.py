"""How long somebody stays signed in: so many minutes without a click, and so many hours in all.

Whoever signed in with a one-time password chooses their own before anything else; then, where their organization asks
for a second factor and they have none, they set one up. Both stand here, before every view, so no address can miss them.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from handrail.app.accounts.access import memberships

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_SINCE = "signed_in_at"
_LAST = "last_click_at"


class SessionLimits:
    """Signs somebody out who has been idle too long or signed in too long. What they typed is kept by the browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """This will sign out whoever is over a limit, then go on."""
        if request.user.is_authenticated:
            now = time.time()
            since = request.session.setdefault(_SINCE, now)
            last = request.session.get(_LAST, now)
            is_idle, is_over = now - last > settings.IDLE_MINUTES * 60, now - since > settings.LONGEST_HOURS * 3600
            if is_idle or is_over:
                request.ended_because = "idle" if is_idle else "longest time"  # type: ignore[attr-defined]
                logout(request)
            elif now - last > 30 or _LAST not in request.session:
                request.session[_LAST] = now
        if request.user.is_authenticated and request.user.one_time_until and not _is_open(request.path):
            return redirect("account_change_password")
        if request.user.is_authenticated and not request.user.one_time_until and _lacks_factor(request):
            request.is_factor_missing = True  # type: ignore[attr-defined]
            if not _is_open(request.path) and request.path not in _to_a_factor():
                return redirect("mfa_index")
        return self._get_response(request)


def _is_open(path: str) -> bool:
    """What is open to somebody who has still to choose a password."""
    return path.startswith(settings.STATIC_URL) or path in {
        reverse("account_change_password"),
        reverse("account_reauthenticate"),
        reverse("account_logout"),
        reverse("still_here"),
    }


def has_factor(user_id: int) -> bool:
    """This will say whether somebody has a code from an app or a passkey; recovery codes alone are none."""
    return Authenticator.objects.filter(user_id=user_id, type__in=FACTORS).exists()


def _lacks_factor(request: HttpRequest) -> bool:
    """Where any of the organizations they work in today asks for one: they can change between them at every click."""
    return any(one.organization.needs_second_factor for one in memberships(request)) and not has_factor(request.user.pk)


def _to_a_factor() -> set[str]:
    return {reverse(name) for name in ("mfa_index", "mfa_activate_totp", "mfa_add_webauthn")}
