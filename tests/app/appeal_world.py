"""Determinations and appeals for tests: a request that was denied or reduced, and a director who had no part in it."""

from __future__ import annotations

import datetime
from typing import Any

from tests.app.conftest import SINCE, Cast
from tests.app.payer_world import LONG_AGO, doctor, nurse, sent

from handrail.app.accounts.access import Viewer, viewer_of
from handrail.app.accounts.models import Membership, User
from handrail.app.authorizations import appeals, determining
from handrail.app.authorizations.models import Appeal, Qualification, Request


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
