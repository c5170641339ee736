"""The payer's side: taking a case, asking, extending, referring, and determining. Only a qualified person denies or reduces."""

from __future__ import annotations

import datetime
import hashlib
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from handrail.app.accounts.access import Viewer
from handrail.app.authorizations import clock
from handrail.app.authorizations.acting import act, screened
from handrail.app.authorizations.models import (
    Authorization,
    Determination,
    PeerToPeer,
    Qualification,
    Question,
    Request,
    Submission,
    Terms,
)
from handrail.app.authorizations.numbers import next_number
from handrail.app.authorizations.terms import terms_of

Outcome = Determination.Outcome
_MET = ("met", "not applicable")


def take(looking: Viewer, request: Request, *, version: int | None = None) -> None:
    """This will put a case on one's own desk, also from somebody else's; the step says from whom."""
    act(
        looking,
        request,
        "take",
        version=version,
        values={"assigned_to_id": looking.membership_id},
        detail={"before": request.assigned_to_id},
    )


def ask(
    looking: Viewer, request: Request, words: str, *, clauses: list[str] | None = None, version: int | None = None
) -> Question:
    """This will ask the provider for what is missing, with a day by which; the clock stops only where the terms say so."""
    if not words.strip():
        raise ValidationError("Say what is needed.")
    now = timezone.now()
    terms = terms_for(request)
    with transaction.atomic():
        values = {"paused_at": now} if terms.asking_pauses else {}
        act(
            looking,
            request,
            "ask",
            version=version,
            values=values,
            words=words.strip(),
            detail={"clauses": clauses or []},
            at=now,
        )
        due = clock.later(now, terms.answer_days, zone_of(request))
        if not terms.asking_pauses and request.due_at is not None:
            due = min(due, request.due_at)
        return Question.objects.create(
            holder_id=request.holder_id,
            payer_id=request.payer_id,
            request=request,
            asked_at=now,
            asked_by_id=looking.membership_id,
            clauses=clauses or [],
            words=words.strip(),
            due_at=due,
        )


def extend(
    looking: Viewer, request: Request, days: int, words: str, *, asked_by: str, version: int | None = None
) -> None:
    """This will extend the clock by calendar days, for a reason, asked for by the person, the provider or the payer."""
    if asked_by not in ("person", "provider", "payer"):
        raise ValidationError("Say who asked for the extension: person, provider or payer.")
    if days < 1 or not words.strip():
        raise ValidationError("An extension is at least one day, for a reason that serves the person.")
    all_days = extended_days(request) + days
    try:
        due = _due(request, all_days, timezone.now())
    except ValueError as error:
        raise ValidationError(str(error)) from error
    detail = {"days": days, "asked_by": asked_by}
    act(looking, request, "extend", version=version, values={"due_at": due}, words=words.strip(), detail=detail)


def refer(looking: Viewer, request: Request, words: str, *, clauses: list[str], version: int | None = None) -> None:
    """This will refer a case to the medical director, with the clauses it is about."""
    act(
        looking,
        request,
        "refer",
        version=version,
        values={"paused_at": None, "due_at": due_now(request, timezone.now())},
        words=words.strip(),
        detail={"clauses": clauses},
    )


def offer_conversation(looking: Viewer, request: Request, *, version: int | None = None) -> PeerToPeer:
    """This will offer the treating clinician a conversation before an adverse determination."""
    with transaction.atomic():
        act(looking, request, "offer conversation", version=version)
        return PeerToPeer.objects.create(
            holder_id=request.holder_id,
            payer_id=request.payer_id,
            request=request,
            offered_at=timezone.now(),
            offered_by_id=looking.membership_id,
        )


def approve(
    looking: Viewer,
    request: Request,
    *,
    units: int | None = None,
    starts_on: datetime.date | None = None,
    ends_on: datetime.date | None = None,
    reason: str = "",
    version: int | None = None,
) -> Determination:
    """This will approve what was asked, or more of it; less is an approval in part and needs who may deny."""
    told = {
        "units": request.units if units is None else units,
        "starts_on": starts_on or request.starts_on,
        "ends_on": ends_on or request.ends_on,
    }
    if _is_less(request, **told):
        raise ValidationError("This is less than what was asked. Approve in part, which a qualified person does.")
    return _determine(looking, request, "approve", Outcome.APPROVED, told, reason=reason, version=version)


def approve_in_part(
    looking: Viewer,
    request: Request,
    *,
    units: int | None,
    starts_on: datetime.date,
    ends_on: datetime.date,
    clauses: list[str],
    reason: str,
    version: int | None = None,
) -> Determination:
    """This will approve less than was asked: adverse, so by a qualified person, resting on clauses, with the reason."""
    told = {"units": units, "starts_on": starts_on, "ends_on": ends_on}
    if not _is_less(request, **told):
        raise ValidationError("This is all that was asked. Approve it.")
    _adverse(request, clauses, reason)
    return _determine(
        looking, request, "approve in part", Outcome.PARTLY, told, clauses=clauses, reason=reason, version=version
    )


def deny(
    looking: Viewer, request: Request, *, clauses: list[str], reason: str, version: int | None = None
) -> Determination:
    """This will deny: by a qualified person who did not screen the case, resting on clauses, with the specific reason."""
    _adverse(request, clauses, reason)
    return _determine(looking, request, "deny", Outcome.DENIED, {}, clauses=clauses, reason=reason, version=version)


def automatic(request: Request, sent: Submission, terms: Terms, now: datetime.datetime) -> Determination | None:
    """This will approve at once where the payer switched that on and every clause is met. It never does anything else."""
    decision = sent.content["decision"]
    if not terms.approves_automatically or decision is None or decision["answer"] != "yes":
        return None
    if any(one["verdict"] not in _MET for one in sent.content["verdicts"]):
        return None
    told = {"units": request.units, "starts_on": request.starts_on, "ends_on": request.ends_on}
    act(None, request, "approve", values={"decided_at": now}, at=now, detail={"automatic": True})
    made = _kept(request, sent, Outcome.APPROVED, told, now, is_automatic=True, is_sampled=_is_drawn(request, terms))
    _authorize(made)
    return made


def qualified(looking: Viewer, request: Request, on: datetime.date) -> Qualification:
    """This will give the credential by which somebody may decide against the person today.

    Raises `PermissionDenied` where there is none in force that the payer's terms name, or where who looks has
    screened the case.
    """
    if looking.membership_id in screened(request):
        raise PermissionDenied("You have screened this case. Somebody else decides it.")
    wanted = terms_of(looking.organization.pk, on).denying_credentials
    held = Qualification.objects.filter(membership_id=looking.membership_id, organization=looking.organization)
    held = held.filter(Q(until=None) | Q(until__gte=on), since__lte=on, credential__in=wanted).order_by("pk")
    found = held.first()
    if found is None:
        named = ", ".join(wanted) or "none is named in the terms"
        raise PermissionDenied(f"Only somebody with one of these credentials, in force today, may do this: {named}.")
    return found


def lapse(request: Request, now: datetime.datetime) -> Determination | None:
    """This will write down that the time ran out, which the law counts as a denial; nothing where it has not."""
    with transaction.atomic():
        held = Request.objects.select_for_update().get(pk=request.pk)
        if held.status not in Request.OPEN or held.paused_at is not None or held.due_at is None or held.due_at > now:
            return None
        act(None, held, "lapse", values={"decided_at": held.due_at}, at=now)
        sent = held.submissions.order_by("-place").first()
        return _kept(held, sent, Outcome.LAPSED, {}, held.due_at)


def lapse_all(now: datetime.datetime) -> list[Determination]:
    """This will write down every request whose time ran out."""
    due = Request.objects.filter(status__in=Request.OPEN, due_at__lte=now, paused_at=None).order_by("due_at", "pk")
    return [made for one in due if (made := lapse(one, now)) is not None]


def terms_for(request: Request) -> Terms:
    """This will give the payer's terms on the day of receipt."""
    received = request.received_at or timezone.now()
    return terms_of(request.payer_id or request.addressed_to_id, received.astimezone(zone_of(request)).date())


def zone_of(request: Request) -> ZoneInfo:
    """This will give the time zone by which a request's clock runs: the payer's."""
    return ZoneInfo((request.payer or request.addressed_to).time_zone)


def extended_days(request: Request) -> int:
    """This will count the days by which a request was extended."""
    return sum(step.detail.get("days", 0) for step in request.steps.filter(act="extend", appeal=None))


def due_now(request: Request, now: datetime.datetime) -> datetime.datetime | None:
    """This will say when a request is due if its clock goes on from now."""
    return _due(request, extended_days(request), now) if request.paused_at is not None else request.due_at


def _due(request: Request, days: int, now: datetime.datetime) -> datetime.datetime:
    assert request.received_at is not None
    return clock.due_at(
        request.received_at,
        request.urgency,
        terms_for(request),
        zone_of(request),
        extended_days=days,
        paused=_paused(request, now),
    )


def _paused(request: Request, now: datetime.datetime) -> datetime.timedelta:
    """How long the clock stood still: from each question to its answer, and from the open one until now."""
    if not terms_for(request).asking_pauses:
        return datetime.timedelta()
    spans = [
        (asked.answered_at or (now if request.paused_at else asked.asked_at)) - asked.asked_at
        for asked in request.questions.all()
    ]
    return sum(spans, datetime.timedelta())


def _adverse(request: Request, clauses: list[str], reason: str) -> None:
    found: dict[str, str] = {}
    known = {one["clause"] for sent in request.submissions.all() for one in sent.content["verdicts"]}
    if not clauses:
        found["clauses"] = "Choose the clauses on which it rests."
    elif set(clauses) - known:
        found["clauses"] = "Only clauses that were judged in this request may be chosen."
    if not reason.strip():
        found["reason"] = "Write the specific reason, in plain words: the person will read it."
    if found:
        raise ValidationError(found)


def _is_less(
    request: Request, *, units: int | None, starts_on: datetime.date | None, ends_on: datetime.date | None
) -> bool:
    return (
        (request.units is not None and units is not None and units < request.units)
        or (starts_on is not None and request.starts_on is not None and starts_on > request.starts_on)
        or (ends_on is not None and request.ends_on is not None and ends_on < request.ends_on)
    )


def _determine(
    looking: Viewer,
    request: Request,
    name: str,
    outcome: Determination.Outcome,
    told: dict[str, Any],
    *,
    clauses: list[str] | None = None,
    reason: str = "",
    version: int | None = None,
) -> Determination:
    now = timezone.now()
    with transaction.atomic():
        held = None if outcome == Outcome.APPROVED else qualified(looking, request, looking.today)
        values = {"decided_at": now, "paused_at": None}
        act(looking, request, name, version=version, values=values, detail={"clauses": clauses or []}, at=now)
        sent = request.submissions.order_by("-place").first()
        made = _kept(
            request,
            sent,
            outcome,
            told,
            now,
            by_id=looking.membership_id,
            qualification=held,
            clauses=clauses or [],
            reason=reason.strip(),
        )
        if outcome != Outcome.DENIED:
            _authorize(made)
    return made


def _kept(
    request: Request, sent: Submission | None, outcome: str, told: dict[str, Any], now: datetime.datetime, **more: Any
) -> Determination:
    return Determination.objects.create(
        holder_id=request.holder_id,
        payer_id=request.payer_id,
        request=request,
        submission=sent,
        outcome=outcome,
        at=now,
        **told,
        **more,
    )


def _authorize(made: Determination) -> Authorization:
    request = made.request
    unit = terms_for(request).units.get(request.definition, {}).get("unit", "")
    before = request.follows.authorizations.order_by("-ends_on").first() if request.follows_id else None
    return Authorization.objects.create(
        number=next_number("A", made.at.astimezone(zone_of(request)).year),
        holder_id=request.holder_id,
        payer_id=request.payer_id,
        request=request,
        person_id=request.person_id,
        episode_id=request.episode_id,
        definition=request.definition,
        units=made.units,
        unit=unit,
        starts_on=made.starts_on,
        ends_on=made.ends_on,
        follows=before,
        made_at=made.at,
    )


def _is_drawn(request: Request, terms: Terms) -> bool:
    """Whether an automatic approval is drawn to be checked: by its id alone, so that anybody can draw it again."""
    drawn = int(hashlib.sha256(request.pk.encode()).hexdigest(), 16)
    return terms.check_one_in > 0 and drawn % terms.check_one_in == 0
