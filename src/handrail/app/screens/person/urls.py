"""Addresses of the screens about one person, one verdict and one record."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.person import record, views, why

urlpatterns = [
    path("people/<str:person_id>/", views.person, name="person"),
    path("people/<str:person_id>/request", views.ask, name="request"),
    path("why/<uuid:verdict_id>", why.why, name="why"),
    path("records/<slug:table>/<str:row_id>", record.record, name="record"),
]
