"""The way between the pages of one request: four steps while it is a draft, two pages once it was sent."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from handrail.app.accounts.access import Viewer
from handrail.app.authorizations import sharing
from handrail.app.authorizations.models import Request
from handrail.app.screens.person.source import edition_of

STEPS = (
    ("request_draft", "1. What is asked"),
    ("request_rules", "2. What the rules say now"),
    ("request_along", "3. What goes along"),
    ("request_send", "4. Send"),
)
"""The steps of a draft: view and title."""

AFTER = (("request_draft", "Where it stands"), ("request_along", "What was sent"))
"""The pages of a request that was sent."""


def opened(looking: Viewer, request_id: str, screen: str) -> Request:
    """This will open one request of the viewer's own agency. A payer sees what it received at its desk, not here."""
    held = sharing.request_of(looking, request_id, screen=screen)
    if held.holder_id != looking.organization.pk:
        raise Http404("There is no such request.")
    return held


def about(looking: Viewer, held: Request, here: str) -> dict[str, Any]:
    """This will give what every page about a request knows: the request, its episode, and the way between its steps."""
    is_draft = held.status == Request.Status.DRAFT
    edition = edition_of(held.definition)
    return {
        "held": held,
        "episode": held.episode,
        "title": edition.title if edition else held.definition,
        "pages": [(view, name, view == here) for view, name in (STEPS if is_draft else AFTER)],
        "is_draft": is_draft,
        "zone": looking.organization.time_zone,
    }
