"""Registers accounts with Django."""

from __future__ import annotations

from django.apps import AppConfig


class Accounts(AppConfig):
    """Organizations and people who work in them."""

    name = "handrail.app.accounts"
    label = "accounts"
