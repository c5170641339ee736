"""Looking again at automatic approvals that were drawn: a person confirms each or says what was wrong with it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from handrail.app.accounts.access import Viewer
from handrail.app.audit.log import Act, note
from handrail.app.authorizations.acting import ChangedMeanwhileError
from handrail.app.authorizations.models import Determination

_LONGEST = 500


def to_check(looking: Viewer) -> QuerySet[Determination]:
    """This will give the automatic approvals of the payer that were drawn and are not checked yet."""
    return Determination.objects.filter(payer_id=looking.organization.pk, is_sampled=True, checked_at=None)


def check(looking: Viewer, made: Determination, finding: str) -> Determination:
    """This will write down that somebody looked at a drawn approval: an empty finding confirms it.

    The approval stands either way. Raises `ChangedMeanwhileError` where a colleague was faster.
    """
    looking.require("screen requests")
    if made.payer_id != looking.organization.pk or not made.is_sampled:
        raise PermissionDenied("This approval is not among those that you check.")
    if len(finding.strip()) > _LONGEST:
        raise ValidationError({"finding": f"At most {_LONGEST} characters."})
    with transaction.atomic():
        held = Determination.objects.select_for_update().select_related("request").get(pk=made.pk)
        if held.checked_at is not None:
            raise ChangedMeanwhileError
        held.checked_at, held.checked_by_id, held.check_finding = timezone.now(), looking.membership_id, finding.strip()
        held.save(update_fields=["checked_at", "checked_by", "check_finding"])
        note(looking, Act("check approval", "request", held.request_id, held.request.person_id))
    return held
