"""Addresses of the screen Program, of an episode's packet, and of the sample for a review."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.program import packet, sample, views

urlpatterns = [
    path("program/", views.program, name="program"),
    path("program/sample", sample.sample, name="sample"),
    path("program/new/<slug:table>", views.add, name="program_add"),
    path("packet/<str:episode_id>", packet.packet, name="packet"),
]
