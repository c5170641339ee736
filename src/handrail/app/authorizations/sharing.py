"""Who sees which request, and whether what lies behind it may be opened today."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from handrail.app.accounts.access import Viewer
from handrail.app.accounts.models import Organization
from handrail.app.audit.log import Act, note
from handrail.app.authorizations.acting import PAYER, side_of
from handrail.app.authorizations.models import Request, Submission
from handrail.app.consent.covering import covering

PAYMENT = "payment"


@dataclass(frozen=True)
class Opening:
    """Whether the evidence of a request may be opened today; `says` why not."""

    is_open: bool
    says: str = ""


def requests_of(looking: Viewer) -> QuerySet[Request]:
    """This will give the requests that somebody may see: a provider's own with its drafts, a payer's once received."""
    if looking.organization.kind == Organization.Kind.PAYER:
        looking.require("read requests")
        return Request.objects.filter(payer_id=looking.organization.pk)
    if not (looking.may("request authorization") or looking.may("read chart")):
        raise PermissionDenied("Your role here does not allow this: read requests.")
    return Request.objects.filter(holder_id=looking.organization.pk)


def request_of(looking: Viewer, request_id: str, *, screen: str) -> Request:
    """This will open one request for a screen, and write that it was read into the log."""
    related = ("person__identity", "episode__program", "holder", "payer", "addressed_to", "assigned_to__user")
    found = requests_of(looking).select_related(*related).filter(pk=request_id).first()
    if found is None:
        raise Http404("There is no such request.")
    note(looking, Act("read", "request", found.pk, found.person_id, screen))
    return found


def submissions(looking: Viewer, request: Request) -> tuple[list[Submission], Opening]:
    """This will give what was sent with a request, the latest first, as far as it may be seen today.

    For a payer only while a consent or a rule covers all of it: a revocation closes it at once, and says so.
    """
    sent = list(request.submissions.order_by("-place"))
    if side_of(looking, request) != PAYER or not sent:
        return sent, Opening(True)
    needed = sorted({kind for one in sent for kind in one.information})
    cover = covering(
        request.holder_id,
        request.person_id,
        recipient_id=looking.organization.pk,
        information=needed,
        purpose=PAYMENT,
        on=looking.today,
    )
    if cover.uncovered:
        return [], Opening(False, cover.says)
    return sent, Opening(True)
