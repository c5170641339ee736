"""Registers the chart with Django."""

from __future__ import annotations

from django.apps import AppConfig


class Chart(AppConfig):
    """The clinical record."""

    name = "handrail.app.chart"
    label = "chart"
