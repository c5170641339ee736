"""Every address of the app. A screen is a folder of `screens`, listed here once."""

from __future__ import annotations

from django.urls import include, path

from handrail.app.accounts.signing_in import closed
from handrail.app.screens import health

SCREENS = (
    "my_day",
    "people",
    "person",
    "admission",
    "plan",
    "stay",
    "groups",
    "weeks",
    "due",
    "program",
    "recovery",
    "transfer",
    "office",
    "privacy",
    "desk",
    "letters",
    "requests",
    "appeals",
    "metrics",
    "candidates",
    "outcomes",
    "oversight",
    "terms",
    "reviews",
)

CLOSED = ("email/", "password/reset/", "confirm-email/")
"""Addresses of the sign-in library that nobody needs here: no mail is sent."""

urlpatterns = [
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    *(path(f"accounts/{address}", closed) for address in CLOSED),
    path("accounts/", include("allauth.urls")),
    *(path("", include(f"handrail.app.screens.{screen}.urls")) for screen in SCREENS),
]
