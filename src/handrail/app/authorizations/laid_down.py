"""What a payer lays down: its terms from a day on, and the credentials of those who decide. Nothing past is edited."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from handrail.app.accounts.access import Viewer
from handrail.app.accounts.models import Membership, Organization
from handrail.app.audit.log import Act, note
from handrail.app.authorizations.models import Qualification, Terms
from handrail.app.authorizations.terms import faults


def terms_laid_down(*payer_ids: str) -> QuerySet[Terms]:
    """This will give the terms of payers, the latest first; they are published, so anybody may read them."""
    return Terms.objects.filter(payer_id__in=payer_ids).select_related("entered_by__user").order_by("-since")


def first_day(looking: Viewer) -> datetime.date:
    """This will give the first day from which new terms may hold: tomorrow, so that no clock that runs is moved; of the
    very first terms, today."""
    has_any = Terms.objects.filter(payer_id=looking.organization.pk).exists()
    return looking.today + datetime.timedelta(days=1) if has_any else looking.today


def lay_down(looking: Viewer, values: Mapping[str, Any]) -> Terms:
    """This will enter a payer's terms from a day on. Raises `ValidationError` by field for what goes beyond the ceiling."""
    _payer(looking)
    with transaction.atomic():
        Organization.objects.select_for_update().get(pk=looking.organization.pk)
        made = Terms(payer=looking.organization, entered_by_id=looking.membership_id, **values)
        made.full_clean(exclude=["units", "denying_credentials"], validate_constraints=False)
        wrong = dict(faults(made))
        if made.since < (since := first_day(looking)):
            wrong["since"] = f"Give {since:%B} {since.day}, {since.year} or later: what was in force is not edited."
        elif Terms.objects.filter(payer=looking.organization, since=made.since).exists():
            wrong["since"] = "There are terms from this day on already. Choose another day."
        if not made.denying_credentials:
            wrong["denying_credentials"] = "Name at least one, else nobody could decide against a person."
        if wrong:
            raise ValidationError(wrong)
        made.save()
        note(looking, Act("lay down terms", "terms", str(made.pk), detail=made.since.isoformat()))
    return made


def qualifications(looking: Viewer) -> QuerySet[Qualification]:
    """This will give the credentials of a payer's staff, those in force first."""
    _payer(looking)
    held = Qualification.objects.filter(organization_id=looking.organization.pk)
    return held.select_related("membership__user").order_by("membership__user__last_name", "credential", "-since")


def qualify(looking: Viewer, member: Membership, values: Mapping[str, Any]) -> Qualification:
    """This will enter a credential of somebody who works at the payer, from a day on."""
    _payer(looking)
    if member.organization_id != looking.organization.pk:
        raise ValidationError({"member": "Choose somebody who works here."})
    if member.pk == looking.membership_id:
        raise ValidationError({"member": "Somebody else enters your own credential."})
    with transaction.atomic():
        made = Qualification(membership=member, organization=looking.organization, **values)
        made.full_clean()
        if made.until is not None and made.until < made.since:
            raise ValidationError({"until": "The last day is not before the first."})
        made.save()
        note(looking, Act("qualify", "qualification", str(made.pk), detail=made.credential))
    return made


def end_qualification(looking: Viewer, pk: int, until: datetime.date) -> Qualification:
    """This will end a credential with a day, today or later: by what was decided with it, it stands."""
    _payer(looking)
    with transaction.atomic():
        found = Qualification.objects.select_for_update().filter(pk=pk, organization=looking.organization).first()
        if found is None:
            raise Http404("There is no such credential.")
        if found.until is not None and found.until < looking.today:
            raise ValidationError("It has ended already.")
        earliest = max(found.since, looking.today)
        if until < earliest:
            raise ValidationError("Give today or a later day: what was decided by then was decided with it.")
        found.until = until
        found.save(update_fields=["until"])
        note(looking, Act("end qualification", "qualification", str(found.pk), detail=until.isoformat()))
    return found


def _payer(looking: Viewer) -> None:
    looking.require("manage terms")
    if looking.organization.kind != Organization.Kind.PAYER:
        raise Http404("Only a payer has terms.")
