"""Appeals: filing in time, deciding by somebody who had no part in it, benefits that go on meanwhile, the fair hearing.

What is modelled of independence: who did anything at the payer with the request itself neither takes nor decides its
appeal, and an adverse decision needs a credential in force that day. Who is whose superior is not recorded anywhere, so
that the decider is nobody's subordinate is for the payer to see to. More time is `extending`'s.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from handrail.app.accounts.access import Viewer
from handrail.app.accounts.models import Organization
from handrail.app.audit.log import Act, note
from handrail.app.authorizations import clock
from handrail.app.authorizations.acting import PROVIDER, NotNowError, act, decided, qualified, screened, side_of
from handrail.app.authorizations.determining import zone_of
from handrail.app.authorizations.freezing import freeze
from handrail.app.authorizations.granting import Granted, given_by, grant
from handrail.app.authorizations.models import Appeal, Request
from handrail.app.authorizations.numbers import next_number
from handrail.app.authorizations.sending import send
from handrail.app.authorizations.sharing import PAYMENT
from handrail.app.authorizations.terms import terms_of
from handrail.app.authorizations.windows import continuation, day_of, hearing_until, late, payer_of, said, window
from handrail.app.consent.covering import stands
from handrail.app.consent.disclosing import disclose
from handrail.app.consent.models import Consent

Status = Appeal.Status
NEW = "new"
WHO = ("person", "representative", "provider")
OUTCOMES = ("uphold", "overturn", "overturn in part")
HEARD = ("upheld", "overturned", "withdrawn")
WORDS_HOLD = ("identity", "treatment", "coverage")
"""The classes of information that the words of an appeal tell by themselves."""


def appeals_of(looking: Viewer) -> QuerySet[Appeal]:
    """This will give the appeals that somebody may see: those of the provider's requests, or those at the payer."""
    looking.require("read appeals")
    side = "payer_id" if looking.organization.kind == Organization.Kind.PAYER else "holder_id"
    return Appeal.objects.filter(**{side: looking.organization.pk})


def appeal_of(looking: Viewer, appeal_id: str, *, screen: str) -> Appeal:
    """This will open one appeal for a screen, and write that it was read into the log."""
    related = ("request", "holder", "payer", "assigned_to__user", "decided_by__user", "qualification")
    found = appeals_of(looking).select_related(*related).filter(pk=appeal_id).first()
    if found is None:
        raise Http404("There is no such appeal.")
    note(looking, Act("read", "appeal", found.pk, found.request.person_id, screen))
    return found


def request_of(looking: Viewer, request_id: str, *, screen: str) -> Request:
    """This will open a request for somebody who appeals its determination, and write that it was read into the log."""
    looking.require("file appeals")
    side = "payer_id" if looking.organization.kind == Organization.Kind.PAYER else "holder_id"
    held = Request.objects.filter(**{side: looking.organization.pk}).exclude(payer=None)
    found = held.select_related("payer", "addressed_to", "holder").filter(pk=request_id).first()
    if found is None:
        raise Http404("There is no such request.")
    note(looking, Act("read", "request", found.pk, found.person_id, screen))
    return found


def stops(looking: Viewer, request: Request) -> str:
    """This will say why a request cannot be appealed now; empty where it can."""
    if not looking.may("file appeals"):
        return "Your role here does not file appeals."
    found = window(request)
    if found is None:
        return "Only a denial, a reduction, or a lapse of time can be appealed."
    held = request.appeals.exclude(status__in=[Status.WITHDRAWN, NEW]).first()
    if held is not None:
        return f"Appeal {held.number} is there already: {held.status}."
    return late(found, looking.today) if looking.today > found.until else ""


def file(
    looking: Viewer,
    request: Request,
    *,
    filed_by: str,
    words: str = "",
    urgency: str = Request.Urgency.STANDARD,
    consent_id: str = "",
    asks_continuation: bool = False,
    with_records: bool = False,
    filed_at: datetime.datetime | None = None,
    version: int | None = None,
) -> Appeal:
    """This will file an appeal of an adverse determination; its clock starts at receipt.

    The provider files for the person with her written consent, and what it tells the payer by doing so is a disclosure
    of its own (`with_records` sends the records as they are now). A payer enters what reached it another way:
    `filed_at` is when. Raises `ValidationError` by field, `NotCoveredError` where no consent covers what would go along.
    """
    looking.require("file appeals")
    now = timezone.now()
    side = side_of(looking, request)
    at = filed_at or now
    zone = zone_of(request)
    frozen = freeze(looking, request) if side == PROVIDER and with_records else None
    with transaction.atomic():
        request = Request.objects.select_for_update().get(pk=request.pk)
        _check(looking, request, side, filed_by, urgency, words, consent_id, asks_continuation, at, now)
        terms = terms_of(payer_of(request), at.astimezone(zone).date())
        due = clock.appeal_due_at(at, urgency, terms, zone)
        made = Appeal.objects.create(
            number=next_number("P", at.astimezone(zone).year),
            holder_id=request.holder_id,
            payer_id=request.payer_id,
            request=request,
            urgency=urgency,
            filed_at=at,
            filed_by=filed_by,
            words=words.strip(),
            consent_id=consent_id if filed_by == "provider" else "",
            asks_continuation=asks_continuation,
            continues_until=due.astimezone(zone).date() if asks_continuation else None,
            status=NEW,
            due_at=due,
        )
        values = {}
        if side == PROVIDER:
            values = {"submission": send(looking, request, frozen, now)} if frozen else {}
            disclose(
                looking,
                request.person,
                recipient=request.payer,
                purpose=PAYMENT,
                information=WORDS_HOLD,
                description=f"appeal {made.number} of authorization request {request.number}",
                request_id=request.pk,
            )
        detail = {"filed_by": filed_by, "continuation": asks_continuation, "received": at.isoformat()}
        act(
            looking,
            request,
            "file",
            appeal=made,
            version=version,
            values=values,
            words=made.words,
            detail=detail,
            at=now,
        )
    return made


def take(looking: Viewer, appeal: Appeal, *, version: int | None = None) -> None:
    """This will put an appeal on one's own desk. Raises `PermissionDenied` for who had a part in the determination."""
    fresh(looking, appeal.request)
    values = {"assigned_to_id": looking.membership_id}
    act(
        looking,
        appeal.request,
        "take",
        appeal=appeal,
        version=version,
        values=values,
        detail={"before": appeal.assigned_to_id},
    )


def decide(
    looking: Viewer,
    appeal: Appeal,
    outcome: str,
    *,
    reason: str,
    why_overturned: str = "",
    units: int | None = None,
    ends_on: datetime.date | None = None,
    version: int | None = None,
) -> Appeal:
    """This will decide an appeal: `uphold`, `overturn`, or `overturn in part` with the units and the last day given.

    What is overturned is authorized at once, from the first day asked for. Raises `PermissionDenied` for who had a part
    in the determination or, where it stays adverse, has no credential in force; `ValidationError` by field.
    """
    request, now = appeal.request, timezone.now()
    if outcome not in OUTCOMES:
        raise ValidationError({"outcome": "Choose how it is decided."})
    fresh(looking, request)
    with transaction.atomic():
        request = Request.objects.select_for_update().get(pk=request.pk)
        appeal.refresh_from_db()
        if version is None or version == appeal.version:
            _still(appeal, now)
            given = given_by(request, outcome, reason, why_overturned, units, ends_on)
        else:
            given = Granted(None, None, None)  # `act` refuses it as somebody was faster
        adverse = outcome != "overturn"
        held = qualified(looking, request, looking.today, appeal=appeal) if adverse else None
        detail: dict[str, Any] = {"why": why_overturned} if outcome != "uphold" else {}
        if outcome != "uphold" and appeal.status == Status.FILED and version in (None, appeal.version):
            detail |= grant(request, given, now)
        values = {
            "decided_at": now,
            "decided_by_id": looking.membership_id,
            "qualification": held,
            "reason": reason.strip(),
            "why_overturned": why_overturned if outcome != "uphold" else "",
            "units": given.units,
            "ends_on": given.ends_on,
            "continues_until": _goes_on(appeal, outcome, now),
        }
        act(
            looking,
            request,
            outcome,
            appeal=appeal,
            version=version,
            values=values,
            words=reason.strip(),
            detail=detail,
            at=now,
        )
    return appeal


def withdraw(looking: Viewer, appeal: Appeal, words: str, *, version: int | None = None) -> None:
    """This will take an appeal back, by the side that filed it, because the person wants it so; benefits end with that day."""
    filed = appeal.steps.filter(act="file").first()
    if filed is not None and filed.as_provider != (side_of(looking, appeal.request) == PROVIDER):
        raise PermissionDenied("Only the side that filed an appeal takes it back.")
    if not words.strip():
        raise ValidationError({"words": "Say that the person wants it withdrawn, and why."})
    now = timezone.now()
    values = {"decided_at": now}
    if appeal.continues_until:
        values["continues_until"] = day_of(now, appeal.request)
    act(looking, appeal.request, "withdraw", appeal=appeal, version=version, values=values, words=words.strip(), at=now)


def lapse(appeal: Appeal, now: datetime.datetime) -> bool:
    """This will write down that an appeal was not decided in time: the person may go to a fair hearing at once."""
    if appeal.due_at > now:
        return False
    due = appeal.due_at
    try:
        values = {"decided_at": due, "continues_until": _goes_on(appeal, "lapse", due)}
        act(None, appeal.request, "lapse", appeal=appeal, values=values, at=now)
    except NotNowError:
        return False
    return True


def lapse_all(now: datetime.datetime) -> list[Appeal]:
    """This will write down every appeal whose time ran out."""
    due = Appeal.objects.filter(status=Status.FILED, due_at__lte=now).select_related("request").order_by("due_at", "pk")
    return [one for one in due if lapse(one, now)]


def ask_hearing(looking: Viewer, appeal: Appeal, asked_on: datetime.date, *, version: int | None = None) -> None:
    """This will write down that the person asked the state for a fair hearing."""
    until = hearing_until(appeal)
    if appeal.hearing_asked_on is not None:
        raise NotNowError("A fair hearing was asked for already.")
    if until is not None and asked_on > until:
        raise ValidationError({"asked_on": f"The last day to ask for a fair hearing was {said(until)}."})
    if appeal.decided_at is not None and not day_of(appeal.decided_at, appeal.request) <= asked_on <= looking.today:
        raise ValidationError({"asked_on": "Give a day from the decision of the appeal until today."})
    values = {"hearing_asked_on": asked_on}
    act(looking, appeal.request, "ask hearing", appeal=appeal, version=version, values=values)


def enter_hearing(looking: Viewer, appeal: Appeal, result: str, words: str, *, version: int | None = None) -> None:
    """This will write down how the fair hearing ended; where it was for the person, all that was asked is authorized."""
    if result not in HEARD:
        raise ValidationError({"result": "Choose how it ended."})
    if appeal.hearing_asked_on is None or appeal.hearing_result:
        raise NotNowError("There is no open fair hearing.")
    now = timezone.now()
    with transaction.atomic():
        request = Request.objects.select_for_update().get(pk=appeal.request_id)
        asked = Granted(request.units, request.starts_on, request.ends_on)
        detail = grant(request, asked, now) if result == "overturned" else {}
        values = {"hearing_result": result}
        act(looking, request, "hearing result", appeal=appeal, version=version, values=values, words=words.strip(),
            detail={"result": result, **detail}, at=now)  # fmt: skip


def fresh(looking: Viewer, request: Request) -> None:
    """This will raise `PermissionDenied` for whoever at the payer had a part in what an appeal is against."""
    if looking.membership_id in decided(request) | screened(request):
        raise PermissionDenied("You had a part in the decision that this appeal is against. Somebody else decides it.")


def consents_for(request: Request, on: datetime.date) -> list[Consent]:
    """This will give the person's consents that stand: one of them names the appeal that a provider files for her."""
    held = Consent.objects.filter(holder_id=request.holder_id, person_id=request.person_id).prefetch_related(
        "recipients"
    )
    return [one for one in held.order_by("-signed_on", "pk") if stands(one, on)]


def _check(
    looking: Viewer, request: Request, side: str, filed_by: str, urgency: str, words: str, consent_id: str,
    asks_continuation: bool, at: datetime.datetime, now: datetime.datetime,
) -> None:  # fmt: skip
    if says := stops(looking, request) if at >= now else "":
        raise ValidationError(says)
    found = window(request)
    if found is None or request.appeals.exclude(status__in=[Status.WITHDRAWN, NEW]).exists():
        raise ValidationError("This cannot be appealed now.")
    wrong: dict[str, str] = {}
    day = at.astimezone(zone_of(request)).date()
    if at > now or (request.decided_at is not None and at < request.decided_at):
        wrong["filed_at"] = "Give the moment of receipt: after the determination, and not in the future."
    elif at < now and side == PROVIDER:
        wrong["filed_at"] = "What the provider files, it files now."
    elif day > found.until:
        wrong["filed_at"] = late(found, day)
    if filed_by not in WHO or (filed_by == "provider" and side != PROVIDER):
        wrong["filed_by"] = "Choose who appeals."
    if urgency not in Request.Urgency.values:
        wrong["urgency"] = "Standard or expedited."
    if filed_by == "provider":
        if consent_id not in {one.pk for one in consents_for(request, looking.today)}:
            wrong["consent_id"] = "For the person a provider appeals only with her written consent. Choose it."
        if asks_continuation:
            wrong["asks_continuation"] = "Only the person or a representative may ask that benefits go on."
    if urgency == Request.Urgency.EXPEDITED and not words.strip():
        wrong["words"] = "Say why waiting could do serious harm."
    if asks_continuation and "asks_continuation" not in wrong:
        goes_on = continuation(request)
        if goes_on.until is None:
            wrong["asks_continuation"] = goes_on.says
        elif day > goes_on.until:
            wrong["asks_continuation"] = f"This had to be asked for by {said(goes_on.until)}."
    if wrong:
        raise ValidationError(wrong)


def _goes_on(appeal: Appeal, outcome: str, at: datetime.datetime) -> datetime.date | None:
    """Until when benefits go on: after an adverse decision as long as a hearing can be asked for that keeps them."""
    if appeal.continues_until is None:
        return None
    day = day_of(at, appeal.request)
    if outcome == "overturn":
        return day
    return day + datetime.timedelta(days=terms_of(payer_of(appeal.request), day).continuation_days)


def _still(appeal: Appeal, now: datetime.datetime) -> None:
    if appeal.status == Status.FILED and appeal.due_at <= now:
        raise NotNowError("The time to decide this appeal ran out. The person may ask for a fair hearing.")
