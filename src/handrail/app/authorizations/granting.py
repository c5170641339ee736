"""What an appeal or a hearing grants: more than was authorized before, at most what was asked."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from handrail.app.authorizations.determining import new_authorization
from handrail.app.authorizations.models import Request

WHY = ("new information", "clause misread", "evidence overlooked", "time limit missed", "other")


@dataclass(frozen=True)
class Granted:
    """What of a request is authorized."""

    units: int | None
    starts_on: datetime.date | None
    ends_on: datetime.date | None


def granted(request: Request) -> Granted:
    """This will give what of a request is authorized now."""
    held = request.authorizations.order_by("made_at").last()
    return Granted(held.units, held.starts_on, held.ends_on) if held else Granted(None, None, None)


def given_by(
    request: Request, outcome: str, reason: str, why: str, units: int | None, ends_on: datetime.date | None
) -> Granted:
    """This will give what stands after a decision. Raises `ValidationError` by field."""
    wrong: dict[str, str] = {}
    if not reason.strip():
        wrong["reason"] = "Write the reason in plain words: the person will read it."
    if outcome != "uphold" and why not in WHY:
        wrong["why_overturned"] = "Choose why it is overturned."
    before, asked = granted(request), Granted(request.units, request.starts_on, request.ends_on)
    given = {"uphold": before, "overturn": asked}.get(outcome, Granted(units, request.starts_on, ends_on))
    if outcome == "overturn in part":
        wrong |= _between(before, given, asked)
    if wrong:
        raise ValidationError(wrong)
    return given


def _between(before: Granted, given: Granted, asked: Granted) -> dict[str, str]:
    """More than before and less than asked, as far as each is stated."""
    wrong = {}
    if given.ends_on is None or not (asked.starts_on or given.ends_on) <= given.ends_on <= (
        asked.ends_on or given.ends_on
    ):
        wrong["ends_on"] = "Give the last day, within the days that were asked for."
    elif before.ends_on is not None and given.ends_on < before.ends_on:
        wrong["ends_on"] = "This would take away days that are authorized."
    if asked.units is not None:
        if given.units is None or not 1 <= given.units <= asked.units:
            wrong["units"] = f"Give from 1 to {asked.units} units."
        elif before.units is not None and given.units < before.units:
            wrong["units"] = "This would take away units that are authorized."
    elif given.units is not None:
        wrong["units"] = "No units were asked for."
    if not wrong and given == asked:
        wrong["ends_on"] = "This is all that was asked. Overturn it."
    if not wrong and given == before:
        wrong["ends_on"] = "This is no more than before. Uphold it."
    return wrong


def grant(request: Request, given: Granted, now: datetime.datetime) -> dict[str, Any]:
    """This will widen a request's authorization, or make one; gives what the step keeps of it, as it was and is."""
    held = request.authorizations.select_for_update().order_by("made_at").last()
    if held is None:
        was: dict[str, Any] = {}
        held = new_authorization(request, now, given.units, given.starts_on, given.ends_on)
    else:
        was = {"units": held.units, "starts_on": str(held.starts_on), "ends_on": str(held.ends_on)}
        held.units, held.starts_on, held.ends_on = given.units, given.starts_on, given.ends_on
        held.save()
    return {
        "authorization": held.number,
        "before": was,
        "granted": {"units": given.units, "starts_on": str(given.starts_on), "ends_on": str(given.ends_on)},
    }
