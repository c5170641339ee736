"""Everything that was judged about one episode, as a page that prints and as JSON: what is handed to a reviewer."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.chart import reading
from handrail.app.screens.person.source import clause_of, edition_of
from handrail.app.screens.person.who import who
from handrail.app.worklists.models import Decision, Verdict
from handrail.definitions.document import Clause


@require_safe
def packet(request: HttpRequest, episode_id: str) -> HttpResponse:
    """This will show every clause, verdict, fact and record of an episode, with the edition and its seal."""
    looking = viewer(request, "read chart")
    episode = reading.episode(looking, episode_id, screen="packet")
    told = content(looking, episode)
    if request.GET.get("format") == "json":
        answer = JsonResponse(told, json_dumps_params={"indent": 2})
        answer["Content-Disposition"] = f'attachment; filename="packet-{episode.pk}.json"'
        return answer
    shown = {
        "episode": episode,
        "whom": who(episode.person, looking.today).name,
        "packet": told,
        "groups": _grouped(told["verdicts"]),
        "tally": _tally(told["verdicts"]),
    }
    return render(request, "program/packet.html", shown)


def content(viewer: Viewer, episode: Any) -> dict[str, Any]:
    """This will put the packet of an episode together, in one order, with a seal over all of it."""
    own = {"organization": viewer.organization, "person_id": episode.person_id, "episode_id": episode.pk}
    verdicts = [*Verdict.objects.filter(**own).order_by("judged_on", "pk"), *_sessions(viewer, episode)]
    decisions = list(Decision.objects.filter(**own).order_by("judged_on", "pk"))
    used = sorted({(one.definition, one.edition, one.seal) for one in [*verdicts, *decisions]})
    judged = {(one.definition, one.clause) for one in verdicts}
    told: dict[str, Any] = {
        "organization": viewer.organization.pk,
        "person_id": episode.person_id,
        "episode_id": episode.pk,
        "program_id": episode.program_id,
        "service": episode.program.service,
        "requested_on": _day(episode.requested_on),
        "admitted_on": _day(episode.admitted_on),
        "discharged_on": _day(episode.discharged_on),
        "as_of": max((_day(one.as_of) for one in verdicts), default=None),
        "editions": [_edition(*one) for one in used],
        "decisions": [_decision(one) for one in decisions],
        "verdicts": [_verdict(one) for one in verdicts],
        "not_in_this_packet": [
            {"definition": name, "clause": clause.id, "says": clause.says, "about": clause.about}
            for name, edition, _ in used
            for clause in _clauses(name, edition)
            if (name, clause.id) not in judged
        ],
    }
    plain = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return told | {"seal": hashlib.sha256(plain.encode("ascii")).hexdigest()}


def _sessions(viewer: Viewer, episode: Any) -> list[Verdict]:
    """What was said of the sessions she came to."""
    came = reading.rows(viewer, "attendance").filter(episode_id=episode.pk, status="attended")
    ids = set(came.values_list("session_id", flat=True))
    if not ids or episode.admitted_on is None:
        return []
    found = Verdict.objects.filter(
        organization=viewer.organization,
        subject="session",
        program_id=episode.program_id,
        judged_on__gte=episode.admitted_on,
        judged_on__lte=episode.discharged_on or viewer.today,
    )
    return [one for one in found.order_by("judged_on", "pk") if one.key["session_id"] in ids]


def _verdict(one: Verdict) -> dict[str, Any]:
    clause = clause_of(one.definition, one.edition, one.clause)
    return {
        "clause": one.clause,
        "says": clause.says if clause else one.says,
        "with_numbers": one.says,
        "cite": clause.cite if clause else "",
        "duty": one.duty,
        "subject": one.subject,
        "key": one.key,
        "judged_on": _day(one.judged_on),
        "verdict": one.verdict,
        "facts": one.facts,
        "missing": one.missing,
        "evidence": one.evidence,
        "definition": one.definition,
        "edition": one.edition,
        "seal": one.seal,
    }


def _decision(one: Decision) -> dict[str, Any]:
    edition = edition_of(one.definition, one.edition)
    asked = edition.decisions.get(one.decision) if edition else None
    return {
        "decision": one.decision,
        "says": asked.says if asked else "",
        "answer": one.answer,
        "paths": one.paths,
        "deciding": one.deciding,
        "missing": one.missing,
        "subject": one.subject,
        "key": one.key,
        "judged_on": _day(one.judged_on),
        "definition": one.definition,
        "edition": one.edition,
        "seal": one.seal,
    }


def _edition(definition: str, name: str, seal: str) -> dict[str, str]:
    held = edition_of(definition, name)
    document = held.source.document if held else ""
    return {"definition": definition, "edition": name, "seal": seal, "document": document}


def _clauses(definition: str, name: str) -> tuple[Clause, ...]:
    held = edition_of(definition, name)
    return held.clauses if held else ()


@dataclass
class Row:
    """One row of a subject as the page shows it: what it is, its day, its verdicts, and the clauses not applicable."""

    named: str
    judged_on: str
    verdicts: list[dict[str, Any]] = field(default_factory=list)
    apart: list[str] = field(default_factory=list)


def _grouped(verdicts: list[dict[str, Any]]) -> list[tuple[str, list[Row]]]:
    """By subject, then by row of it; each verdict with a link to each of its records."""
    found: dict[str, dict[tuple[str, str], Row]] = {}
    for one in verdicts:
        named = ", ".join(
            f"{name.removesuffix('_id').replace('_', ' ')} {value}"
            for name, value in one["key"].items()
            if name not in ("episode_id", "program_id")
        )
        row = found.setdefault(one["subject"], {}).setdefault((named, one["judged_on"]), Row(named, one["judged_on"]))
        if one["verdict"] == "not applicable":
            row.apart.append(one["clause"])
        else:
            row.verdicts.append(one | {"records": [told | {"address": _record(told)} for told in one["evidence"]]})
    return [(subject, list(rows.values())) for subject, rows in found.items()]


def _tally(verdicts: list[dict[str, Any]]) -> list[tuple[str, int]]:
    words = ("met", "not met", "cannot tell", "pending", "excused", "not applicable")
    return [(word, sum(one["verdict"] == word for one in verdicts)) for word in words]


def _record(told: dict[str, Any]) -> str:
    try:
        return reverse("record", args=[told["table"], told["id"]])
    except NoReverseMatch:
        return ""


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None
