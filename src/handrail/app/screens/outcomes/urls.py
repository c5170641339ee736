"""Addresses of the outcomes report."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.outcomes import views

urlpatterns = [
    path("oversight/report/", views.outcomes_report, name="outcomes_report"),
    path("oversight/report/file.csv", views.csv, name="outcomes_csv"),
    path("oversight/report/file.pdf", views.pdf, name="outcomes_pdf"),
]
