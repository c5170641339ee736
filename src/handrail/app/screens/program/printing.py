"""The packet and the sample as files to keep: JSON, and PDF with the same content as the page."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import content_disposition_header

from handrail.app.accounts.access import Viewer
from handrail.app.paper.pdf import pdf
from handrail.app.screens.program.judged import WORDS, Row, grouped, tally
from handrail.app.screens.templatetags.handrail import day, words

JSON, PDF = "JSON", "PDF"
_WRONG = ("not met", "cannot tell")

_SMALL = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."


def form_of(request: HttpRequest) -> str:
    """This will say in which form a page is asked for: JSON, PDF, or empty for the page itself."""
    asked = request.GET.get("format", "").upper()
    return asked if asked in (JSON, PDF) else ""


def as_json(told: Mapping[str, Any], name: str) -> HttpResponse:
    """This will answer with a JSON file to keep."""
    answer = JsonResponse(told, json_dumps_params={"indent": 2})
    return _to_keep(answer, f"{name}.json")


def packet(
    looking: Viewer, told: Mapping[str, Any], whom: str, program: str, along: Iterable[str] = ()
) -> HttpResponse:
    """This will answer with the packet of an episode as a PDF. Its moment is the day as of which was judged.

    `along`: sentences that go along with a disclosure; they stand first.
    """
    used = told["editions"]
    shown = {
        "title": f"Packet: {whom}",
        "organization": looking.organization.name,
        "small": f"{_SMALL} Episode {told['episode_id']}, seal {told['seal'][:12]}.",
        "lead": [
            *along,
            f"{program}, service {told['service']}. Requested {day(told['requested_on'])}, admitted "
            f"{day(told['admitted_on'])}"
            + (f", discharged {day(told['discharged_on'])}. " if told["discharged_on"] else ". ")
            + f"Episode {told['episode_id']}.",
            f"Judged as of {day(told['as_of'])}.",
        ],
        "counts": tally(told["verdicts"]),
        "editions": used,
        "seal": told["seal"],
        "decisions": [_decision(one) for one in told["decisions"]],
        "groups": _groups(told["verdicts"], used),
        "apart": [one | {"about": words(one["about"])} for one in told["not_in_this_packet"]],
    }
    return _paper("packet", shown, _day(told["as_of"], looking), f"packet-{told['episode_id']}")


def sample(looking: Viewer, told: Mapping[str, Any], filters: str) -> HttpResponse:
    """This will answer with a drawn sample as a PDF: how it was drawn, what was drawn, and what was judged of each."""
    used = told["editions"]
    shown = {
        "title": f"Sample by seed {told['seed']}",
        "organization": looking.organization.name,
        "small": f"{_SMALL} Seal {told['seal'][:12]}.",
        "lead": [
            f"{len(told['rows'])} of {told['frame']} {told['of']}s, drawn by seed {told['seed']}. {filters}",
            "Whoever types the same seed, size and filters over the same records draws the same: those whose SHA-256 "
            "of the seed, a colon and the id is smallest.",
            f"Judged as of {day(told['as_of'])}."
            + (
                " The packet of each episode has the facts and the evidence of what is met." * (told["of"] == "episode")
            ),
        ],
        "of": told["of"].capitalize(),
        "rows": [_drawn(one, used, is_full=told["of"] == "session") for one in told["rows"]],
        "editions": used,
        "frame_seal": told["frame_seal"],
        "seal": told["seal"],
    }
    return _paper("sample", shown, _day(told["as_of"], looking), f"sample-{told['of']}-{told['seed']}")


def _paper(template: str, shown: Mapping[str, Any], at: datetime.date, name: str) -> HttpResponse:
    answer = HttpResponse(pdf(template, shown, at=at), content_type="application/pdf")
    return _to_keep(answer, f"{name}.pdf")


def _to_keep(answer: HttpResponse, name: str) -> HttpResponse:
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["Cache-Control"] = "no-store"
    return answer


def _day(told: str | None, looking: Viewer) -> datetime.date:
    return datetime.date.fromisoformat(told) if told else looking.today


def _decision(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "named": words(one["decision"]).capitalize(),
        "day": day(one["judged_on"]),
        "answer": one["answer"],
        "by": ", ".join(one["paths"] or [words(clause) for clause in one["deciding"]]),
        "missing": one["missing"],
    }


def _groups(verdicts: Iterable[Mapping[str, Any]], used: list[dict[str, str]]) -> list[dict[str, Any]]:
    return [
        {
            "title": words(subject).capitalize(),
            "rows": [_row(row, subject, used) for row in rows],
        }
        for subject, rows in grouped(verdicts)
    ]


def _row(row: Row, subject: str, used: list[dict[str, str]]) -> dict[str, Any]:
    named = row.named or words(subject)
    return {
        "title": f"{named[:1].upper()}{named[1:]}, {day(row.judged_on)}",
        "verdicts": [_verdict(one, used) for one in row.verdicts],
        "apart": ", ".join(words(clause) for clause in row.apart),
    }


def _verdict(one: Mapping[str, Any], used: list[dict[str, str]]) -> dict[str, Any]:
    cite = one["cite"]
    if len(used) > 1:
        place = next(place for place, held in enumerate(used, start=1) if held["seal"] == one["seal"])
        cite = f"{cite}; edition {place}"
    return {
        "says": one["says"],
        "clause": one["clause"],
        "cite": cite,
        "duty": one["duty"],
        "verdict": one["verdict"],
        "numbers": one["with_numbers"] if one["with_numbers"] != one["says"] else "",
        "missing": one["missing"],
        "facts": [[words(name), _value(value)] for name, value in one["facts"].items()],
        "evidence": [
            {"table": words(told["table"]), "id": told["id"], "late": bool(told.get("late"))}
            for told in one["evidence"]
        ],
    }


def _value(value: Any) -> str:
    """As program/value.html shows a fact."""
    if value is True or value is False:
        return "yes" if value else "no"
    if value is None:
        return "not documented"
    if isinstance(value, Mapping):
        least, most = ("?" if value.get(end) is None else value[end] for end in ("least", "most"))
        return f"{least} to {most}"
    return str(value)


def _drawn(one: Mapping[str, Any], used: list[dict[str, str]], *, is_full: bool) -> dict[str, Any]:
    """One row drawn. Of an episode, what is not met or cannot be told is told in full, the rest by clause."""
    judged = [told for told in one["verdicts"] if told["verdict"] != "not applicable"]
    wrong = [told for told in judged if told["verdict"] in _WRONG]
    rest = [] if is_full else [word for word in WORDS if word not in _WRONG]
    return {
        "id": one["id"],
        "day": day(one["on"]),
        "program": one["program"],
        "judged": len(judged),
        "met": sum(told["verdict"] == "met" for told in judged),
        "wrong": [[word, said] for word in _WRONG if (said := _by_clause(wrong, word))],
        "groups": _groups(one["verdicts"] if is_full else wrong, used),
        "rest": [[word, said] for word in rest if (said := _by_clause(one["verdicts"], word))],
    }


def _by_clause(verdicts: Iterable[Mapping[str, Any]], word: str) -> str:
    counted = Counter(words(told["clause"]) for told in verdicts if told["verdict"] == word)
    return ", ".join(clause if count == 1 else f"{clause} ({count} times)" for clause, count in counted.items())
