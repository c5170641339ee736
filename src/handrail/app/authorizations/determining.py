"""The payer's side: taking a case, asking, extending, referring, and determining. Only a qualified person denies or reduces."""

from __future__ import annotations

import datetime
import hashlib
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from handrail.app.accounts.access import Viewer
from handrail.app.audit.log import Act, note
from handrail.app.authorizations import clock
from handrail.app.authorizations.acting import act, qualified
from handrail.app.authorizations.models import (
    Authorization,
    Determination,
    PeerToPeer,
    Question,
    Request,
    Submission,
    Terms,
)
from handrail.app.authorizations.numbers import next_number
from handrail.app.authorizations.sealing import Kept, seal_of_determination
from handrail.app.authorizations.terms import terms_for, zone_of

determined = Signal()
"""Sent with `made` (the determination) and `looking` (None: rules or time), within the transaction that keeps it."""
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
    """This will ask the provider for what is missing, with a day by which; the clock stops only where the terms say so.

    While it stands still, the request is due when a clock that never went on again would run out by the ceiling.
    """
    if not words.strip():
        raise ValidationError("Say what is needed.")
    now = timezone.now()
    terms = terms_for(request)
    stops = terms.asking_pauses

    def values() -> dict[str, Any]:
        return {"paused_at": now, "due_at": _latest(request)} if stops else {}

    with transaction.atomic():
        act(
            looking,
            request,
            "ask",
            version=version,
            values=values,
            words=words.strip(),
            detail={"clauses": clauses or [], clock.PAUSES: stops},
            at=now,
        )
        return Question.objects.create(
            holder_id=request.holder_id,
            payer_id=request.payer_id,
            request=request,
            asked_at=now,
            asked_by_id=looking.membership_id,
            clauses=clauses or [],
            words=words.strip(),
            due_at=asked_until(request, now),
        )


def asked_until(request: Request, now: datetime.datetime) -> datetime.datetime:
    """This will say by when a question that is asked now has to be answered: before the decision is due."""
    terms = terms_for(request)
    due = clock.later(now, terms.answer_days, zone_of(request))
    last = _latest(request) if terms.asking_pauses else request.due_at
    return min(due, last or due)


def extend(
    looking: Viewer, request: Request, days: int, words: str, *, asked_by: str, version: int | None = None
) -> None:
    """This will extend the clock by calendar days, for a reason, asked for by the person, the provider or the payer."""
    if asked_by not in ("person", "provider", "payer"):
        raise ValidationError("Say who asked for the extension: person, provider or payer.")
    if days < 1 or not words.strip():
        raise ValidationError("An extension is at least one day, for a reason that serves the person.")
    now = timezone.now()

    def values() -> dict[str, Any]:
        due = _due(request, now, more_days=days)
        return {"due_at": due if request.paused_at is None else _latest(request)}

    detail = {"days": days, "asked_by": asked_by}
    try:
        act(looking, request, "extend", version=version, values=values, words=words.strip(), detail=detail, at=now)
    except ValueError as error:
        raise ValidationError(str(error)) from error


def refer(looking: Viewer, request: Request, words: str, *, clauses: list[str], version: int | None = None) -> None:
    """This will refer a case to the medical director, with the clauses it is about. A clock that stood still goes on."""
    now = timezone.now()
    act(
        looking,
        request,
        "refer",
        version=version,
        values=lambda: going_on(request, now),
        words=words.strip(),
        detail={"clauses": clauses},
        at=now,
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
    told: dict[str, Any] = {
        "units": request.units if units is None else units,
        "starts_on": starts_on or request.starts_on,
        "ends_on": ends_on or request.ends_on,
    }
    _possible(**told)
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
    told: dict[str, Any] = {"units": units, "starts_on": starts_on, "ends_on": ends_on}
    _possible(**told)
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
    made = keep(
        None, request, sent, Outcome.APPROVED, told, now, is_automatic=True, is_sampled=_is_drawn(request, terms)
    )
    new_authorization(request, made.at, made.units, made.starts_on, made.ends_on)
    return made


def going_on(request: Request, now: datetime.datetime) -> dict[str, Any]:
    """This will give what follows for a request's clock if it goes on from now: nothing where it did not stand still."""
    return {} if request.paused_at is None else {"paused_at": None, "due_at": _due(request, now)}


def _due(request: Request, now: datetime.datetime, *, more_days: int = 0) -> datetime.datetime:
    """When it is due by all its extensions and pauses. Raises `ValueError` where it is extended by too much."""
    assert request.received_at is not None
    steps = list(request.steps.filter(appeal=None))
    due = clock.due_at(
        request.received_at,
        request.urgency,
        terms_for(request),
        zone_of(request),
        extended_days=clock.extended(steps) + more_days,
        paused=clock.stood_still(steps, now),
    )
    return due if request.paused_at is not None or request.due_at is None else max(due, request.due_at)


def _latest(request: Request) -> datetime.datetime:
    assert request.received_at is not None
    return clock.latest(request.received_at, request.urgency, terms_for(request), zone_of(request))


def _possible(*, units: int | None, starts_on: datetime.date | None, ends_on: datetime.date | None) -> None:
    found: dict[str, str] = {}
    if units is not None and units < 1:
        found["units"] = "At least one. Nothing at all is a denial."
    if starts_on is None or ends_on is None or ends_on < starts_on:
        found["ends_on"] = "A first and a last day, in order."
    if found:
        raise ValidationError(found)


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
        (units is not None and (request.units is None or units < request.units))
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
        values = {"decided_at": now, "paused_at": None}
        act(looking, request, name, version=version, values=values, detail={"clauses": clauses or []}, at=now)
        held = None if outcome == Outcome.APPROVED else qualified(looking, request, looking.today)
        sent = request.submissions.order_by("-place").first()
        made = keep(
            looking,
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
            new_authorization(request, made.at, made.units, made.starts_on, made.ends_on)
    return made


def keep(
    looking: Viewer | None,
    request: Request,
    sent: Submission | None,
    outcome: str,
    told: dict[str, Any],
    now: datetime.datetime,
    **more: Any,
) -> Determination:
    """This will keep what was determined, in the transaction of the act. For determining and for time alone."""
    made = Determination.objects.create(
        holder_id=request.holder_id,
        payer_id=request.payer_id,
        request=request,
        submission=sent,
        outcome=outcome,
        at=now,
        **told,
        **more,
    )
    note(looking, Act(Kept.DETERMINATION, "determination", made.pk, request.person_id, seal_of_determination(made)))
    determined.send(Determination, made=made, looking=looking)
    return made


def new_authorization(
    request: Request,
    at: datetime.datetime,
    units: int | None,
    starts_on: datetime.date | None,
    ends_on: datetime.date | None,
) -> Authorization:
    """This will authorize a request under the next number of the year, in the transaction of the act."""
    unit = terms_for(request).units.get(request.definition, {}).get("unit", "")
    before = request.follows.authorizations.order_by("-ends_on").first() if request.follows_id else None
    return Authorization.objects.create(
        number=next_number("A", at.astimezone(zone_of(request)).year),
        holder_id=request.holder_id,
        payer_id=request.payer_id,
        request=request,
        person_id=request.person_id,
        episode_id=request.episode_id,
        definition=request.definition,
        units=units,
        unit=unit,
        starts_on=starts_on,
        ends_on=ends_on,
        follows=before,
        made_at=at,
    )


def _is_drawn(request: Request, terms: Terms) -> bool:
    """Whether an automatic approval is drawn to be checked: by its id alone, so that anybody can draw it again."""
    drawn = int(hashlib.sha256(request.pk.encode()).hexdigest(), 16)
    return terms.check_one_in > 0 and drawn % terms.check_one_in == 0
