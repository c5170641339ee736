"""The room as a Django app."""

from django.apps import AppConfig


class ReviewingConfig(AppConfig):
    """Its name, and a short label for its tables."""

    name = "handrail.app.reviewing"
    label = "reviewing"
