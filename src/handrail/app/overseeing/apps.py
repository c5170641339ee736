"""Registers kept runs with Django."""

from __future__ import annotations

from django.apps import AppConfig


class Overseeing(AppConfig):
    """Kept runs of measures."""

    name = "handrail.app.overseeing"
    label = "overseeing"
