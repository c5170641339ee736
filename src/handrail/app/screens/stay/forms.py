"""Who took part in a review, and the judgements that a clinician makes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from handrail.app.accounts.access import Viewer
from handrail.app.chart import writing
from handrail.app.chart.forms import day_input
from handrail.records.schema import tables
from handrail.subjects.catalog import Fact, subjects

ROLES = {"individual": "The person", "family": "Family", "support": "Another support", "staff": "Staff"}


class Participant(forms.Form):
    """One line: as whom, and whether that person took part."""

    role = forms.ChoiceField(label="Who", choices=[("", "nobody more"), *ROLES.items()], required=False)
    took_part = forms.TypedChoiceField(
        label="Took part",
        choices=[("", "not documented"), ("yes", "took part"), ("no", "declined")],
        coerce=lambda given: given == "yes",
        empty_value=None,
        required=False,
    )
    consent_on = forms.DateField(
        label="Approved in writing on",
        required=False,
        widget=day_input(),
    )

    def clean(self) -> dict[str, Any]:
        """What was answered belongs to somebody."""
        told: dict[str, Any] = super().clean() or {}
        if told.get("took_part") is not None and not told.get("role"):
            self.add_error("role", "Say who.")
        return told


def participants(request: HttpRequest, *roles: str, more: int = 2) -> Any:
    """This will give a line for each role that is asked for, and some more."""
    made = forms.formset_factory(Participant, extra=0)
    data = request.POST if request.method == "POST" else None
    return made(data, initial=[{"role": role} for role in (*roles, *[""] * more)], prefix="took")


def listed(lines: Any) -> list[dict[str, Any]]:
    """This will give what was documented: lines without an answer are left out."""
    told = [one.cleaned_data for one in lines if one.cleaned_data.get("took_part") is not None]
    return [{name: one.get(name) for name in ("role", "took_part", "consent_on")} for one in told]


def judged_facts(subject: str) -> dict[str, Fact]:
    """This will give the facts of a subject that a clinician judges, by the kind of judgement."""
    kinds = tables()["judgement"].columns["kind"].values
    return {
        name: fact for name, fact in subjects()[subject].facts.items() if "judgement" in fact.evidence and name in kinds
    }


class Judgements(forms.Form):
    """The questions that only a clinician can answer. Those left open make no record."""

    judged_on = forms.DateField(label="Day", widget=day_input())

    def __init__(self, subject: str, today: datetime.date, data: Mapping[str, Any] | None) -> None:
        """This will ask what the subject's clauses need judged."""
        super().__init__(data, prefix="judge", initial={"judged_on": today})
        self._today, self.facts = today, judged_facts(subject)
        for kind, fact in self.facts.items():
            self.fields[kind] = forms.TypedChoiceField(
                label=fact.question,
                choices=[("", "no judgement now"), ("yes", "yes"), ("no", "no")],
                coerce=lambda given: given == "yes",
                empty_value=None,
                required=False,
            )
            about = f"{self[kind].auto_id}_label"
            widget = forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "aria-describedby": about})
            self.fields[f"{kind}_because"] = forms.CharField(label="Because", required=False, widget=widget)

    @property
    def questions(self) -> list[Any]:
        """Each question with the box for its reason."""
        return [(self[kind], self[f"{kind}_because"]) for kind in self.facts]

    def clean(self) -> dict[str, Any]:
        """At least one answer, each reason with its answer, and no day to come."""
        told: dict[str, Any] = super().clean() or {}
        if (day := told.get("judged_on")) and day > self._today:
            self.add_error("judged_on", "This day is still to come.")
        for kind in self.facts:
            if told.get(f"{kind}_because") and told.get(kind) is None:
                self.add_error(kind, "There is a reason, but no judgement.")
        if all(told.get(kind) is None for kind in self.facts) and not self.errors:
            raise ValidationError("Nothing is judged yet. Answer at least one question.")
        return told

    def keep(self, viewer: Viewer, episode: Any) -> bool:
        """This will write each judgement with its author and day, and its reason. False where it may not be written."""
        if not viewer.staff_id:
            self.add_error(None, "A judgement needs an author, and you are not on the staff list here.")
            return False
        about = {"episode_id": episode.pk, "judged_on": self.cleaned_data["judged_on"], "judged_by": viewer.staff_id}
        answered = [kind for kind in self.facts if self.cleaned_data[kind] is not None]
        try:
            with transaction.atomic():
                made = writing.create_all(
                    viewer,
                    "judgement",
                    [{**about, "kind": kind, "answer": self.cleaned_data[kind]} for kind in answered],
                )
                for row in made:
                    if reason := self.cleaned_data[f"{row.kind}_because"]:
                        writing.word(viewer, row, "because", reason)
        except ValidationError as error:
            self.add_error(None, error.messages)
            return False
        return True
