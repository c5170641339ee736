"""What a letter is about, off the request, its determination and what was frozen with it. No rule is judged here."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from handrail.app.authorizations.models import (
    Appeal,
    Authorization,
    Determination,
    Notice,
    Request,
    Step,
    Submission,
    Terms,
)
from handrail.app.authorizations.terms import terms_of, zone_of


def content(request: Request, kind: str, appeal: Appeal | None = None) -> dict[str, Any]:
    """This will give the facts of a letter of a kind, as JSON; the free parts begin with what the decider wrote.

    Raises `LookupError` where there is nothing of this kind to tell yet.
    """
    sent = request.submissions.order_by("-place").first()
    if sent is None:
        raise LookupError("Nothing was sent with this request yet.")
    zone = zone_of(request)
    terms = terms_of(str(request.payer_id), (request.received_at or sent.at).astimezone(zone).date())
    unit = terms.units.get(request.definition, {}).get("unit", "")
    told: dict[str, Any] = {
        "name": sent.content["person"]["name"],
        "number": request.number,
        "provider": sent.content["provider"]["organization"],
        "payer": request.payer.name if request.payer else "",
        "definition": request.definition,
        "title": sent.content["edition"]["title"],
        "asked": {
            "kind": request.kind,
            "received_on": _day(request.received_at, zone),
            "due_on": _day(request.due_at, zone),
            "units": request.units,
            "unit": unit,
            "starts_on": _iso(request.starts_on),
            "ends_on": _iso(request.ends_on),
        },
        "approved": None,
        "clauses": [],
        "reason": "",
        "reason_given": "",
        "additional": "",
        "by": None,
        "last_approved": None,
        "writers": [],
    }
    if kind == Notice.Kind.EXTENSION:
        return told | _of_extension(request, appeal, zone)
    made = (
        Determination.objects.select_related("by__user", "qualification", "submission").filter(request=request).first()
    )
    if made is None:
        raise LookupError("Nothing is determined yet.")
    if kind == Notice.Kind.APPEAL:
        if appeal is None or (appeal.decided_at is None and appeal.status != Appeal.Status.LAPSED):
            raise LookupError("The appeal is not decided yet.")
        return told | _of_appeal(request, made, appeal, unit, zone)
    return told | _of_determination(made, unit)


def terms_on(notice: Notice, on: datetime.date) -> Terms:
    """This will give the payer's terms on the day of a letter."""
    return terms_of(str(notice.payer_id), on)


def last_approved(request: Request) -> datetime.date | None:
    """This will give the last day of care that was approved before and that this decision ends or makes less.

    None where nothing was: care that runs on to where this one was to begin counts, of the same service and episode.
    """
    effect = takes_effect(request)
    if effect is None:
        return None
    before = Authorization.objects.filter(
        payer_id=request.payer_id, episode_id=request.episode_id, definition=request.definition
    ).exclude(request=request)
    days = [one.ended_on or one.ends_on for one in before]
    return max((day for day in days if day >= effect - datetime.timedelta(days=1)), default=None)


def takes_effect(request: Request) -> datetime.date | None:
    """This will give the first day of what was asked for and not approved."""
    ends_on = Determination.objects.filter(request=request).values_list("ends_on", flat=True).first()
    if ends_on is not None and request.ends_on is not None and ends_on < request.ends_on:
        return ends_on + datetime.timedelta(days=1)
    return request.starts_on


def current(notice: Notice) -> dict[str, Any]:
    """This will give a draft's content with what may come to pass while it waits: the approval's number, and care
    that was approved before."""
    told = dict(notice.content)
    if told.get("letter"):
        return told
    told["last_approved"] = _iso(last_approved(notice.request))
    if told["approved"]:
        number = notice.request.authorizations.order_by("-made_at").values_list("number", flat=True).first()
        told["approved"] = told["approved"] | {"authorization": number or ""}
    return told


def _of_determination(made: Determination, unit: str) -> dict[str, Any]:
    is_yes = made.outcome in (Determination.Outcome.APPROVED, Determination.Outcome.PARTLY)
    return {
        "outcome": made.outcome,
        "approved": _span(made.units, unit, made.starts_on, made.ends_on) if is_yes else None,
        "clauses": clauses(made.submission, made.clauses),
        "reason": made.reason,
        "reason_given": made.reason,
        "by": _who(made.by, made.qualification) if not made.is_automatic else None,
    }


def _of_appeal(
    request: Request, made: Determination, appeal: Appeal, unit: str, zone: ZoneInfo
) -> dict[str, Any]:  # fmt: skip
    status = Appeal.Status
    outcome = "appeal lapsed" if appeal.status == status.LAPSED else appeal.status
    approved = None
    if appeal.status in (status.OVERTURNED, status.PARTLY):
        units = request.units if appeal.units is None else appeal.units
        approved = _span(units, unit, made.starts_on or request.starts_on, appeal.ends_on or request.ends_on)
    return {
        "outcome": outcome,
        "appeal_number": appeal.number,
        "due_on": _day(appeal.due_at, zone),
        "approved": approved,
        "clauses": clauses(made.submission, made.clauses) if appeal.status in (status.UPHELD, status.PARTLY) else [],
        "reason": appeal.reason,
        "reason_given": appeal.reason,
        "by": _who(appeal.decided_by, appeal.qualification),
        "goes_on": appeal.asks_continuation,
    }


def _of_extension(request: Request, appeal: Appeal | None, zone: ZoneInfo) -> dict[str, Any]:
    step = Step.objects.filter(request=request, appeal=appeal, act="extend").order_by("-place").first()
    if step is None:
        raise LookupError("The time limit was not extended.")
    detail: Mapping[str, Any] = step.detail
    own = {"appeal_number": appeal.number, "due_on": _day(step.due_at, zone)} if appeal else {}
    return own | {
        "outcome": "appeal extension" if appeal else "extension",
        "reason": step.words,
        "reason_given": step.words,
        "extension": {
            "until": _day(step.due_at, zone),
            "days": detail.get("days"),
            "asked_by": detail.get("asked_by", "payer"),
        },
    }


def clauses(sent: Submission, chosen: Iterable[str]) -> list[dict[str, Any]]:
    """This will give the chosen clauses as they were judged: what they say, where it stands, what was missing."""
    judged = {one["clause"]: one for one in sent.content["verdicts"]}
    document = sent.content["edition"]["document"]
    return [
        {
            "clause": name,
            "says": judged[name]["says"],
            "cite": judged[name]["cite"],
            "document": document,
            "verdict": judged[name]["verdict"],
            "missing": [
                {"question": one.get("question") or one["fact"].replace("_", " "), "ask": one.get("ask", "")}
                for one in judged[name]["missing"]
            ],
            "plain": "",
        }
        for name in chosen
        if name in judged
    ]


def _span(
    units: int | None, unit: str, starts_on: datetime.date | None, ends_on: datetime.date | None
) -> dict[str, Any]:
    return {
        "units": units,
        "unit": unit,
        "starts_on": _iso(starts_on),
        "ends_on": _iso(ends_on),
        "authorization": "",
    }


def _who(member: Any, qualification: Any) -> dict[str, str] | None:
    if member is None:
        return None
    return {"name": str(member.user), "credential": qualification.credential if qualification else ""}


def _day(moment: datetime.datetime | None, zone: ZoneInfo) -> str | None:
    return moment.astimezone(zone).date().isoformat() if moment else None


def _iso(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None
