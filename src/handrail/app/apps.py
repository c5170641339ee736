"""The app itself, so that its checks are found."""

from __future__ import annotations

from django.apps import AppConfig


class Handrail(AppConfig):
    """Registers the checks that refuse an unsafe start."""

    name = "handrail.app"
    label = "handrail"

    def ready(self) -> None:
        """This will register the checks."""
        from handrail.app import checks  # noqa: F401, PLC0415
