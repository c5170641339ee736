"""A clinician's own page: the findings about cases of one's own, and the answer to each. Nobody else's stand here."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.audit.log import acts_about, note
from handrail.app.authorizations.acting import NotNowError
from handrail.app.chart import reading
from handrail.app.chart.forms import put_errors
from handrail.app.reviewing import closing
from handrail.app.screens.person.source import clause_of
from handrail.app.screens.person.who import who
from handrail.app.screens.reviews.forms import AnswerForm
from handrail.app.worklists.models import Verdict


@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    """This will list what reviewers confirmed in one's own cases, what waits for an answer first."""
    looking = viewer(request, "answer review", "read chart")
    return render(request, "reviews/mine.html", _shown(looking))


@require_POST
def answer(request: HttpRequest, finding_id: str) -> HttpResponse:
    """This will keep an answer to a finding of one's own."""
    looking = viewer(request, "answer review", "read chart")
    found = closing.own_findings(looking).filter(pk=finding_id).first()
    if found is None:
        raise Http404("There is no such finding of yours.")
    form = AnswerForm(request.POST, f"answer{found.pk}")
    if form.is_valid():
        try:
            closing.answer(looking, found, **form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
        except NotNowError as error:
            messages.error(request, str(error))
            return redirect("my_findings")
        else:
            messages.success(request, "Your answer is kept.")
            return redirect("my_findings")
    return render(request, "reviews/mine.html", _shown(looking, {found.pk: form}))


def _shown(looking: Viewer, forms: dict[str, Any] | None = None) -> dict[str, Any]:
    held = list(closing.own_findings(looking).order_by("-case__review__answers_by", "case__place", "place"))
    persons = {one.case.person_id for one in held} - {""}
    named = {one.pk: who(one, looking.today) for one in reading.rows(looking, "person").filter(pk__in=persons).select_related("identity")}  # fmt: skip
    there = {str(pk) for pk in Verdict.objects.filter(organization=looking.organization, pk__in=[one.evidence for one in held]).values_list("pk", flat=True)}  # fmt: skip
    note(looking, *acts_about(sorted(persons), "read", "finding")) if persons else None
    lines = []
    for one in held:
        answers = sorted(one.answers.all(), key=lambda told: told.at)
        is_closed = one.case.review.closed_at is not None
        form = None if is_closed else (forms or {}).get(one.pk) or AnswerForm(None, f"answer{one.pk}")
        lines.append(
            {
                "finding": one,
                "whom": named.get(one.case.person_id),
                "clause": clause_of(one.definition, one.edition, one.clause),
                "why": reverse("why", args=[one.evidence]) if one.evidence in there else "",
                "answers": answers,
                "form": form,
                "is_over": one.case.review.answers_by is not None and looking.today > one.case.review.answers_by,
            }
        )
    lines.sort(key=lambda line: bool(line["answers"]) or line["form"] is None)
    return {"lines": lines, "waiting": sum(not line["answers"] and line["form"] is not None for line in lines),
            "zone": looking.organization.time_zone, "has_staff": bool(looking.staff_id)}  # fmt: skip
