"""Addresses of the screen Requests."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.requests import authorized, beginning, drafting, following, listing, sending

urlpatterns = [
    path("requests/", listing.requests, name="requests"),
    path("episodes/<str:episode_id>/authorization", beginning.begin, name="authorization"),
    path("requests/<str:request_id>/", drafting.draft, name="request_draft"),
    path("requests/<str:request_id>/rules", drafting.rules, name="request_rules"),
    path("requests/<str:request_id>/along", sending.along, name="request_along"),
    path("requests/<str:request_id>/send", sending.send, name="request_send"),
    path("requests/<str:request_id>/discard", sending.discard, name="request_discard"),
    path("requests/<str:request_id>/answer", following.answer, name="request_answer"),
    path("requests/<str:request_id>/withdraw", following.withdraw, name="request_withdraw"),
    path("authorizations/<str:authorization_id>/report", authorized.report, name="report_units"),
    path("authorizations/<str:authorization_id>/end", authorized.end, name="end_authorization"),
]
