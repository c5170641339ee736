"""A field for a local wall-clock time: it has no zone, so no database may shift it."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dateparse import parse_datetime


class WallTimeInput(forms.DateTimeField):
    """A form's field for it: what was typed is the clock's time, and no zone is put to it."""

    def to_python(self, value: Any) -> datetime.datetime | None:
        """This will read what was typed. Raises `ValidationError` where it is no local time."""
        return None if value in self.empty_values else _local(value)


class WallTimeField(models.Field):
    """A date and time as the clock on the wall showed it; no zone is stored and none is applied."""

    description = "Local date and time"

    def db_type(self, connection: Any) -> str:
        """This will name the column type."""
        return "timestamp without time zone" if connection.vendor == "postgresql" else "datetime"

    def to_python(self, value: Any) -> datetime.datetime | None:
        """This will read a value. Raises `ValidationError` where it is no local time."""
        if value is None or value == "":
            return None
        return _local(value)

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> datetime.datetime | None:
        """This will read what the database holds."""
        return parse_datetime(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> datetime.datetime | None:
        """This will check a value on its way to the database."""
        return self.to_python(super().get_prep_value(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """This will write it as the database wants it: SQLite keeps text."""
        told = value if prepared else self.get_prep_value(value)
        return told.isoformat(" ") if told is not None and connection.vendor != "postgresql" else told

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        """This will give a form field with the browser's own picker."""
        return super().formfield(
            **{
                "form_class": WallTimeInput,
                "widget": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
                **kwargs,
            }
        )


def _local(value: Any) -> datetime.datetime:
    try:
        told = value if isinstance(value, datetime.datetime) else parse_datetime(str(value).strip())
    except ValueError:
        told = None
    if told is None or told.tzinfo is not None:
        raise ValidationError("Give a date and a time of day, like 2026-03-02 09:00.")
    return told
