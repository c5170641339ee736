"""Whether a consent, or a rule beside consent, allows that information about a person goes to somebody today."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import timezone

from handrail.app.accounts import walls
from handrail.app.accounts.models import Organization
from handrail.app.consent.classes import in_order, said
from handrail.app.consent.models import Agreement, Consent, Disclosure, Information

TPO = ("treatment", "payment", "operations")
"""The purposes for which one consent may stand."""
AUDIT = "audit"
PROCEEDINGS = "legal proceedings"
"""The purpose that only a consent for proceedings covers; any purpose with the word "proceeding" counts as this one."""
MOST_PLAIN = "treatment"
"""Naming somebody as a person served here tells this much, so nothing less than it can be disclosed."""

Kind = Consent.Kind


@dataclass(frozen=True)
class Cover:
    """What covers, how far, and a sentence for a page. `uncovered` is empty where all of it is covered."""

    basis: str
    consent: Consent | None
    agreement: Agreement | None
    uncovered: tuple[str, ...]
    says: str


def covering(
    holder_id: str,
    person_id: str,
    *,
    recipient_id: str | None,
    information: Iterable[str],
    purpose: str,
    on: datetime.date,
    recipient_name: str = "",
    recipient_kind: str = "",
) -> Cover:
    """This will say what covers a disclosure of classes of information to a recipient, for a purpose, on a day.

    `on` is a day where the holder is, or a moment, which is taken to that day. A consent that was revoked covers
    nothing from that moment on, whatever day is asked for. One consent or rule must cover; two are never added up.
    Without a `recipient_id` the recipient must be named in the consent as in `recipient_name`, or be of a class of the
    one consent for treatment, payment and operations: `recipient_kind` is then payer or provider. Asks across the
    wall, so that a payer learns whether it is covered, and nothing else.
    """
    with walls.within(holder_id):
        consents = list(
            Consent.objects.filter(holder_id=holder_id, person_id=person_id, revoked_at=None).prefetch_related(
                "recipients"
            )
        )
        agreements = list(Agreement.objects.filter(holder_id=holder_id))
        holder = Organization.objects.get(pk=holder_id)
    recipient = Organization.objects.filter(pk=recipient_id).first() if recipient_id else None
    asked = Asked(
        recipient, recipient_name, in_order(information) or (MOST_PLAIN,), purpose, day_of(holder, on), recipient_kind
    )
    return best(asked, consents, agreements)


@dataclass(frozen=True)
class Asked:
    """What is asked of consents and agreements."""

    recipient: Organization | None
    recipient_name: str
    information: tuple[str, ...]
    purpose: str
    on: datetime.date
    recipient_kind: str = ""
    """What a recipient is that does not work here; what one is that does, its organization says."""


def day_of(holder: Organization, on: datetime.date) -> datetime.date:
    """This will give the day where the holder is, of a moment; a day stays what it is."""
    if isinstance(on, datetime.datetime):
        return timezone.localtime(on, ZoneInfo(holder.time_zone)).date()
    return on


def best(asked: Asked, consents: Iterable[Consent], agreements: Iterable[Agreement]) -> Cover:
    """This will choose, of what is there, what covers most: consents before agreements, the latest signed first."""
    found: list[Cover] = []
    for consent in sorted(consents, key=lambda one: (one.signed_on or datetime.date.min, one.pk), reverse=True):
        if matches(consent, asked):
            left = _uncovered(asked.information, informed_by(consent))
            found.append(Cover(Disclosure.Basis.CONSENT, consent, None, left, ""))
    for agreement in sorted(agreements, key=lambda one: (one.signed_on, one.pk), reverse=True):
        if _agrees(agreement, asked):
            left = _uncovered(asked.information, _without_notes(agreement.information))
            found.append(Cover(Disclosure.Basis.AGREEMENT, None, agreement, left, ""))
    nothing = Cover("", None, None, asked.information, "")
    chosen = min([*found, nothing], key=lambda one: len(one.uncovered))
    if len(chosen.uncovered) == len(asked.information):
        chosen = nothing
    return Cover(chosen.basis, chosen.consent, chosen.agreement, chosen.uncovered, _says(chosen, asked))


def matches(consent: Consent, asked: Asked) -> bool:
    """This will say whether a consent stands on the day and is for this recipient and purpose."""
    return stands(consent, asked.on) and _is_for(consent, asked) and _is_recipient(consent, asked)


def stands(consent: Consent, on: datetime.date) -> bool:
    """This will say whether a consent is complete and in force on a day; its last day is covered."""
    if consent.revoked_at is not None or consent.ended_at is not None or lacks(consent):
        return False
    first = max(consent.starts_on, consent.signed_on or consent.starts_on)
    return first <= on and (consent.expires_on is None or on <= consent.expires_on)


def informed_by(consent: Consent) -> tuple[str, ...]:
    """This will name the classes that a consent covers: counseling notes only by their own."""
    if consent.kind == Kind.COUNSELING_NOTES:
        return tuple(one for one in consent.information if one == Information.COUNSELING_NOTES)
    return _without_notes(consent.information)


def lacks(consent: Consent, *, has_named: bool | None = None) -> tuple[str, ...]:
    """This will say which elements of section 2.31 a consent does not have; whatever lacks one covers nothing.

    `has_named` says that organizations are named, where they are not kept yet.
    """
    return tuple(says for _, says in faults(consent, has_named=has_named))


def faults(consent: Consent, *, has_named: bool | None = None) -> list[tuple[str, str]]:
    """This will give the missing elements with the field that each belongs to."""
    named = bool(consent.recipients.all()) if has_named is None else has_named
    by_class = consent.covers_payers or consent.covers_providers
    is_tpo, notes = consent.kind == Kind.TPO, str(Information.COUNSELING_NOTES)
    known = set(consent.information) <= set(Information.values)
    can_end = consent.expires_on or consent.expires_with.strip() or (consent.never_expires and is_tpo)
    is_signed_for = consent.signed_by != "representative" or consent.representative.strip()
    tests = [
        ("discloser", consent.discloser.strip(), "who may disclose"),
        ("information", consent.information and known, "what may be disclosed"),
        ("information", consent.kind == Kind.COUNSELING_NOTES or notes not in consent.information,
         "counseling notes apart from everything else: they need a consent of their own"),
        ("information", consent.kind != Kind.COUNSELING_NOTES or set(consent.information) <= {notes},
         "nothing beside the counseling notes: their consent stands alone"),
        ("recipients", named or consent.recipient_class.strip() or (is_tpo and by_class), "who may receive it"),
        ("purpose", consent.purpose.strip(), "the purpose"),
        ("purpose", is_tpo or consent.kind == Kind.PROCEEDINGS or not is_proceeding(consent.purpose),
         "a consent of its own for use in a legal proceeding"),
        ("expires_on", can_end, "when it ends: a day, an event, or (only for treatment, payment and operations) never"),
        ("told_right_to_revoke", consent.told_right_to_revoke, "that the person was told of the right to revoke it, and how"),
        ("told_consequences", consent.told_consequences or not is_tpo, "that the person was told what follows from a refusal"),
        ("told_redisclosure", consent.told_redisclosure or not is_tpo,
         "that the person was told that a recipient may disclose further"),
        ("signed_by", consent.signed_by and is_signed_for, "who signed, and for a representative the name and the right to sign"),
        ("signed_how", consent.signed_how, "the signature"),
        ("signed_on", consent.signed_on, "the day it was signed"),
    ]  # fmt: skip
    return [(field, says) for field, holds, says in tests if not holds]


def is_proceeding(purpose: str) -> bool:
    """This will say whether a purpose is the use in a legal proceeding."""
    return "proceeding" in purpose.casefold()


def names_in(text: str) -> list[str]:
    """This will give the recipients that are named in words: one a line, or with semicolons between."""
    return [_plain(one) for one in text.replace(";", "\n").splitlines() if one.strip()]


def _is_for(consent: Consent, asked: Asked) -> bool:
    if consent.kind == Kind.PROCEEDINGS or is_proceeding(asked.purpose):
        return consent.kind == Kind.PROCEEDINGS and is_proceeding(asked.purpose)
    if consent.kind == Kind.TPO:
        return _plain(asked.purpose) in TPO
    return _plain(asked.purpose) == _plain(consent.purpose)


def _is_recipient(consent: Consent, asked: Asked) -> bool:
    name = asked.recipient.name if asked.recipient is not None else asked.recipient_name
    if asked.recipient is not None and any(one.pk == asked.recipient.pk for one in consent.recipients.all()):
        return True
    if not name.strip():
        return False
    if _plain(name) in names_in(consent.recipient_class):
        return True
    if consent.kind != Kind.TPO:
        return False
    kind = asked.recipient.kind if asked.recipient is not None else asked.recipient_kind
    return (consent.covers_payers and kind == Organization.Kind.PAYER) or (
        consent.covers_providers and kind == Organization.Kind.PROVIDER
    )


def _agrees(agreement: Agreement, asked: Asked) -> bool:
    if not agreement.acknowledges_part_2 or is_proceeding(asked.purpose):
        return False
    if asked.on < agreement.signed_on or (agreement.until is not None and asked.on > agreement.until):
        return False
    is_partner = (
        agreement.partner_id == asked.recipient.pk
        if asked.recipient is not None
        else bool(agreement.partner_name.strip()) and _plain(agreement.partner_name) == _plain(asked.recipient_name)
    )
    usual = AUDIT if agreement.kind == Agreement.Kind.AUDIT else "operations"
    return is_partner and _plain(asked.purpose) in (usual, _plain(agreement.services))


def _without_notes(information: Sequence[str]) -> tuple[str, ...]:
    return tuple(one for one in information if one != Information.COUNSELING_NOTES)


def _uncovered(asked: tuple[str, ...], covered: Iterable[str]) -> tuple[str, ...]:
    allowed = set(covered) & set(Information.values)
    return tuple(one for one in asked if one not in allowed)


def _says(chosen: Cover, asked: Asked) -> str:
    whom = str(asked.recipient or asked.recipient_name or "this recipient")
    if not chosen.basis:
        return f"No consent and no rule covers today that this goes to {whom} for {asked.purpose}."
    if chosen.uncovered:
        return f"What stands does not cover this for {whom}: {said(chosen.uncovered)}."
    return "Covered by a consent." if chosen.consent else "Covered by an agreement."


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
