"""The letters of a payer by when they must be given, or those that a provider's people were sent; and one of them."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.accounts.models import Organization
from handrail.app.audit.log import Act, note
from handrail.app.authorizations import notices
from handrail.app.authorizations.acting import ChangedMeanwhileError, NotNowError
from handrail.app.authorizations.models import Notice
from handrail.app.authorizations.notices import making
from handrail.app.authorizations.notices.reading import GOAL, grade
from handrail.app.authorizations.sharing import Opening, evidence_open
from handrail.app.authorizations.terms import zone_of
from handrail.app.screens.letters.forms import Sending, Writing

_A_PAGE = 25
STATES = {
    "": ("to read and send", Q(status__in=[Notice.Status.DRAFT, Notice.Status.LOOKED_AT])),
    "draft": ("to read again", Q(status=Notice.Status.DRAFT)),
    "ready": ("read, to send", Q(status=Notice.Status.LOOKED_AT)),
    "sent": ("sent", Q(status=Notice.Status.SENT)),
}


@dataclass(frozen=True)
class Opened:
    """A letter that somebody looks at: whether it may be read today, and what may be done with it."""

    notice: Notice
    opening: Opening
    is_payers: bool
    may_write: bool


@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """This will list letters: a payer's by when they must be given, a provider's as they were sent."""
    looking = viewer(request)
    every = making.letters_of(looking)
    is_payers = looking.organization.kind == Organization.Kind.PAYER
    state = request.GET.get("state", "") if is_payers else "sent"
    state = state if state in STATES else ""
    found = _ordered(every.filter(STATES[state][1]), state)
    page = Paginator(found, _A_PAGE).get_page(request.GET.get("page"))
    counted = every.aggregate(**{name or "open": Count("pk", filter=which) for name, (_, which) in STATES.items()})
    tabs = [(name, title, counted[name or "open"], name == state) for name, (title, _) in STATES.items()]
    now = timezone.now()
    told = {
        "page": page,
        "listed": [(one, _late(one, now), notices.LANGUAGES[one.language]) for one in page],
        "tabs": tabs if is_payers else [],
        "state": state,
        "zone": looking.organization.time_zone,
    }
    return render(request, "letters/list.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, notice_id: str) -> HttpResponse:
    """This will show a letter as page and as paper, and keep what is written into its free parts."""
    looking = viewer(request)
    held = opened(looking, notice_id, "letter")
    if request.method != "POST":
        return shown(request, looking, held)
    if not held.may_write:
        looking.require("screen requests")
        messages.error(request, "This letter cannot be written into now.")
        return redirect("letter", held.notice.pk)
    form = Writing(held.notice, request.POST)
    if not form.is_valid() or request.POST.get("act") == "measure":
        return shown(request, looking, held, form=form, status=200 if form.is_valid() else 422)
    try:
        notices.write(looking, held.notice, form.values, version=version_of(request))
    except ChangedMeanwhileError:
        says = "Somebody else wrote into this letter meanwhile. What you wrote is still here; save it again to put it in its place."
        return shown(request, looking, opened(looking, notice_id, "letter"), form=form, alert=says, status=409)
    except (NotNowError, ValidationError) as error:
        return shown(request, looking, opened(looking, notice_id, "letter"), form=form, alert=said(error), status=409)
    messages.success(request, "Saved. Look at the letter again before it goes out.")
    return redirect("letter", held.notice.pk)


@require_safe
def paper(request: HttpRequest, notice_id: str) -> HttpResponse:
    """This will give a letter as PDF: the bytes that were sent, or the draft's.

    Where the person has taken a consent back since, it is given to who sends it and to nobody else, until the day on
    which it is sent is over: the letter is the person's own, and must reach her.
    """
    looking = viewer(request)
    held = opened(looking, notice_id, "letter as PDF")
    if not held.opening.is_open and not may_print(looking, held.notice):
        raise Http404(held.opening.says)
    made = notices.pdf(held.notice, looking.today)
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(True, f"letter-{held.notice.pk[:8]}.pdf")
    answer["Cache-Control"] = "no-store"
    return answer


def may_print(looking: Viewer, notice: Notice) -> bool:
    """This will say whether somebody at the payer is about to send a letter, or sends it today."""
    if not looking.may("screen requests") or looking.organization.pk != notice.payer_id:
        return False
    if notice.sent_at is not None:
        return notice.sent_at.astimezone(zone_of(notice.request)).date() == looking.today
    return notice.status == Notice.Status.LOOKED_AT or not making.needs_second_look(notice, looking.today)


def opened(looking: Viewer, notice_id: str, screen: str) -> Opened:
    """This will open one letter, and write that it was read, or refused, into the log."""
    found = making.letters_of(looking).filter(pk=notice_id).first()
    if found is None:
        raise Http404("There is no such letter.")
    is_payers = looking.organization.pk == found.payer_id
    opening = evidence_open(looking, found.request) if is_payers else Opening(True)
    note(looking, Act("read" if opening.is_open else "refused", "notice", found.pk, found.request.person_id, screen))
    may_write = is_payers and opening.is_open and found.status != Notice.Status.SENT and looking.may("screen requests")
    return Opened(found, opening, is_payers, may_write)


def shown(
    request: HttpRequest,
    looking: Viewer,
    held: Opened,
    *,
    form: Writing | None = None,
    sending: Sending | None = None,
    alert: str = "",
    status: int = 200,
) -> HttpResponse:
    """This will render a letter with what may be done, and with what was typed where it is not kept."""
    notice = held.notice
    is_sent = notice.status == Notice.Status.SENT
    made = making.letter_of(notice, looking.today)
    form = form or (Writing(notice) if held.may_write else None)
    needs = making.needs_second_look(notice, looking.today)
    same = Notice.objects.filter(request=notice.request_id, appeal=notice.appeal_id, kind=notice.kind)
    is_payers = held.is_payers and looking.may("screen requests")
    told: dict[str, Any] = {
        "notice": notice,
        "opening": held.opening,
        "letter": made,
        "language": notices.LANGUAGES[notice.language],
        "zone": (notice.payer or notice.holder).time_zone,
        "pictures": _pictures(notice, made, looking) if held.opening.is_open and not is_sent else [],
        "is_sent": is_sent,
        "may_print": held.opening.is_open or may_print(looking, notice),
        "is_payers": held.is_payers,
        "is_late": _late(notice, timezone.now()),
        "form": form,
        "sending": sending or Sending(),
        "alert": alert,
        "lacks": making.lacks(notice) if is_payers and not is_sent else [],
        "needs_second_look": needs,
        "may_look": is_payers
        and not is_sent
        and notice.status == Notice.Status.DRAFT
        and making.may_look(looking, notice),
        "had_a_hand": is_payers and not is_sent and needs and not making.may_look(looking, notice),
        "may_send": is_payers and not is_sent and (notice.status == Notice.Status.LOOKED_AT or not needs),
        "may_correct": is_payers and is_sent and not same.filter(corrects=notice).exists(),
        "others": [
            one
            for one in same.exclude(pk=notice.pk).defer("pdf").order_by("made_at")
            if held.is_payers or one.status == Notice.Status.SENT
        ],
        "languages": _other_languages(notice, same) if is_payers else [],
        **measured(notice, form.values if form and form.is_bound else None),
    }
    return render(request, "letters/letter.html", told, status=status)


def measured(notice: Notice, values: dict[str, Any] | None = None) -> dict[str, Any]:
    """This will measure a letter, also with what is typed and not kept yet, and name the sentences to mend first."""
    reading = making.reading(notice, values)
    told = values or notice.content
    own = [told["reason"], told["additional"]]
    own += list(values["plain"].values()) if values else [one["plain"] for one in notice.content["clauses"]]
    with_rules = making.reading(notice, values, with_rules=True).grade if notice.content["clauses"] else None
    return {
        "reading": reading,
        "with_rules": with_rules,
        "goal": GOAL,
        "free": grade(own, notice.language),
    }


def version_of(request: HttpRequest) -> int | None:
    """This will give the version that was shown."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isdigit() else None


def said(error: Exception) -> str:
    """This will put an error into a sentence."""
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


def _pictures(notice: Notice, made: dict[str, Any], looking: Viewer) -> list[str]:
    return [base64.b64encode(one).decode() for one in making.pictured(notice, made, looking.today)]


def _other_languages(notice: Notice, same: QuerySet[Notice]) -> list[tuple[str, str]]:
    drafted = set(same.exclude(status=Notice.Status.SENT).values_list("language", flat=True))
    return [(code, name) for code, name in notices.LANGUAGES.items() if code not in drafted | {notice.language}]


def _ordered(found: QuerySet[Notice], state: str) -> QuerySet[Notice]:
    return (
        found.order_by("-sent_at", "pk")
        if state == "sent"
        else found.order_by(F("notify_by").asc(nulls_last=True), "pk")
    )


def _late(notice: Notice, now: Any) -> str:
    """Whether a letter is, or was given, after the law's time: `late`, `soon` (within a day), or nothing."""
    if notice.notify_by is None:
        return ""
    given = notice.sent_at or now
    if given > notice.notify_by:
        return "late"
    return "soon" if notice.sent_at is None and (notice.notify_by - now).total_seconds() < 86_400 else ""
