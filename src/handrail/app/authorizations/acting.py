"""The one way by which a request or an appeal moves: who may, from which state, to which; written down as a step."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from ruamel.yaml import YAML

from handrail.app.accounts.access import Viewer
from handrail.app.accounts.models import Organization
from handrail.app.audit.log import Act, note
from handrail.app.authorizations.models import Appeal, Qualification, Request, Step
from handrail.app.authorizations.sealing import Kept, seal_of_step
from handrail.app.authorizations.terms import terms_of

PROVIDER, PAYER, EITHER, CLOCK = "provider", "payer", "either", "clock"
SAME, BACK = "same", "back"
"""Where a way ends that leaves the state as it is, or that leads back to where the last question was asked from."""
_SCREENING = ("take", "ask", "extend", "refer", "offer conversation")
_BEFORE_REFERRAL = (Request.Status.RECEIVED, Request.Status.ASKED)


class NotNowError(Exception):
    """The act is not open from where the request stands; nothing was written."""


class ChangedMeanwhileError(Exception):
    """Somebody else acted since the page was shown; nothing was written."""


@dataclass(frozen=True)
class Way:
    """One line of ways.yaml. `may` is the act of a role; `qualified` asks for a credential and for fresh eyes."""

    name: str
    side: str
    may: str
    start: frozenset[str]
    end: str
    is_qualified: bool


@cache
def ways(of: str) -> Mapping[str, Way]:
    """This will give the ways of a `request` or an `appeal`, by name."""
    told = YAML(typ="safe").load(files(__package__).joinpath("ways.yaml").read_text(encoding="utf-8"))[of]
    return {
        name: Way(name, one["as"], one.get("may", ""), frozenset(one["from"]), one["to"], one.get("qualified", False))
        for name, one in told.items()
    }


def side_of(looking: Viewer, request: Request) -> str:
    """This will say on which side of a request somebody stands. Raises `PermissionDenied` for everybody else."""
    own = looking.organization.pk
    if own == request.holder_id:
        return PROVIDER
    if own == request.payer_id and looking.organization.kind == Organization.Kind.PAYER:
        return PAYER
    raise PermissionDenied("This request belongs to other organizations.")


def open_acts(looking: Viewer, request: Request, appeal: Appeal | None = None) -> list[str]:
    """This will name what the viewer may do now: the buttons of a page. What needs a credential is checked when it is done."""
    side = side_of(looking, request)
    if appeal is None and has_run_out(request, timezone.now()):
        return []
    status = appeal.status if appeal else request.status
    return [
        way.name
        for way in ways("appeal" if appeal else "request").values()
        if way.side in (side, EITHER) and looking.may(way.may) and status in way.start
    ]


def has_run_out(request: Request, now: datetime.datetime) -> bool:
    """This will say whether the time for a decision ran out, which is a denial, whether it is written down yet or not."""
    return request.status in Request.OPEN and request.due_at is not None and request.due_at <= now


Values = Mapping[str, Any]


def act(
    looking: Viewer | None,
    request: Request,
    name: str,
    *,
    appeal: Appeal | None = None,
    version: int | None = None,
    values: Values | Callable[[], Values] | None = None,
    words: str = "",
    detail: Mapping[str, Any] | None = None,
    at: datetime.datetime | None = None,
) -> Step:
    """This will move a request (or its appeal) by one act, with the values that come with it, and write the step.

    `looking` is None where the clock or the rules act. `version` is the one that was shown. `values` that follow from
    where the request stands are a function: it is called once nobody else can move it. Raises `PermissionDenied` for a
    side, role or person who may not, `NotNowError` where the state or the time does not allow it, and
    `ChangedMeanwhileError` where somebody was faster.
    """
    way = ways("appeal" if appeal is not None else "request")[name]
    _may(looking, request, way)
    with transaction.atomic():
        Request.objects.select_for_update().get(pk=request.pk)  # one act at a time, on the appeal too
        request.refresh_from_db()
        held: Request | Appeal = request
        if appeal is not None:
            appeal.refresh_from_db()
            held = appeal
            if appeal.request_id != request.pk:
                raise PermissionDenied("This appeal is about another request.")
        now = at or timezone.now()
        if version is not None and version != held.version:
            raise ChangedMeanwhileError
        if held.status not in way.start:
            raise NotNowError(f"This cannot be done now: it is {held.get_status_display()}.")
        if appeal is None and way.side != CLOCK and has_run_out(request, now):
            raise NotNowError("The time for a decision ran out, which is a denial. It can be appealed.")
        if looking is not None:
            _fit(looking, request, way, appeal)
        given = values() if callable(values) else values or {}
        before = held.status
        for field, value in given.items():
            setattr(held, field, value)
        held.status = _end(way, request, before)
        held.version += 1
        held.save()
        step = Step.objects.create(
            holder_id=request.holder_id,
            payer_id=request.payer_id,
            request=request,
            appeal=appeal,
            place=(request.steps.aggregate(last=Max("place"))["last"] or 0) + 1,
            at=now,
            by_id=looking.membership_id if looking else None,
            as_provider=looking is not None and side_of(looking, request) == PROVIDER,
            act=name,
            status_before=before,
            status_after=held.status,
            due_at=held.due_at,
            words=words,
            detail=dict(detail or {}),
        )
        table = "appeal" if appeal is not None else "request"
        note(
            looking,
            Act(name[:30], table, str(held.pk), request.person_id),
            Act(Kept.STEP, "step", str(step.pk), request.person_id, seal_of_step(step)),
        )
    return step


def _end(way: Way, request: Request, before: str) -> str:
    if way.end == BACK:
        asked = request.steps.filter(appeal=None, act="ask").order_by("-place").first()
        return asked.status_before if asked else Request.Status.RECEIVED
    return before if way.end == SAME else way.end


def screened(request: Request) -> set[int]:
    """This will give the memberships of those who screened a case: who had it in hand before it was referred, or referred it.

    What the medical director does with a case once it is referred (take, ask, extend) is part of deciding it.
    """
    had = request.steps.filter(
        appeal=None, as_provider=False, act__in=_SCREENING, status_before__in=_BEFORE_REFERRAL
    ).exclude(by=None)
    return set(had.values_list("by_id", flat=True))


def decided(request: Request) -> set[int]:
    """This will give the memberships of those at the payer who did anything with a request itself, up to its decision."""
    had = request.steps.filter(appeal=None, as_provider=False).exclude(by=None)
    return set(had.values_list("by_id", flat=True))


def qualified(looking: Viewer, request: Request, on: datetime.date, *, appeal: Appeal | None = None) -> Qualification:
    """This will give the credential by which somebody may decide against the person on a day.

    Raises `PermissionDenied` where there is none in force that the payer's terms name, where who looks has screened
    the case or, in an appeal, had a part in what it is against.
    """
    if side_of(looking, request) != PAYER:
        raise PermissionDenied("Only the payer may do this.")
    if appeal is not None:
        _fresh_eyes(looking, request)
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


def _fit(looking: Viewer, request: Request, way: Way, appeal: Appeal | None) -> None:
    """Whatever module asks for an act: an open appeal is another's than the decision, and what is adverse a qualified one's."""
    if way.is_qualified:
        qualified(looking, request, looking.today, appeal=appeal)
    elif appeal is not None and way.side == PAYER and Appeal.Status.FILED in way.start:
        _fresh_eyes(looking, request)


def _fresh_eyes(looking: Viewer, request: Request) -> None:
    if looking.membership_id in decided(request):
        raise PermissionDenied("You had a part in the decision that this appeal is against. Somebody else decides it.")


def _may(looking: Viewer | None, request: Request, way: Way) -> None:
    if looking is None:
        if way.side != CLOCK and way.name != "approve":
            raise PermissionDenied("Only a person may do this.")
        return
    if way.side == CLOCK:
        raise PermissionDenied("Only the time itself does this.")
    side = side_of(looking, request)
    if way.side not in (side, EITHER):
        raise PermissionDenied(f"Only the {way.side} may do this.")
    looking.require(way.may)
