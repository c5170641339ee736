"""Until when a determination can be appealed, benefits can be asked to go on, and a fair hearing can be asked for."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from handrail.app.authorizations.models import Appeal, Notice, Request
from handrail.app.authorizations.notices.content import last_approved
from handrail.app.authorizations.notices.rights import Rights, rights
from handrail.app.authorizations.terms import payer_of, terms_of, zone_of

_OPEN_AFTER = (Appeal.Status.UPHELD, Appeal.Status.PARTLY, Appeal.Status.LAPSED)


@dataclass(frozen=True)
class Window:
    """Until when a determination can be appealed: `since` is the day of the sent notice, else of the determination."""

    since: datetime.date
    until: datetime.date
    has_notice: bool


@dataclass(frozen=True)
class Continuation:
    """Whether benefits may go on during an appeal: by when it must be asked for; `says` why not, where it may not."""

    until: datetime.date | None
    says: str = ""


def window(request: Request) -> Window | None:
    """This will say until when a request can be appealed; None where nothing adverse was determined."""
    if request.status not in Request.ADVERSE or request.decided_at is None:
        return None
    sent, told = _told(request)
    since = day_of(sent.sent_at if sent and sent.sent_at else request.decided_at, request)
    return Window(since, told.appeal_until, sent is not None)


def continuation(request: Request) -> Continuation:
    """This will say by when benefits must be asked for so that they go on: the later of `continuation_days` from the notice
    and the day on which the reduction or end takes effect, which is not before `advance_notice_days` are over. Only what was authorized before, and still runs then, goes on."""
    if request.status not in Request.ADVERSE or request.decided_at is None:
        return Continuation(None, "Nothing adverse was determined.")
    until = _told(request)[1].continuation_until
    if until is None:
        return Continuation(None, "No care that was authorized before still runs, so there is nothing to go on.")
    return Continuation(until)


def goes_on_until(appeal: Appeal) -> datetime.date | None:
    """This will say until when benefits go on: what is kept with the appeal; after an adverse resolution the days from its
    letter, once that is sent, because they count from the letter (42 CFR 438.420(c)(2)). None where they do not go on."""
    if appeal.continues_until is None or appeal.status not in _OPEN_AFTER or appeal.decided_at is None:
        return appeal.continues_until
    sent = _told(appeal.request, appeal)[0]
    if sent is None or sent.sent_at is None:
        return appeal.continues_until
    on = day_of(sent.sent_at, appeal.request)
    days = terms_of(payer_of(appeal.request), on).continuation_days
    return max(appeal.continues_until, on + datetime.timedelta(days=days))


def hearing_until(appeal: Appeal) -> datetime.date | None:
    """This will give the last day to ask for a fair hearing, from the sent resolution or the day of it; None where none is open."""
    if appeal.status not in _OPEN_AFTER or appeal.decided_at is None:
        return None
    return _told(appeal.request, appeal)[1].hearing_until


def _told(request: Request, appeal: Appeal | None = None) -> tuple[Notice | None, Rights]:
    """The last letter that was sent, and the days that it gave the person, which bind; else those of the decision's day."""
    kinds = [Notice.Kind.APPEAL] if appeal else [Notice.Kind.ADVERSE, Notice.Kind.LAPSE]
    found = Notice.objects.filter(request=request, appeal=appeal, kind__in=kinds, status=Notice.Status.SENT)
    sent = found.defer("pdf").order_by("-sent_at").first()
    if sent is not None and (letter := sent.content.get("letter")):
        days = {name: datetime.date.fromisoformat(day) if day else None for name, day in letter["rights"].items()}
        return sent, Rights(**days)  # type: ignore[arg-type]
    decided = appeal.decided_at if appeal else request.decided_at
    assert decided is not None
    on = day_of(sent.sent_at if sent and sent.sent_at else decided, request)
    return sent, rights(terms_of(payer_of(request), on), on, last_approved(request))


def day_of(moment: datetime.datetime, request: Request) -> datetime.date:
    """This will give the day where the payer is."""
    return moment.astimezone(zone_of(request)).date()


def late(found: Window, day: datetime.date) -> str:
    """This will say that it is too late, and since when."""
    what = "the notice was sent" if found.has_notice else "it was determined"
    return f"Too late: the last day to appeal was {said(found.until)}, because {what} on {said(found.since)}."


def said(day: datetime.date) -> str:
    """This will say a day in full."""
    return f"{day:%B} {day.day}, {day.year}"
