"""Addresses of the screen about candidates for recovery support."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.candidates import views

urlpatterns = [
    path("oversight/candidates/", views.candidates, name="candidates"),
    path("oversight/candidates/file.csv", views.export, name="candidates_csv"),
    path("oversight/candidates/<str:person_id>", views.candidate, name="candidate"),
]
