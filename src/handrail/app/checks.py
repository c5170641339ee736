"""What must be in order before the app starts. Outside the demo anything unsafe stops it, with how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def is_safe_to_start(**_options: Any) -> list[CheckMessage]:
    """This will tell everything that is unsafe about the settings, all at once."""
    return list(_faults())


def _faults() -> Iterator[CheckMessage]:
    if settings.IS_DEMO:
        if set(settings.ALLOWED_HOSTS) - {"127.0.0.1", "localhost", "[::1]", "testserver"}:
            yield Error("The demo answers on this machine only.", "Unset HANDRAIL_HOSTS, or HANDRAIL_DEMO.", id="H901")
        return
    if settings.DEBUG:
        yield Error("Debug pages show records.", "Unset HANDRAIL_DEBUG.", id="H902")
    if len(settings.SECRET_KEY) < 50:
        yield Error("The secret key is too short.", "Unset HANDRAIL_SECRET_KEY, or give 50 characters.", id="H903")
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "It is not said under which names the app is reached.",
            "Set HANDRAIL_HOSTS, for example: HANDRAIL_HOSTS=handrail.example.org",
            id="H904",
        )
