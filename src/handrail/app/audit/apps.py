"""Registers the log with Django."""

from __future__ import annotations

from django.apps import AppConfig


class Audit(AppConfig):
    """The tamper-evident log."""

    name = "handrail.app.audit"
    label = "audit"
