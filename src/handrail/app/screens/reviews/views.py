"""The list of reviews, and the page of one: its work list, findings by clause, answers, actions, second sample, end."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.chart.models import RECORDS
from handrail.app.reviewing import closing, opening, recording
from handrail.app.reviewing.models import FocusedReview
from handrail.app.screens.person.source import clause_of
from handrail.app.screens.reviews.forms import ActionForm, Asking, Closing, EndAction, Retest

_A_PAGE = 50
Status = FocusedReview.Status
LISTS = (("open", "Open"), ("closed", "Closed"), ("all", "All"))
STEPS = {
    "open": "opened, the sample drawn",
    "take case": "case taken",
    "finding": "a clause read",
    "looked": "case looked at",
    "open the key": "the key opened: who was flagged, and what the engine had said",
    "ask for answers": "clinicians asked for their answers",
    "answer": "a clinician answered",
    "add action": "action agreed",
    "action done": "action done",
    "action left": "action left with a reason",
    "re-test": "the second sample drawn",
    "close": "closed",
}
"""What a step is called."""
_NOT_LISTED = frozenset({"take case", "finding", "looked"})
"""Steps of single cases: they stand on the case's own page."""


@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """This will list reviews, open ones first, with every sentinel incident that needs one above them."""
    looking = viewer(request, "read oversight")
    chosen = request.GET.get("list", "open")
    chosen = chosen if chosen in dict(LISTS) else "open"
    every = recording.reviews_of(looking).select_related("opened_by__user")
    every = every.annotate(
        number_of_cases=Count("cases"), looked=Count("cases", filter=Q(cases__looked_at__isnull=False)),
        is_closed=Case(When(status=Status.CLOSED, then=Value(1)), default=Value(0), output_field=IntegerField()),
        is_sentinel=Case(When(kind="sentinel", then=Value(0)), default=Value(1), output_field=IntegerField()),
    ).order_by("is_closed", "is_sentinel", "-opened_at", "pk")  # fmt: skip
    if chosen != "all":
        every = every.filter(status=Status.CLOSED) if chosen == "closed" else every.exclude(status=Status.CLOSED)
    told = {
        "page": Paginator(every, _A_PAGE).get_page(request.GET.get("page")),
        "lists": LISTS,
        "chosen": chosen,
        "sentinels": [one for one in opening.sentinels(looking) if one.is_open],
        "may_write": looking.may("write review"),
    }
    return render(request, "reviews/list.html", told)


@require_safe
def review(request: HttpRequest, focused_id: str) -> HttpResponse:
    """This will show one review and what may be done now."""
    looking = viewer(request, "read oversight")
    held = recording.review_of(looking, focused_id)
    return render(request, "reviews/review.html", shown(looking, held))


def shown(looking: Viewer, held: FocusedReview, **forms: Any) -> dict[str, Any]:
    """This will give what the page of a review shows; `forms` are those that came back with errors."""
    work_list = list(held.cases.select_related("reviewer__user").annotate(said=Count("findings")).order_by("round", "place"))  # fmt: skip
    may_write = looking.may("write review") and held.status != Status.CLOSED
    sees = recording.sees_cases(looking)
    is_open = not held.is_blind_now
    actions = list(held.actions.order_by("due_on", "pk"))
    left = sum(case.looked_at is None for case in work_list)
    found = recording.confirmed(held) if is_open and sees else []
    return {
        "review": held,
        "banner_kind": held.kind,
        "occasion": opening.occasion(looking, held.points_to_table, held.points_to_id) if is_open else None,
        "cases": work_list,
        "sees": sees,
        "left": left,
        "looked": len(work_list) - left,
        "flagged_available": len(held.frame.get("flagged", ())),
        "unflagged_available": len(held.frame.get("unflagged", ())),
        "clauses": [(one, clause_of(one.definition, "", one.clause)) for one in opening.clauses_of(held)],
        "programs": program_names(looking, held.programs),
        "by_clause": closing.by_clause(held) if is_open else [],
        "confirmed": found,
        "unanswered": sum(not one.answers.all() for one in found),
        "actions": [(one, forms.get(f"end_{one.pk}") or _ending(one, may_write)) for one in actions],
        "retested": closing.retested(held),
        "hinders": closing.hinders(looking, held) if held.status != Status.CLOSED else [],
        "steps": [
            (one, STEPS.get(one.act, one.act))
            for one in held.steps.select_related("by__user").order_by("place")
            if one.act not in _NOT_LISTED
        ],
        "zone": looking.organization.time_zone,
        "may_write": may_write,
        "may_open_key": may_write and held.is_blind_now and not left,
        "forms": _forms(looking, held, left, may_write) | forms,
    }


def program_names(looking: Viewer, wanted: list[str] | None = None) -> dict[str, str]:
    """This will give the names of the viewer's programs, all or some, by id: names of programs are nobody's secret here."""
    rows = RECORDS["program"].objects.filter(holder_id=looking.organization.pk, is_withdrawn=False)
    rows = rows if wanted is None else rows.filter(pk__in=wanted)
    return {pk: name or pk for pk, name in rows.order_by("name", "pk").values_list("pk", "name")}


def _ending(action: Any, may_write: bool) -> EndAction | None:
    return EndAction(None, f"end{action.pk}") if may_write and not action.is_over else None


def _forms(looking: Viewer, held: FocusedReview, left: int, may_write: bool) -> dict[str, Any]:
    """An empty form for each act that is open now, and None for one that is not."""
    made: dict[str, Any] = dict.fromkeys(("ask", "action", "retest", "close"))
    if not may_write or held.is_blind_now:
        return made
    version = {"version": held.version}
    if not left and recording.confirmed(held):
        made["ask"] = Asking(None, initial=version | {"until": held.answers_by})
    made["action"] = ActionForm(None)
    first = closing.retest_from(held)
    if first is not None and held.clauses and held.retest_since is None:
        made["retest"] = Retest(None, initial=version | {"since": first, "wanted": 30})
    if not closing.hinders(looking, held):
        made["close"] = Closing(None, initial=version)
    return made
