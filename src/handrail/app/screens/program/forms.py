"""The forms of what a program keeps about itself, made from the declared tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import DateTimeInput, ModelChoiceField
from django.http import HttpRequest

from handrail.app.accounts.access import Viewer
from handrail.app.chart.forms import form_of


@dataclass(frozen=True)
class Kept:
    """One table that is written here: its title, its columns, and two of them that must be in order."""

    title: str
    columns: tuple[str, ...]
    labels: Mapping[str, str]
    in_order: tuple[str, str] | None = None


_NOW = DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
_DAYS = {"issued_on": "Valid from", "expires_on": "Valid until"}

KEPT: Mapping[str, Kept] = {
    "facility_license": Kept(
        "Facility license",
        ("program_id", "kind", "issued_on", "expires_on"),
        {"program_id": "Program", "kind": "Kind of license", **_DAYS},
    ),
    "program_closure": Kept(
        "Closed days",
        ("program_id", "starts_on", "ends_on", "reason"),
        {"program_id": "Program", "starts_on": "First closed day", "ends_on": "Last closed day"},
        ("starts_on", "ends_on"),
    ),
    "credential": Kept(
        "License or credential",
        ("staff_id", "kind", "issued_on", "expires_on", "supervisor_id"),
        {"staff_id": "Who holds it", "kind": "Which one", "supervisor_id": "Supervisor", **_DAYS},
    ),
    "training": Kept(
        "Training",
        ("staff_id", "topic", "completed_on"),
        {"staff_id": "Who", "topic": "What it taught", "completed_on": "Completed on"},
    ),
    "on_call_shift": Kept(
        "On-call shift",
        ("program_id", "staff_id", "starts_at", "ends_at"),
        {"program_id": "Program", "staff_id": "Who can be reached", "starts_at": "From", "ends_at": "Until"},
        ("starts_at", "ends_at"),
    ),
}
"""What is written on this screen, by table."""


def kept_form(viewer: Viewer, table: str, request: HttpRequest, initial: Mapping[str, Any]) -> Any:
    """This will give the form of one table; lists show names, and what ends before it begins is refused."""
    kept = KEPT[table]
    times = {name: _NOW for name in ("starts_at", "ends_at") if name in kept.columns}
    form = form_of(viewer, table, kept.columns, request, initial=initial, labels=kept.labels, widgets=times)
    for field in form.fields.values():
        if isinstance(field, ModelChoiceField):
            field.label_from_instance = lambda row: row.name or str(row.pk)
    if request.method == "POST" and kept.in_order:
        form.full_clean()
        first, last = (form.cleaned_data.get(name) for name in kept.in_order)
        if first and last and last < first:
            form.errors.pop(NON_FIELD_ERRORS, None)  # the database's own words for the same
            form.add_error(kept.in_order[1], "This cannot be before the start.")
    return form
