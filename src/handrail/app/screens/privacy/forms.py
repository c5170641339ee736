"""What is typed about consents, emergencies and agreements. Which elements a consent needs is asked of `consent`, not here."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

from handrail.app.accounts.access import Viewer
from handrail.app.accounts.models import Organization
from handrail.app.chart.forms import day_input
from handrail.app.consent.covering import PROCEEDINGS
from handrail.app.consent.dated import wording, wording_on
from handrail.app.consent.models import Agreement, Consent, Information

KINDS = {
    "tpo": Consent.Kind.TPO,
    "specific": Consent.Kind.SPECIFIC,
    "notes": Consent.Kind.COUNSELING_NOTES,
    "proceedings": Consent.Kind.PROCEEDINGS,
}
"""The kinds of consent by the word that stands in an address."""

_USUAL = [(value, name) for value, name in Information.choices if value != Information.COUNSELING_NOTES]
_ENDS = {"never": "never, until it is revoked", "day": "on a day", "event": "with an event or a condition"}
_TPO = "treatment, payment and health care operations"


class Signature(forms.Form):
    """Who signed, how and when."""

    signed_on = forms.DateField(label="Signed on", required=False, widget=day_input())
    signed_how = forms.ChoiceField(
        label="How it was signed",
        required=False,
        choices=[("", "not signed yet"), ("paper", "on paper"), ("electronic", "electronically")],
    )
    signed_by = forms.ChoiceField(
        label="Who signed", choices=[("person", "the person"), ("representative", "a representative")]
    )
    representative = forms.CharField(
        label="Representative",
        required=False,
        max_length=200,
        help_text="Only where a representative signs: the name, and why this one may sign.",
    )


class Consenting(Signature):
    """A new consent of one kind, with every element it needs. Nothing is required by the form: the consent room says."""

    information = forms.MultipleChoiceField(
        label="What may be disclosed", required=False, choices=_USUAL, widget=forms.CheckboxSelectMultiple
    )
    description = forms.CharField(
        label="More about what",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Only where the classes above say too little: a time, a document.",
    )
    covers_payers = forms.BooleanField(label="Health plans and other payers", required=False)
    covers_providers = forms.BooleanField(label="Providers who treat the person", required=False)
    recipients = forms.ModelMultipleChoiceField(
        label="Recipients who work here",
        required=False,
        queryset=Organization.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    recipient_class = forms.CharField(
        label="Other recipients",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One a line: the name of each person or organization.",
    )
    purpose = forms.CharField(
        label="Purpose", required=False, max_length=300, help_text="For example payment, or the words of the person."
    )
    starts_on = forms.DateField(label="From", widget=day_input())
    ends = forms.ChoiceField(
        label="When it ends", required=False, widget=forms.RadioSelect, choices=list(_ENDS.items())
    )
    expires_on = forms.DateField(label="Last day", required=False, widget=day_input())
    expires_with = forms.CharField(label="Event or condition", required=False, max_length=200)
    told_right_to_revoke = forms.BooleanField(
        label="The person was told of the right to revoke it, and how", required=False
    )
    told_consequences = forms.BooleanField(label="The person was told what follows from a refusal", required=False)
    told_redisclosure = forms.BooleanField(
        label="The person was told that a recipient may disclose further", required=False
    )

    field_order = [
        "information", "description", "covers_payers", "covers_providers", "recipients", "recipient_class", "purpose",
        "starts_on", "ends", "expires_on", "expires_with", "told_right_to_revoke", "told_consequences",
        "told_redisclosure", "signed_on", "signed_how", "signed_by", "representative",
    ]  # fmt: skip

    def __init__(self, looking: Viewer, kind: Consent.Kind, data: Any = None) -> None:
        """`kind` leaves out the fields that a consent of this kind does not have."""
        is_tpo = kind == Consent.Kind.TPO
        shown: dict[str, Any] = {"starts_on": looking.today, "ends": "never" if is_tpo else "day"}
        if is_tpo:
            shown |= {"information": [value for value, _ in _USUAL], "covers_payers": True, "covers_providers": True}
        super().__init__(data, initial=shown)
        self.kind = kind
        others = Organization.objects.exclude(pk=looking.organization.pk).order_by("name")
        self.fields["recipients"].queryset = others  # type: ignore[attr-defined]
        for name in self._without(kind):
            del self.fields[name]
        if not is_tpo:
            self.fields["ends"].choices = [one for one in _ENDS.items() if one[0] != "never"]  # type: ignore[attr-defined]
        said = wording(wording_on(looking.today))
        for name, text in (
            ("told_right_to_revoke", said["right"]),
            ("told_consequences", said["consequences"]),
            ("told_redisclosure", said["redisclosure"]),
        ):
            if name in self.fields:
                self.fields[name].help_text = text
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")

    @staticmethod
    def _without(kind: Consent.Kind) -> tuple[str, ...]:
        if kind == Consent.Kind.TPO:
            return ("purpose",)
        apart = ("covers_payers", "covers_providers", "told_consequences", "told_redisclosure")
        if kind == Consent.Kind.COUNSELING_NOTES:
            return (*apart, "information")
        return (*apart, "purpose") if kind == Consent.Kind.PROCEEDINGS else apart

    def values(self, *, is_signed: bool) -> dict[str, Any]:
        """This will give the columns of the consent; without the signature where it is only kept to be printed."""
        told = {name: value for name, value in self.cleaned_data.items() if name not in ("recipients", "ends")}
        end = self.cleaned_data.get("ends")
        told |= {
            "kind": self.kind,
            "never_expires": end == "never",
            "expires_on": told["expires_on"] if end == "day" else None,
            "expires_with": told["expires_with"] if end == "event" else "",
        }
        if self.kind == Consent.Kind.TPO:
            told["purpose"] = _TPO
        if self.kind == Consent.Kind.COUNSELING_NOTES:
            told["information"] = [str(Information.COUNSELING_NOTES)]
        if self.kind == Consent.Kind.PROCEEDINGS:
            told["purpose"] = PROCEEDINGS
        if not is_signed:
            told |= {"signed_on": None, "signed_how": "", "representative": ""}
        return told


class Revoking(forms.Form):
    """How a consent was taken back."""

    how = forms.CharField(
        label="How it was taken back",
        max_length=200,
        help_text="In writing, spoken to whom; or that it was found to be false.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class Asking(forms.Form):
    """From which day to which day the accounting is asked for."""

    since = forms.DateField(label="From", required=False, widget=day_input())
    until = forms.DateField(label="To", required=False, widget=day_input())


class Breaking(forms.Form):
    """The five things that an emergency disclosure needs, and what was said."""

    recipient_name = forms.CharField(label="Who received it", max_length=200)
    affiliation = forms.CharField(
        label="Where this person works", max_length=200, help_text="Hospital, ambulance, other."
    )
    discloser_name = forms.CharField(label="Who disclosed it", max_length=200)
    at = forms.DateTimeField(
        label="When", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )  # fmt: skip
    nature = forms.CharField(label="What the emergency was", widget=forms.Textarea(attrs={"rows": 2}))
    information = forms.MultipleChoiceField(
        label="What was told", choices=_USUAL, widget=forms.CheckboxSelectMultiple, help_text="Only what was needed."
    )

    def __init__(self, looking: Viewer, data: Any = None) -> None:
        """`looking` gives who disclosed it, and the clock on the wall."""
        zone = ZoneInfo(looking.organization.time_zone)
        now = timezone.now().astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
        shown = {"discloser_name": looking.name, "at": now, "information": ["identity", "treatment", "diagnosis"]}
        super().__init__(data, initial=shown)
        self._zone = zone
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")

    def clean_at(self) -> datetime.datetime:
        """This will take what was typed for the clock on the organization's wall."""
        typed: datetime.datetime = self.cleaned_data["at"]
        return typed.replace(tzinfo=self._zone)


class Agreeing(forms.Form):
    """A new agreement with a qualified service organization, or for an audit."""

    kind = forms.ChoiceField(label="Kind", choices=Agreement.Kind.choices)
    partner = forms.ModelChoiceField(
        label="With whom, if they work here",
        required=False,
        queryset=Organization.objects.none(),
        empty_label="somebody else",
    )
    partner_name = forms.CharField(label="With whom, if they do not", required=False, max_length=200)
    services = forms.CharField(label="What they do for us, or audit", max_length=300)
    information = forms.MultipleChoiceField(
        label="What they may receive", choices=_USUAL, widget=forms.CheckboxSelectMultiple
    )
    acknowledges_part_2 = forms.BooleanField(
        label="They acknowledge in writing that they are bound by 42 CFR part 2", required=False
    )
    signed_on = forms.DateField(label="Signed on", widget=day_input())
    until = forms.DateField(label="Last day", required=False, widget=day_input(), help_text="Empty while it goes on.")

    def __init__(self, looking: Viewer, data: Any = None) -> None:
        """`looking` is whose agreement it is."""
        super().__init__(data, initial={"signed_on": looking.today})
        others = Organization.objects.exclude(pk=looking.organization.pk).order_by("name")
        self.fields["partner"].queryset = others  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")


class HandingOver(forms.Form):
    """To whom something goes that leaves the organization, and why. `stays`: it does not leave."""

    OWN, OTHER, ORDER, STAYS = "own", "other", "order", "stays"
    _WHY = {
        OWN: "The person asked for it, and receives it",
        OTHER: "It goes to somebody else",
        ORDER: "A court ordered it",
        STAYS: "It stays in this organization",
    }

    why = forms.ChoiceField(label="To whom does it go?", widget=forms.RadioSelect)
    recipient = forms.ModelChoiceField(
        label="Recipient who works here",
        required=False,
        queryset=Organization.objects.none(),
        empty_label="somebody else",
    )
    recipient_name = forms.CharField(
        label="Other recipient",
        required=False,
        max_length=200,
        help_text="By the name that the consent has; for an order, the court.",
    )
    recipient_kind = forms.ChoiceField(
        label="What the other recipient is",
        required=False,
        choices=[
            ("", "neither of these"),
            (Organization.Kind.PROVIDER, "a provider who treats the person"),
            (Organization.Kind.PAYER, "a health plan or another payer"),
        ],
    )
    purpose = forms.CharField(
        label="Purpose",
        required=False,
        max_length=280,
        help_text="treatment, payment, operations, audit, or the words of the consent; for an order, its number.",
    )
    information = forms.MultipleChoiceField(label="What goes", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, looking: Viewer, data: Any = None, *, information: Mapping[str, str] | None = None) -> None:
        """`information`: the classes that can be chosen; without it, all that is there goes."""
        super().__init__(data)
        whys = dict(self._WHY)
        if not looking.may("disclose"):
            whys = {self.STAYS: whys[self.STAYS]}
        elif not looking.may("oversee privacy"):
            del whys[self.ORDER]
        self.fields["why"].choices = list(whys.items())  # type: ignore[attr-defined]
        others = Organization.objects.exclude(pk=looking.organization.pk).order_by("name")
        self.fields["recipient"].queryset = others  # type: ignore[attr-defined]
        if information is None:
            del self.fields["information"]
        else:
            self.fields["information"].choices = list(information.items())  # type: ignore[attr-defined]
            self.fields["information"].initial = [one for one in information if one != Information.COUNSELING_NOTES]
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")

    def clean(self) -> dict[str, Any]:
        """This will see that a recipient and a purpose are named where it goes to somebody else."""
        told: dict[str, Any] = super().clean() or {}
        if told.get("why") in (self.OTHER, self.ORDER):
            if not told.get("purpose", "").strip():
                self.add_error("purpose", "Say what for.")
            is_court = told["why"] == self.ORDER
            if not told.get("recipient_name", "").strip() and (is_court or not told.get("recipient")):
                self.add_error("recipient_name", "Say to whom.")
        if "information" in self.fields and not told.get("information") and told.get("why") != self.STAYS:
            self.add_error("information", "Choose at least one.")
        return told
