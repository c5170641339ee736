"""Addresses of the screen Weeks."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.weeks import views

urlpatterns = [
    path("weeks/", views.weeks, name="weeks"),
    path("weeks/<str:episode_id>/<str:monday>", views.week_of, name="week_of"),
]
