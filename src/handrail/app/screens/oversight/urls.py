"""Addresses of the screens about measures and what stands out."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.late import late

_VIEWS = "handrail.app.screens.oversight.views"

urlpatterns = [
    path("oversight/", late(f"{_VIEWS}.home"), name="oversight"),
    path("oversight/measures/<slug:name>/", late(f"{_VIEWS}.measure"), name="oversight_measure"),
    path("oversight/measures/<slug:name>/cases", late(f"{_VIEWS}.cases"), name="oversight_cases"),
    path("oversight/<slug:by>/<str:unit>/", late(f"{_VIEWS}.unit"), name="oversight_unit"),
]
