"""Who works here, in which roles, from when until when."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from handrail.app.accounts.access import Viewer, roles
from handrail.app.accounts.models import Membership, User
from handrail.app.chart import reading
from handrail.app.chart.forms import day_input


def _day(**told: Any) -> forms.DateField:
    return forms.DateField(widget=day_input(), **told)


class Working(forms.Form):
    """Roles, days, and the staff record that says which licences somebody holds."""

    roles = forms.MultipleChoiceField(label="Roles", widget=forms.CheckboxSelectMultiple)
    since = _day(label="First day")
    until = _day(label="Last day", required=False, help_text="Leave it empty while there is none.")
    staff_id = forms.ChoiceField(
        label="Staff record", required=False, help_text="Links what they sign to their licences."
    )

    def __init__(self, looking: Viewer, *args: Any, **kwargs: Any) -> None:
        """`looking` is whose organization it is."""
        super().__init__(*args, **kwargs)
        self._looking = looking
        self._held: Membership | None = kwargs.get("initial", {}).get("held")
        choices = self.fields["roles"], self.fields["staff_id"]
        choices[0].choices = [(name, role.title) for name, role in roles().items()]  # type: ignore[attr-defined]
        known = reading.rows(looking, "staff").order_by("name") if looking.may("read program") else []
        choices[1].choices = [("", "none"), *((one.pk, one.name) for one in known)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first, and a staff record belongs to one account."""
        told = super().clean() or {}
        if told.get("since") and told.get("until") and told["until"] < told["since"]:
            self.add_error("until", "This cannot be before the first day.")
        if told.get("staff_id"):
            others = Membership.objects.filter(organization=self._looking.organization, staff_id=told["staff_id"])
            if others.exclude(pk=self._held.pk if self._held else None).exists():
                self.add_error("staff_id", "Somebody else's account has this staff record.")
        return told


class Invited(forms.Form):
    """Somebody new: what they are called, and the name they sign in with.

    The name ends with the organization, so that no name is taken because somebody elsewhere has it.
    """

    first_name = forms.CharField(label="Given name", max_length=150)
    last_name = forms.CharField(label="Family name", max_length=150)
    username = forms.CharField(
        label="Sign-in name",
        max_length=150,
        help_text="Letters, digits and . _ - +",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, looking: Viewer, *args: Any, **kwargs: Any) -> None:
        """`looking` is whose organization it is."""
        super().__init__(*args, **kwargs)
        self._ending = f"@{looking.organization.pk}"
        self.fields["username"].help_text = f"Letters, digits and . _ - +; it gets the ending {self._ending}"

    def clean_username(self) -> str:
        """A sign-in name belongs to one account."""
        told = str(self.cleaned_data["username"]).strip()
        told = told[: -len(self._ending)] if told.lower().endswith(self._ending) else told
        if not re.fullmatch(r"[\w.+-]+", told):
            raise forms.ValidationError("Use letters, digits and . _ - + only.")
        told += self._ending
        if len(told) > 150:
            raise forms.ValidationError("This is too long.")
        if User.objects.filter(username__iexact=told).exists():
            raise forms.ValidationError("This sign-in name is taken. Choose another.")
        return told


class MeantFor(forms.Form):
    """Whom an invitation is for, in the words of who invites: nobody looks it up."""

    meant_for = forms.CharField(
        label="For whom",
        max_length=200,
        help_text="For your own list. It is not compared with any account.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class Code(forms.Form):
    """The code of an invitation."""

    code = forms.CharField(
        label="Code",
        max_length=60,
        help_text="Four groups of five signs, as the administrator gave it to you.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
