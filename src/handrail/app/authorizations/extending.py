"""More time for an appeal, by 42 CFR 438.408(c): because the person asks, or because the payer shows that it serves her.

Where the payer asks it says which information is still needed and why waiting for it serves the person, tries at once to
tell her by telephone, and sends a letter within two calendar days that says why, and that she may file a grievance. The
letter begins by itself (`notices.beginning`), with the day by which it goes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone

from handrail.app.accounts.access import Viewer
from handrail.app.authorizations import clock
from handrail.app.authorizations.acting import NotNowError, act
from handrail.app.authorizations.models import Appeal, Step, Terms
from handrail.app.authorizations.terms import payer_of, terms_of, zone_of

ASKED_BY = {"person": "the person, or who speaks for her", "payer": "we do"}
"""Who may ask that an appeal takes longer. A provider does so only where it speaks for the person."""


def extend(
    looking: Viewer,
    appeal: Appeal,
    days: int,
    words: str,
    *,
    asked_by: str,
    needs: str = "",
    told: str = "",
    version: int | None = None,
) -> Step:
    """This will give an appeal more calendar days. `words`: why it serves the person; the letter tells her.

    Where the payer asks, `needs` is the information that is still needed, and `told` what was done to tell her of the
    delay by telephone. Benefits that go on do so until the new day. Raises `ValidationError` by field, and
    `NotNowError` where the appeal's time ran out.
    """
    _check(days, words, asked_by, needs, told)
    now = timezone.now()

    def values() -> Mapping[str, Any]:
        if appeal.due_at <= now:
            raise NotNowError("The time to decide this appeal ran out. The person may ask for a fair hearing.")
        due = _due(appeal, days)
        until = due.astimezone(zone_of(appeal.request)).date() if appeal.continues_until else None
        return {"due_at": due, "continues_until": until}

    why = [needs.strip(), words.strip()] if asked_by == "payer" else [words.strip()]
    detail = {"days": days, "asked_by": asked_by, "told": told.strip() if asked_by == "payer" else ""}
    try:
        return act(
            looking,
            appeal.request,
            "extend",
            appeal=appeal,
            version=version,
            values=values,
            words="\n\n".join(why),
            detail=detail,
            at=now,
        )
    except ValueError as error:
        raise ValidationError({"days": str(error)}) from error


def days_left(appeal: Appeal) -> int:
    """This will say by how many days an appeal may still be extended."""
    terms, zone = _terms(appeal)
    return clock.appeal_extension(appeal.filed_at, terms, zone) - clock.extended(appeal.steps.all(), appeal.pk)


def _due(appeal: Appeal, days: int) -> datetime:
    terms, zone = _terms(appeal)
    more = clock.extended(appeal.steps.all(), appeal.pk) + days
    return clock.appeal_due_at(appeal.filed_at, appeal.urgency, terms, zone, extended_days=more)


def _terms(appeal: Appeal) -> tuple[Terms, ZoneInfo]:
    zone = zone_of(appeal.request)
    return terms_of(payer_of(appeal.request), appeal.filed_at.astimezone(zone).date()), zone


def _check(days: int, words: str, asked_by: str, needs: str, told: str) -> None:
    wrong: dict[str, str] = {}
    if asked_by not in ASKED_BY:
        wrong["asked_by"] = "Say who asks for it: the person, or you."
    if days < 1:
        wrong["days"] = "At least one day."
    if not words.strip():
        wrong["words"] = "Say why more time serves the person: she will read it."
    if asked_by == "payer" and not needs.strip():
        wrong["needs"] = "Say which information is still needed. Without it the time may not be extended."
    if asked_by == "payer" and not told.strip():
        wrong["told"] = "Say what was done to tell her by telephone, such as: called at 10:15, left a message."
    if wrong:
        raise ValidationError(wrong)
