"""The requests of an agency: drafts, what was sent and waits, and what was decided."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from handrail.app.accounts.access import viewer
from handrail.app.authorizations import clock
from handrail.app.authorizations.models import Question, Request
from handrail.app.authorizations.sharing import requests_of
from handrail.app.screens.person.source import edition_of
from handrail.app.screens.person.who import who

_A_PAGE = 40
_STATES = {"late": "late", "overdue": "late", "today": "due", "soon": "soon"}
"""The class of the style sheet for a state of the clock."""

TABS = (
    ("drafts", "Drafts", (Request.Status.DRAFT,)),
    ("sent", "Sent", Request.OPEN),
    (
        "decided",
        "Decided and ended",
        (
            Request.Status.APPROVED,
            Request.Status.PARTLY,
            Request.Status.DENIED,
            Request.Status.LAPSED,
            Request.Status.WITHDRAWN,
            Request.Status.DISCARDED,
        ),
    ),
)


@dataclass(frozen=True)
class Line:
    """One request as a list shows it. `question_left`: what is left to answer what the payer asked."""

    held: Request
    name: str
    service: str
    decision_left: clock.Left
    decision_style: str
    question_left: clock.Left
    question_style: str


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """This will list the agency's requests by tab; questions of the payer first, by the day by which they are answered."""
    looking = viewer(request, "read chart")
    own = requests_of(looking).filter(holder=looking.organization)
    asked = request.GET.get("list", "")
    counts = {name: own.filter(status__in=states).count() for name, _, states in TABS}
    if asked not in counts:
        asked = "sent" if counts["sent"] or not counts["drafts"] else "drafts"
    states = next(states for name, _, states in TABS if name == asked)
    page = Paginator(ordered(shown(own.filter(status__in=states)), asked), _A_PAGE).get_page(request.GET.get("page"))
    told = {
        "tabs": [(name, title, counts[name]) for name, title, _ in TABS],
        "asked": asked,
        "page": page,
        "query": f"list={asked}",
        "caption": f"{page.paginator.count} request{'' if page.paginator.count == 1 else 's'}",
        "lines": lines_of(page.object_list, timezone.now()),
        "zone": looking.organization.time_zone,
    }
    return render(request, "requests/list.html", told)


def ordered(found: QuerySet[Request], tab: str) -> QuerySet[Request]:
    """This will put requests in the order in which they want to be looked at."""
    if tab == "drafts":
        return found.order_by("-entered_at", "pk")
    if tab == "decided":
        return found.order_by(Coalesce("decided_at", "received_at", "entered_at").desc(), "pk")
    return found.order_by(F("question_due").asc(nulls_last=True), "due_at", "pk")


def with_question(found: QuerySet[Request]) -> QuerySet[Request]:
    """This will say of each request by when the payer's open question is to be answered."""
    still = Question.objects.filter(request=OuterRef("pk"), answered_at=None).order_by("-asked_at").values("due_at")
    return found.annotate(question_due=Subquery(still[:1]))


def lines_of(found: Iterable[Request], now: datetime.datetime) -> list[Line]:
    """This will make the lines of requests that `shown` gave."""
    return [_line(one, now) for one in found]


def shown(found: QuerySet[Request]) -> QuerySet[Request]:
    """This will have requests come with all that a list says of them, in one query however many there are."""
    related = ("person__identity", "episode__program", "addressed_to", "entered_by__user")
    return with_question(found).select_related(*related)


def _line(one: Request, now: datetime.datetime) -> Line:
    left = clock.left(one, now)
    asked = question_left(one, getattr(one, "question_due", None), now)
    edition = edition_of(one.definition)
    return Line(
        one,
        who(one.person, now.date()).name,
        edition.title if edition else one.definition,
        left,
        _STATES.get(left.state, ""),
        asked,
        _STATES.get(asked.state, ""),
    )


def question_left(held: Request, due_at: datetime.datetime | None, now: datetime.datetime) -> clock.Left:
    """This will say what is left to answer the payer's question."""
    if due_at is None or held.status != Request.Status.ASKED:
        return clock.Left("", "")
    hours = (due_at - now) / datetime.timedelta(hours=1)
    if hours < 0:
        return clock.Left("overdue", "Answer overdue")
    if hours < 72:
        return clock.Left("today" if hours < 24 else "soon", f"Answer in {max(1, int(hours))} h")
    return clock.Left("later", f"Answer in {int(hours // 24)} days")
