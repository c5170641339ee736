"""Addresses of the screens Contacts and Outcomes."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.recovery import views

urlpatterns = [
    path("episodes/<str:episode_id>/recovery", views.recovery, name="recovery"),
    path("episodes/<str:episode_id>/recovery/contact", views.contact, name="recovery_contact"),
    path("episodes/<str:episode_id>/recovery/new/<slug:what>", views.enter, name="enter"),
    path("episodes/<str:episode_id>/outcomes", views.outcomes, name="outcomes"),
]
