"""What came of a conversation between who decides and who treats, once it was offered."""

from __future__ import annotations

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from handrail.app.accounts.access import Viewer
from handrail.app.audit.log import Act, note
from handrail.app.authorizations.acting import ChangedMeanwhileError
from handrail.app.authorizations.models import PeerToPeer

HELD = ("unchanged", "more information", "changed")
NOT_HELD = ("declined", "not reached")
RESULTS = (*HELD, *NOT_HELD)


def record(
    looking: Viewer,
    offered: PeerToPeer,
    *,
    result: str,
    held_at: datetime.datetime | None = None,
    with_whom: str = "",
    summary: str = "",
) -> PeerToPeer:
    """This will write down a conversation that was held, or that it was declined or nobody was reached; once.

    Raises `ValidationError` by field, and `ChangedMeanwhileError` where a colleague has written it down.
    """
    looking.require("screen requests")
    if offered.payer_id != looking.organization.pk:
        raise PermissionDenied("This conversation is another organization's.")
    wrong: dict[str, str] = {}
    if result not in RESULTS:
        wrong["result"] = "Say what came of it."
    if result in HELD:
        if held_at is None:
            wrong["held_at"] = "Say when it was held."
        elif held_at > timezone.now():
            wrong["held_at"] = "This is still to come."
        if not with_whom.strip():
            wrong["with_whom"] = "Say with whom."
        if not summary.strip():
            wrong["summary"] = "Say in a sentence what was said."
    if wrong:
        raise ValidationError(wrong)
    with transaction.atomic():
        held = PeerToPeer.objects.select_for_update().select_related("request").get(pk=offered.pk)
        if held.result:
            raise ChangedMeanwhileError
        held.result, held.with_whom, held.summary = result, with_whom.strip(), summary.strip()
        held.held_at = held_at if result in HELD else None
        held.save()
        note(looking, Act("record conversation", "request", held.request_id, held.request.person_id))
    return held
