"""A payer's terms on a day, held to the federal ceiling of that day."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from ruamel.yaml import YAML

from handrail.app.authorizations.models import Request, Terms


def terms_of(payer_id: str, on: datetime.date) -> Terms:
    """This will give the terms in force on a day; where a payer has entered none, those that the ceiling allows."""
    found = Terms.objects.filter(payer_id=payer_id, since__lte=on).order_by("-since").first()
    return found or Terms(payer_id=payer_id, since=on, **{name: _limit(bound) for name, bound in ceiling(on).items()})


def terms_for(request: Request) -> Terms:
    """This will give the payer's terms on the day of receipt; for what is not sent yet, those of today."""
    received = request.received_at or timezone.now()
    return terms_of(payer_of(request), received.astimezone(zone_of(request)).date())


def payer_of(request: Request) -> str:
    """This will name the payer of a request."""
    return str(request.payer_id or request.addressed_to_id)


def zone_of(request: Request) -> ZoneInfo:
    """This will give the time zone by which a request's clock runs and its letters are dated: the payer's."""
    return ZoneInfo((request.payer or request.addressed_to).time_zone)


def faults(terms: Terms) -> dict[str, str]:
    """This will say which of a payer's terms go beyond the ceiling, on any day from their first on: field, sentence."""
    found: dict[str, str] = {}
    for since in sorted({terms.since, *(day for day, _ in _steps() if day > terms.since)}):
        for name, bound in ceiling(since).items():
            value, most, least = getattr(terms, name), bound.get("most"), bound.get("least")
            if most is not None and value > most:
                found.setdefault(name, f"At most {most} from {since:%B} {since.day}, {since.year} on.")
            if least is not None and value < least:
                found.setdefault(name, f"At least {least} from {since:%B} {since.day}, {since.year} on.")
    return found


def ceiling(on: datetime.date) -> Mapping[str, Mapping[str, int]]:
    """This will give the federal bounds in force on a day, by the field of `Terms`."""
    told: dict[str, Mapping[str, int]] = {}
    for since, bounds in _steps():
        if since <= on or not told:
            told |= bounds
    return told


@cache
def _steps() -> tuple[tuple[datetime.date, dict[str, Any]], ...]:
    text = files(__package__).joinpath("ceiling.yaml").read_text(encoding="utf-8")
    return tuple(
        (one["since"], {name: bound for name, bound in one.items() if name != "since"})
        for one in YAML(typ="safe").load(text)
    )


def _limit(bound: Mapping[str, int]) -> int:
    return bound["most"] if "most" in bound else bound["least"]
