"""What can be entered from these screens: one short form for each table, and where it leads back to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from django import forms
from django.http import HttpRequest
from ruamel.yaml import YAML

from handrail.app.accounts.access import Viewer
from handrail.app.chart.forms import form_of


@dataclass(frozen=True)
class Entry:
    """A form for one table. `fixed` are the columns that the episode itself answers."""

    table: str
    title: str
    columns: tuple[str, ...]
    back: str
    fixed: tuple[str, ...] = ("episode_id",)
    labels: Mapping[str, str] = field(default_factory=dict)
    day: str = ""


ENTRIES: Mapping[str, Entry] = {
    "provider": Entry(
        "care_team_member",
        "A provider who also helps the person",
        ("role", "name", "known_on", "consent_on", "consent_refused"),
        "recovery",
        labels={
            "known_on": "Known since",
            "consent_on": "Consented to contact on",
            "consent_refused": "Does not want them contacted",
        },
        day="known_on",
    ),
    "coordination": Entry(
        "coordination_contact",
        "A contact with a provider",
        ("care_team_member_id", "contacted_on", "by_staff_id"),
        "recovery",
        (),
        {"care_team_member_id": "With whom", "contacted_on": "Day", "by_staff_id": "Who made it"},
        "contacted_on",
    ),
    "need": Entry("need", "A need", ("kind", "identified_on"), "recovery", day="identified_on"),
    "referral": Entry(
        "referral",
        "A referral",
        ("purpose", "need_id", "referred_on", "receiver", "receiver_credential", "outcome", "outcome_on"),
        "recovery",
        labels={"need_id": "The need it answers", "receiver": "To whom", "purpose": "What for"},
        day="referred_on",
    ),
    "observation": Entry(
        "observation",
        "An observation",
        ("measure", "value_number", "value_code", "tool", "observed_on"),
        "outcomes",
        ("person_id",),
        {"value_number": "The number", "value_code": "Or the category", "tool": "Instrument"},
        "observed_on",
    ),
    "use": Entry(
        "use_event",
        "A return to use",
        ("occurred_on", "substance", "source"),
        "outcomes",
        ("person_id",),
        {"source": "How it is known"},
    ),
    "incident": Entry("incident", "An incident", ("occurred_on", "severity"), "outcomes", ("program_id", "episode_id")),
    "grievance": Entry("grievance", "A grievance", ("received_on", "upheld"), "outcomes", ("program_id", "episode_id")),
    "inquiry": Entry(
        "inquiry",
        "That somebody asked",
        ("topic", "asked_on", "asked_by"),
        "outcomes",
        ("person_id",),
        {"topic": "What was asked about", "asked_on": "Day", "asked_by": "Who asked"},
        "asked_on",
    ),
}


@cache
def measures() -> Mapping[str, Mapping[str, Any]]:
    """This will say of each measure whether a number or one of some words records it."""
    text = files(__package__).joinpath("measures.yaml").read_text(encoding="utf-8")
    return dict(YAML(typ="safe").load(text))


def form_for(looking: Viewer, what: str, episode: Any, request: HttpRequest) -> forms.ModelForm[Any]:
    """This will give the form of an entry; lists offer what belongs to the episode."""
    entry = ENTRIES[what]
    shown = {entry.day: looking.today} if entry.day else {}
    widgets: dict[str, forms.Widget] = {}
    if what == "observation":
        groups = [
            (name.replace("_", " "), [(word, word.replace("_", " ")) for word in told["words"]])
            for name, told in measures().items()
            if "words" in told
        ]
        widgets["value_code"] = forms.Select(choices=[("", "none"), *groups])
    form = form_of(looking, entry.table, entry.columns, request, initial=shown, labels=entry.labels, widgets=widgets)
    for name in ("care_team_member", "need"):
        if name in form.fields:
            form.fields[name].queryset = form.fields[name].queryset.filter(episode_id=episode.pk)
            form.fields[name].label_from_instance = _told
    if looking.staff_id:
        for name in ("by_staff", "asked_by"):
            if name in form.fields:
                form.initial[name] = looking.staff_id
    return form


def is_complete(what: str, form: forms.ModelForm[Any]) -> bool:
    """This will put an error at the field where an observation's value is not of its measure's kind."""
    if what != "observation" or not form.is_valid():
        return form.is_valid()
    told = form.cleaned_data
    kind = measures()[told["measure"]]
    number, word = told["value_number"], told["value_code"]
    if "number" in kind and number is None:
        form.add_error("value_number", f"This measure is a number: {kind['number']}.")
    elif number is not None and not 0 <= number <= kind.get("most", number):
        form.add_error("value_number", f"Give a number from 0 to {kind['most']}." if "most" in kind else "Not below 0.")
    if "words" in kind and word not in kind["words"]:
        form.add_error("value_code", f"Choose one of: {', '.join(kind['words']).replace('_', ' ')}.")
    if "number" not in kind and number is not None:
        form.add_error("value_number", "This measure has no number.")
    if "words" not in kind and word:
        form.add_error("value_code", "This measure has no category.")
    return form.is_valid()


def _told(row: Any) -> str:
    if row.table == "need":
        return f"{row.get_kind_display()}, {row.identified_on}"
    return f"{row.name or 'Without a name'}, {row.get_role_display()}"
