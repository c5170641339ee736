"""The accounting of disclosures (2.25, 2.24): what went to whom, when, for what, under which consent, for three years."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from handrail.app.accounts.access import Viewer
from handrail.app.consent.classes import said
from handrail.app.consent.consenting import consents_of, scope
from handrail.app.consent.covering import lacks
from handrail.app.consent.dated import notices
from handrail.app.consent.models import Disclosure
from handrail.app.paper.cells import Rows

YEARS = 3
COLUMNS = ("day", "time", "recipient", "purpose", "information", "description", "basis", "scope", "notice")


@dataclass(frozen=True)
class Line:
    """One disclosure as the person is told it; `at` is the clock on the holder's wall, without a zone."""

    disclosure_id: str
    at: datetime.datetime
    recipient: str
    purpose: str
    information: str
    description: str
    basis: str
    by: str
    consent_id: str
    scope: str
    notice: str
    request_id: str


def accounting(
    looking: Viewer, person: Any, since: datetime.date | None = None, until: datetime.date | None = None
) -> list[Line]:
    """This will list a person's disclosures from a day to a day, both included, the latest first.

    Without days: the last three years to today. Days are those where the holder is.
    """
    looking.require("read chart")
    until = until or looking.today
    since = since or years_before(until)
    zone = ZoneInfo(looking.organization.time_zone)
    first = datetime.datetime.combine(since, datetime.time(), zone)
    after = datetime.datetime.combine(until + datetime.timedelta(days=1), datetime.time(), zone)
    held = Disclosure.objects.filter(
        holder_id=looking.organization.pk, person_id=person.pk, at__gte=first, at__lt=after
    )
    return [line_of(one, zone) for one in held.select_related("by__user").order_by("-at", "-pk")]


def line_of(one: Disclosure, zone: ZoneInfo) -> Line:
    """This will say one disclosure in words."""
    told = notices().get(one.notice)
    return Line(
        disclosure_id=one.pk,
        at=one.at.astimezone(zone).replace(tzinfo=None),
        recipient=one.recipient_name,
        purpose=one.purpose,
        information=said(one.information),
        description=one.description,
        basis=one.basis,
        by=str(one.by.user) if one.by else "",
        consent_id=one.consent_id or "",
        scope=one.scope,
        notice=told.text if told else one.notice,
        request_id=one.request_id,
    )


def years_before(day: datetime.date, years: int = YEARS) -> datetime.date:
    """This will give the same day some years before; of a leap day, the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def as_csv(lines: Iterable[Line]) -> str:
    """This will give the accounting as CSV in which no cell is taken for a formula."""
    out = io.StringIO()
    rows = Rows(out)
    rows.writerow(COLUMNS)
    for one in lines:
        told = {"day": f"{one.at:%Y-%m-%d}", "time": f"{one.at:%H:%M}"}
        rows.writerow([told.get(name) or getattr(one, name) for name in COLUMNS])
    return out.getvalue()


def consents_csv(looking: Viewer, person_id: str) -> str:
    """This will give a person's consents as CSV, the revoked and the incomplete ones too."""
    zone = ZoneInfo(looking.organization.time_zone)
    out = io.StringIO()
    rows = Rows(out)
    rows.writerow(("kind", "scope", "signed_on", "signed_by", "representative", "wording", "lacks", "revoked", "ended"))
    for one in consents_of(looking, person_id):
        over = [at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else "" for at in (one.revoked_at, one.ended_at)]
        told = (one.kind, scope(one), one.signed_on or "", one.signed_by, one.representative, one.wording)
        rows.writerow((*told, "; ".join(lacks(one)), *over))
    return out.getvalue()
