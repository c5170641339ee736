"""The room as a Django app."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """Its name, and a short label for its tables."""

    name = "handrail.app.consent"
    label = "consent"
