"""The queue: every request of the payer by its deadline, with filters that stand in the address."""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.accounts.models import Organization
from handrail.app.authorizations import checking, clock
from handrail.app.authorizations.models import Request
from handrail.app.authorizations.sharing import requests_of
from handrail.app.screens.desk.naming import LOOKS, service_named

_A_PAGE = 25
_MOST_WARNED = 8
_HOUR = datetime.timedelta(hours=1)
_OPEN = Q(status__in=Request.OPEN)
STATUSES = {
    "": "open",
    "received": "received",
    "asked": "information asked for",
    "referred": "with the medical director",
    "paused": "clock stands still",
    "check": "automatic, to be checked",
    "approved": "approved",
    "adverse": "denied or reduced",
    "withdrawn": "withdrawn",
    "all": "every status",
}
WHOSE = {"": "everybody's", "mine": "mine", "nobody": "unassigned"}
DUE = {"": "any time", "over": "overdue", "24": "within 24 hours", "48": "within 48 hours", "168": "within 7 days"}


@dataclass(frozen=True)
class Asked:
    """The filters in the address; empty means the usual."""

    status: str = ""
    urgency: str = ""
    service: str = ""
    provider: str = ""
    whose: str = ""
    due: str = ""

    def at(self, **others: str) -> str:
        """This will write these filters, some of them changed, as the end of an address."""
        return urlencode({name: value for name, value in asdict(replace(self, **others)).items() if value})


@dataclass(frozen=True)
class Line:
    """One request of the queue."""

    request: Request
    clock: clock.Left
    look: str
    service: str
    is_mine: bool
    may_take: bool


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """This will list the payer's requests by deadline; a medical director sees what was referred first."""
    looking = viewer(request, "read requests")
    now = timezone.now()
    every, asked = received(looking), _asked(request)
    found = ordered(filtered(every, asked, looking, now), looking, asked)
    page = Paginator(found, _A_PAGE).get_page(request.GET.get("page"))
    counts = _counts(every, looking, now)
    warned = every.filter(_OPEN, due_at__lte=now + 24 * _HOUR).order_by("due_at", "pk")
    sample = checking.to_check(looking).count()
    shown = {
        "asked": asked,
        "query": asked.at(),
        "page": page,
        "lines": [line(looking, one, now) for one in page],
        "counts": counts,
        "tiles": _tiles(counts, sample),
        "warned": [line(looking, one, now) for one in warned[:_MOST_WARNED]],
        "more_warned": max(0, counts["over"] + counts["today"] - _MOST_WARNED),
        "status_name": STATUSES[asked.status],
        "choices": _choices(every, asked),
        "is_director": looking.may("decide requests"),
    }
    return render(request, "desk/queue.html", shown)


def received(looking: Viewer) -> QuerySet[Request]:
    """This will give the requests that the payer has received, with what a line of the queue names; nobody's chart."""
    found = requests_of(looking).filter(payer_id=looking.organization.pk)
    return found.select_related("holder", "assigned_to__user")


def line(looking: Viewer, one: Request, now: datetime.datetime) -> Line:
    """This will make a line of the queue."""
    left = clock.left(one, now)
    is_mine = one.assigned_to_id == looking.membership_id
    is_open = one.status in Request.OPEN and left.state != "overdue"
    may_take = is_open and not is_mine and looking.may("screen requests")
    return Line(one, left, LOOKS.get(left.state, ""), service_named(one.definition), is_mine, may_take)


def filtered(every: QuerySet[Request], asked: Asked, looking: Viewer, now: datetime.datetime) -> QuerySet[Request]:
    """This will keep what the address asks for."""
    chosen = {
        "": _OPEN,
        "all": Q(),
        "paused": _OPEN & Q(paused_at__isnull=False),
        "adverse": Q(status__in=Request.ADVERSE),
        "check": Q(pk__in=checking.to_check(looking).values("request_id")),
    }
    found = every.filter(chosen.get(asked.status, Q(status=asked.status)))
    if asked.urgency:
        found = found.filter(urgency=asked.urgency)
    if asked.service:
        found = found.filter(definition=asked.service)
    if asked.provider:
        found = found.filter(holder_id=asked.provider)
    if asked.whose:
        found = found.filter(assigned_to=looking.membership_id if asked.whose == "mine" else None)
    if asked.due:
        until = now if asked.due == "over" else now + int(asked.due) * _HOUR
        found = found.filter(_OPEN, due_at__lte=until)
    return found


def ordered(found: QuerySet[Request], looking: Viewer, asked: Asked) -> QuerySet[Request]:
    """This will put open requests by deadline, those whose clock stands still behind them, then what is decided."""
    first = Value(0)
    if looking.may("decide requests") and asked.status == "":
        first = Case(When(status=Request.Status.REFERRED, then=0), default=1, output_field=IntegerField())
    state = Case(When(_OPEN & Q(paused_at=None), then=0), When(_OPEN, then=1), default=2, output_field=IntegerField())
    found = found.annotate(is_first=first, stands=state)
    when = Case(When(_OPEN, then=F("due_at")))
    return found.order_by("is_first", "stands", when.asc(nulls_last=True), F("decided_at").desc(nulls_last=True), "pk")


def _asked(request: HttpRequest) -> Asked:
    told = {name: request.GET.get(name, "") for name in asdict(Asked())}
    known = {"status": STATUSES, "urgency": Request.Urgency.values, "whose": WHOSE, "due": DUE}
    return Asked(**{name: value if value in known.get(name, [value]) else "" for name, value in told.items()})


def _counts(every: QuerySet[Request], looking: Viewer, now: datetime.datetime) -> dict[str, int]:
    mine = Q(assigned_to=looking.membership_id)
    return every.filter(_OPEN).aggregate(
        open=Count("pk"),
        over=Count("pk", filter=Q(due_at__lte=now)),
        today=Count("pk", filter=Q(due_at__gt=now, due_at__lte=now + 24 * _HOUR)),
        referred=Count("pk", filter=Q(status=Request.Status.REFERRED)),
        paused=Count("pk", filter=Q(paused_at__isnull=False)),
        nobody=Count("pk", filter=Q(assigned_to=None)),
        mine=Count("pk", filter=mine),
    )


def _tiles(counts: dict[str, int], sampled: int) -> list[tuple[str, int, str, str]]:
    """The row of numbers: words, number, style, and the filters behind it."""
    told = [
        ("open", counts["open"], "", ""),
        ("overdue", counts["over"], "late", Asked(due="over").at()),
        ("due within 24 h", counts["over"] + counts["today"], "due", Asked(due="24").at()),
        ("with the medical director", counts["referred"], "", Asked(status="referred").at()),
        ("unassigned", counts["nobody"], "", Asked(whose="nobody").at()),
        ("mine", counts["mine"], "", Asked(whose="mine").at()),
    ]
    if sampled:
        told.append(("automatic approvals to check", sampled, "soon", Asked(status="check").at()))
    return [(words, number, look if number else "", query) for words, number, look, query in told]


def _choices(every: QuerySet[Request], asked: Asked) -> list[dict[str, Any]]:
    """The filters as selects: name, label, choices, and what is chosen."""
    services = sorted(set(every.order_by().values_list("definition", flat=True).distinct()))
    holders = every.order_by().values_list("holder_id", flat=True).distinct()
    providers = Organization.objects.filter(pk__in=holders).order_by("name").values_list("pk", "name")
    told: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("status", "Status", list(STATUSES.items())),
        ("urgency", "Urgency", [("", "any"), *Request.Urgency.choices]),
        ("service", "Service", [("", "every service"), *((one, service_named(one)) for one in services)]),
        ("provider", "Provider", [("", "every provider"), *providers]),
        ("whose", "Assigned to", list(WHOSE.items())),
        ("due", "Due", list(DUE.items())),
    ]
    return [
        {"name": name, "label": label, "options": options, "chosen": getattr(asked, name)}
        for name, label, options in told
    ]
