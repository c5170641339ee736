"""The last two steps of a draft: what goes along, exactly as the reviewer will see it, and sending it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.authorizations import requests, sharing
from handrail.app.authorizations.acting import ChangedMeanwhileError, NotNowError
from handrail.app.authorizations.freezing import ALWAYS, Frozen, latest_decision, put_together, verdicts_of
from handrail.app.authorizations.models import Request
from handrail.app.consent.classes import in_order, said
from handrail.app.consent.covering import Cover, covering
from handrail.app.consent.disclosing import NotCoveredError
from handrail.app.screens.person.settling import Way, ways
from handrail.app.screens.requests.steps import about, opened
from handrail.app.worklists.waiting import is_waiting_for


@dataclass(frozen=True)
class Along:
    """What would go along now: the content, its classes of information in words, and what covers them."""

    frozen: Frozen | None
    classes: list[tuple[str, bool]]
    cover: Cover
    says: str = ""


@dataclass(frozen=True)
class Gap:
    """Something that is missing, who can supply it, and where."""

    says: str
    who: str
    field: str
    ways: list[Way]


@require_safe
def along(request: HttpRequest, request_id: str) -> HttpResponse:
    """This will show what the reviewer will see, and whether a consent covers it; once sent, what was sent."""
    looking = viewer(request, "read chart")
    held = opened(looking, request_id, "request: what goes along")
    told = about(looking, held, "request_along")
    if held.status != Request.Status.DRAFT:
        sent, _ = sharing.submissions(looking, held)
        wanted = request.GET.get("sent", "")
        chosen = next((one for one in sent if str(one.place) == wanted), sent[0] if sent else None)
        if wanted and chosen is not None and str(chosen.place) != wanted:
            raise Http404("There is no such submission.")
        return render(request, "requests/sent_along.html", {**told, "sent": sent, "chosen": chosen})
    goes = going(looking, held)
    content = goes.frozen.content if goes.frozen else None
    return render(
        request, "requests/along.html", {**told, "goes": goes, "content": content, "is_waiting": is_waiting(held)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, request_id: str) -> HttpResponse:
    """This will say what is still missing, and send the draft where nothing stops it."""
    looking = viewer(request, "read chart", *(["request authorization"] if request.method == "POST" else []))
    held = opened(looking, request_id, "request: send")
    if held.status != Request.Status.DRAFT:
        return redirect("request_draft", held.pk)
    refused: list[str] = []
    if request.method == "POST":
        given = request.POST.get("version", "")
        try:
            requests.submit(looking, held, version=int(given) if given.isdigit() else 0)
            held.refresh_from_db()
            messages.success(request, f"Sent. {held.addressed_to} has it as {held.number}.")
            return redirect("request_draft", held.pk)
        except ChangedMeanwhileError:
            held.refresh_from_db()
            refused = [
                "A colleague changed the draft since you opened this page. Nothing was sent. Look at it again, then send it."
            ]
        except NotNowError:
            messages.warning(request, "Somebody else sent it or put it away meanwhile.")
            return redirect("request_draft", held.pk)
        except NotCoveredError as error:
            refused = [f"Nothing was sent. {error.says}"]
        except ValidationError as error:
            refused = [f"Nothing was sent. {says}" for says in error.messages]
    goes = going(looking, held)
    stops, asks = lacking(looking, held, goes)
    told = about(looking, held, "request_send") | {
        "goes": goes,
        "decision": latest_decision(looking, held),
        "is_waiting": is_waiting(held),
        "stops": stops,
        "asks": asks,
        "refused": refused,
        "may_send": looking.may("request authorization"),
    }
    return render(request, "requests/send.html", told, status=200 if not refused else 409)


@require_POST
def discard(request: HttpRequest, request_id: str) -> HttpResponse:
    """This will put a draft away that is not wanted."""
    looking = viewer(request, "read chart", "request authorization")
    held = opened(looking, request_id, "request: discard")
    given = request.POST.get("version", "")
    try:
        requests.discard(looking, held, version=int(given) if given.isdigit() else 0)
        messages.success(request, "The draft is put away. Nobody outside has seen it.")
        return redirect("authorization", held.episode_id)
    except ChangedMeanwhileError:
        messages.warning(request, "A colleague changed the draft meanwhile, so it is still there. Look at it first.")
    except NotNowError:
        messages.warning(request, "This is no longer a draft.")
    return redirect("request_draft", held.pk)


def going(looking: Viewer, held: Request) -> Along:
    """This will put together what would go along now, by the verdicts that are kept, and what covers it.

    It only reads: whoever sends it has the person judged anew, at that moment.
    """
    frozen, says = None, ""
    try:
        frozen = put_together(looking, held)
    except LookupError as error:
        says = str(error)
    classes = in_order(frozen.information if frozen else ALWAYS)
    cover = covering(
        held.holder_id,
        held.person_id,
        recipient_id=held.addressed_to_id,
        information=classes,
        purpose=sharing.PAYMENT,
        on=looking.today,
    )
    return Along(frozen, [(said([one]), one not in cover.uncovered) for one in classes], cover, says)


def is_waiting(held: Request) -> bool:
    """This will say whether the person's records changed since they were judged."""
    return is_waiting_for(held.holder_id, held.person_id)


def lacking(looking: Viewer, held: Request, goes: Along) -> tuple[list[Gap], list[Gap]]:
    """This will say what stops a draft, and apart from that what the payer will ask for, each with where it is settled."""
    found = requests.missing(looking, held)
    verdicts = verdicts_of(looking, held, latest_decision(looking, held))
    places: dict[str, list[Way]] = {}
    for one in verdicts:
        for gap in one.missing:
            places.setdefault(gap["fact"], ways(one, gap["fact"]))
    told = [(one.blocks, Gap(one.says, one.who, one.field, places.get(one.fact, []))) for one in found]
    stops = [gap for blocks, gap in told if blocks]
    if goes.cover.uncovered and not any(gap.field == "consent" for gap in stops):
        stops.append(Gap(goes.cover.says, "whoever takes consents", "consent", []))
    return stops, [gap for blocks, gap in told if not blocks]
