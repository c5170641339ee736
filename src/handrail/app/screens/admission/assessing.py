"""The forms of an assessment: itself, six dimensions, screenings; and writing them, signed, all or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from handrail.app.accounts.access import Viewer
from handrail.app.chart import writing
from handrail.app.chart.forms import form_of, put_errors, values
from handrail.app.worklists import judging

DIMENSIONS: Mapping[int, str] = {
    1: "Intoxication and withdrawal",
    2: "Biomedical",
    3: "Emotional, behavioral, cognitive",
    4: "Readiness to change",
    5: "Relapse potential",
    6: "Recovery environment",
}
"""The dimensions by the names that the definitions use."""

SCREENINGS: Mapping[str, str] = {"cooccurring": "Co-occurring conditions", "medical": "Medical", "trauma": "Trauma"}
"""The screenings that the page offers."""

_OWN = ["kind", "completed_on", "assessor_id", "assessor_credential", "asam_edition", "level_recommended"]
_CONTENT = ["gives_diagnosis", "gives_level", "gives_discharge_plan", "suspects_mental_condition"]


_LABELS = {
    "assessor_id": "Assessed by (our staff)",
    "assessor_credential": "Credential of the assessor",
    "asam_edition": "Edition of the criteria",
    "level_recommended": "Level of care recommended",
}
_ASKED = {
    "gives_diagnosis": "Contains a current diagnosis",
    "gives_level": "Recommends a level of care",
    "gives_discharge_plan": "Contains a discharge plan",
    "suspects_mental_condition": "A mental health condition is suspected",
}


class Dimension(forms.Form):
    """One dimension: is there a problem, and how great is the risk. A clinician says it; nothing is computed."""

    has_problem = forms.TypedChoiceField(
        label="Is there a problem?",
        choices=[("", "not documented"), ("true", "yes"), ("false", "no")],
        coerce=lambda given: given == "true",
        empty_value=None,
        required=False,
    )
    rating = forms.TypedChoiceField(
        label="Risk rating",
        choices=[("", "not documented"), *((str(number), str(number)) for number in range(5))],
        coerce=int,
        empty_value=None,
        required=False,
    )


@dataclass
class Part:
    """One dimension or screening on the page: its title, its form, and what was said before."""

    key: Any
    title: str
    form: Any
    before: Any = None


@dataclass
class Assessing:
    """Every form of one assessment."""

    own: Any
    relevance: Any
    content: Any
    dimensions: list[Part]
    screenings: list[Part]

    @property
    def forms(self) -> list[Any]:
        """All of them, in the order of the page."""
        parts = [part.form for part in (*self.dimensions, *self.screenings)]
        return [self.own, self.relevance, self.content, *parts]

    @property
    def has_errors(self) -> bool:
        """Whether something in a dimension or a screening is wrong; it is said in the table, at its place."""
        return any(part.form.errors for part in (*self.dimensions, *self.screenings))


def assessing(looking: Viewer, request: HttpRequest | None, before: Mapping[int, Any]) -> Assessing:
    """This will give the forms of a new assessment, filled from what was sent. `before`: the latest earlier ratings."""
    started = {"completed_on": looking.today, "assessor": looking.staff_id or None}

    def form(columns: list[str], **more: Any) -> Any:
        return form_of(looking, "assessment", columns, request, prefix="assessment", **more)

    data = request.POST if request is not None else None
    screened = {kind: _screening(looking, request, kind) for kind in SCREENINGS}
    return Assessing(
        form(_OWN, initial=started, labels=_LABELS),
        form(["found_relevant"], labels={"found_relevant": "I attest that it is clinically relevant"}),
        form(_CONTENT, labels=_ASKED),
        [
            Part(number, title, Dimension(data, prefix=f"d{number}"), before.get(number))
            for number, title in DIMENSIONS.items()
        ],
        [Part(kind, title, screened[kind]) for kind, title in SCREENINGS.items()],
    )


def _screening(looking: Viewer, request: HttpRequest | None, kind: str) -> Any:
    form = form_of(
        looking,
        "screening",
        ["screened_on", "tool", "positive"],
        request,
        prefix="screening" if kind == "cooccurring" else f"screening-{kind}",
        labels={"screened_on": "Day"},
    )
    form.fields["screened_on"].required = False
    return form


def sign(looking: Viewer, episode: Any, sent: Assessing) -> Any:
    """This will write an assessment with its ratings and screenings, and lock them; None where something is wrong."""
    for part in sent.screenings:
        given = (part.form.data.get(part.form.add_prefix(name)) for name in ("tool", "positive"))
        part.form.fields["screened_on"].required = any(given)
    checked = [form.is_valid() for form in sent.forms]
    if not all(checked):
        return None
    told = values(sent.own) | values(sent.relevance) | values(sent.content)
    if told["kind"] != "prior":
        told["found_relevant"] = None
    attested = {"relevance_attested_by": looking.staff_id or None} if told["found_relevant"] is not None else {}
    try:
        with judging.wait(), transaction.atomic():
            owner = {"person_id": episode.person_id, "episode_id": episode.pk}
            made = writing.create(looking, "assessment", {**told, **owner, **attested})
            parts = _ratings(looking, made, sent) + _screenings(looking, made, sent)
            for row in (made, *parts):
                writing.lock(looking, row)
    except ValidationError as error:
        put_errors(sent.own, error)
        return None
    judging.judge_person(looking.organization.pk, episode.person_id)
    return made


def _ratings(looking: Viewer, made: Any, sent: Assessing) -> list[Any]:
    said = [
        {"assessment_id": made.pk, "dimension": part.key, **part.form.cleaned_data}
        for part in sent.dimensions
        if any(value is not None for value in part.form.cleaned_data.values())
    ]
    return writing.create_all(looking, "dimension_rating", said) if said else []


def _screenings(looking: Viewer, made: Any, sent: Assessing) -> list[Any]:
    said = [
        {"assessment_id": made.pk, "kind": part.key, **values(part.form)}
        for part in sent.screenings
        if part.form.cleaned_data.get("screened_on")
    ]
    return writing.create_all(looking, "screening", said) if said else []
