"""Everything that was judged about one episode, as a page, as PDF and as JSON: what is handed to a reviewer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.chart import reading
from handrail.app.screens.person.source import edition_of
from handrail.app.screens.person.who import who
from handrail.app.screens.program import printing
from handrail.app.screens.program.judged import day, editions, grouped, sealed, tally, verdict_told
from handrail.app.worklists.models import Decision, Verdict
from handrail.definitions.document import Clause


@require_safe
def packet(request: HttpRequest, episode_id: str) -> HttpResponse:
    """This will show every clause, verdict, fact and record of an episode, with the edition and its seal."""
    looking = viewer(request, "read chart")
    form = printing.form_of(request)
    episode = reading.episode(looking, episode_id, screen=f"packet as {form}" if form else "packet")
    told = content(looking, episode)
    whom = who(episode.person, looking.today).name
    if form == printing.JSON:
        return printing.as_json(told, f"packet-{episode.pk}")
    if form == printing.PDF:
        return printing.packet(looking, told, whom, episode.program.name)
    shown = {
        "episode": episode,
        "whom": whom,
        "packet": told,
        "groups": grouped(told["verdicts"]),
        "tally": tally(told["verdicts"]),
    }
    return render(request, "program/packet.html", shown)


def content(viewer: Viewer, episode: Any) -> dict[str, Any]:
    """This will put the packet of an episode together, in one order, with a seal over all of it."""
    own = {"organization": viewer.organization, "person_id": episode.person_id, "episode_id": episode.pk}
    verdicts = [*Verdict.objects.filter(**own).order_by("judged_on", "position", "pk"), *_sessions(viewer, episode)]
    decisions = list(Decision.objects.filter(**own).order_by("judged_on", "position", "pk"))
    used = editions([*verdicts, *decisions])
    judged = {(one.definition, one.clause) for one in verdicts}
    told: dict[str, Any] = {
        "organization": viewer.organization.pk,
        "person_id": episode.person_id,
        "episode_id": episode.pk,
        "program_id": episode.program_id,
        "service": episode.program.service,
        "requested_on": day(episode.requested_on),
        "admitted_on": day(episode.admitted_on),
        "discharged_on": day(episode.discharged_on),
        "as_of": max((day(one.as_of) for one in verdicts), default=None),
        "editions": used,
        "decisions": [_decision(one) for one in decisions],
        "verdicts": [verdict_told(one) for one in verdicts],
        "not_in_this_packet": [
            {"definition": one["definition"], "clause": clause.id, "says": clause.says, "about": clause.about}
            for one in used
            for clause in _clauses(one["definition"], one["edition"])
            if (one["definition"], clause.id) not in judged
        ],
    }
    return sealed(told)


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
    return [one for one in found.order_by("judged_on", "position", "pk") if one.key["session_id"] in ids]


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
        "judged_on": day(one.judged_on),
        "definition": one.definition,
        "edition": one.edition,
        "seal": one.seal,
    }


def _clauses(definition: str, name: str) -> tuple[Clause, ...]:
    held = edition_of(definition, name)
    return held.clauses if held else ()
