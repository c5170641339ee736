"""Emergencies (2.51): medical personnel are told what they need, five things are written down, the privacy officer looks."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from handrail.app.accounts.access import Viewer
from handrail.app.audit.log import Act, note
from handrail.app.consent.disclosing import in_an_emergency
from handrail.app.consent.models import Emergency

_NEEDED = {
    "recipient_name": "Say who received it.",
    "affiliation": "Say where the recipient works.",
    "discloser_name": "Say who disclosed it.",
    "nature": "Say what the emergency was.",
}


def break_glass(
    looking: Viewer,
    person: Any,
    *,
    recipient_name: str,
    affiliation: str,
    discloser_name: str,
    at: datetime.datetime,
    nature: str,
    information: Iterable[str],
) -> Emergency:
    """This will enter an emergency disclosure with its five fields, and so announce it to the privacy officer.

    Raises `ValidationError` with a sentence for each of the five that is not there, or for a moment to come.
    """
    looking.require("disclose in emergency")
    told = {
        "recipient_name": recipient_name.strip(),
        "affiliation": affiliation.strip(),
        "discloser_name": discloser_name.strip(),
        "nature": nature.strip(),
    }
    wrong = {name: says for name, says in _NEEDED.items() if not told[name]}
    if at > timezone.now() + datetime.timedelta(minutes=5):
        wrong["at"] = "This moment is still to come."
    if wrong:
        raise ValidationError(wrong)
    with transaction.atomic():
        line = in_an_emergency(
            looking,
            person,
            recipient_name=told["recipient_name"],
            information=information,
            description="emergency summary",
        )
        return Emergency.objects.create(disclosure=line, holder=looking.organization, at=at, **told)


def emergencies(looking: Viewer) -> QuerySet[Emergency]:
    """This will give the organization's emergencies, the latest first, for the privacy officer."""
    looking.require("oversee privacy")
    held = Emergency.objects.filter(holder_id=looking.organization.pk)
    return held.select_related("disclosure__person__identity", "disclosure__by__user", "seen_by_member__user").order_by(
        "-at", "-pk"
    )


def waiting(looking: Viewer) -> int:
    """This will count the emergencies that the privacy officer has not closed; 0 for everybody else."""
    if not looking.may("oversee privacy"):
        return 0
    return Emergency.objects.filter(holder_id=looking.organization.pk, seen_at=None).count()


def close(looking: Viewer, disclosure_id: str, finding: str) -> Emergency:
    """This will close an emergency with what the privacy officer found. Nobody closes one of their own."""
    looking.require("oversee privacy")
    if not finding.strip():
        raise ValidationError({"finding": "Say what you found."})
    with transaction.atomic():
        held = (
            Emergency.objects.select_for_update(of=("self",))
            .select_related("disclosure")
            .filter(pk=disclosure_id, holder_id=looking.organization.pk)
            .first()
        )
        if held is None:
            raise PermissionDenied("There is no such emergency here.")
        if held.disclosure.by_id == looking.membership_id:
            raise PermissionDenied("You disclosed this yourself. Somebody else who oversees privacy closes it.")
        if held.seen_at is None:
            held.seen_at, held.seen_by_member_id = timezone.now(), looking.membership_id
            held.finding = finding.strip()[:500]
            held.save(update_fields=["seen_at", "seen_by_member", "finding"])
            note(looking, Act("close emergency", "disclosure", held.pk, held.disclosure.person_id))
    return held
