"""Taking consents and taking them back, and agreements beside them. A consent is never edited: it is revoked, or ends."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from handrail.app.accounts.access import Viewer
from handrail.app.accounts.models import Organization
from handrail.app.audit.log import Act, note
from handrail.app.audit.models import Head
from handrail.app.consent.classes import in_order, said
from handrail.app.consent.covering import faults, stands
from handrail.app.consent.dated import wording_on
from handrail.app.consent.models import Agreement, Consent, Information

SOON = 30
"""So many days before its last day a consent is shown as about to expire."""
SIGNATURE = ("signed_on", "signed_how", "signed_by", "representative")
"""What `sign` fills in."""


def consents_of(looking: Viewer, person_id: str = "") -> QuerySet[Consent]:
    """This will give the consents of one person, or of everybody of the organization, the latest first."""
    looking.require("read chart")
    held = Consent.objects.filter(holder_id=looking.organization.pk)
    if person_id:
        held = held.filter(person_id=person_id)
    return held.prefetch_related("recipients").order_by("-entered_at", "-pk")


def take(looking: Viewer, person: Any, values: Mapping[str, Any], recipients: Sequence[Organization] = ()) -> Consent:
    """This will write a consent down: signed, where a day of signing is given, and then complete; else to be signed.

    Raises `ValidationError` with a sentence for each missing element; a deficient one is never kept as signed.
    """
    return take_all(looking, [(person, values, recipients)])[0]


def take_all(
    looking: Viewer, several: Sequence[tuple[Any, Mapping[str, Any], Sequence[Organization]]]
) -> list[Consent]:
    """This will write many consents down, all or none; for the demo and for imports."""
    looking.require("write consent")
    made = [_made(looking, person, values, recipients) for person, values, recipients in several]
    link = Consent.recipients.through
    with transaction.atomic():
        Consent.objects.bulk_create(made, batch_size=500)
        link.objects.bulk_create(
            [
                link(consent_id=one.pk, organization_id=org.pk)
                for one, (_, _, orgs) in zip(made, several, strict=True)
                for org in orgs
            ],
            batch_size=500,
        )
        note(looking, *(Act("consent", "consent", one.pk, one.person_id, one.kind) for one in made))
    return made


def sign(looking: Viewer, consent: Consent, values: Mapping[str, Any]) -> Consent:
    """This will enter the signature under a consent that was printed unsigned. Raises `ValidationError` as `take`."""
    looking.require("write consent")
    with transaction.atomic():
        held = locked(looking, consent.pk)
        if held.signed_on is not None or held.revoked_at is not None:
            raise ValidationError("This consent is signed or taken back already.")
        for name in SIGNATURE:
            setattr(held, name, values.get(name) or "")
        held.signed_on = values.get("signed_on")
        check(held, looking.today)
        held.save(update_fields=SIGNATURE)
        note(looking, Act("sign consent", "consent", held.pk, held.person_id))
    return held


def revoke(looking: Viewer, consent: Consent, how: str) -> Consent:
    """This will take a consent back at once: it waits for a disclosure that is being written, and stops every later one."""
    looking.require("write consent")
    if not how.strip():
        raise ValidationError({"how": "Say how the person took it back, for example in writing."})
    with transaction.atomic():
        held = locked(looking, consent.pk)
        if held.revoked_at is None:
            held.revoked_at = timezone.now()
            held.revoked_how, held.revoked_by_id = how.strip(), looking.membership_id
            held.save(update_fields=["revoked_at", "revoked_how", "revoked_by"])
            note(looking, Act("revoke consent", "consent", held.pk, held.person_id))
    return held


def end(looking: Viewer, consent: Consent) -> Consent:
    """This will write down that the event or condition came to pass with which a consent ends."""
    looking.require("write consent")
    if not consent.expires_with:
        raise ValidationError("This consent does not end with an event.")
    with transaction.atomic():
        held = locked(looking, consent.pk)
        if held.ended_at is None:
            held.ended_at = timezone.now()
            held.save(update_fields=["ended_at"])
            note(looking, Act("end consent", "consent", held.pk, held.person_id))
    return held


def agree(looking: Viewer, values: Mapping[str, Any]) -> Agreement:
    """This will write an agreement with a qualified service organization, or for an audit, down."""
    looking.require("oversee privacy")
    made = Agreement(holder=looking.organization, **values)
    made.full_clean()
    if not (made.partner_id or made.partner_name.strip()):
        raise ValidationError({"partner_name": "Say with whom."})
    if not made.acknowledges_part_2:
        raise ValidationError(
            {"acknowledges_part_2": "Without this acknowledgment in writing nothing may be disclosed."}
        )
    if str(Information.COUNSELING_NOTES) in made.information:
        raise ValidationError({"information": "Counseling notes go to nobody by an agreement."})
    with transaction.atomic():
        made.save()
        note(looking, Act("agreement", "agreement", made.pk, detail=made.kind))
    return made


def end_agreement(looking: Viewer, agreement_id: str, until: datetime.date) -> Agreement:
    """This will end an agreement with a day; a disclosure that is being written is waited for."""
    looking.require("oversee privacy")
    with transaction.atomic():
        hold_the_log()
        held = Agreement.objects.select_for_update().filter(pk=agreement_id, holder=looking.organization).first()
        if held is None:
            raise PermissionDenied("There is no such agreement here.")
        if until < held.signed_on:
            raise ValidationError({"until": "It cannot end before it was signed."})
        held.until = until
        held.save(update_fields=["until"])
        note(looking, Act("end agreement", "agreement", held.pk))
    return held


def expiring(looking: Viewer, within_days: int = SOON) -> list[Consent]:
    """This will list the consents in force whose last day is near, the nearest first, where nothing as wide follows."""
    last = looking.today + datetime.timedelta(days=within_days)
    every = consents_of(looking).select_related("person__identity").filter(revoked_at=None, ended_at=None)
    near = [
        one
        for one in every.filter(expires_on__range=(looking.today, last)).order_by("expires_on", "pk")
        if stands(one, looking.today)
    ]
    later = every.filter(person_id__in={one.person_id for one in near})
    follows = {(one.person_id, one.kind) for one in later if one not in near and stands(one, last)}
    return [one for one in near if (one.person_id, one.kind) not in follows]


def deficient(looking: Viewer) -> list[tuple[Consent, tuple[str, ...]]]:
    """This will list the consents that lack an element, with what they lack: they cover nothing."""
    every = consents_of(looking).select_related("person__identity").filter(revoked_at=None, ended_at=None)
    found = ((one, tuple(says for _, says in faults(one))) for one in every)
    return [(one, missing) for one, missing in found if missing]


def scope(consent: Consent) -> str:
    """This will explain what a consent covers, in plain words: shown on pages, and sent along (2.32)."""
    named = [str(one) for one in consent.recipients.all()]
    words = [*named, *[one.strip() for one in consent.recipient_class.replace("\n", ";").split(";") if one.strip()]]
    if consent.covers_payers:
        words.append("health plans and other payers")
    if consent.covers_providers:
        words.append("providers who treat the person")
    told = f"{consent.discloser} may disclose {said(consent.information)}"
    told += f" ({consent.description.strip()})" if consent.description.strip() else ""
    told += f", to {', '.join(words) or 'nobody named yet'}, for {consent.purpose or 'no purpose named yet'}"
    return f"{told}, {ending(consent)}."


def ending(consent: Consent) -> str:
    """This will say until when a consent stands."""
    if consent.expires_on is not None:
        return f"until {consent.expires_on:%b} {consent.expires_on.day}, {consent.expires_on.year}, that day included"
    if consent.expires_with:
        return f"until this comes to pass: {consent.expires_with}"
    return "until it is revoked" if consent.never_expires else "with no end named yet"


def locked(looking: Viewer, consent_id: str) -> Consent:
    """This will give a consent of the organization, locked until the transaction ends."""
    hold_the_log()
    held = Consent.objects.select_for_update().filter(pk=consent_id, holder_id=looking.organization.pk).first()
    if held is None:
        raise PermissionDenied("There is no such consent here.")
    return held


def hold_the_log() -> None:
    """This will lock the end of the log before any consent is locked: one order everywhere, so that nobody waits forever."""
    Head.objects.select_for_update().get()


def check(consent: Consent, today: datetime.date, *, has_named: bool | None = None) -> None:
    """This will raise `ValidationError` with each missing element at its field, and a day of signing that is to come."""
    wrong: dict[str, list[str]] = {}
    for field, says in faults(consent, has_named=has_named):
        wrong.setdefault(field, []).append(f"Missing: {says}.")
    if consent.signed_on is not None and consent.signed_on > today:
        wrong.setdefault("signed_on", []).append("This day is still to come.")
    if consent.expires_on is not None and consent.expires_on < consent.starts_on:
        wrong.setdefault("expires_on", []).append("It cannot end before it begins.")
    if wrong:
        raise ValidationError(wrong)


def _made(looking: Viewer, person: Any, values: Mapping[str, Any], recipients: Iterable[Organization]) -> Consent:
    if person.holder_id != looking.organization.pk:
        raise PermissionDenied("There is no such person here.")
    made = Consent(
        holder=looking.organization,
        person_id=person.pk,
        entered_by_id=looking.membership_id,
        **{"starts_on": looking.today, "discloser": looking.organization.name, **values},
    )
    made.information = list(in_order(made.information))
    made.wording = made.wording or wording_on(made.signed_on or looking.today)
    if sum(map(bool, (made.expires_on, made.expires_with, made.never_expires))) > 1:
        raise ValidationError({"expires_on": "Choose one end: a day, an event, or none."})
    if made.signed_on is not None:
        check(made, looking.today, has_named=bool(recipients))
    return made
