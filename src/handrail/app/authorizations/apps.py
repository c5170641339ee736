"""The room as a Django app."""

from django.apps import AppConfig


class AuthorizationsConfig(AppConfig):
    """Its name, and a short label for its tables."""

    name = "handrail.app.authorizations"
    label = "authorizations"

    def ready(self) -> None:
        """This will have letters begin by themselves."""
        from handrail.app.authorizations.notices.beginning import connect  # noqa: PLC0415

        connect()
