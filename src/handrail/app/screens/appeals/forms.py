"""What is typed about an appeal. What must hold of it is asked of `authorizations.appeals`."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from handrail.app.authorizations import appeals, extending, granting
from handrail.app.authorizations.models import Appeal, Request
from handrail.app.chart.forms import day_input
from handrail.app.consent.models import Consent

_WHO = [("person", "the person"), ("representative", "a representative of the person")]
_PROVIDER = ("provider", "we, the provider, with the person's written consent")


class Versioned(forms.Form):
    """A form about what was shown: if somebody acts meanwhile, nothing is written."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, **more: Any) -> None:
        super().__init__(data, auto_id=f"{type(self).__name__.lower()}_%s", **more)


class Filing(forms.Form):
    """A new appeal. A payer also says when it came."""

    filed_by = forms.ChoiceField(label="Who appeals", choices=_WHO, widget=forms.RadioSelect)
    consent_id = forms.ChoiceField(
        label="The person's written consent",
        required=False,
        help_text="Only where the provider appeals: the consent by which the person wants it.",
    )
    filed_at = forms.DateTimeField(
        label="When it reached you",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="By letter, telephone or in person. The clock starts with it.",
    )
    urgency = forms.ChoiceField(
        label="How fast",
        choices=[
            (Request.Urgency.STANDARD, "standard"),
            (Request.Urgency.EXPEDITED, "expedited: waiting could seriously harm life, health or recovery"),
        ],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="Why the decision is thought to be wrong", required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    asks_continuation = forms.BooleanField(
        label="The person asks that the service goes on until the appeal is decided", required=False
    )
    with_records = forms.BooleanField(label="Send the records as they are today along", required=False, initial=True)

    def __init__(self, data: Any, *, zone: ZoneInfo, consents: list[Consent] | None, **more: Any) -> None:
        super().__init__(data, initial={"filed_by": "person", "urgency": "standard"}, **more)
        self._zone = zone
        if consents is None:
            for name in ("consent_id", "with_records"):
                del self.fields[name]
            return
        del self.fields["filed_at"]
        self.fields["filed_by"].choices = [*_WHO, _PROVIDER]  # type: ignore[attr-defined]
        listed = [(one.pk, f"{one.get_kind_display()}, signed {one.signed_on:%b %d, %Y}") for one in consents]
        self.fields["consent_id"].choices = [("", "none"), *listed]  # type: ignore[attr-defined]

    def clean_filed_at(self) -> datetime.datetime:
        """This will take what was typed for the clock on the payer's wall."""
        given: datetime.datetime = self.cleaned_data["filed_at"]
        return given.replace(tzinfo=self._zone)

    def values(self) -> dict[str, Any]:
        """This will give what was typed, for `appeals.file`."""
        return dict(self.cleaned_data)


class Deciding(Versioned):
    """How an appeal is decided."""

    outcome = forms.ChoiceField(
        label="Decision",
        widget=forms.RadioSelect,
        choices=[
            ("overturn", "Overturn: authorize all that was asked"),
            ("overturn in part", "Overturn in part: authorize more than before, less than was asked"),
            ("uphold", "Uphold: it stays as it was determined"),
        ],
    )
    why_overturned = forms.ChoiceField(
        label="Why it is overturned", required=False, choices=[("", "choose"), *((one, one) for one in granting.WHY)]
    )
    units = forms.IntegerField(label="Units in all", required=False, min_value=1, help_text="Only where in part.")
    ends_on = forms.DateField(label="Last day", required=False, widget=day_input(), help_text="Only where in part.")
    reason = forms.CharField(
        label="Reason, in plain words",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="The person will read it. Say which record or clause it rests on.",
    )

    def __init__(self, data: Any, appeal: Appeal, **more: Any) -> None:
        super().__init__(data, initial={"version": appeal.version}, **more)


class Extending(Versioned):
    """More time for an appeal."""

    days = forms.IntegerField(label="Calendar days", min_value=1, max_value=366)
    asked_by = forms.ChoiceField(
        label="Who asks for it", choices=[*extending.ASKED_BY.items()], widget=forms.RadioSelect
    )
    needs = forms.CharField(
        label="Which information is still needed",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2_000,
        help_text="Where you ask for it. The person will read it: We need the notes of the last two weeks.",
    )
    words = forms.CharField(
        label="Why more time serves the person",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2_000,
        help_text="The person will read it.",
    )
    told = forms.CharField(
        label="How the person was told by telephone",
        required=False,
        max_length=300,
        help_text="Where you ask for it: when you called, and whom you reached. Try it before you extend.",
    )

    def __init__(self, data: Any, appeal: Appeal, **more: Any) -> None:
        super().__init__(data, initial={"version": appeal.version, "asked_by": "payer"}, **more)


class Words(Versioned):
    """A sentence about why."""

    words = forms.CharField(
        label="Why the person wants it withdrawn", widget=forms.Textarea(attrs={"rows": 2}), max_length=500
    )


class Hearing(Versioned):
    """That a fair hearing was asked for."""

    asked_on = forms.DateField(label="Asked for on", widget=day_input())


class Heard(Versioned):
    """How a fair hearing ended."""

    result = forms.ChoiceField(
        label="How it ended",
        choices=[("", "choose"), *((one, {"upheld": "the decision stands", "overturned": "for the person: authorize all that was asked", "withdrawn": "withdrawn"}[one]) for one in appeals.HEARD)],
    )  # fmt: skip
    words = forms.CharField(label="What was said", required=False, widget=forms.Textarea(attrs={"rows": 2}))
