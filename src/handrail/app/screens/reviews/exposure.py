"""The exposure estimate: units in what fails a clause, by clause and once in the total; each number opens its list."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.audit.log import acts_about, note
from handrail.app.authorizations.acting import NotNowError
from handrail.app.chart import reading
from handrail.app.reviewing import exposure as counting
from handrail.app.reviewing import recording
from handrail.app.reviewing.models import FocusedReview
from handrail.app.screens.person.source import clause_of
from handrail.app.screens.person.who import who
from handrail.app.screens.reviews.forms import Span
from handrail.app.screens.reviews.views import program_names

_A_PAGE = 100
USUAL_DAYS = 30
TITLES = {
    "total must": "What the source demands, each unit once",
    "total all": "With its guidance, each unit once",
}
PARTS = ((counting.FAILING, "fails"), (counting.UNKNOWN, "cannot be told"), (counting.REST, "neither"))


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    form: Span
    program: str
    since: datetime.date
    until: datetime.date
    review: FocusedReview | None

    @property
    def query(self) -> str:
        """It as part of an address."""
        told = {"program": self.program, "since": str(self.since), "until": str(self.until)}
        return urlencode(told | ({"review": self.review.pk} if self.review else {}))


@require_safe
def exposure(request: HttpRequest) -> HttpResponse:
    """This will show the estimate for a program and days, or for the sample of a review."""
    looking = viewer(request, "read oversight")
    asked = _asked(request, looking)
    try:
        found = _found(looking, asked)
    except NotNowError as error:
        messages.error(request, str(error))
        return redirect("review_room", asked.review.pk if asked.review else "")
    told = {
        "asked": asked,
        "form": asked.form,
        "exposure": found,
        "lines": [(one, _titled(one)) for one in (*found.totals, *found.lines)],
        "parts": PARTS,
        "may_open": looking.may("read chart"),
        "program": program_names(looking).get(asked.program, "every program"),
    }
    return render(request, "reviews/exposure.html", told)


@require_safe
def csv(request: HttpRequest) -> HttpResponse:
    """This will give the estimate as CSV."""
    looking = viewer(request, "read oversight")
    asked = _asked(request, looking)
    try:
        text = counting.as_csv(_found(looking, asked))
    except NotNowError as error:
        raise Http404(str(error)) from None
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, f"exposure-{asked.since}-{asked.until}.csv")
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def behind(request: HttpRequest) -> HttpResponse:
    """This will list what was given behind one number, each with its records and why."""
    looking = viewer(request, "read oversight", "read chart")
    asked = _asked(request, looking)
    try:
        line = _found(looking, asked).line(request.GET.get("line", "total must"))
    except NotNowError as error:
        raise Http404(str(error)) from None
    what = request.GET.get("what", counting.FAILING)
    if what not in line.parts:
        raise Http404("There is no such list.")
    amount = line.parts[what]
    page = Paginator(amount.given, _A_PAGE).get_page(request.GET.get("page"))
    persons = {one.person_id for one, _ in page}
    rows = reading.rows(looking, "person").filter(pk__in=persons).select_related("identity")
    names = {one.pk: who(one, looking.today) for one in rows}
    if persons:
        note(looking, *acts_about(sorted(persons), "read", "exposure"))
    told = {
        "asked": asked,
        "line": line,
        "title": _titled(line),
        "what": dict(PARTS)[what],
        "amount": amount,
        "page": page,
        "lines": [(one, verdict, names.get(one.person_id)) for one, verdict in page],
        "query": f"{asked.query}&{urlencode({'line': line.name, 'what': what})}",
    }
    return render(request, "reviews/exposure_list.html", told)


def _asked(request: HttpRequest, looking: Viewer) -> Asked:
    held = recording.review_of(looking, request.GET["review"]) if request.GET.get("review") else None
    usual = {"since": looking.today - datetime.timedelta(days=USUAL_DAYS - 1), "until": looking.today, "program": ""}
    if held is not None:
        usual = {"since": held.since, "until": held.until, "program": ""}
    form = Span(request.GET if "since" in request.GET else None, initial=usual)
    form.fields["program"].choices = [("", "every program"), *program_names(looking).items()]  # type: ignore[attr-defined]
    given = form.cleaned_data if form.is_bound and form.is_valid() else usual
    return Asked(form, str(given["program"]), given["since"], given["until"], held)  # type: ignore[arg-type]


def _found(looking: Viewer, asked: Asked) -> counting.Exposure:
    return counting.exposure(looking, asked.program, asked.since, asked.until, review=asked.review)


def _titled(line: counting.Line) -> str:
    if line.clause is None:
        return TITLES[line.name]
    source = clause_of(line.clause.definition, "", line.clause.clause)
    return source.says if source else line.clause.clause.replace("-", " ")
