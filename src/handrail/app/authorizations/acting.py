"""The one way by which a request or an appeal moves: who may, from which state, to which; written down as a step."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from ruamel.yaml import YAML

from handrail.app.accounts.access import Viewer
from handrail.app.accounts.models import Organization
from handrail.app.audit.log import Act, note
from handrail.app.authorizations.models import Appeal, Request, Step

PROVIDER, PAYER, EITHER, CLOCK = "provider", "payer", "either", "clock"
SAME = "same"


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
    status = appeal.status if appeal else request.status
    return [
        way.name
        for way in ways("appeal" if appeal else "request").values()
        if way.side in (side, EITHER) and looking.may(way.may) and status in way.start
    ]


def act(
    looking: Viewer | None,
    request: Request,
    name: str,
    *,
    appeal: Appeal | None = None,
    version: int | None = None,
    values: Mapping[str, Any] | None = None,
    words: str = "",
    detail: Mapping[str, Any] | None = None,
    at: datetime.datetime | None = None,
) -> Step:
    """This will move a request (or its appeal) by one act, with the values that come with it, and write the step.

    `looking` is None where the clock or the rules act. `version` is the one that was shown. Raises
    `PermissionDenied` for a side, role or person who may not, `NotNowError` where the state does not allow it, and
    `ChangedMeanwhileError` where somebody was faster.
    """
    way = ways("appeal" if appeal is not None else "request")[name]
    _may(looking, request, way)
    with transaction.atomic():
        Request.objects.select_for_update().get(pk=request.pk)  # one act at a time, on the appeal too
        held = appeal if appeal is not None else request
        shown = held.version
        held.refresh_from_db()
        if version is not None and version != held.version:
            raise ChangedMeanwhileError
        if held.status not in way.start:
            raise NotNowError(f"This cannot be done now: it is {held.get_status_display()}.")
        now = at or timezone.now()
        before = held.status
        for field, value in (values or {}).items():
            setattr(held, field, value)
        held.status = before if way.end == SAME else way.end
        held.version = max(shown, held.version) + 1
        held.save()
        if appeal is not None:
            request.refresh_from_db()
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
        note(looking, Act(name[:30], "appeal" if appeal is not None else "request", held.pk, request.person_id))
    return step


def screened(request: Request) -> set[int]:
    """This will give the memberships of those who screened a case: who took it, asked, extended or referred it."""
    taken = request.steps.filter(appeal=None, as_provider=False, act__in=["take", "ask", "extend", "refer"])
    return set(taken.exclude(by=None).values_list("by_id", flat=True))


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
