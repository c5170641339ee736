"""Units of authorizations: how many are used and left, which run out, and what the provider tells the payer about them.

Counted anew each time from the provider's chart, never kept: see `counting`. These are counts for billing; what a
definition says about hours is judged elsewhere.

**The payer** has no chart: it sees what it authorized. What is used it learns from `report`, by which the provider tells
it one number an authorization: a disclosure under a consent, kept as a step, and shown while a consent covers it.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import Http404

from handrail.app.accounts.access import Viewer
from handrail.app.accounts.models import Organization
from handrail.app.audit.log import Act, note
from handrail.app.authorizations.acting import act
from handrail.app.authorizations.counting import Used, counted, last_day, line_of
from handrail.app.authorizations.models import Authorization, Request, Step
from handrail.app.authorizations.sharing import PAYMENT
from handrail.app.consent.covering import covering
from handrail.app.consent.disclosing import disclose

ATTENDANCE = ("attendance",)
CARE_ENDED = ("identity", "treatment", "coverage")
"""The classes of information that the end of care tells."""
ENDED = "end authorization"
LONGEST = 300
SOON = 14
"""Days before the last one from which an authorization is said to run out."""
_TOLD = "report units"
_NOT_TOLD = (None, None)


@dataclass(frozen=True)
class Standing:
    """One authorization as it stands on a day. `used` is None where nothing is counted, `billed` where no claim is there.

    `reported` is what the payer was told last, and `reported_on` when; a payer whom no consent covers now sees neither
    (`is_closed`).
    """

    authorization: Authorization
    as_of: datetime.date
    last: datetime.date
    used: Used | None
    billed: Decimal | None = None
    reported: Used | None = None
    reported_on: datetime.date | None = None
    is_closed: bool = False

    @property
    def is_ended(self) -> bool:
        """Whether care ended before its last day: what is left of it is not used any more."""
        ended_on = self.authorization.ended_on
        return ended_on is not None and ended_on < self.authorization.ends_on

    @property
    def left(self) -> Used | None:
        """What is left: at least, at most; None where no unit is stated, or it was ended early."""
        units = self.authorization.units
        if units is None or self.used is None or self.is_ended:
            return None
        most = max(Decimal(0), units - self.used.least)
        least = Decimal(0) if self.used.most is None else max(Decimal(0), units - self.used.most)
        return Used(least, most, self.used.sessions)

    @property
    def days_left(self) -> int:
        """The days left, today and the last one counted; 0 where it is over."""
        first = max(self.as_of, self.authorization.starts_on)
        return max(0, (self.last - first).days + 1)

    @property
    def state(self) -> str:
        """`coming`, `over`, `used up`, `soon` (it ends within two weeks), or `runs`."""
        if self.as_of > self.last:
            return "over"
        if self.as_of < self.authorization.starts_on:
            return "coming"
        if self.left is not None and self.left.most == 0:
            return "used up"
        return "soon" if self.days_left <= SOON else "runs"

    @property
    def unit(self) -> str:
        """The unit in words, for a number other than one."""
        unit = self.authorization.unit
        return {"15 minutes": "units of 15 minutes"}.get(unit, f"{unit}s") if unit else "units"


def standings(
    looking: Viewer, *, person: str = "", episode: str = "", request: str = "", as_of: datetime.date | None = None
) -> list[Standing]:
    """This will say how authorizations stand: of a person, an episode or a request; without any, all that still run.

    For a provider they are counted; for a payer they are as last reported. The queries do not grow with the rows.
    """
    day = as_of or looking.today
    found = _seen_by(looking)
    for field, value in (("person_id", person), ("episode_id", episode), ("request_id", request)):
        if value:
            found = found.filter(**{field: value})
    if not (person or episode or request):
        found = found.filter(_not_over(day))
    found = found.order_by("ends_on", "pk")
    if looking.organization.kind == Organization.Kind.PAYER:
        return _reported(looking, list(found.select_related("request", "payer", "holder")), day)
    held = list(found.select_related("request", "payer", "holder", "episode"))
    counts, told = counted(looking, held, day), _told(held)
    return [
        Standing(one, day, last_day(one), counts[one.pk].used, counts[one.pk].billed, *told.get(one.number, _NOT_TOLD))
        for one in held
    ]


def standing(looking: Viewer, authorization: Authorization, as_of: datetime.date | None = None) -> Standing:
    """This will say how one authorization stands."""
    return next(
        one
        for one in standings(looking, request=str(authorization.request_id), as_of=as_of)
        if one.authorization.pk == authorization.pk
    )


def authorization_of(looking: Viewer, authorization_id: str, *, screen: str) -> Authorization:
    """This will open one authorization for a screen, and write that it was read into the log."""
    found = _seen_by(looking).select_related("request", "payer", "holder", "person").filter(pk=authorization_id).first()
    if found is None:
        raise Http404("There is no such authorization.")
    note(looking, Act("read", "authorization", found.pk, found.person_id, screen))
    return found


def used(looking: Viewer, authorization: Authorization, as_of: datetime.date | None = None) -> Used | None:
    """This will say how much of an authorization is used up to a day, that day included."""
    return standing(looking, authorization, as_of).used


def overlaps(authorization: Authorization) -> list[Authorization]:
    """This will list the other authorizations of the same episode and service that share a day with this one."""
    last = last_day(authorization)
    others = Authorization.objects.filter(
        holder_id=authorization.holder_id,
        payer_id=authorization.payer_id,
        episode_id=authorization.episode_id,
        definition=authorization.definition,
        starts_on__lte=last,
    ).exclude(pk=authorization.pk)
    return [one for one in others.order_by("ends_on", "pk") if last_day(one) >= authorization.starts_on]


def expiring(looking: Viewer, within_days: int = SOON) -> list[Standing]:
    """This will list what ends within so many days, or is used up before it ends, and has nothing that goes on after it.

    What was ended early is not among them: nobody needs more of it.
    """
    running = standings(looking)
    until = looking.today + datetime.timedelta(days=within_days)
    after = {
        one.authorization.pk
        for one in running
        for other in running
        if line_of(other.authorization) == line_of(one.authorization) and other.last > one.last
        and other.authorization.starts_on <= one.last + datetime.timedelta(days=1)
    }  # fmt: skip
    ending = [one for one in running if one.state == "used up" or (one.state in ("runs", "soon") and one.last <= until)]
    return sorted(
        (one for one in ending if one.authorization.pk not in after and not one.is_ended),
        key=lambda one: (one.last, one.authorization.pk),
    )


def report(looking: Viewer, authorization: Authorization) -> Step:
    """This will tell the payer how many units are used: one number, under a consent that covers attendance.

    Raises `NotCoveredError` where none does, and `ValidationError` where nothing is counted; nothing is told then.
    """
    if authorization.holder_id != looking.organization.pk:
        raise PermissionDenied("Only the provider reports units.")
    now = standing(looking, authorization)
    if now.used is None:
        raise ValidationError("No unit is stated for this authorization, so there is nothing to tell.")
    with transaction.atomic():
        request = _locked(authorization)
        most = None if now.used.most is None else str(now.used.most)
        told = {
            "authorization": authorization.number,
            "as_of": str(now.as_of),
            "least": str(now.used.least),
            "most": most,
            "sessions": now.used.sessions,
        }
        disclose(
            looking,
            authorization.person,
            recipient=authorization.payer,
            purpose=PAYMENT,
            information=ATTENDANCE,
            description=f"units used of authorization {authorization.number}: one number",
            request_id=request.pk,
        )
        return act(looking, request, _TOLD, detail=told)


def end(looking: Viewer, authorization: Authorization, ended_on: datetime.date, why: str) -> Step:
    """This will end an authorization before its last day because care ended, and tell the payer the day and why.

    It is the provider's act alone. Where a payer ends or lessens what it has authorized, that is an adverse determination
    with a reason, advance notice and appeal, and never done here. A day that was wrong is entered again, and its own
    last day takes an end back: each time is a step. Raises `ValidationError` by field, and `NotCoveredError` where no consent covers telling it; nothing ends then.
    """
    if authorization.holder_id != looking.organization.pk:
        raise PermissionDenied("Only the provider says that care ended. A payer that ends care determines it.")
    looking.require("request authorization")
    with transaction.atomic():
        request = _locked(authorization)
        held = Authorization.objects.select_for_update().get(pk=authorization.pk)
        _may_end(looking, held, ended_on, why)
        disclose(
            looking,
            held.person,
            recipient=held.payer,
            purpose=PAYMENT,
            information=CARE_ENDED,
            description=f"that care under authorization {held.number} ended",
            request_id=request.pk,
        )
        before = str(held.ended_on) if held.ended_on else None
        held.ended_on, held.ended_why = ended_on, why.strip()
        held.save(update_fields=["ended_on", "ended_why"])
        detail = {"authorization": held.number, "ended_on": str(ended_on), "before": before}
        step = act(looking, request, ENDED, words=held.ended_why, detail=detail)
    authorization.refresh_from_db()
    return step


def _may_end(looking: Viewer, held: Authorization, ended_on: datetime.date, why: str) -> None:
    wrong: dict[str, str] = {}
    is_taken_back = held.ended_on is not None and ended_on == held.ends_on
    if ended_on > looking.today and not is_taken_back:
        wrong["ended_on"] = "This day is still to come. Enter it once care has ended."
    elif ended_on > held.ends_on:
        wrong["ended_on"] = "It ends before this day by itself."
    if not why.strip():
        wrong["why"] = "Say in plain words why care ended."
    elif len(why.strip()) > LONGEST:
        wrong["why"] = f"At most {LONGEST} characters."
    if wrong:
        raise ValidationError(wrong)


def _locked(authorization: Authorization) -> Request:
    """Its request, held before anything else, as every act does: two that wait for each other would stand still."""
    return Request.objects.select_for_update().get(pk=authorization.request_id)


def _seen_by(looking: Viewer) -> Any:
    if looking.organization.kind == Organization.Kind.PAYER:
        looking.require("read requests")
        return Authorization.objects.filter(payer_id=looking.organization.pk)
    looking.require("read chart")
    return Authorization.objects.filter(holder_id=looking.organization.pk)


def _not_over(day: datetime.date) -> Q:
    return Q(ends_on__gte=day) & (Q(ended_on=None) | Q(ended_on__gte=day))


def _told(held: Sequence[Authorization]) -> dict[str, tuple[Used, datetime.date]]:
    """By number: what the payer was told last, and on which day."""
    steps = Step.objects.filter(request_id__in={one.request_id for one in held}, act=_TOLD).order_by("at", "pk")
    found = {}
    for said in (step.detail for step in steps):
        most = None if said["most"] is None else Decimal(said["most"])
        count = Used(Decimal(said["least"]), most, said["sessions"])
        found[said["authorization"]] = (count, datetime.date.fromisoformat(said["as_of"]))
    return found


def _reported(looking: Viewer, held: Sequence[Authorization], as_of: datetime.date) -> list[Standing]:
    """For the payer: what was last reported, while a consent covers it."""
    told = _told(held)
    open_now: dict[tuple[str, str], bool] = {}
    made = []
    for one in held:
        whose = (str(one.holder_id), str(one.person_id))
        if one.number in told and whose not in open_now:
            open_now[whose] = not covering(
                *whose, recipient_id=looking.organization.pk, information=ATTENDANCE, purpose=PAYMENT, on=looking.today
            ).uncovered
        if one.number not in told or not open_now[whose]:
            made.append(Standing(one, as_of, last_day(one), None, is_closed=one.number in told))
        else:
            count, on = told[one.number]
            made.append(Standing(one, as_of, last_day(one), count, None, count, on))
    return made
