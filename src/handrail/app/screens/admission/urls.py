"""Addresses of the screens Admission and Assessment."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.admission import assess, views

urlpatterns = [
    path("episodes/<str:episode_id>/admission", views.admission, name="admission"),
    path("episodes/<str:episode_id>/assessment", assess.assessment, name="assessment"),
]
