"""The forms under a case: one for each act, begun from what was frozen with the request."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from handrail.app.authorizations.conversing import HELD, RESULTS
from handrail.app.authorizations.models import Request
from handrail.app.screens.desk import evidence
from handrail.app.screens.desk.evidence import UNSETTLED

_DAY = "%Y-%m-%d"
_WORDS = {"rows": 6, "autocomplete": "off"}


def _clauses(label: str, help_text: str = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, help_text=help_text, required=False, widget=forms.CheckboxSelectMultiple
    )


def _words(label: str, help_text: str = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=20_000, widget=forms.Textarea(attrs=_WORDS)
    )


def _date(label: str) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format=_DAY))


class OfCase(forms.Form):
    """A form under a case. `content`: what was sent last, nothing where it may not be opened today."""

    def __init__(self, request: Request, content: Mapping[str, Any] | None, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        self.request, self.content = request, content
        if "clauses" in self.fields:
            if content is None:
                del self.fields["clauses"]
            else:
                self.fields["clauses"].choices = _choices(content)  # type: ignore[attr-defined]
        for name, value in self.begun().items():
            self.fields[name].initial = value

    def begun(self) -> dict[str, Any]:
        """This will give what the fields begin with."""
        return {}

    def unsettled(self) -> list[str]:
        """This will give the clauses that are ticked to begin with."""
        return [one["clause"] for one in evidence.unsettled(self.content)] if self.content else []


class Ask(OfCase):
    """What is needed to decide."""

    clauses = _clauses("About which clauses")
    words = _words("What is needed", "Begun from what is missing. Say it so that the clinic can act on it.")

    def begun(self) -> dict[str, Any]:
        """This will begin with what is missing."""
        if not self.content:
            return {}
        gaps = [one["clause"] for one in evidence.unsettled(self.content) if one["missing"]]
        return {"clauses": gaps, "words": evidence.question_begun(self.content)}


class Extend(OfCase):
    """More time, for a reason that serves the person."""

    days = forms.IntegerField(label="Calendar days", min_value=1, max_value=366)
    asked_by = forms.ChoiceField(
        label="Who asked for it",
        choices=[("person", "the person"), ("provider", "the provider"), ("payer", "we did")],
        widget=forms.RadioSelect,
    )
    words = _words("Reason", "Why more time serves the person.")


class Refer(OfCase):
    """Why the medical director is to decide."""

    clauses = _clauses("About which clauses")
    words = _words("Why it is referred", required=False)

    def begun(self) -> dict[str, Any]:
        """This will begin with what is not met or cannot be told."""
        return {"clauses": self.unsettled()} if self.content else {}


class Approve(OfCase):
    """What is authorized; filled in as it was asked."""

    units = forms.IntegerField(label="Units", required=False, min_value=0, max_value=100_000)
    starts_on = _date("First day")
    ends_on = _date("Last day")
    reason = _words("Note to the provider", required=False)

    def begun(self) -> dict[str, Any]:
        """This will begin with what was asked."""
        return {"units": self.request.units, "starts_on": self.request.starts_on, "ends_on": self.request.ends_on}

    def clean(self) -> dict[str, Any]:
        """This will check the order of the days."""
        told = super().clean() or {}
        start, end = told.get("starts_on"), told.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", "The last day is before the first.")
        return told


class ApproveInPart(Approve):
    """Less than was asked, resting on clauses, with the reason."""

    clauses = _clauses("The clauses on which it rests")
    reason = _words("Reason", "The person will read it. Say what is not met, in plain words.")
    field_order = ("units", "starts_on", "ends_on", "clauses", "reason")

    def begun(self) -> dict[str, Any]:
        """This will begin with what was asked. Who decides chooses the clauses: none is ticked."""
        return super().begun() | ({"reason": evidence.reason_begun(self.content)} if self.content else {})


class Deny(OfCase):
    """A denial, resting on clauses, with the reason."""

    clauses = _clauses("The clauses on which it rests")
    reason = _words("Reason", "The person will read it. Say what is not met, in plain words.")

    def begun(self) -> dict[str, Any]:
        """This will begin with the sentences of what decides. Who decides chooses the clauses: none is ticked."""
        return {"reason": evidence.reason_begun(self.content)} if self.content else {}


class OfferConversation(OfCase):
    """Nothing to fill in: the offer itself."""


class Conversation(forms.Form):
    """What came of a conversation."""

    result = forms.ChoiceField(
        label="What came of it",
        choices=[
            ("", "choose"),
            *((one, one if one not in HELD else f"held: {one}") for one in RESULTS),
        ],
    )
    held_at = forms.DateTimeField(
        label="When it was held",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    with_whom = forms.CharField(label="With whom", required=False, max_length=200)
    summary = forms.CharField(
        label="What was said", required=False, max_length=20_000, widget=forms.Textarea(attrs=_WORDS | {"rows": 4})
    )

    def __init__(self, zone: ZoneInfo, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        self.zone = zone

    def clean_held_at(self) -> datetime.datetime | None:
        """This will read the time on the payer's clock."""
        told: datetime.datetime | None = self.cleaned_data["held_at"]
        return told.replace(tzinfo=self.zone) if told is not None else None


class Check(forms.Form):
    """What a second look at an automatic approval found."""

    finding = forms.CharField(
        label="Finding",
        required=False,
        max_length=500,
        help_text="Leave it empty where the approval is right.",
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )


FORMS: Mapping[str, tuple[type[OfCase], str, str]] = {
    "approve": (Approve, "Approve", "Approve"),
    "ask": (Ask, "Ask for information", "Send the question"),
    "extend": (Extend, "Extend the clock", "Extend"),
    "offer conversation": (OfferConversation, "Offer the clinician a conversation", "Offer it"),
    "refer": (Refer, "Refer to the medical director", "Refer"),
    "approve in part": (ApproveInPart, "Approve in part", "Approve in part"),
    "deny": (Deny, "Deny", "Deny"),
}
"""The acts that have a form, in the order of the page: the form, its title, its button."""


def _choices(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The clauses, what is not settled first."""
    every = sorted(content["verdicts"], key=lambda one: one["verdict"] not in UNSETTLED)
    return [(one["clause"], f"{one['verdict'].capitalize()}: {one['says']}{_where(one)}") for one in every]


def _where(one: Mapping[str, Any]) -> str:
    return f" ({one['cite']})" if one["cite"] else ""
