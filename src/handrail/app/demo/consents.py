"""Consents for the demo's people: most for treatment, payment and operations, and one of everything that goes wrong."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from handrail.app.accounts.access import Viewer
from handrail.app.accounts.models import Organization
from handrail.app.chart import reading
from handrail.app.consent import consenting, emergencies
from handrail.app.consent.models import Agreement, Consent, Information

_WITHOUT = 12
"""One in so many has no consent at all."""
_EXPIRING = 9
"""One in so many has a consent for this year that ends within the next weeks."""
_USUAL = [str(one) for one in Information.values if one != Information.COUNSELING_NOTES]


def demo_consents(clinical: Viewer, officer: Viewer | None, payer: Organization) -> list[Consent]:
    """This will make the consents of one provider's people, in a few queries, by the operations that a user uses.

    `clinical` takes consents; `officer` oversees privacy, where there is one. Among the people, in order of their ids,
    the first unsigned, one revoked, and some without any.
    """
    first_days = dict(
        reading.rows(clinical, "episode")
        .exclude(admitted_on=None)
        .order_by("-admitted_on")
        .values_list("person_id", "admitted_on")
    )
    people = [one for one in reading.rows(clinical, "person").order_by("pk") if one.pk in first_days]
    several: list[tuple[Any, dict[str, Any], list[Organization]]] = []
    for place, person in enumerate(people):
        since = first_days[person.pk]
        told = _usual(clinical.organization.name, since, payer)
        if place == 0:
            told |= {"signed_on": None, "signed_how": ""}
        elif place % _WITHOUT == _WITHOUT - 1:
            continue
        elif place % _EXPIRING == 2:
            told |= {"never_expires": False, "expires_on": clinical.today + datetime.timedelta(days=2 + place % 40)}
        several.append((person, told, []))
        if place % _EXPIRING == 5:
            several.append((person, _housing(clinical, since), []))
    made = consenting.take_all(clinical, several)
    if len(made) > 3:
        consenting.revoke(clinical, made[3], "in writing")
    if officer is not None and people:
        _beside(clinical, officer, people[-1])
    return made


def _usual(discloser: str, since: datetime.date, payer: Organization) -> dict[str, Any]:
    return {
        "kind": Consent.Kind.TPO,
        "discloser": discloser,
        "information": _USUAL,
        "covers_payers": True,
        "covers_providers": True,
        "recipient_class": payer.name,
        "purpose": "treatment, payment and health care operations",
        "starts_on": since,
        "never_expires": True,
        "told_right_to_revoke": True,
        "told_consequences": True,
        "told_redisclosure": True,
        "signed_by": "person",
        "signed_how": "paper",
        "signed_on": since,
    }


def _housing(clinical: Viewer, since: datetime.date) -> dict[str, Any]:
    return {
        "kind": Consent.Kind.SPECIFIC,
        "discloser": clinical.organization.name,
        "information": [str(Information.IDENTITY), str(Information.TREATMENT)],
        "description": "That she or he takes part, and since when.",
        "recipient_class": "Example Housing Office",
        "purpose": "housing application",
        "starts_on": since,
        "expires_with": "the decision on the application",
        "told_right_to_revoke": True,
        "signed_by": "person",
        "signed_how": "electronic",
        "signed_on": since,
    }


def _beside(clinical: Viewer, officer: Viewer, person: Any) -> None:
    """An agreement, and an emergency that the privacy officer has not looked at."""
    consenting.agree(
        officer,
        {
            "kind": Agreement.Kind.QUALIFIED_SERVICE,
            "partner_name": "Example Billing Service",
            "services": "billing",
            "information": [str(Information.IDENTITY), str(Information.COVERAGE)],
            "acknowledges_part_2": True,
            "signed_on": clinical.today - datetime.timedelta(days=200),
        },
    )
    emergencies.break_glass(
        clinical,
        person,
        recipient_name="Dr. Specimen",
        affiliation="Example Hospital, emergency room",
        discloser_name=clinical.name,
        at=timezone.now() - datetime.timedelta(hours=5),
        nature="Brought in by ambulance, not able to speak.",
        information=[str(Information.IDENTITY), str(Information.TREATMENT), str(Information.DIAGNOSIS)],
    )
