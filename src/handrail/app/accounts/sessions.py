"""How long somebody stays signed in: so many minutes without a click, and so many hours in all."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

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
            if now - last > settings.IDLE_MINUTES * 60 or now - since > settings.LONGEST_HOURS * 3600:
                logout(request)
            elif now - last > 30 or _LAST not in request.session:
                request.session[_LAST] = now
        return self._get_response(request)
