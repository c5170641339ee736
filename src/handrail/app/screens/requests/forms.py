"""What is typed into a draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from handrail.app.accounts.access import Viewer
from handrail.app.accounts.models import Organization
from handrail.app.authorizations.models import Request
from handrail.app.authorizations.terms import terms_of

_FIELDS = ("kind", "urgency", "attestation", "units", "starts_on", "ends_on", "narrative")


def payers() -> Any:
    """This will give the payers to whom a request can go."""
    return Organization.objects.filter(kind=Organization.Kind.PAYER).order_by("name", "pk")


def before(looking: Viewer, person_id: str) -> Any:
    """This will give the requests of a person that were sent, the latest first: what a new one may go on from."""
    sent = Request.objects.filter(holder=looking.organization, person_id=person_id).exclude(number="")
    return sent.order_by("-received_at", "-pk")


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d")


def _text(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "autocomplete": "off"})


class Asked(forms.Form):
    """What is asked for. Everything may stay empty in a draft; step 4 says what must not."""

    kind = forms.ChoiceField(label="Kind", choices=Request.Kind.choices)
    addressed_to = forms.ModelChoiceField(Organization.objects.none(), label="Sent to", empty_label=None)
    follows = forms.ModelChoiceField(
        Request.objects.none(),
        label="Goes on from",
        required=False,
        empty_label="no earlier request",
        help_text="The request before this one, where it continues or extends it.",
    )
    starts_on = forms.DateField(label="First day", required=False, widget=_day())
    ends_on = forms.DateField(label="Last day", required=False, widget=_day(), help_text="This day is included.")
    units = forms.IntegerField(label="Units", required=False, min_value=1, max_value=100_000)
    urgency = forms.ChoiceField(label="Urgency", choices=Request.Urgency.choices)
    attestation = forms.CharField(
        label="Why it cannot wait",
        required=False,
        max_length=2000,
        widget=_text(3),
        help_text="Only for an expedited request. Who writes this attests it with name and time.",
    )
    narrative = forms.CharField(
        label="In your own words",
        required=False,
        max_length=10_000,
        widget=_text(8),
        help_text="What the records do not say. The records behind each clause go along by themselves.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, looking: Viewer, held: Request, data: Mapping[str, Any] | None = None) -> None:
        """This will ask what the draft holds, or take what was typed."""
        known = {name: getattr(held, name) for name in _FIELDS}
        super().__init__(
            data,
            initial=known | {"addressed_to": held.addressed_to_id, "follows": held.follows_id, "version": held.version},
        )
        self.fields["addressed_to"].queryset = payers()
        self.fields["follows"].queryset = before(looking, held.person_id)
        self.fields["follows"].label_from_instance = _called
        unit = unit_of(held, looking)
        self.fields["units"].label = f"Units ({unit})" if unit else "Units"
        self.fields["units"].help_text = (
            f"One unit is one {unit}."
            if unit
            else "The payer states no unit for this service. Leave it empty: days are asked for."
        )
        if not looking.may("attest urgency"):
            self.fields["attestation"].disabled = True
            self.fields[
                "attestation"
            ].help_text = "A counselor or a clinical supervisor writes this. Keep the draft, and tell them."
        if not before(looking, held.person_id).exists():
            del self.fields["follows"]

    def clean(self) -> dict[str, Any]:
        """The days are in order."""
        told: dict[str, Any] = super().clean() or {}
        first, last = told.get("starts_on"), told.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "The last day is before the first.")
        return told

    def values(self) -> dict[str, Any]:
        """This will give what was typed as `requests.change` takes it."""
        told = {name: self.cleaned_data[name] for name in _FIELDS}
        told["addressed_to_id"] = self.cleaned_data["addressed_to"].pk
        if "follows" in self.fields:
            follows = self.cleaned_data["follows"]
            told["follows_id"] = follows.pk if follows else None
        return told

    def clashes(self, now: Request) -> list[tuple[str, str, str]]:
        """This will set what a colleague wrote beside what was typed, where the two differ: label, now, typed."""
        told = self.values()
        pairs = [(name.removesuffix("_id"), getattr(now, name), value) for name, value in told.items()]
        return [
            (str(self.fields[name].label), self._shown(name, held), self._shown(name, typed))
            for name, held, typed in pairs
            if (held or None) != (typed or None)
        ]

    def _shown(self, name: str, value: Any) -> str:
        field = self.fields[name]
        if value in (None, ""):
            return ""
        if isinstance(field, forms.ModelChoiceField):
            found = field.queryset.filter(pk=value).first()
            return field.label_from_instance(found) if found else ""
        return str(dict(getattr(field, "choices", ())).get(value, value))


class Begin(forms.Form):
    """Which kind of request, to which payer."""

    kind = forms.ChoiceField(label="Kind of request", widget=forms.RadioSelect)
    addressed_to = forms.ModelChoiceField(Organization.objects.none(), label="Sent to", empty_label=None)

    def __init__(self, kinds: list[tuple[str, str]], data: Mapping[str, Any] | None = None, kind: str = "") -> None:
        """This will offer some kinds, the first or `kind` chosen."""
        chosen = kind if kind in dict(kinds) else kinds[0][0]
        super().__init__(data, initial={"kind": chosen, "addressed_to": payers().first()})
        self.fields["kind"].choices = kinds
        self.fields["addressed_to"].queryset = payers()


class Words(forms.Form):
    """Something said to the payer: an answer, or why a request is taken back."""

    words = forms.CharField(max_length=10_000, widget=_text(5))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, label: str, help_text: str, held: Request, data: Any = None, *, prefix: str) -> None:
        """This will ask for words under a label."""
        super().__init__(data, initial={"version": held.version}, prefix=prefix)
        self.fields["words"].label, self.fields["words"].help_text = label, help_text


def unit_of(held: Request, looking: Viewer) -> str:
    """This will give the unit in which the payer counts this service today; empty where it states none."""
    told = terms_of(held.addressed_to_id, looking.today).units.get(held.definition, {})
    return str(told.get("unit", ""))


def put(form: forms.Form, error: ValidationError) -> None:
    """This will put what was refused at its field, or at the head of the form."""
    told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, says in told.items():
        plain = name.removesuffix("_id")
        form.add_error(plain if plain in form.fields else None, says)


def _called(one: Request) -> str:
    return f"{one.number}, {one.get_kind_display()}, {one.get_status_display()}"
