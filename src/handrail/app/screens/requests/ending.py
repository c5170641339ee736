"""Ending an authorization early because care ended: what is typed, and where it is offered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms

from handrail.app.accounts.access import Viewer
from handrail.app.authorizations.models import Authorization
from handrail.app.authorizations.units import LONGEST, Standing


class Ending(forms.Form):
    """The last day of care, and why it ended, for the payer."""

    ended_on = forms.DateField(
        label="Last day of care", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    why = forms.CharField(
        label="Why care ended, in plain words",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The payer reads it. Say no more than it needs.",
    )

    def __init__(self, held: Authorization, data: Any = None) -> None:
        """This will begin with the day of the discharge, where there is one."""
        discharged_on = held.episode.discharged_on
        told = {"ended_on": held.ended_on, "why": held.ended_why}
        if held.ended_on is None and discharged_on:
            told = {"ended_on": min(discharged_on, held.ends_on), "why": "Care ended with the discharge."}
        super().__init__(data, initial=told, auto_id=f"end_{held.pk}_%s")
        self.held = held


@dataclass(frozen=True)
class Offer:
    """One authorization that can be ended. `is_due`: the chart says that the person was discharged before its last day."""

    standing: Standing
    form: Ending
    is_due: bool


def endings(looking: Viewer, found: Iterable[Standing], typed: Ending | None = None) -> list[Offer]:
    """This will give what may be ended early, or corrected, each with its form; `typed` came back with errors."""
    if not looking.may("request authorization"):
        return []
    told = []
    for one in found:
        held = one.authorization
        is_due = (
            not one.is_ended and held.episode.discharged_on is not None and held.episode.discharged_on < held.ends_on
        )
        if is_due or one.is_ended or one.state != "over":
            told.append(Offer(one, typed if typed and typed.held.pk == held.pk else Ending(held), is_due))
    return told
