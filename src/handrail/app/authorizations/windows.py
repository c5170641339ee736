"""Until when a determination can be appealed, benefits can be asked to go on, and a fair hearing can be asked for."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from handrail.app.authorizations.determining import zone_of
from handrail.app.authorizations.models import Appeal, Authorization, Determination, Notice, Request
from handrail.app.authorizations.terms import terms_of


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
    sent = Notice.objects.filter(
        request=request, appeal=None, kind__in=[Notice.Kind.ADVERSE, Notice.Kind.LAPSE], status=Notice.Status.SENT
    )
    last = sent.order_by("-sent_at").values_list("sent_at", flat=True).first()
    since = day_of(last or request.decided_at, request)
    days = terms_of(payer_of(request), since).appeal_days
    return Window(since, since + datetime.timedelta(days=days), last is not None)


def continuation(request: Request) -> Continuation:
    """This will say by when benefits must be asked for so that they go on: the later of so many days from the notice
    and the day on which the reduction or end takes effect. Only what was authorized before can go on."""
    found = window(request)
    if found is None:
        return Continuation(None, "Nothing adverse was determined.")
    effective = _takes_effect(request)
    before = Authorization.objects.filter(
        holder_id=request.holder_id, episode_id=request.episode_id, definition=request.definition
    ).exclude(request=request)
    lasting = [one for one in before if (one.ended_on or one.ends_on) >= effective - datetime.timedelta(days=1)]
    if not lasting:
        return Continuation(
            None, "Nothing that was authorized before is reduced or ended, so there is nothing to go on."
        )
    days = terms_of(payer_of(request), found.since).continuation_days
    return Continuation(max(found.since + datetime.timedelta(days=days), effective))


def hearing_until(appeal: Appeal) -> datetime.date | None:
    """This will give the last day to ask for a fair hearing, from the sent resolution or the day of it; None where none is open."""
    if (
        appeal.status not in (Appeal.Status.UPHELD, Appeal.Status.PARTLY, Appeal.Status.LAPSED)
        or appeal.decided_at is None
    ):
        return None
    sent = Notice.objects.filter(appeal=appeal, kind=Notice.Kind.APPEAL, status=Notice.Status.SENT).order_by("-sent_at")
    since = day_of(sent.values_list("sent_at", flat=True).first() or appeal.decided_at, appeal.request)
    return since + datetime.timedelta(days=terms_of(payer_of(appeal.request), since).hearing_days)


def _takes_effect(request: Request) -> datetime.date:
    """The first day of what was not authorized."""
    made = Determination.objects.filter(request=request).first()
    starts, ends = request.starts_on or datetime.date.max, request.ends_on
    if made is not None and made.ends_on is not None and ends is not None and made.ends_on < ends:
        return made.ends_on + datetime.timedelta(days=1)
    return starts


def payer_of(request: Request) -> str:
    """This will name the payer of a request."""
    return str(request.payer_id or request.addressed_to_id)


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
