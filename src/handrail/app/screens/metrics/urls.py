"""Addresses of the screen about a payer's metrics."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.metrics import views

urlpatterns = [
    path("metrics/", views.metrics, name="metrics"),
    path("metrics/file.csv", views.csv, name="metrics_csv"),
    path("metrics/file.json", views.json, name="metrics_json"),
    path("metrics/<slug:urgency>/<slug:name>", views.behind, name="metrics_behind"),
]
