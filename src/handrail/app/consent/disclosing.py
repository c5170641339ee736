"""Disclosing: nothing about a person leaves but through here, and each time is a line in the accounting."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from handrail.app.accounts.access import Viewer
from handrail.app.accounts.models import Organization
from handrail.app.audit.log import Act, note
from handrail.app.consent.classes import in_order
from handrail.app.consent.consenting import hold_the_log, scope
from handrail.app.consent.covering import MOST_PLAIN, Asked, best, day_of
from handrail.app.consent.dated import notice_on
from handrail.app.consent.models import Agreement, Consent, Disclosure

Basis = Disclosure.Basis


class NotCoveredError(Exception):
    """No consent and no rule covers this; nothing was disclosed. `says` is a sentence for a page."""

    def __init__(self, uncovered: tuple[str, ...], says: str) -> None:
        super().__init__(says)
        self.uncovered, self.says = uncovered, says


def disclose(
    looking: Viewer,
    person: Any,
    *,
    recipient: Organization | None,
    purpose: str,
    information: Iterable[str],
    description: str,
    request_id: str = "",
    seal: str = "",
    recipient_name: str = "",
    recipient_kind: str = "",
) -> Disclosure:
    """This will enter a disclosure that a consent or an agreement covers now, with its scope and the notice that goes along.

    It runs within the caller's transaction, together with whatever is sent: the person's consents stay locked until
    that ends, so that a revocation either came before, and this raises `NotCoveredError`, or waits, and comes after.
    `description` says what it was by kind and number, with no clinical value.
    """
    looking.require("request authorization" if request_id else "disclose")
    _own(looking, person)
    hold_the_log()
    own = {"holder_id": looking.organization.pk}
    consents = list(
        Consent.objects.select_for_update()
        .filter(person_id=person.pk, **own)
        .order_by("pk")
        .prefetch_related("recipients")
    )
    agreements = list(Agreement.objects.select_for_update().filter(**own).order_by("pk"))
    now = timezone.now()
    told = in_order(information) or (MOST_PLAIN,)
    asked = Asked(recipient, recipient_name, told, purpose, day_of(looking.organization, now), recipient_kind)
    cover = best(asked, consents, agreements)
    if cover.uncovered:
        raise NotCoveredError(cover.uncovered, cover.says)
    return _enter(
        looking,
        person,
        at=now,
        recipient=recipient,
        recipient_name=recipient_name or str(recipient),
        purpose=purpose,
        information=list(told),
        description=description,
        basis=cover.basis,
        consent=cover.consent,
        agreement=cover.agreement,
        scope=scope(cover.consent) if cover.consent else _agreed(cover.agreement),
        request_id=request_id,
        seal=seal,
    )


def hand_to_person(
    looking: Viewer, person: Any, *, information: Iterable[str], description: str, seal: str = ""
) -> Disclosure:
    """This will enter that a person was given her own records because she asked for them."""
    looking.require("disclose")
    _own(looking, person)
    return _enter(
        looking,
        person,
        recipient_name="the person",
        purpose="the person's own request",
        information=list(in_order(information)),
        description=description,
        basis=Basis.PERSON,
        seal=seal,
    )


def hand_to_court(
    looking: Viewer,
    person: Any,
    *,
    court: str,
    order: str,
    information: Iterable[str],
    description: str,
    seal: str = "",
) -> Disclosure:
    """This will enter what a court's order asks for; the privacy officer alone decides that there is such an order."""
    looking.require("oversee privacy")
    _own(looking, person)
    return _enter(
        looking,
        person,
        recipient_name=court,
        purpose=f"court order {order}",
        information=list(in_order(information)),
        description=description,
        basis=Basis.COURT,
        seal=seal,
    )


def in_an_emergency(
    looking: Viewer, person: Any, *, recipient_name: str, information: Iterable[str], description: str
) -> Disclosure:
    """This will enter the line of an emergency (2.51); `emergencies.py` adds the five fields and announces it."""
    looking.require("disclose in emergency")
    _own(looking, person)
    return _enter(
        looking,
        person,
        recipient_name=recipient_name,
        purpose="medical emergency",
        information=list(in_order(information)),
        description=description,
        basis=Basis.EMERGENCY,
    )


def _enter(looking: Viewer, person: Any, **values: Any) -> Disclosure:
    if not connection.in_atomic_block:
        raise RuntimeError("A disclosure is entered in one transaction with what is sent: use transaction.atomic().")
    at = values.setdefault("at", timezone.now())
    made = Disclosure(
        holder=looking.organization,
        person_id=person.pk,
        by_id=looking.membership_id,
        notice=notice_on(day_of(looking.organization, at)).name,
        **values,
    )
    made.full_clean(exclude=["holder", "person", "by", "recipient", "consent", "agreement"])
    made.save(force_insert=True)
    note(looking, Act("disclose", "disclosure", made.pk, made.person_id, made.basis))
    return made


def _own(looking: Viewer, person: Any) -> None:
    if person.holder_id != looking.organization.pk:
        raise PermissionDenied("There is no such person here.")


def _agreed(agreement: Agreement | None) -> str:
    if agreement is None:
        return ""
    with_whom = agreement.partner or agreement.partner_name
    return (
        f"Agreement of {agreement.signed_on} with {with_whom} ({agreement.get_kind_display()}): {agreement.services}."
    )
