"""The free parts of a letter, and how it is sent."""

from __future__ import annotations

from typing import Any

from django import forms

from handrail.app.authorizations import notices
from handrail.app.authorizations.models import Notice

_MOST = 5000


class Writing(forms.Form):
    """The reason, a plain sentence for each rule, and what else is to be said; `values` is what `notices.write` takes."""

    reason = forms.CharField(label="The reason, in plain words", max_length=_MOST, required=False, widget=forms.Textarea(attrs={"rows": 6}))  # fmt: skip

    def __init__(self, notice: Notice, *told: Any, **more: Any) -> None:
        """This will put a field for each rule between the reason and what else is said."""
        content = notice.content
        initial = {"reason": content["reason"], "additional": content["additional"]}
        self._plain = {f"plain-{place}": one for place, one in enumerate(content["clauses"])}
        super().__init__(*told, initial=initial | {name: one["plain"] for name, one in self._plain.items()}, **more)
        speaks = {"lang": notice.language}
        for name, one in self._plain.items():
            self.fields[name] = forms.CharField(
                label=f"What this rule means here: “{one['says']}”",
                max_length=_MOST,
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        self.fields["additional"] = forms.CharField(
            label="What else is to be said",
            max_length=_MOST,
            required=False,
            help_text="An empty line begins a new paragraph.",
            widget=forms.Textarea(attrs={"rows": 4}),
        )
        for field in self.fields.values():
            field.widget.attrs |= speaks
        if notice.language != "en" and content["reason_given"]:
            self.fields["reason"].help_text = f"In English it was: {content['reason_given']}"

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, as it is kept: whatever the fields say, also where they are not valid yet."""
        typed = {name: (self[name].value() or "").replace("\r\n", "\n").strip() for name in self.fields}
        plain = {one["clause"]: typed[name] for name, one in self._plain.items()}
        return {"reason": typed["reason"], "additional": typed["additional"], "plain": plain}


class Sending(forms.Form):
    """How a letter reaches the person."""

    how = forms.ChoiceField(
        label="How it is sent", choices=list(notices.HOW.items()), widget=forms.RadioSelect, initial="mail"
    )
