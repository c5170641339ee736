"""Letters for tests: requests brought to where a letter of each kind begins."""

from __future__ import annotations

import datetime
from typing import Any

from tests.app import payer_world

from handrail.app.authorizations import determining
from handrail.app.authorizations.models import Appeal, Notice, Request, Terms
from handrail.app.chart.models import RECORDS

REASON = (
    "The papers show care for the use of alcohol. They do not show why you need so many hours a week now. "
    "Your last visit notes say that you are stable."
)
SPANISH = "Los papeles muestran que usted está estable. No muestran por qué necesita tantas horas a la semana."


def episode(ada: Any) -> Any:
    """This will give the episode of Ada Example."""
    return RECORDS["episode"].objects.get(person_id=ada.pk)


def referred(cast: Any, ada: Any, **more: Any) -> Request:
    """This will give a request of Ada's that lies with the medical director."""
    payer_world.consent(cast, ada)
    if not Terms.objects.exists():
        payer_world.terms(cast)
    made = payer_world.sent(cast, episode(ada), **more)
    determining.refer(payer_world.nurse(cast), made, "For the medical director.", clauses=[])
    return made


def clauses(request: Request, most: int = 2) -> list[str]:
    """This will name some clauses of a request, those with something missing first."""
    judged = request.submissions.get(place=1).content["verdicts"]
    return [one["clause"] for one in sorted(judged, key=lambda one: not one["missing"])][:most]


def denied(cast: Any, ada: Any, **more: Any) -> Notice:
    """This will give the letter that begins with a denial."""
    request = referred(cast, ada, **more)
    determining.deny(payer_world.doctor(cast), request, clauses=clauses(request), reason=REASON)
    return letter_of(request)


def partly(cast: Any, ada: Any, **more: Any) -> Notice:
    """This will give the letter that begins with an approval in part."""
    request = referred(cast, ada, **more)
    ends_on = request.starts_on + datetime.timedelta(days=13)  # type: ignore[operator]
    determining.approve_in_part(payer_world.doctor(cast), request, units=18, starts_on=request.starts_on, ends_on=ends_on, clauses=clauses(request, 1), reason=REASON)  # type: ignore[arg-type] # fmt: skip
    return letter_of(request)


def approved(cast: Any, ada: Any) -> Notice:
    """This will give the letter that begins with an approval."""
    request = referred(cast, ada)
    determining.approve(payer_world.nurse(cast), request)
    return letter_of(request)


def letter_of(request: Request, kind: str = "", appeal: Appeal | None = None) -> Notice:
    """This will give the last letter about a request."""
    found = Notice.objects.filter(request=request, appeal=appeal)
    return (found.filter(kind=kind) if kind else found).latest("made_at")


def content_of(outcome: str) -> dict[str, Any]:
    """This will give the realistic content of a letter with an outcome, with no database behind it."""
    approved = {"units": 18, "unit": "hour", "starts_on": "2026-03-10", "ends_on": "2026-03-23", "authorization": "A-1"}
    rule = {
        "clause": "progress",
        "says": "The individual is making progress toward goals and takes an active part in the interventions.",
        "cite": "Continued stay guidelines",
        "document": "Service definition",
        "verdict": "cannot tell",
        "missing": [{"question": "When was the plan last reviewed?", "ask": "counselor"}],
        "plain": "",
    }
    has_yes = outcome in ("approved", "approved in part", "overturned", "overturned in part")
    has_rules = outcome in ("approved in part", "denied", "upheld", "overturned in part")
    return {
        "outcome": outcome,
        "name": "Ada Example",
        "number": "R-2026-000001",
        "appeal_number": "P-2026-000001" if outcome in ("upheld", "overturned", "overturned in part") else "",
        "provider": "Prairie Example",
        "payer": "Example Health Plan",
        "definition": "us-ne/intensive-outpatient-2.1",
        "title": "Intensive outpatient, level 2.1",
        "asked": {
            "kind": "continued stay",
            "received_on": "2026-03-02",
            "due_on": "2026-03-09",
            "units": 36,
            "unit": "hour",
            "starts_on": "2026-03-10",
            "ends_on": "2026-04-08",
        },
        "due_on": "2026-05-01" if outcome == "appeal lapsed" else None,
        "approved": approved if has_yes else None,
        "clauses": [rule, dict(rule, missing=[])] if has_rules else [],
        "reason": REASON,
        "reason_given": REASON,
        "additional": "You can call your counselor.\n\nShe knows your case.",
        "by": {"name": "Dana Example", "credential": "MD"} if has_rules else None,
        "last_approved": "2026-03-20",
        "goes_on": True,
        "extension": {"until": "2026-03-16", "days": 7, "asked_by": "payer"},
        "writers": [],
    }
