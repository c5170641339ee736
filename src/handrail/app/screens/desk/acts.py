"""What is done with a case: each act is posted, and where it is refused the page comes back with what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.authorizations import checking, conversing, determining
from handrail.app.authorizations.acting import ChangedMeanwhileError, NotNowError
from handrail.app.authorizations.models import Determination, PeerToPeer, Request
from handrail.app.authorizations.sharing import submissions
from handrail.app.authorizations.terms import zone_of
from handrail.app.chart.forms import put_errors
from handrail.app.screens.desk.case import Kept, opened, shown
from handrail.app.screens.desk.forms import FORMS, Check, Conversation

Told = Mapping[str, Any]
_NAMES = {name.replace(" ", "-"): name for name in (*FORMS, "take")}
_SAID = {
    "take": "It is on your desk.",
    "ask": "The question is sent.",
    "extend": "The clock is extended.",
    "refer": "It is with the medical director.",
    "approve": "Approved.",
    "approve in part": "Approved in part.",
    "deny": "Denied.",
    "offer conversation": "The conversation is offered. Write down below what came of it.",
}


@require_POST
def do(request: HttpRequest, request_id: str, name: str) -> HttpResponse:
    """This will do one act on a case; the rules of who may are those of `acting`."""
    looking = viewer(request, "read requests")
    if name not in _NAMES:
        raise Http404("There is no such act.")
    act, held = _NAMES[name], opened(looking, request_id)
    typed = request.POST.get("version", "")
    version = int(typed) if typed.isdigit() else None
    if act == "take":
        return _taken(request, looking, held, version)
    sent, _ = submissions(looking, held)
    form = FORMS[act][0](held, sent[0].content if sent else None, request.POST, prefix=name)
    kept = Kept({act: form}, status=422)
    if form.is_valid():
        try:
            _DOING[act](looking, held, form.cleaned_data, version)
        except (ChangedMeanwhileError, NotNowError) as error:
            kept = _meanwhile(request, held, error, act, form)
        except PermissionDenied as error:
            kept = Kept(alert=str(error), typed=_typed(form), status=403)
        except ValidationError as error:
            put_errors(form, error)
        else:
            messages.success(request, _SAID[act])
            return redirect("case", held.pk)
    return shown(request, looking, opened(looking, request_id), kept)


@require_POST
def conversation(request: HttpRequest, request_id: str, conversation_id: int) -> HttpResponse:
    """This will write down what came of a conversation that was offered."""
    looking = viewer(request, "read requests", "screen requests")
    held = opened(looking, request_id)
    offered = PeerToPeer.objects.filter(request=held, payer_id=looking.organization.pk, pk=conversation_id).first()
    if offered is None:
        raise Http404("There is no such conversation.")
    name = f"conversation-{offered.pk}"
    form = Conversation(zone_of(held), request.POST, prefix=name)
    kept = Kept({name: form}, status=422)
    if form.is_valid():
        try:
            conversing.record(looking, offered, **form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
        except ChangedMeanwhileError:
            kept = Kept(
                alert="Somebody wrote this conversation down while you were reading.", typed=_typed(form), status=409
            )
        else:
            messages.success(request, "Written down.")
            return redirect("case", held.pk)
    return shown(request, looking, held, kept)


@require_POST
def check(request: HttpRequest, request_id: str) -> HttpResponse:
    """This will confirm an automatic approval that was drawn, or write down what was wrong with it."""
    looking = viewer(request, "read requests", "screen requests")
    held = opened(looking, request_id)
    made = Determination.objects.filter(request=held, payer_id=looking.organization.pk, is_sampled=True).first()
    if made is None:
        raise Http404("This approval was not drawn.")
    form = Check(request.POST, prefix="check")
    kept = Kept({"check": form}, status=422)
    is_right = request.POST.get("act") == "confirm"
    if form.is_valid():
        finding = "" if is_right else form.cleaned_data["finding"]
        if not is_right and not finding.strip():
            form.add_error("finding", "Say what you found.")
        else:
            try:
                checking.check(looking, made, finding)
            except ChangedMeanwhileError:
                kept = Kept(alert="Somebody checked it while you were reading.", typed=_typed(form), status=409)
            else:
                messages.success(request, "Checked." if is_right else "The finding is written down.")
                return redirect("case", held.pk)
    return shown(request, looking, held, kept)


def _taken(request: HttpRequest, looking: Viewer, held: Request, version: int | None) -> HttpResponse:
    """Take a case, from its page or from the queue, and go back to where one was."""
    try:
        determining.take(looking, held, version=version)
    except (ChangedMeanwhileError, NotNowError) as error:
        kept = _meanwhile(request, held, error, "take", None)
        return shown(request, looking, opened(looking, held.pk), kept)
    messages.success(request, _SAID["take"])
    return redirect("desk") if request.POST.get("from") == "queue" else redirect("case", held.pk)


def _meanwhile(request: HttpRequest, held: Request, error: Exception, act: str, form: forms.Form | None) -> Kept:
    """What happened since the page was shown; the form comes back where the act is still open, else what was typed."""
    held.refresh_from_db()
    seen = request.POST.get("seen", "")
    steps = list(held.steps.select_related("by__user").order_by("place"))
    since = [one for one in steps if one.place > int(seen)] if seen.isdigit() else steps[-1:]
    if held.status not in Request.OPEN and since:
        alert = "Somebody decided while you were reading. Nothing of yours was done."
        if since[-1].act == "withdraw":
            alert = "It was withdrawn while you were reading. Nothing of yours was done."
    elif isinstance(error, ChangedMeanwhileError):
        alert = "Somebody worked on this case while you were reading. Look at what happened, then do it again."
    else:
        alert = f"{error} Nothing was done."
    return Kept({act: form} if form else {}, alert, since, _typed(form), 409)


def _typed(form: forms.Form | None) -> list[tuple[str, str]]:
    """What was written in words, to be kept in sight where its form is no longer open."""
    if form is None:
        return []
    told = [(str(form[name].label), str(form[name].value() or "")) for name in form.fields if name != "clauses"]
    return [(label, value) for label, value in told if value]


def _ask(looking: Viewer, held: Request, told: Told, version: int | None) -> None:
    determining.ask(looking, held, told["words"], clauses=told.get("clauses"), version=version)


def _extend(looking: Viewer, held: Request, told: Told, version: int | None) -> None:
    determining.extend(looking, held, told["days"], told["words"], asked_by=told["asked_by"], version=version)


def _refer(looking: Viewer, held: Request, told: Told, version: int | None) -> None:
    determining.refer(looking, held, told["words"], clauses=told.get("clauses", []), version=version)


def _approve(looking: Viewer, held: Request, told: Told, version: int | None) -> None:
    days = {name: told[name] for name in ("units", "starts_on", "ends_on")}
    determining.approve(looking, held, **days, reason=told["reason"], version=version)


def _approve_in_part(looking: Viewer, held: Request, told: Told, version: int | None) -> None:
    days = {name: told[name] for name in ("units", "starts_on", "ends_on")}
    why = {"clauses": told.get("clauses", []), "reason": told["reason"]}
    determining.approve_in_part(looking, held, **days, **why, version=version)


def _deny(looking: Viewer, held: Request, told: Told, version: int | None) -> None:
    determining.deny(looking, held, clauses=told.get("clauses", []), reason=told["reason"], version=version)


def _offer(looking: Viewer, held: Request, told: Told, version: int | None) -> None:
    determining.offer_conversation(looking, held, version=version)


_DOING: Mapping[str, Callable[[Viewer, Request, Told, int | None], None]] = {
    "ask": _ask,
    "extend": _extend,
    "refer": _refer,
    "approve": _approve,
    "approve in part": _approve_in_part,
    "deny": _deny,
    "offer conversation": _offer,
}
