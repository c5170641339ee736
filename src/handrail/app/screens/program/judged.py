"""What was judged, as a packet and a sample tell it: each verdict with its clause and cite, the editions, a seal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import NoReverseMatch, reverse

from handrail.app.screens.person.source import clause_of, edition_of
from handrail.app.worklists.models import Answer, Verdict

WORDS = ("met", "not met", "cannot tell", "pending", "excused", "not applicable")
"""Every verdict, in the order in which they are counted."""


@dataclass
class Row:
    """One row of a subject: what it is, its day, its verdicts, and the clauses that do not apply."""

    named: str
    judged_on: str
    verdicts: list[dict[str, Any]] = field(default_factory=list)
    apart: list[str] = field(default_factory=list)


def verdict_told(one: Verdict) -> dict[str, Any]:
    """This will tell a verdict with the sentence and the cite of its clause."""
    clause = clause_of(one.definition, one.edition, one.clause)
    return {
        "clause": one.clause,
        "says": clause.says if clause else one.says,
        "with_numbers": one.says,
        "cite": clause.cite if clause else "",
        "duty": one.duty,
        "subject": one.subject,
        "key": one.key,
        "judged_on": day(one.judged_on),
        "verdict": one.verdict,
        "facts": one.facts,
        "missing": one.missing,
        "evidence": one.evidence,
        "definition": one.definition,
        "edition": one.edition,
        "seal": one.seal,
    }


def editions(answers: Iterable[Answer]) -> list[dict[str, str]]:
    """This will list the editions by which something was judged, each once, with the document and the seal."""
    told = []
    for definition, name, seal in sorted({(one.definition, one.edition, one.seal) for one in answers}):
        held = edition_of(definition, name)
        document = held.source.document if held else ""
        told.append({"definition": definition, "edition": name, "seal": seal, "document": document})
    return told


def sealed(told: dict[str, Any]) -> dict[str, Any]:
    """This will add the hash of everything told: of its JSON with sorted keys, no spaces, in ASCII."""
    plain = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return told | {"seal": hashlib.sha256(plain.encode("ascii")).hexdigest()}


def grouped(verdicts: Iterable[dict[str, Any]]) -> list[tuple[str, list[Row]]]:
    """This will put verdicts together by subject, then by row of it, each with a link to each of its records."""
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


def tally(verdicts: Iterable[dict[str, Any]]) -> list[tuple[str, int]]:
    """This will count verdicts by word."""
    words = [one["verdict"] for one in verdicts]
    return [(word, words.count(word)) for word in WORDS]


def day(value: Any) -> str | None:
    """This will write a day like 2026-03-02."""
    return value.isoformat() if value else None


def _record(told: dict[str, Any]) -> str:
    try:
        return reverse("record", args=[told["table"], told["id"]])
    except NoReverseMatch:
        return ""
