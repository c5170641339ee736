"""One case: its clock, the clauses with the evidence behind them, what changed, what happened, and what may be done."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.accounts.models import Membership
from handrail.app.audit.models import Entry
from handrail.app.authorizations import clock, determining, units
from handrail.app.authorizations.acting import PAYER, has_run_out, open_acts, qualified, side_of
from handrail.app.authorizations.conversing import HELD
from handrail.app.authorizations.models import Determination, PeerToPeer, Request, Step
from handrail.app.authorizations.sharing import request_of, submissions
from handrail.app.authorizations.terms import terms_for, zone_of
from handrail.app.screens.desk import evidence
from handrail.app.screens.desk.comparing import compared
from handrail.app.screens.desk.forms import FORMS, Check, Conversation
from handrail.app.screens.desk.naming import LOOKS, STEPS, service_named

HERE_FOR = datetime.timedelta(minutes=5)
"""So long after somebody opened a case, others are told that they look at it."""
_LATEST_READS = 60
_BLIND = frozenset({"ask", "extend", "approve", "offer conversation"})
"""What may be done while the evidence is closed: nothing that goes against the person."""


@dataclass
class Kept:
    """What came back from an act that was refused: the bound forms, and what to say first."""

    forms: dict[str, forms.Form] = field(default_factory=dict)
    alert: str = ""
    meanwhile: list[Step] = field(default_factory=list)
    typed: list[tuple[str, str]] = field(default_factory=list)
    status: int = 200


@dataclass(frozen=True)
class Act:
    """One act that is open: its form, its title and the word on its button."""

    name: str
    slug: str
    form: forms.Form
    title: str
    button: str
    is_open: bool
    is_adverse: bool


@require_safe
def case(request: HttpRequest, request_id: str) -> HttpResponse:
    """This will show one case of the payer's, as far as it may be seen today."""
    looking = viewer(request, "read requests")
    return shown(request, looking, opened(looking, request_id), Kept())


@require_safe
def sent(request: HttpRequest, request_id: str, place: int) -> HttpResponse:
    """This will show all that was sent at once, as the provider saw it before sending."""
    looking = viewer(request, "read requests")
    held = opened(looking, request_id)
    every, opening = submissions(looking, held)
    found = next((one for one in every if one.place == place), None)
    if found is None and opening.is_open:
        raise Http404("Nothing of that number was sent.")
    told = {"case": held, "opening": opening, "sent": found, "zone": looking.organization.time_zone}
    return render(request, "desk/sent.html", told | {"content": found.content if found else None})


def opened(looking: Viewer, request_id: str) -> Request:
    """This will open a case of the payer's and write that it was read into the log."""
    found = request_of(looking, request_id, screen="case")
    if side_of(looking, found) != PAYER:
        raise PermissionDenied("This is the payer's desk.")
    return found


def shown(http: HttpRequest, looking: Viewer, request: Request, kept: Kept) -> HttpResponse:
    """This will show a case; `kept` has what was typed where an act was refused."""
    now = timezone.now()
    sent, opening = submissions(looking, request)
    latest = sent[0] if sent else None
    content = latest.content if latest else None
    asked = http.GET.get("clause", "")
    clause = evidence.chosen(content, asked) if content else None
    left = clock.left(request, now)
    steps = list(request.steps.select_related("by__user").order_by("place"))
    acts = open_acts(looking, request)
    told = {
        "case": request,
        "service": service_named(request.definition),
        "clock": left,
        "clock_look": LOOKS.get(left.state, ""),
        "rule": rule(request, steps),
        "zone": looking.organization.time_zone,
        "is_mine": request.assigned_to_id == looking.membership_id,
        "may_take": "take" in acts and request.assigned_to_id != looking.membership_id,
        "here": also_here(looking, request, now),
        "opening": opening,
        "latest": latest,
        "content": content,
        "chosen": clause,
        "behind": evidence.behind(content, clause) if content and clause else None,
        "changes": compared(sent[-1].content, sent[0].content) if len(sent) > 1 else None,
        "sent": sent,
        "history": [(one, STEPS.get(one.act, one.act), by(looking, request, one)) for one in steps],
        "last_place": steps[-1].place if steps else 0,
        "acts": _acts(request, content, acts, kept, http.GET.get("act", "")),
        "open_question": request.questions.filter(answered_at=None).order_by("-pk").first(),
        "ask_until": determining.asked_until(request, now) if "ask" in acts else None,
        "why_not": why_not(looking, request, acts, is_open=opening.is_open),
        "conversations": _conversations(looking, request, kept),
        "held": HELD,
        "outcome": _outcome(looking, request),
        "check_form": kept.forms.get("check") or Check(prefix="check"),
        "kept": kept,
    }
    return render(http, "desk/case.html", told, status=kept.status)


def rule(request: Request, steps: list[Step]) -> str:
    """This will say by which rule of the payer's terms the clock runs."""
    terms = terms_for(request)
    base = f"within {terms.standard_days} calendar days of receipt"
    if request.urgency == Request.Urgency.EXPEDITED:
        base = f"within {terms.expedited_hours} hours of receipt"
    more = f", extended by {days} days" if (days := clock.extended(steps)) else ""
    stops = "stops" if terms.asking_pauses else "does not stop"
    return f"{request.get_urgency_display().capitalize()}: decided {base}{more}. A question {stops} the clock."


def by(looking: Viewer, request: Request, step: Step) -> str:
    """This will say who did a step: colleagues by name, the other side by its organization."""
    if step.by_id is None:
        return "the clock" if step.act == "lapse" else "automatically, by the rules"
    return str(request.holder) if step.as_provider else str(step.by.user if step.by else looking.organization)


def also_here(looking: Viewer, request: Request, now: datetime.datetime) -> list[str]:
    """This will name the colleagues who opened this case within the last minutes, from the log of reads."""
    reads = Entry.objects.filter(
        person_id=request.person_id, organization_id=looking.organization.pk, at__gte=now - HERE_FOR
    ).order_by("-number")[:_LATEST_READS]
    others = {one.membership_id for one in reads if one.row_id == request.pk and one.act == "read"}
    others -= {looking.membership_id, None}
    if not others:
        return []
    found = Membership.objects.filter(pk__in=others, organization=looking.organization).select_related("user")
    return sorted(str(one.user) for one in found)


def why_not(looking: Viewer, request: Request, acts: list[str], *, is_open: bool) -> list[str]:
    """This will explain why somebody finds no button to deny or to reduce."""
    if request.status not in Request.OPEN:
        return []
    if has_run_out(request, timezone.now()):
        return ["The time for a decision ran out. The law counts that as a denial; it can be appealed."]
    told = [] if is_open else ["While the evidence is closed, nothing can be decided against the person."]
    if not looking.may("decide requests"):
        return [*told, "Only the medical director denies or approves in part. Refer what you cannot approve."]
    try:
        qualified(looking, request, looking.today)
    except PermissionDenied as error:
        return [*told, str(error)]
    if "deny" not in acts:
        told.append("It can be denied or approved in part once a colleague who screened it has referred it.")
    return told


def _acts(request: Request, content: Mapping[str, Any] | None, acts: list[str], kept: Kept, asked: str) -> list[Act]:
    told = []
    for name, (form_class, title, button) in FORMS.items():
        if name not in acts or (content is None and name not in _BLIND):
            continue
        slug = slugify(name)
        form = kept.forms.get(name) or form_class(request, content, prefix=slug)
        is_adverse = name in ("deny", "approve in part")
        told.append(Act(name, slug, form, title, button, bool(form.errors) or slug == asked, is_adverse))
    return told


def _conversations(looking: Viewer, request: Request, kept: Kept) -> list[tuple[PeerToPeer, forms.Form | None]]:
    may = looking.may("screen requests")
    zone = zone_of(request)
    told: list[tuple[PeerToPeer, forms.Form | None]] = []
    for one in request.conversations.select_related("offered_by__user").order_by("pk"):
        name = f"conversation-{one.pk}"
        form = kept.forms.get(name) or Conversation(zone, prefix=name)
        told.append((one, form if may and not one.result else None))
    return told


def _outcome(looking: Viewer, request: Request) -> dict[str, Any] | None:
    """What was determined, what is authorized, and the letters about it."""
    own = Determination.objects.filter(request=request).select_related("by__user", "qualification")
    made = own.first()
    if made is None:
        return None
    return {
        "made": made,
        "by": str(made.by.user) if made.by else "",
        "authorizations": units.standings(looking, request=request.pk),
        "notices": [(one, _at("letter", one.pk)) for one in request.notices.defer("pdf").order_by("made_at")],
        "appeals": [(one, _at("appeal", one.pk)) for one in request.appeals.order_by("filed_at")],
        "is_to_check": made.is_sampled and made.checked_at is None and looking.may("screen requests"),
    }


def _at(view: str, pk: str) -> str:
    try:
        return reverse(view, args=[pk])
    except NoReverseMatch:
        return ""
