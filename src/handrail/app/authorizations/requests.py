"""A provider's side of a request: drafting, what is still missing, sending, answering, taking back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from handrail.app.accounts.access import Viewer
from handrail.app.accounts.models import Organization
from handrail.app.audit.log import Act, note
from handrail.app.authorizations import determining
from handrail.app.authorizations.acting import ChangedMeanwhileError, NotNowError, act
from handrail.app.authorizations.clock import due_at
from handrail.app.authorizations.freezing import (
    ALWAYS,
    classes_of,
    freeze,
    latest_decision,
    verdicts_of,
)
from handrail.app.authorizations.models import Question, Request, Submission
from handrail.app.authorizations.numbers import next_number
from handrail.app.authorizations.sending import send
from handrail.app.authorizations.sharing import PAYMENT
from handrail.app.authorizations.terms import terms_of
from handrail.app.consent.covering import covering
from handrail.app.worklists.models import Verdict
from handrail.definitions.rulebook import packaged

FIELDS = (
    "kind",
    "urgency",
    "attestation",
    "units",
    "starts_on",
    "ends_on",
    "narrative",
    "addressed_to_id",
    "follows_id",
)
"""What a draft lets one write."""

Kind = Request.Kind


@dataclass(frozen=True)
class Lacking:
    """Something that is still missing from a draft. `blocks`: it cannot be sent without; else the payer will ask."""

    says: str
    who: str = ""
    field: str = ""
    fact: str = ""
    blocks: bool = False


def draft(
    looking: Viewer, episode: Any, kind: str, *, addressed_to: Organization | None = None, **values: Any
) -> Request:
    """This will begin a draft about an episode; everybody of the agency who may request authorization shares it."""
    looking.require("request authorization")
    if episode.holder_id != looking.organization.pk:
        raise PermissionDenied("This episode belongs to another organization.")
    payer = addressed_to or Organization.objects.filter(kind=Organization.Kind.PAYER).order_by("pk").first()
    if payer is None:
        raise ValidationError("There is no payer here to send a request to.")
    with transaction.atomic():
        made = Request(
            holder=looking.organization,
            addressed_to=payer,
            person_id=episode.person_id,
            episode=episode,
            definition=episode.program.service,
            kind=kind,
            entered_by_id=looking.membership_id,
        )
        _write(looking, made, values)
        note(looking, Act("draft request", "request", made.pk, made.person_id))
    return made


def decision_for(definition: str, kind: str) -> str:
    """This will name the decision of a definition that a kind of request asks for; empty where it has none."""
    try:
        known = packaged().edition(definition).decisions
    except KeyError:
        return ""
    wanted = ("continued-stay", "admission") if kind in (Kind.CONTINUED_STAY, Kind.EXTENSION) else ("admission",)
    return next((name for name in wanted if name in known), "")


def change(looking: Viewer, request: Request, values: Mapping[str, Any], *, version: int | None = None) -> Request:
    """This will write into a draft. Raises `ChangedMeanwhileError` where a colleague was faster, `NotNowError` once sent."""
    looking.require("request authorization")
    with transaction.atomic():
        held = Request.objects.select_for_update().get(pk=request.pk, holder=looking.organization)
        if held.status != Request.Status.DRAFT:
            raise NotNowError("What was sent is not edited. Withdraw it, or answer a question.")
        if version is not None and version != held.version:
            raise ChangedMeanwhileError
        held.version += 1
        _write(looking, held, values)
        note(looking, Act("change draft", "request", held.pk, held.person_id))
    return held


def _write(looking: Viewer, held: Request, values: Mapping[str, Any]) -> None:
    if unknown := sorted(set(values) - set(FIELDS)):
        raise ValueError(f"A draft has no field {', '.join(unknown)} to write.")
    attested = held.attestation if held.attested_at else ""
    for name, value in values.items():
        setattr(held, name, value)
    held.decision = decision_for(held.definition, held.kind)
    if held.urgency != Request.Urgency.EXPEDITED or not held.attestation:
        held.attestation, held.attested_by, held.attested_at = "", None, None
    elif "attestation" in values and held.attestation != attested:  # of who wrote it, at the moment
        looking.require("attest urgency")
        held.attested_by_id, held.attested_at = looking.membership_id, timezone.now()
    _may_name(held)
    held.full_clean()
    held.save()


def _may_name(held: Request) -> None:
    """It goes to a payer, and follows a request about the same person."""
    if not Organization.objects.filter(pk=held.addressed_to_id, kind=Organization.Kind.PAYER).exists():
        raise ValidationError({"addressed_to": "Choose a payer."})
    if held.follows_id is None:
        return
    before = Request.objects.filter(pk=held.follows_id, holder_id=held.holder_id, person_id=held.person_id)
    if held.follows_id == held.pk or not before.exists():
        raise ValidationError({"follows": "Choose an earlier request for the same person."})


def missing(looking: Viewer, request: Request) -> list[Lacking]:
    """This will list what a draft still lacks: what stops it first, then what the payer's rules will ask for."""
    _own(looking, request)
    found = []
    if request.starts_on is None:
        found.append(Lacking("The first day asked for.", field="starts_on", blocks=True))
    if request.ends_on is None:
        found.append(Lacking("The last day asked for.", field="ends_on", blocks=True))
    elif request.starts_on and request.ends_on < request.starts_on:
        found.append(Lacking("The last day is before the first.", field="ends_on", blocks=True))
    if request.urgency == Request.Urgency.EXPEDITED and not (request.attestation and request.attested_at):
        says = "For an expedited decision a clinician attests why waiting could do serious harm."
        found.append(Lacking(says, who="counselor or supervisor", field="attestation", blocks=True))
    retrospective = request.kind == Kind.RETROSPECTIVE
    if request.starts_on and retrospective and request.starts_on >= looking.today:
        found.append(Lacking("A retrospective request begins in the past.", field="starts_on", blocks=True))
    verdicts = verdicts_of(looking, request, decision := latest_decision(looking, request))
    if not verdicts:
        found.append(Lacking("The definition has nothing to say about this episode yet.", blocks=True))
    elif request.decision and decision is None:
        says = "Nothing is judged about a continued stay yet: hold a review first. Until then only the admission goes along."
        found.append(Lacking(says, who="counselor or supervisor", field="decision"))
    told_of = [{"facts": one.facts, "evidence": one.evidence} for one in verdicts]
    covered = covering(
        request.holder_id,
        request.person_id,
        recipient_id=request.addressed_to_id,
        information=classes_of(verdicts[0].subject, told_of) if verdicts else ALWAYS,
        purpose=PAYMENT,
        on=looking.today,
    )
    if covered.uncovered:
        found.append(Lacking(covered.says, who="whoever takes consents", field="consent", blocks=True))
    asked = decision.missing if decision else [one for verdict in verdicts for one in verdict.missing]
    told = {one["fact"]: one for one in asked}
    return found + [
        Lacking(one.get("question") or fact.replace("_", " "), who=one.get("ask", ""), fact=fact)
        for fact, one in told.items()
    ]


def submit(looking: Viewer, request: Request, *, version: int | None = None) -> Submission:
    """This will send a draft: freeze what it rests on, disclose it, give it its number, and start the clock.

    Raises `ValidationError` with what still stops it, and `NotCoveredError` where no consent covers what would go along.
    """
    given, request = request, _fresh(looking, request)
    if version is not None and version != request.version:
        raise ChangedMeanwhileError
    if request.status != Request.Status.DRAFT:
        raise NotNowError(f"This cannot be done now: it is {request.get_status_display()}.")
    try:
        frozen = freeze(looking, request)
    except LookupError as nothing:
        raise ValidationError([str(nothing)]) from None
    if stops := [one.says for one in missing(looking, request) if one.blocks]:
        raise ValidationError(stops)
    now = timezone.now()
    payer = request.addressed_to
    zone = ZoneInfo(payer.time_zone)
    terms = terms_of(payer.pk, now.astimezone(zone).date())
    with transaction.atomic():
        sent = {
            "payer": payer,
            "number": next_number("R", now.astimezone(zone).year),
            "received_at": now,
            "due_at": due_at(now, request.urgency, terms, zone),
        }
        act(looking, request, "submit", version=request.version, values=sent, at=now)
        made = send(looking, request, frozen, now)
        determining.automatic(request, made, terms, now)
    given.refresh_from_db()
    return made


def answer(looking: Viewer, request: Request, words: str, *, version: int | None = None) -> Submission:
    """This will answer what the payer asked: the records as they are now, frozen anew, and words. The clock goes on."""
    if not words.strip():
        raise ValidationError("Say in a sentence what you answer.")
    given, request = request, _fresh(looking, request)
    frozen = freeze(looking, request)
    now = timezone.now()
    with transaction.atomic():
        act(
            looking,
            request,
            "answer",
            version=version,
            values=lambda: determining.going_on(request, now),
            words=words.strip(),
            at=now,
        )
        made = send(looking, request, frozen, now)
        Question.objects.filter(request=request, answered_at=None).update(answered_at=now, answer=made)
    given.refresh_from_db()
    return made


def withdraw(looking: Viewer, request: Request, words: str, *, version: int | None = None) -> None:
    """This will take a request back that is not decided; the payer keeps the trace and loses the evidence."""
    if not words.strip():
        raise ValidationError("Say why it is withdrawn.")
    act(looking, request, "withdraw", version=version, words=words.strip())


def discard(looking: Viewer, request: Request, *, version: int | None = None) -> None:
    """This will put a draft away; nobody else has seen it."""
    act(looking, request, "discard", version=version)


def changed_since(request: Request) -> bool:
    """This will say whether the person's records changed since they were last sent: the payer sees an older state."""
    return bool(changes_since(request))


def changes_since(request: Request) -> list[dict[str, Any]]:
    """This will give each clause that came to something else since it was last sent, as it is now; with what was `sent`."""
    last = request.submissions.order_by("-place").first()
    if last is None:
        return []
    sent = {one["clause"]: one for one in last.content["verdicts"]}
    now = Verdict.objects.filter(
        organization_id=request.holder_id,
        episode_id=request.episode_id,
        definition=request.definition,
        subject=last.content["subject"],
    )
    found = []
    for one in now.order_by("position", "pk"):
        before = sent.get(one.clause, {})
        is_same = all(before.get(name) == getattr(one, name) for name in ("verdict", "facts", "evidence"))
        if one.key == last.content["key"] and not is_same:
            found.append({"clause": one.clause, "verdict": one.verdict, "facts": one.facts, "sent": before})
    return found


def _own(looking: Viewer, request: Request) -> None:
    if request.holder_id != looking.organization.pk:
        raise PermissionDenied("This request belongs to another organization.")


def _fresh(looking: Viewer, request: Request) -> Request:
    """As it is kept now; what was handed in stays as it was if it comes to nothing."""
    looking.require("request authorization")
    _own(looking, request)
    return Request.objects.select_related("addressed_to", "episode__program", "person").get(pk=request.pk)
