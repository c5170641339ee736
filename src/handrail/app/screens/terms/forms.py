"""What is typed about a payer's terms. The ceiling is asked of `authorizations.terms`."""

from __future__ import annotations

from typing import Any

from django import forms

from handrail.app.accounts.access import Viewer
from handrail.app.accounts.models import Membership
from handrail.app.authorizations.models import Qualification, Terms
from handrail.app.chart.forms import day_input
from handrail.definitions.rulebook import packaged

UNITS = [("", "not stated: days only"), *((one, one) for one in ("hour", "day", "session", "15 minutes"))]
LABELS = {
    "since": "In force from",
    "standard_days": "Standard decision, calendar days",
    "expedited_hours": "Expedited decision, hours",
    "extension_days": "Extension, most days in all",
    "answer_days": "Days to answer a request for information",
    "asking_pauses": "A request for information stops the clock",
    "appeal_days": "Days to file an appeal",
    "appeal_standard_days": "Standard appeal, calendar days",
    "appeal_expedited_hours": "Expedited appeal, hours",
    "appeal_extension_days": "Extension of an appeal, most days in all",
    "hearing_days": "Days to ask for a fair hearing",
    "continuation_days": "Days to ask that benefits go on",
    "advance_notice_days": "Days between notice and a reduction or end",
    "approves_automatically": "Approve automatically where every clause asked is met",
    "check_one_in": "Check one automatic approval in",
    "second_look": "A second person reads an adverse letter before it goes out",
    "contact": "Where a person writes and calls",
    "hearing_contact": "The state's office for fair hearings",
    "source": "Where these terms stand",
}


class Laying(forms.ModelForm):  # type: ignore[type-arg]
    """New terms, begun from those in force."""

    denying_credentials = forms.CharField(
        label="Credentials that may deny or reduce", help_text="With commas between, for example MD, DO."
    )
    field_order = ["since", "denying_credentials"]

    class Meta:
        """Every term; the units are put in by service."""

        model = Terms
        fields = tuple(LABELS)
        labels = LABELS
        widgets = {
            "since": day_input(),
            "contact": forms.Textarea(attrs={"rows": 3}),
            "hearing_contact": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, data: Any, before: Terms | None, **more: Any) -> None:
        told = {name: getattr(before, name) for name in LABELS if name != "since"} if before else {}
        told |= more.pop("initial", {})
        if before:
            told["denying_credentials"] = ", ".join(before.denying_credentials)
        super().__init__(data, initial=told, **more)
        self._kept = dict(before.units) if before else {}
        self.services = sorted({*packaged().files, *self._kept})
        for at, service in enumerate(self.services):
            held = self._kept.get(service, {})
            self.fields[f"unit_{at}"] = forms.ChoiceField(
                label=f"Unit of {service}", required=False, choices=UNITS, initial=held.get("unit", "")
            )
            self.fields[f"source_{at}"] = forms.CharField(
                label=f"Where the unit of {service} is stated",
                required=False,
                max_length=300,
                initial=held.get("source", ""),
            )

    def _post_clean(self) -> None:
        """Leave the checks of the row to `laid_down`, which says all of them at once."""

    def clean(self) -> dict[str, Any]:
        """This will ask for the source of each unit."""
        given: dict[str, Any] = super().clean() or {}
        for at, _service in enumerate(self.services):
            if given.get(f"unit_{at}") and not given.get(f"source_{at}", "").strip():
                self.add_error(f"source_{at}", "Say where the unit is stated.")
        return given

    def values(self) -> dict[str, Any]:
        """This will give what was typed, for `laid_down.lay_down`."""
        given = self.cleaned_data
        named = [one.strip() for one in given["denying_credentials"].split(",") if one.strip()]
        units = {
            service: {**self._kept.get(service, {}), "unit": unit, "source": given[f"source_{at}"].strip()}
            for at, service in enumerate(self.services)
            if (unit := given[f"unit_{at}"])
        }
        return {name: given[name] for name in LABELS} | {
            "denying_credentials": list(dict.fromkeys(named)),
            "units": units,
        }


class Qualifying(forms.ModelForm):  # type: ignore[type-arg]
    """A credential of somebody who works at the payer."""

    member = forms.ModelChoiceField(label="Who", queryset=Membership.objects.none())
    field_order = ["member"]

    class Meta:
        """The credential itself."""

        model = Qualification
        fields = ("credential", "field", "number", "state", "since", "until")
        labels = {"field": "Specialty", "number": "Licence number", "since": "Valid from", "until": "Valid until"}
        help_texts = {"credential": "As the terms name it, for example MD.", "until": "Empty while it has no end."}
        widgets = {name: day_input() for name in ("since", "until")}

    def __init__(self, looking: Viewer, data: Any, **more: Any) -> None:
        super().__init__(data, **more)
        held = Membership.objects.filter(organization=looking.organization).exclude(pk=looking.membership_id)
        field = self.fields["member"]
        field.queryset = held.select_related("user", "organization").order_by("user__last_name", "pk")  # type: ignore[attr-defined]
        field.label_from_instance = lambda one: str(one.user)  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """Leave the checks of the row to `laid_down`."""
