"""Registers accounts with Django."""

from __future__ import annotations

from django.apps import AppConfig


class Accounts(AppConfig):
    """Organizations and people who work in them."""

    name = "handrail.app.accounts"
    label = "accounts"

    def ready(self) -> None:
        """This will hear when somebody signs in, proves again who they are, or chooses a password of their own."""
        from handrail.app.accounts import proof, sending, signing_in, walls  # noqa: PLC0415

        for room in (signing_in, walls, proof, sending):
            room.connect()
