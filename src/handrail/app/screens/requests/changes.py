"""What changed in the records since a request was last sent: the payer decides by the older state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handrail.app.accounts.access import Viewer
from handrail.app.authorizations.freezing import latest_decision
from handrail.app.authorizations.models import Request, Submission
from handrail.app.screens.person.record import plainly
from handrail.app.screens.templatetags.frozen import Known, fact_said
from handrail.app.worklists.models import Verdict
from handrail.subjects.catalog import subjects


@dataclass(frozen=True)
class Change:
    """One clause that comes to something else now, or rests on other facts: then and now."""

    says: str
    verdict_then: str
    verdict_now: str
    facts: list[tuple[Known, Known]]


def changes(looking: Viewer, held: Request, sent: Submission) -> list[Change]:
    """This will give the clauses of which the answer or the facts are not those that were sent."""
    content: Mapping[str, Any] = sent.content
    of_episode = Verdict.objects.filter(
        organization=looking.organization,
        episode_id=held.episode_id,
        definition=held.definition,
        subject=content["subject"],
    )
    now = {one.clause: one for one in of_episode if one.key == content["key"]}
    declared = subjects()[content["subject"]].facts if content["subject"] in subjects() else {}
    found = _newer(looking, held, content)
    for then in content["verdicts"]:
        one = now.get(then["clause"])
        if one is None:
            found.append(Change(then["says"], then["verdict"], "no longer judged", []))
        elif (one.verdict, one.facts) != (then["verdict"], then["facts"]):
            differ = [name for name in then["facts"] if one.facts.get(name) != then["facts"][name]]
            facts = [
                (
                    fact_said(declared.get(name), name, then["facts"][name]),
                    fact_said(declared.get(name), name, one.facts.get(name)),
                )
                for name in differ
            ]
            found.append(Change(then["says"], then["verdict"], one.verdict, facts))
    return found


def _newer(looking: Viewer, held: Request, content: Mapping[str, Any]) -> list[Change]:
    """A question that was judged anew for another occasion, such as a later review: nothing of that was sent."""
    latest = latest_decision(looking, held)
    if latest is None or (latest.subject == content["subject"] and latest.key == content["key"]):
        return []
    then = content["decision"]
    says = f"The question was judged again, for {plainly(latest.judged_on)}."
    return [Change(says, then["answer"] if then else "", latest.answer, [])]
