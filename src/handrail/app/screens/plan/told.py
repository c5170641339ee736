"""What the engine said about one row of a subject, in the order of the definition's text, with the place in the source."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from handrail.app.accounts.access import Viewer
from handrail.app.worklists.models import Decision, Verdict
from handrail.definitions.document import Clause, Edition
from handrail.definitions.rulebook import packaged


@dataclass(frozen=True)
class Said:
    """One verdict with its clause. `clause` is None where the edition is no longer in the package."""

    verdict: Verdict
    clause: Clause | None
    position: int

    @property
    def is_timed(self) -> bool:
        """Its facts count days since something: the clause is about being in time."""
        return any(name.startswith("days_since") for name in self.verdict.facts)


@cache
def edition_of(definition: str, name: str) -> Edition | None:
    """This will give the edition that an answer was judged by."""
    try:
        return packaged().edition(f"{definition}@{name}")
    except KeyError:
        return None


def said(viewer: Viewer, episode: Any, subject: str, number: Mapping[str, int] | None = None) -> list[Said]:
    """This will give the verdicts about an episode's rows of a subject, or about the one of a number."""
    found = Verdict.objects.filter(organization=viewer.organization, episode_id=episode.pk, subject=subject)
    for name, value in (number or {}).items():
        found = found.filter(**{f"key__{name}": value})
    return sorted((_with_clause(one) for one in found), key=lambda told: (told.position, told.verdict.position))


def answer(viewer: Viewer, episode: Any, subject: str, number: Mapping[str, int] | None = None) -> Decision | None:
    """This will give the decision about one row of a subject."""
    found = Decision.objects.filter(organization=viewer.organization, episode_id=episode.pk, subject=subject)
    for name, value in (number or {}).items():
        found = found.filter(**{f"key__{name}": value})
    return found.order_by("position", "pk").first()


def counted(several: list[Said]) -> list[tuple[str, int]]:
    """This will count verdicts by their word, in the order in which they should be looked at."""
    order = ("not met", "cannot tell", "pending", "excused", "met", "not applicable")
    return [(word, count) for word in order if (count := sum(one.verdict.verdict == word for one in several))]


def due_on(told: Said) -> datetime.date | None:
    """This will give the last day on which a timed clause is in time, from the facts that its verdict saw."""
    facts, values = told.verdict.facts, _values(told.verdict)
    counted_facts = [name for name in facts if name.startswith("days_since")]
    if values.get("review_anchor") == "admission" and "days_since_admission_or_review" in facts:
        counted_facts = ["days_since_admission_or_review"]
    since = next((facts[name] for name in counted_facts if isinstance(facts[name], int)), None)
    limit = facts.get("plan_interval_days", values.get("review_days"))
    if since is None or not isinstance(limit, int):
        return None
    return told.verdict.judged_on + datetime.timedelta(days=limit - since)


def clock(several: list[Said]) -> dict[str, Any] | None:
    """This will say within how many sessions the first plan is due, and how many there were before it."""
    for told in several:
        values, facts = _values(told.verdict), told.verdict.facts
        so_far = facts.get("blocks_before_plan" if values.get("session_unit") == "block" else "days_before_plan")
        if told.verdict.verdict != "not applicable" and isinstance(so_far, int) and "plan_sessions" in values:
            return {
                "told": told,
                "limit": values["plan_sessions"],
                "so_far": so_far,
                "number": so_far + 1,
                "is_written": bool(facts.get("is_written")),
            }
    return None


@cache
def _known_values(definition: str, name: str) -> Mapping[str, Any]:
    edition = edition_of(definition, name)
    return edition.values() if edition else {}


def _values(verdict: Verdict) -> Mapping[str, Any]:
    return _known_values(verdict.definition, verdict.edition)


def _with_clause(verdict: Verdict) -> Said:
    edition = edition_of(verdict.definition, verdict.edition)
    for position, clause in enumerate(edition.clauses if edition else ()):
        if clause.id == verdict.clause:
            return Said(verdict, clause, position)
    return Said(verdict, None, 0)
