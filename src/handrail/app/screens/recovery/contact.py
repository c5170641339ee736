"""A recovery contact in one form: the session, who gave it, the skill areas, and that she came."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from handrail.app.accounts.access import Viewer
from handrail.app.chart import reading, writing
from handrail.app.chart.forms import called, day_input, put_errors
from handrail.app.worklists import judging
from handrail.records.schema import tables

_LONGEST_NOTE = 20_000


class Contact(forms.Form):
    """What is asked about one contact."""

    once = forms.UUIDField(widget=forms.HiddenInput)
    held_on = forms.DateField(label="Day", widget=day_input())
    starts = forms.TimeField(label="From", required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    ends = forms.TimeField(label="To", required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    setting = forms.ChoiceField(label="Where", required=False)
    setting_note = forms.CharField(
        label="What place", max_length=500, required=False, help_text="Where it is another place than these."
    )
    staff = forms.ModelChoiceField(label="Who gave it", queryset=None, required=False, empty_label="not documented")
    areas = forms.MultipleChoiceField(
        label="Skill areas worked on", required=False, widget=forms.CheckboxSelectMultiple
    )
    practice = forms.ChoiceField(label="Evidence-based practice used", required=False)
    note = forms.CharField(
        label="Note", required=False, max_length=_LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 5})
    )

    def __init__(self, looking: Viewer, data: Any = None) -> None:
        """This will offer the declared settings, areas and practices, and the organization's staff."""
        shown = {"held_on": looking.today, "staff": looking.staff_id, "once": uuid.uuid4()}
        super().__init__(data, initial=shown)
        self._today = looking.today
        for name, table, column in (
            ("setting", "session", "setting"),
            ("practice", "session", "practice"),
            ("areas", "session_focus", "area"),
        ):
            listed = [(value, value.replace("_", " ").capitalize()) for value in tables()[table].columns[column].values]
            self.fields[name].choices = listed if name == "areas" else [("", "not documented"), *listed]
        self.fields["staff"].queryset = reading.rows(looking, "staff").order_by("name", "pk")
        self.fields["staff"].label_from_instance = called

    def clean(self) -> dict[str, Any]:
        """This will see that it is over and ends after it starts."""
        told = super().clean()
        if (day := told.get("held_on")) and day > self._today:
            self.add_error("held_on", "This day is still to come. Enter a contact once it was held.")
        starts, ends = told.get("starts"), told.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", "Give a time after the start. After midnight, enter it as a group session.")
        return told


def write_contact(looking: Viewer, episode: Any, form: Contact) -> bool:
    """This will write the contact with everything that belongs to it, once; False with the errors at their fields."""
    told = form.cleaned_data
    session_id = told["once"].hex
    if reading.rows(looking, "session").filter(pk=session_id).exists():
        return True
    starts, ends = (
        told[name] and datetime.datetime.combine(told["held_on"], told[name]) for name in ("starts", "ends")
    )
    same = {name: told[name] for name in ("held_on", "setting", "setting_note", "practice")}
    session = {**same, "type": "recovery_support", "status": "held", "starts_at": starts, "ends_at": ends}
    held = {"session_id": session_id}
    try:
        with judging.wait(), transaction.atomic():
            writing.create(looking, "session", {**held, **session, "program_id": episode.program_id, "head_count": 1})
            if told["staff"]:
                writing.create(looking, "session_staff", {**held, "staff_id": told["staff"]})
            writing.create_all(looking, "session_focus", [{**held, "area": area} for area in told["areas"]])
            came = {"status": "attended", "arrived_at": starts, "left_at": ends}
            attended = writing.create(looking, "attendance", {**held, **came, "episode_id": episode.pk})
            if told["note"].strip():
                writing.word(looking, attended, "note", told["note"].strip())
    except ValidationError as error:
        put_errors(form, error, {"starts_at": "starts", "ends_at": "ends"})
        return False
    if not judging.is_waiting():
        judging.judge_person(looking.organization.pk, episode.person_id)
        judging.judge_sessions(looking.organization.pk, [session_id])
    return True
