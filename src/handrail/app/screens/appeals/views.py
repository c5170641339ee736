"""The list of appeals by deadline, and the page of one."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, F, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.authorizations import appeals as doing
from handrail.app.authorizations import clock, extending, windows
from handrail.app.authorizations.acting import PAYER, PROVIDER, open_acts, qualified, side_of
from handrail.app.authorizations.granting import granted
from handrail.app.authorizations.models import Appeal, Determination, Notice, Request
from handrail.app.authorizations.sharing import submissions
from handrail.app.screens.appeals.forms import Deciding, Extending, Heard, Hearing, Words

_A_PAGE = 50
LISTS = (("open", "Open"), ("mine", "Mine"), ("decided", "Decided"), ("hearing", "Fair hearings"))
_STEPS = {
    "file": "filed",
    "take": "taken up",
    "extend": "time to decide extended",
    "uphold": "denial upheld",
    "overturn": "denial overturned",
    "overturn in part": "denial overturned in part",
    "lapse": "not decided in time",
    "withdraw": "withdrawn",
    "ask hearing": "fair hearing asked for",
    "hearing result": "result of the fair hearing written down",
}
"""What a step of the history is called; one that is not listed is called as in ways.yaml."""


@require_safe
def appeals(request: HttpRequest) -> HttpResponse:
    """This will list appeals, the nearest deadline first; which of them stands in the address."""
    looking = viewer(request, "read appeals")
    chosen = request.GET.get("list", "open")
    every = doing.appeals_of(looking).select_related("request", "holder", "payer", "assigned_to__user")
    is_open = Case(When(status=Appeal.Status.FILED, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = {
        "mine": every.filter(status=Appeal.Status.FILED, assigned_to_id=looking.membership_id),
        "decided": every.exclude(status=Appeal.Status.FILED),
        "hearing": every.exclude(hearing_asked_on=None),
    }.get(chosen, every.filter(status=Appeal.Status.FILED))
    page = Paginator(found.order_by(is_open, F("due_at").asc(), "pk"), _A_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    lines = [{"appeal": one, "due": _wall(one.due_at, one), "left": left(one, now)} for one in page]
    told = {"page": page, "lines": lines, "lists": LISTS, "chosen": chosen if chosen in dict(LISTS) else "open"}
    return render(request, "appeals/list.html", told | {"is_payer": _is_payer(looking)})


@require_safe
def appeal(request: HttpRequest, appeal_id: str) -> HttpResponse:
    """This will show one appeal: what it is against, what came with it, its history, and what may be done now."""
    looking = viewer(request, "read appeals")
    held = doing.appeal_of(looking, appeal_id, screen="appeal")
    return render(request, "appeals/appeal.html", shown(looking, held))


def shown(looking: Viewer, held: Appeal, **forms: Any) -> dict[str, Any]:
    """This will give what the page of an appeal shows; `forms` are those that came back with errors."""
    asked = held.request
    side = side_of(looking, asked)
    sent, opening = submissions(looking, asked)
    steps = list(held.steps.select_related("by__user").order_by("place"))
    now, open_now = timezone.now(), open_acts(looking, asked, held)
    hinders = _hinders(looking, held) if side == PAYER and looking.may("decide appeals") else ("", "")
    hearing_until = windows.hearing_until(held)
    has_run_out = held.status == Appeal.Status.FILED and held.due_at <= now
    came_from_provider = bool(steps) and steps[0].as_provider
    longer = extending.days_left(held) if held.status == Appeal.Status.FILED else 0
    may = {
        "extend": "extend" in open_now and not hinders[0] and not has_run_out and longer > 0,
        "decide": "overturn" in open_now and not hinders[0] and not has_run_out,
        "withdraw": "withdraw" in open_now and (not steps or came_from_provider == (side == PROVIDER)),
        "hearing": "ask hearing" in open_now and held.hearing_asked_on is None
        and hearing_until is not None and looking.today <= hearing_until,
        "heard": "hearing result" in open_now and held.hearing_asked_on is not None and not held.hearing_result,
    }  # fmt: skip
    content = sent[0].content if sent else None
    related = ("by__user", "qualification", "submission")
    determination = Determination.objects.filter(request=asked).select_related(*related).first()
    decided_on = determination.submission.content if content and determination and determination.submission else None
    rests_on = set(determination.clauses) if determination else set()
    return {
        "appeal": held,
        "asked": asked,
        "is_payer": side == PAYER,
        "name": content["person"]["name"] if content and side == PAYER else _name(asked) if side == PROVIDER else "",
        "opening": opening,
        "words": held.words if opening.is_open or not came_from_provider else "",
        "determination": determination,
        "clauses": [one for one in decided_on["verdicts"] if one["clause"] in rests_on] if decided_on else [],
        "granted": granted(asked),
        "steps": [(one, _STEPS.get(one.act, one.act), _wall(one.at, held)) for one in steps],
        "due": _wall(held.due_at, held),
        "goes_on_until": windows.goes_on_until(held),
        "extended": clock.extended(steps, held.pk),
        "longer": longer,
        "filed": _wall(held.filed_at, held),
        "decided": _wall(held.decided_at, held) if held.decided_at else None,
        "left": left(held, now),
        "may_take": "take" in open_now and not hinders[0] and held.assigned_to_id != looking.membership_id,
        "hinders": hinders,
        "has_run_out": has_run_out,
        "hearing_until": hearing_until,
        "letters": _letters(held),
        "case": _case(looking, asked, side),
        "forms": _forms(looking, held, may) | forms,
    }


def _forms(looking: Viewer, held: Appeal, may: Mapping[str, bool]) -> dict[str, Any]:
    """An empty form for each act that is open now, and None for one that is not."""
    version = {"version": held.version}
    made: dict[str, Callable[[], Any]] = {
        "extend": lambda: Extending(None, held),
        "decide": lambda: Deciding(None, held),
        "withdraw": lambda: Words(None, initial=version),
        "hearing": lambda: Hearing(None, initial=version | {"asked_on": looking.today}),
        "heard": lambda: Heard(None, initial=version),
    }
    return {name: make() if may[name] else None for name, make in made.items()}


def left(held: Appeal, now: datetime.datetime) -> tuple[str, str]:
    """This will say what is left of the time to decide: how it looks, and in words."""
    if held.status != Appeal.Status.FILED:
        return ("", "Not decided in time" if held.status == Appeal.Status.LAPSED else held.status.capitalize())
    hours = (held.due_at - now) / datetime.timedelta(hours=1)
    if hours <= 0:
        return ("late", "Time ran out")
    if hours < 72:
        return ("late" if hours < 24 else "due", f"Due in {max(1, int(hours))} h")
    return ("soon" if hours < 24 * 7 else "", f"Due in {int(hours // 24)} days")


def _hinders(looking: Viewer, held: Appeal) -> tuple[str, str]:
    """Why somebody may not decide at all, and why not against the person."""
    try:
        doing.fresh(looking, held.request)
    except PermissionDenied as error:
        return (str(error), "")
    try:
        qualified(looking, held.request, looking.today, appeal=held)
    except PermissionDenied as error:
        return ("", str(error))
    return ("", "")


def _letters(held: Appeal) -> list[tuple[Notice, str]]:
    found = []
    for one in Notice.objects.filter(appeal=held).defer("pdf", "content").order_by("made_at"):
        try:
            found.append((one, reverse("letter", args=[one.pk])))
        except NoReverseMatch:
            found.append((one, ""))
    return found


def _case(looking: Viewer, asked: Request, side: str) -> str:
    view, act = ("case", "read requests") if side == PAYER else ("request_draft", "request authorization")
    try:
        return reverse(view, args=[asked.pk]) if looking.may(act) else ""
    except NoReverseMatch:
        return ""


def _name(asked: Request) -> str:
    try:
        return str(asked.person.identity)
    except ObjectDoesNotExist:
        return f"Person {asked.person_id}"


def _wall(at: datetime.datetime, held: Appeal) -> datetime.datetime:
    """The clock on the payer's wall, which a template shows as it is."""
    return at.astimezone(ZoneInfo(held.payer.time_zone)).replace(tzinfo=None)


def _is_payer(looking: Viewer) -> bool:
    return looking.organization.kind == looking.organization.Kind.PAYER
