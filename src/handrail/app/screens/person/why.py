"""One verdict with all its reasons."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from handrail.app.accounts.access import viewer
from handrail.app.chart import reading
from handrail.app.screens.person.chips import chips, days_of
from handrail.app.screens.person.settling import Way, ways
from handrail.app.screens.person.source import clause_of, edition_of
from handrail.app.screens.person.who import named_ids, who
from handrail.app.worklists.models import Verdict
from handrail.app.worklists.waiting import is_waiting_for
from handrail.definitions.outline import WHERE, values_named
from handrail.engine.results import spoken
from handrail.subjects.catalog import subjects

_OTHER_DAYS = 20


@dataclass(frozen=True)
class Known:
    """One fact behind a verdict: what it means and what it is."""

    name: str
    says: str
    value: str
    unit: str
    is_missing: bool


@dataclass(frozen=True)
class Gap:
    """What is not documented, who can say it, and where it is written down."""

    question: str
    ask: str
    ways: list[Way]


@require_safe
def why(request: HttpRequest, verdict_id: uuid.UUID) -> HttpResponse:
    """This will show one verdict: the sentence, the facts, the records, what is missing, and by which edition."""
    looking = viewer(request)
    told = Verdict.objects.filter(organization=looking.organization, pk=verdict_id).first()
    looking.require("read chart" if told is None or told.person_id else "read program")
    if told is None:
        return render(request, "person/why_gone.html", status=404)
    held = reading.person(looking, told.person_id, screen="why") if told.person_id else None
    hers = reading.rows(looking, "episode").select_related("program") if told.episode_id else None
    episode = hers.filter(pk=told.episode_id).first() if hers is not None else None
    edition = edition_of(told.definition, told.edition)
    clause = clause_of(told.definition, told.edition, told.clause)
    days = days_of(looking, [told.evidence])
    others = Verdict.objects.filter(
        organization=looking.organization,
        person_id=told.person_id,
        episode_id=told.episode_id,
        program_id=told.program_id,
        definition=told.definition,
        clause=told.clause,
    )
    shown = {
        "told": told,
        "who": who(held, looking.today) if held else None,
        "episode": episode,
        "edition": edition,
        "clause": clause,
        "conditions": [(WHERE[name], sql) for name, sql in clause.conditions.items()] if clause else [],
        "values": values_named(clause, edition) if clause and edition else {},
        "is_same_edition": edition is not None and edition.hash == told.seal,
        "facts": _facts(told),
        "gaps": [Gap(one["question"], one["ask"], ways(told, one["fact"])) for one in told.missing],
        "chips": chips(told.evidence, days),
        "more": max(0, len(told.evidence) - 12),
        "others": others.exclude(pk=told.pk)
        .only("pk", "judged_on", "verdict")
        .order_by("-judged_on", "position")[:_OTHER_DAYS],
        "key": named_ids(told.key),
        "is_waiting": is_waiting_for(looking.organization.pk, told.person_id),
        "zone": looking.organization.time_zone,
    }
    return render(request, "person/why.html", shown)


def _facts(told: Verdict) -> list[Known]:
    declared = subjects()[told.subject].facts if told.subject in subjects() else {}
    missing = {one["fact"] for one in told.missing}
    return [
        Known(
            name,
            declared[name].says if name in declared else name,
            said(value),
            declared[name].unit if name in declared and value is not None else "",
            name in missing,
        )
        for name, value in told.facts.items()
    ]


def said(value: Any) -> str:
    """This will say a fact as a person would; a bounded one of which nothing is known is not documented."""
    if isinstance(value, dict) and value.get("least") is None and value.get("most") is None:
        return "not documented"
    return spoken(value)
