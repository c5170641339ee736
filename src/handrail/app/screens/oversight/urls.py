"""Addresses of the screens about measures and what stands out."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.oversight import views

urlpatterns = [
    path("oversight/", views.home, name="oversight"),
    path("oversight/measures/<slug:measure>/", views.measure, name="oversight_measure"),
    path("oversight/measures/<slug:measure>/cases", views.cases, name="oversight_cases"),
    path("oversight/clauses/", views.clauses, name="oversight_clauses"),
    path("oversight/by/<slug:by>/<str:unit>/", views.unit, name="oversight_unit"),
]
