"""Who sees which request, and whether what lies behind it may be opened today."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

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
    related = ["holder", "payer", "addressed_to", "assigned_to__user"]
    if looking.organization.kind != Organization.Kind.PAYER:  # a payer never reads the chart
        related += ["person__identity", "episode__program"]
    found = requests_of(looking).select_related(*related).filter(pk=request_id).first()
    if found is None:
        raise Http404("There is no such request.")
    note(looking, Act("read", "request", found.pk, found.person_id, screen))
    return found


def submissions(looking: Viewer, request: Request) -> tuple[list[Submission], Opening]:
    """This will give what was sent with a request, the latest first, as far as it may be seen today.

    For a payer only while a consent or a rule covers all of it: a revocation closes it at once, and says so.
    """
    if side_of(looking, request) != PAYER:
        return list(request.submissions.order_by("-place")), Opening(True)
    opening = evidence_open(looking, request)
    note(
        looking, Act("read" if opening.is_open else "refused", "submission", request.pk, request.person_id, "evidence")
    )
    return (list(request.submissions.order_by("-place")) if opening.is_open else []), opening


def evidence_open(looking: Viewer, request: Request) -> Opening:
    """This will say whether a payer may see today what was sent with a request."""
    if request.status == Request.Status.WITHDRAWN:
        return Opening(False, "The provider has withdrawn this request, so what came with it is closed.")
    held = request.submissions.values_list("information", flat=True)
    cover = covering(
        request.holder_id,
        request.person_id,
        recipient_id=looking.organization.pk,
        information=sorted({kind for information in held for kind in information}),
        purpose=PAYMENT,
        on=timezone.now(),
    )
    return Opening(not cover.uncovered, cover.says if cover.uncovered else "")
