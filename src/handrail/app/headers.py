"""Headers that every page carries: scripts from here only, no framing, nothing kept by browsers or proxies."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)


MOST_BYTES = 5_000_000
"""The largest request that is read. Larger ones are refused by their length, before any of it is kept anywhere."""


class SmallEnough:
    """Refuses a request that is too large. What is small enough is kept in memory, never in a file."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """This will look at the length that was announced; without one nothing is read at all."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > MOST_BYTES:
            says = f"This is larger than {MOST_BYTES // 1_000_000} MB. Split it, and send each part.\n"
            return HttpResponse(says, status=413, content_type="text/plain; charset=utf-8")
        return self._get_response(request)


class SafeHeaders:
    """Adds the policy to every answer, and forbids keeping every page that is not a static file."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """This will add the headers to the answer."""
        response = self._get_response(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")
        return response
