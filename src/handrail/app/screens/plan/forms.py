"""Words beside columns, and signing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest

from handrail.app.accounts.access import Viewer
from handrail.app.chart import reading, writing
from handrail.app.chart.forms import day_input, form_of


def labelled(
    viewer: Viewer,
    table: str,
    labels: Mapping[str, str],
    request: HttpRequest | None = None,
    *,
    row: Any = None,
    initial: Mapping[str, Any] | None = None,
) -> Any:
    """This will give a form for the columns of a table that have a label here, without the declarations' help texts."""
    form = form_of(viewer, table, list(labels), request, row=row, initial=initial, labels=labels)
    for field in form.fields.values():
        field.help_text = ""
    return form


class Words(forms.Form):
    """One box for each part of a row's wording."""

    def __init__(
        self, parts: Mapping[str, str], request: HttpRequest | None, held: Mapping[str, str] | None = None
    ) -> None:
        """This will ask for `parts`, by label; `held` are the words that stand there."""
        data = request.POST if request is not None and request.method == "POST" else None
        super().__init__(data, prefix="words", initial=dict(held or {}))
        for part, label in parts.items():
            widget = forms.Textarea(attrs={"rows": 3, "autocomplete": "off"})
            self.fields[part] = forms.CharField(label=label, required=False, widget=widget)

    def keep(self, viewer: Viewer, row: Any, reason: str = "") -> None:
        """This will write what was typed; a box that was empty and stays empty leaves no trace."""
        held = reading.wordings(viewer, row.table, row.pk)
        for part in self.fields:
            text = str(self.cleaned_data[part])
            if text or (row.pk, part) in held:
                writing.word(viewer, row, part, text, reason=reason)


class Reason(forms.Form):
    """Why something signed is amended."""

    reason = forms.CharField(
        max_length=500, label="Why it is amended", help_text="This is signed. The reason stays with it."
    )


class Signing(forms.Form):
    """Who signs, and how."""

    signer = forms.ChoiceField(
        label="Who signs",
        choices=[
            ("", "choose"),
            ("staff", "I sign, as a member of staff"),
            ("individual", "The person"),
            ("family", "Family"),
            ("support", "Another support"),
        ],
    )
    way = forms.ChoiceField(
        label="How",
        choices=[
            ("here", "Signed here, before me"),
            ("remote", "Signed remotely"),
            ("refused", "The person refused, or could not sign"),
        ],
        help_text="For staff this stays as it is.",
    )
    words = forms.CharField(
        label="Words",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text="A refusal: what the person said. Family or support: who signed. Remote: how it was done.",
    )
    signed_on = forms.DateField(label="Day", widget=day_input())

    def __init__(self, request: HttpRequest, viewer: Viewer) -> None:
        """This will read a POST request."""
        super().__init__(request.POST if request.method == "POST" else None, initial={"signed_on": viewer.today})


def mark_of(row: Any, held: Mapping[str, str]) -> str:
    """This will give a mark by which a page can tell whether a row and its words are still those that it showed."""
    text = json.dumps([row.pk, row.version, sorted(held.items())], ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
