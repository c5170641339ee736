"""Registers the screens with Django."""

from __future__ import annotations

from django.apps import AppConfig


class Screens(AppConfig):
    """The pages."""

    name = "handrail.app.screens"
    label = "screens"
