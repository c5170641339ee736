"""What is asked for when a session is made or changed. The choices are those of the declared tables."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django import forms
from django.db.models import Q

from handrail.app.accounts.access import Viewer
from handrail.app.chart import reading
from handrail.app.chart.forms import day_input
from handrail.records.schema import tables

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FOR_ONE = ("individual", "family", "education", "recovery_support", "motivational", "assessment", "case_management",
           "self_help", "meal", "transport", "drug_screen", "paperwork", "crisis_phone", "other")  # fmt: skip
"""The types that the form for one person offers; what they count for, the definitions say."""
STATES = (("attended", "Came"), ("absent", "Absent"), ("excused", "Excused"))
_LONGEST = datetime.timedelta(hours=12)
_MOST_AT_ONCE = 200


def choices(table: str, column: str, empty: str = "") -> list[tuple[str, str]]:
    """This will list the declared values of a column as words, with an empty one first where it is named."""
    listed = [(value, value.replace("_", " ").capitalize()) for value in tables()[table].columns[column].values]
    return [("", empty), *listed] if empty else listed


class _Many(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        """This will say a name, and where that person works."""
        return f"{obj.name or obj.pk}, {obj.program.name or obj.program_id}"


class _Named(forms.ModelChoiceField):
    def __init__(self, **told: Any) -> None:
        super().__init__(empty_label="choose", **told)

    def label_from_instance(self, obj: Any) -> str:
        """This will say the name of a program, or of whose episode it is and in which program."""
        if obj.table == "program":
            return str(obj.name or obj.pk)
        called = getattr(obj.person, "identity", None)
        return f"{called or 'Without a name'}, {obj.program.name or obj.program_id}"


class Session(forms.Form):
    """What every session has: its day, times, place and who gives it."""

    type = forms.ChoiceField(label="Type")
    held_on = forms.DateField(label="Day", widget=day_input())
    starts = forms.TimeField(label="Starts", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(
        label="Ends",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="A time before the start is a time after midnight.",
    )
    break_minutes = forms.IntegerField(label="Minutes of breaks and meals", min_value=0, max_value=600, required=False)
    setting = forms.ChoiceField(label="Where", required=False)
    setting_note = forms.CharField(
        label="Which place", max_length=500, required=False, help_text="Where the setting is other or community."
    )
    practice = forms.ChoiceField(label="Practice", required=False)
    staff = _Many(
        queryset=None,
        label="Given by",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Everybody who gives it.",
    )

    def __init__(self, viewer: Viewer, *args: Any, types: list[tuple[str, str]], **told: Any) -> None:
        super().__init__(*args, **told)
        self.viewer = viewer
        self._choices("type", types)
        self._choices("setting", choices("session", "setting", "not documented"))
        self._choices("practice", choices("session", "practice", "not documented"))
        known = reading.rows(viewer, "staff").select_related("program")
        known = known.exclude(~Q(pk__in=self.get_initial_for_field(self.fields["staff"], "staff") or []), treats=False)
        self._rows("staff", known.order_by("program__name", "name", "pk"))
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")

    def _choices(self, name: str, listed: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = listed

    def _rows(self, name: str, queryset: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = queryset

    def clean(self) -> dict[str, Any]:
        """This will refuse a session of no length, and one that is so long that its times must be a slip."""
        told = super().clean() or {}
        if {"held_on", "starts", "ends"} <= told.keys():
            start, end = span(told["held_on"], told["starts"], told["ends"])
            if end == start or end - start > _LONGEST:
                self.add_error("ends", "The end is not after the start, or more than 12 hours later. Check both times.")
        return told

    def values(self, day: datetime.date | None = None) -> dict[str, Any]:
        """This will give the columns of the session on its day, or on another."""
        told = self.cleaned_data
        start, end = span(day or told["held_on"], told["starts"], told["ends"])
        same = ("type", "setting", "setting_note", "practice", "break_minutes")
        return {**{name: told[name] for name in same}, "held_on": start.date(), "starts_at": start, "ends_at": end}


class Group(Session):
    """A group, and the row of groups that it may begin."""

    program = _Named(queryset=None, label="Program")
    scheduled_count = forms.IntegerField(
        label="Planned for how many",
        min_value=0,
        required=False,
        help_text="Empty: everybody in the program on that day.",
    )
    weekdays = forms.TypedMultipleChoiceField(
        label="Repeat on",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=list(enumerate(WEEKDAYS)),
    )
    until = forms.DateField(
        label="Repeat until", required=False, widget=day_input(),
        help_text="The last day. The clock times stay the same in summer and winter. Announced closed days are left out.",
    )  # fmt: skip
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    field_order = ("program", "type", "held_on", "starts", "ends", "staff", "setting", "setting_note")

    def __init__(self, viewer: Viewer, *args: Any, **told: Any) -> None:
        super().__init__(viewer, *args, types=choices("session", "type"), **told)
        self._rows("program", reading.rows(viewer, "program").order_by("name", "pk"))

    def clean(self) -> dict[str, Any]:
        """This will ask for both the weekdays and the last day, or for neither."""
        told = super().clean()
        if told.get("weekdays") and not told.get("until") and "until" not in self.errors:
            self.add_error("until", "Say until which day it repeats.")
        if told.get("until") and not told.get("weekdays"):
            self.add_error("weekdays", "Say on which days of the week it repeats.")
        if not self.errors and not self.days():
            self.add_error("until", "There is no such day of the week between the first day and this one.")
        if not self.errors and len(self.days()) > _MOST_AT_ONCE:
            self.add_error("until", f"These are more than {_MOST_AT_ONCE} sessions. Choose an earlier day.")
        return told

    def days(self) -> list[datetime.date]:
        """This will list the days of the row: just the one where it does not repeat."""
        told = self.cleaned_data
        if not told.get("weekdays"):
            return [told["held_on"]]
        length = min((told["until"] - told["held_on"]).days, 7 * (_MOST_AT_ONCE + 1))
        every = (told["held_on"] + datetime.timedelta(days=number) for number in range(length + 1))
        return [day for day in every if day.weekday() in told["weekdays"]]


class Contact(Session):
    """A session with one person."""

    episode = _Named(queryset=None, label="Who")
    state = forms.ChoiceField(
        label="Did the person come?", required=False, choices=[("", "Not yet held"), *STATES], initial="attended"
    )
    excused_reason = forms.CharField(label="Why excused", max_length=500, required=False)
    areas = forms.MultipleChoiceField(
        label="Skill areas worked on",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="For recovery contacts.",
    )
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 5}))
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    field_order = (
        "episode",
        "type",
        "held_on",
        "starts",
        "ends",
        "state",
        "excused_reason",
        "staff",
        "setting",
        "setting_note",
    )

    def __init__(self, viewer: Viewer, *args: Any, **told: Any) -> None:
        super().__init__(
            viewer, *args, types=[pair for pair in choices("session", "type") if pair[0] in FOR_ONE], **told
        )
        self._choices("areas", choices("session_focus", "area"))
        rows = reading.rows(viewer, "episode").filter(admitted_on__isnull=False)
        known = rows.select_related("person__identity", "program")
        self._rows("episode", known.order_by("person__identity__family_name", "person__identity__given_name", "pk"))

    def clean(self) -> dict[str, Any]:
        """This will ask for a day on which the person was in the program, and refuse an attendance that is yet to come."""
        told = super().clean()
        episode, day = told.get("episode"), told.get("held_on")
        if episode and day and (day < episode.admitted_on or (episode.discharged_on and day > episode.discharged_on)):
            self.add_error("held_on", "The person was not in the program on this day.")
        if day and day > self.viewer.today and told.get("state"):
            self.add_error("state", "This day is yet to come. Choose: not yet held.")
        if told.get("state") == "excused" and not told.get("excused_reason", "").strip():
            self.add_error("excused_reason", "Say why the person was excused.")
        return told


def span(day: datetime.date, start: datetime.time, end: datetime.time) -> tuple[datetime.datetime, datetime.datetime]:
    """This will put two times of the clock on the wall onto a day; an end before the start is on the day after."""
    first, last = datetime.datetime.combine(day, start), datetime.datetime.combine(day, end)
    return first, last if last >= first else last + datetime.timedelta(days=1)
