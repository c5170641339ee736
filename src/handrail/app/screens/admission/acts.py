"""What can be done on the admission page: one sheet for each kind of record, the start, and a departure from guidance."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest

from handrail.app.accounts.access import Viewer
from handrail.app.chart import writing
from handrail.app.chart.forms import day_input, form_of, keep
from handrail.app.screens.person.settling import fact_of, given
from handrail.definitions.document import Edition
from handrail.definitions.outline import facts_asked
from handrail.records.schema import tables
from handrail.subjects.catalog import subjects

DEPARTS = "departs_from_guidance"
"""The fact that a clause asks for where a clinician may depart from it."""


@dataclass(frozen=True)
class Record:
    """A sheet that adds one record: its columns, the days that are today unless told otherwise, who wrote it."""

    title: str
    hint: str
    columns: Sequence[str]
    today: str = ""
    author: str = ""
    act: str = "write chart"


RECORDS: Mapping[str, Record] = {
    "diagnosis": Record(
        "Add a diagnosis",
        "Who made it may be one of the staff, or somebody elsewhere: then give the credential.",
        ["category", "code", "code_system", "manual", "diagnosed_on", "diagnosed_by", "diagnoser_credential"],
    ),
    "outside_stay": Record(
        "Add a stay elsewhere",
        "Treatment in another program: detoxification, inpatient, residential, outpatient.",
        ["facility", "level", "focus", "admitted_on", "discharged_on", "discharge_reason", "objectives_met"],
    ),
    "child": Record("Add a child", "", ["birth_date", "lives_with_person", "custody"]),
    "functional_impairment": Record(
        "Add a finding on how the person manages",
        "One finding for each activity. The latest one of an activity counts.",
        ["activity", "limits_activity", "substance_related", "observed_on"],
        today="observed_on",
        author="observed_by",
    ),
    "coverage": Record("Add coverage", "Who pays, and from when.", ["payer_type", "payer", "starts_on", "ends_on"]),
    "inquiry": Record(
        "Somebody asked, and there is none",
        "Without this, no record means that nobody knows. Write it down also where something was found.",
        ["topic", "asked_on"],
        today="asked_on",
        author="asked_by",
    ),
    "judgement": Record(
        "Write down a clinical judgement",
        "It is yours, with your name and the day.",
        ["kind", "answer", "judged_on"],
        today="judged_on",
        author="judged_by",
        act="make judgement",
    ),
}


class Departure(forms.Form):
    """A departure from guidance: from which clause, and why."""

    clause = forms.ChoiceField(label="Guidance departed from")
    judged_on = forms.DateField(
        label="Day",
        widget=day_input(),
        help_text="The day of the judgement.",
    )
    reason = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 4}), max_length=4000)


@dataclass
class Sheet:
    """One form on the page; `is_open` where somebody came for it, or where something in it is wrong."""

    name: str
    title: str
    hint: str
    form: Any
    button: str
    is_open: bool = False


def sheets(looking: Viewer, episode: Any, edition: Edition | None, request: HttpRequest) -> list[Sheet]:
    """This will give the sheets that the viewer may fill in, the one that was sent or asked for open."""
    done, asked = request.POST.get("act", ""), request.GET.get("asks", "")
    fact = fact_of("admission", asked) or fact_of("assessment", asked)
    made = []
    for table, told in RECORDS.items():
        if not looking.may(told.act):
            continue
        form = _form(looking, table, told, request if done == table else None, given(fact, table) if fact else {})
        is_open = done == table or (fact is not None and table in fact.evidence)
        made.append(Sheet(table, told.title, told.hint, form, "Add", is_open))
    guidance = _guidance(edition)
    if guidance and looking.may("make judgement"):
        made.append(_departure(guidance, request if done == "departure" else None, looking.today, asked))
    if episode.admitted_on is None and looking.may("write chart"):
        start = form_of(
            looking,
            "episode",
            ["admitted_on"],
            request if done == "start" else None,
            initial={"admitted_on": looking.today},
            prefix="start",
            labels={"admitted_on": "First day of the service"},
        )
        start.fields["admitted_on"].required = True
        hint = "A person decides this. The answer above is a recommendation, and what is open stays open."
        made.append(Sheet("start", "Start the service", hint, start, "Start", done == "start"))
    return made


def keep_sheet(looking: Viewer, episode: Any, sheet: Sheet) -> bool:
    """This will write what was sent in a sheet, or put the errors at their fields. Says whether it was written."""
    if sheet.name == "departure":
        return _depart(looking, episode, sheet.form)
    if sheet.name == "start":
        return keep(sheet.form, lambda told: writing.amend(looking, episode, told)) is not None
    told = RECORDS[sheet.name]
    looking.require(told.act)
    columns = tables()[sheet.name].columns
    owner = {"episode_id": episode.pk} if "episode_id" in columns else {"person_id": episode.person_id}
    author = {told.author: looking.staff_id} if told.author and looking.staff_id else {}
    return keep(sheet.form, lambda typed: writing.create(looking, sheet.name, {**typed, **owner, **author})) is not None


def _form(looking: Viewer, table: str, told: Record, request: HttpRequest | None, preset: Mapping[str, str]) -> Any:
    initial: dict[str, Any] = {name: value for name, value in preset.items() if name in told.columns}
    if told.today:
        initial[told.today] = looking.today
    if "diagnosed_by" in told.columns:
        initial["diagnosed_by"] = None
    form = form_of(looking, table, told.columns, request, initial=initial, prefix=table)
    if table == "judgement":
        form.fields["kind"].choices = [("", "choose"), *_judgements().items()]
    return form


def _judgements() -> dict[str, str]:
    """The judgements that the admission asks for, each with its question; a departure has its own sheet."""
    facts = subjects()["admission"].facts.values()
    asked = {given(fact, "judgement").get("kind", ""): fact.question for fact in facts if "judgement" in fact.evidence}
    return {kind: question for kind, question in asked.items() if kind not in ("", "override")}


def _guidance(edition: Edition | None) -> dict[str, str]:
    clauses = edition.clauses if edition else ()
    return {
        clause.id: clause.says
        for clause in clauses
        if clause.about == "admission" and DEPARTS in {name for name, _ in facts_asked(clause)}
    }


def _departure(guidance: dict[str, str], request: HttpRequest | None, today: datetime.date, asked: str) -> Sheet:
    form = Departure(request.POST if request else None, prefix="departure", initial={"judged_on": today})
    form.fields["clause"].choices = [("", "choose"), *guidance.items()]  # type: ignore[attr-defined]
    hint = "Guidance may be departed from with a reason. The reason is kept with your name, and the clause is shown as excused."
    return Sheet(
        "departure", "Depart from guidance", hint, form, "Write it down", request is not None or asked == DEPARTS
    )


def _depart(looking: Viewer, episode: Any, form: Departure) -> bool:
    looking.require("make judgement")
    if not form.is_valid():
        return False
    told = form.cleaned_data
    values = {
        "episode_id": episode.pk,
        "kind": "override",
        "about": told["clause"],
        "answer": True,
        "judged_on": told["judged_on"],
        "judged_by": looking.staff_id or None,
    }
    with transaction.atomic():
        made = writing.create(looking, "judgement", values)
        writing.word(looking, made, "reason", told["reason"])
    return True
