"""What happens when the time for a decision runs out: the law counts it as a denial, so it is said before it happens."""

from __future__ import annotations

import datetime
import logging

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from handrail.app.accounts.walls import everybody
from handrail.app.authorizations import appeals
from handrail.app.authorizations.acting import act, has_run_out
from handrail.app.authorizations.determining import keep
from handrail.app.authorizations.models import Determination, Request

_log = logging.getLogger(__name__)
WARNED = datetime.timedelta(hours=24)
"""So long before it happens it is said."""


def lapsing(now: datetime.datetime, within: datetime.timedelta = WARNED) -> QuerySet[Request]:
    """This will give the requests whose time runs out within a while, the next first."""
    soon = {"due_at__gt": now, "due_at__lte": now + within}
    return Request.objects.filter(status__in=Request.OPEN, **soon).order_by("due_at", "pk")


def lapse_all(now: datetime.datetime) -> list[Determination]:
    """This will write down every request whose time ran out. For all organizations: call it outside the walls."""
    made = []
    for one in Request.objects.filter(status__in=Request.OPEN, due_at__lte=now).order_by("due_at", "pk"):
        try:
            made.append(lapse(one, now))
        except (OperationalError, InterfaceError):
            raise
        except Exception as fault:  # the others do not wait for it
            _log.error("That %s ran out could not be written down (%s).", one.number, type(fault).__name__)
    return [one for one in made if one is not None]


def lapse(request: Request, now: datetime.datetime) -> Determination | None:
    """This will write down that the time ran out, as of the moment it did; nothing where it has not."""
    with transaction.atomic():
        held = Request.objects.select_for_update().get(pk=request.pk)
        if not has_run_out(held, now):
            return None
        ran_out = held.due_at
        act(None, held, "lapse", values={"decided_at": ran_out, "paused_at": None}, at=now)
        sent = held.submissions.order_by("-place").first()
        return keep(None, held, sent, Determination.Outcome.LAPSED, {}, ran_out)


def lapse_everything(now: datetime.datetime) -> list[str]:
    """This will write down every request and every appeal whose time ran out, and give their numbers."""
    return [*(made.request.number for made in lapse_all(now)), *(one.number for one in appeals.lapse_all(now))]


@everybody()
def keep_time() -> None:
    """This will write down what ran out by now; for the process that follows the time, every few seconds.

    What cannot be written down is logged by its kind and tried again; a database that does not answer is the caller's.
    """
    try:
        lapse_everything(timezone.now())
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:
        _log.error("What ran out could not be written down (%s).", type(fault).__name__)
