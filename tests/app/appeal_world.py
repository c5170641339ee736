"""Determinations and appeals for tests: a request that was denied or reduced, and a director who had no part in it."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone
from tests.app.conftest import SINCE, Cast
from tests.app.payer_world import LONG_AGO, doctor, nurse, sent

from handrail.app.accounts.access import Viewer, viewer_of
from handrail.app.accounts.models import Membership, User
from handrail.app.authorizations import appeals, determining
from handrail.app.authorizations.models import Appeal, Notice, Qualification, Request


def clauses(request: Request) -> list[str]:
    """This will give a clause that was judged in a request."""
    return [request.submissions.get(place=1).content["verdicts"][0]["clause"]]


def referred(cast: Cast, episode: Any, **more: Any) -> Request:
    """This will give a request that the nurse has referred."""
    made = sent(cast, episode, **more)
    determining.refer(nurse(cast), made, "Please look.", clauses=clauses(made))
    made.refresh_from_db()
    return made


def denied(cast: Cast, episode: Any, **more: Any) -> Request:
    """This will give a request that the medical director has denied."""
    made = referred(cast, episode, **more)
    determining.deny(doctor(cast), made, clauses=clauses(made), reason="The records do not say why.")
    made.refresh_from_db()
    return made


def reduced(cast: Cast, episode: Any, units: int = 12, days: int = 10, **more: Any) -> Request:
    """This will give a request of which only some units and days were approved."""
    made = referred(cast, episode, **more)
    determining.approve_in_part(
        doctor(cast),
        made,
        units=units,
        starts_on=made.starts_on,
        ends_on=made.starts_on + datetime.timedelta(days=days - 1),
        clauses=clauses(made),
        reason="Fewer hours.",
    )
    made.refresh_from_db()
    return made


def other_doctor(cast: Cast, name: str = "plan-other-director", *, is_qualified: bool = True) -> Viewer:
    """This will give a medical director of the payer who has not seen any case."""
    user, _ = User.objects.get_or_create(username=name, defaults={"first_name": "Olga", "last_name": "Example"})
    held, _ = Membership.objects.get_or_create(
        user=user, organization=cast.payer, defaults={"roles": ["medical_director"], "since": SINCE}
    )
    if is_qualified:
        Qualification.objects.get_or_create(
            membership=held, organization=cast.payer, credential="MD", defaults={"since": LONG_AGO}
        )
    return viewer_of(held)


def filed(cast: Cast, request: Request, **more: Any) -> Appeal:
    """This will give an appeal that the person files through the provider."""
    told: dict[str, Any] = {"filed_by": "person", "words": "She still needs it."}
    return appeals.file(cast.viewer("counselor"), request, **told | more)


def ago(request: Request, days: int) -> None:
    """This will put what was determined some days into the past."""
    then = timezone.now() - datetime.timedelta(days=days)
    Request.objects.filter(pk=request.pk).update(decided_at=then, received_at=then - datetime.timedelta(days=1))
    request.refresh_from_db()


def notice(request: Request, sent_at: datetime.datetime, appeal: Appeal | None = None) -> Notice:
    """This will give a letter that was sent at a moment."""
    kind = Notice.Kind.APPEAL if appeal else Notice.Kind.ADVERSE
    return Notice.objects.create(
        holder_id=request.holder_id, payer_id=request.payer_id, request=request, appeal=appeal, kind=kind, content={},
        wording="x", status="sent", made_at=sent_at, sent_at=sent_at, pdf=b"x", seal="x",
    )  # fmt: skip
