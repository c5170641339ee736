"""Registers accounts with Django."""

from __future__ import annotations

from django.apps import AppConfig


class Accounts(AppConfig):
    """Organizations and people who work in them."""

    name = "handrail.app.accounts"
    label = "accounts"

    def ready(self) -> None:
        """This will hear when somebody chooses a password of their own."""
        from handrail.app.accounts import signing_in  # noqa: PLC0415

        signing_in.connect()
