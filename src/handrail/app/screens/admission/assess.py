"""The assessment: made now, taken over from elsewhere, or added to; six dimensions, screenings, referrals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.accounts.proof import prove
from handrail.app.chart import reading, writing
from handrail.app.chart.forms import form_of, keep
from handrail.app.screens.admission.assessing import DIMENSIONS, assessing, sign
from handrail.app.screens.admission.views import counted, lines
from handrail.app.screens.person.settling import fact_of
from handrail.app.screens.person.source import edition_of
from handrail.app.screens.person.who import steps, who
from handrail.app.worklists.models import Verdict

_SHOWN = 12
_REFERRAL = ["purpose", "referred_on", "receiver", "receiver_credential", "need_id", "outcome", "outcome_on"]


@dataclass
class Earlier:
    """One assessment on file, with its ratings by dimension and its screenings."""

    row: Any
    source: str
    ratings: dict[int, Any] = field(default_factory=dict)
    screenings: list[Any] = field(default_factory=list)

    @property
    def by_dimension(self) -> list[Any]:
        """The ratings in the order of the dimensions, None where one is missing."""
        return [self.ratings.get(number) for number in DIMENSIONS]


@require_http_methods(["GET", "HEAD", "POST"])
def assessment(request: HttpRequest, episode_id: str) -> HttpResponse:
    """This will show the assessments on file, and sign a new one, or write down a referral."""
    looking = viewer(request, "read chart", *(["write chart"] if request.method == "POST" else []))
    episode = reading.episode(looking, episode_id, screen="assessment")
    act = request.POST.get("act", "")
    if act in ("assess", "sign"):
        prove(request)
    on_file = earlier(looking, episode.person_id)
    sent = assessing(looking, request if act == "assess" else None, _latest(on_file))
    referral = _referral(looking, episode, request if act == "refer" else None)
    if act == "assess" and sign(looking, episode, sent) is not None:
        messages.success(request, "Signed and locked. From now on it is amended, with a reason.")
        return redirect("assessment", episode.pk)
    if act == "refer" and _refer(looking, episode, referral):
        messages.success(request, "The referral is written down.")
        return redirect("assessment", episode.pk)
    if act == "sign":
        _sign_one(looking, episode, request.POST.get("assessment", ""))
        messages.success(request, "Signed and locked.")
        return redirect("assessment", episode.pk)
    told = _said(looking, episode)
    edition = edition_of(told[0].definition, told[0].edition) if told else edition_of(episode.program.service)
    fact = fact_of("assessment", request.GET.get("asks", ""))
    referrals = reading.rows(looking, "referral").filter(episode_id=episode.pk).order_by("-referred_on", "-pk")
    shown = {
        "episode": episode,
        "who": who(episode.person, looking.today),
        "steps": steps(episode, "assessment"),
        "edition": edition,
        "on_file": on_file,
        "dimensions": DIMENSIONS,
        "sent": sent,
        "referral": referral,
        "referrals": referrals[:_SHOWN],
        "opens_referral": act == "refer" or (fact is not None and "referral" in fact.evidence),
        "lines": lines(looking, edition, told),
        "counts": counted(told),
        "may_write": looking.may("write chart"),
    }
    return render(request, "admission/assessment.html", shown)


def earlier(looking: Viewer, person_id: str) -> list[Earlier]:
    """This will give the latest assessments of a person with what they say, the latest first; three queries."""
    rows = reading.about(looking, "assessment", person=person_id).select_related("assessor")
    found = {
        row.pk: Earlier(row, _source(row)) for row in rows.order_by("-completed_on", "-entered_at", "-pk")[:_SHOWN]
    }
    for rating in (
        reading.rows(looking, "dimension_rating").filter(assessment_id__in=list(found)).order_by("entered_at")
    ):
        found[rating.assessment_id].ratings[rating.dimension] = rating
    for screening in reading.rows(looking, "screening").filter(assessment_id__in=list(found)).order_by("screened_on"):
        found[screening.assessment_id].screenings.append(screening)
    return list(found.values())


def _source(row: Any) -> str:
    if row.assessor is not None:
        return row.assessor.name or row.assessor.pk
    if row.assessor_credential:
        return f"elsewhere, {row.get_assessor_credential_display()}"
    return "not documented by whom"


def _latest(on_file: Sequence[Earlier]) -> dict[int, Any]:
    """The latest rating of each dimension, with the assessment that has it."""
    told: dict[int, Any] = {}
    for one in on_file:
        for number, rating in one.ratings.items():
            told.setdefault(number, (rating, one))
    return told


def _referral(looking: Viewer, episode: Any, request: HttpRequest | None) -> Any:
    form = form_of(
        looking,
        "referral",
        _REFERRAL,
        request,
        initial={"referred_on": looking.today},
        prefix="referral",
        labels={"need_id": "Need that it answers"},
    )
    needs = reading.rows(looking, "need").filter(episode_id=episode.pk)
    form.fields["need"].queryset = needs
    form.fields["need"].empty_label = "none named"
    form.fields["need"].label_from_instance = lambda row: f"{row.get_kind_display()}, {row.identified_on:%d %b %Y}"
    return form


def _refer(looking: Viewer, episode: Any, form: Any) -> bool:
    made = keep(form, lambda told: writing.create(looking, "referral", {**told, "episode_id": episode.pk}))
    return made is not None


def _sign_one(looking: Viewer, episode: Any, assessment_id: str) -> None:
    """Lock an assessment that came in unsigned, with its ratings and screenings."""
    row = reading.one(looking, "assessment", assessment_id)
    if row.person_id != episode.person_id:
        reading.one(looking, "assessment", "")
    for one in (row, *_parts(looking, row)):
        writing.lock(looking, one)


def _parts(looking: Viewer, row: Any) -> list[Any]:
    return [
        part
        for table in ("dimension_rating", "screening")
        for part in reading.rows(looking, table).filter(assessment_id=row.pk)
    ]


def _said(looking: Viewer, episode: Any) -> list[Verdict]:
    kept = Verdict.objects.filter(
        organization=looking.organization, person_id=episode.person_id, episode_id=episode.pk, subject="assessment"
    )
    return list(kept.order_by("position", "pk"))
