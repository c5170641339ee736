"""For My day: what payers ask of the agency, with the day by which, and the drafts that wait to be sent."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from handrail.app.accounts.access import Viewer
from handrail.app.accounts.models import Organization
from handrail.app.authorizations.models import Request
from handrail.app.authorizations.sharing import requests_of
from handrail.app.screens.requests.listing import Line, lines_of, ordered, shown

_MOST = 6


@dataclass(frozen=True)
class Authorizing:
    """Open questions, the most urgent first, and drafts, the latest first; a few of each."""

    questions: list[Line]
    drafts: list[Line]


def authorizing(looking: Viewer, now: datetime.datetime) -> Authorizing | None:
    """This will give what waits; None for who may not request authorization."""
    is_payer = looking.organization.kind == Organization.Kind.PAYER
    if is_payer or not looking.may("request authorization"):
        return None
    own = shown(requests_of(looking))
    asked = ordered(own.filter(status=Request.Status.ASKED, question_due__isnull=False), "sent")[:_MOST]
    drafts = ordered(own.filter(status=Request.Status.DRAFT), "drafts")[:_MOST]
    return Authorizing(lines_of(asked, now), lines_of(drafts, now))
