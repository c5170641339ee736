"""A letter's way: made as a draft, written into, read again by somebody else, sent; then kept as it was sent."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from handrail.app.accounts.access import Viewer
from handrail.app.accounts.models import Organization
from handrail.app.audit.log import Act, note
from handrail.app.authorizations.acting import ChangedMeanwhileError, NotNowError
from handrail.app.authorizations.clock import later
from handrail.app.authorizations.models import Appeal, Notice, Request
from handrail.app.authorizations.notices.content import content, current, terms_on
from handrail.app.authorizations.notices.letter import all_words_of, is_adverse, kind_of, letter, words_of
from handrail.app.authorizations.notices.reading import Reading, grade
from handrail.app.authorizations.notices.wording import LANGUAGES, wording_on
from handrail.app.authorizations.sealing import Kept
from handrail.app.authorizations.terms import zone_of
from handrail.app.paper.pdf import pdf as paper
from handrail.app.paper.pdf import pictures

HOW = {"mail": "by mail", "portal": "through the portal", "by hand": "by hand"}
"""How a letter reaches the person."""

_OF_A_DELAY = 2
"""Calendar days within which a letter tells that an appeal takes longer: 42 CFR 438.408(c)(2)(ii)."""

Status = Notice.Status


def make(
    looking: Viewer | None, request: Request, kind: str = "", language: str = "", *, appeal: Appeal | None = None
) -> Notice:
    """This will make the draft of a letter, in the transaction of what it tells; the clock and the rules make some too.

    Without a kind it is the letter that the determination needs; without a language, the one of the last letter that
    the person was sent. Raises `LookupError` where there is nothing of this kind to tell.
    """
    kind = kind or kind_of(request.determination.outcome)
    language = language or language_of(request)
    if language not in LANGUAGES:
        raise ValidationError("Letters are made in English and in Spanish.")
    now = timezone.now()
    told = content(request, kind, appeal)
    if language != "en":
        told["reason"] = ""
    with transaction.atomic():
        made = Notice(
            holder_id=request.holder_id,
            payer_id=request.payer_id,
            request=request,
            appeal=appeal,
            kind=kind,
            language=language,
            content=told,
            wording=wording_on(now.astimezone(zone_of(request)).date()),
            made_at=now,
            made_by_id=looking.membership_id if looking else None,
            notify_by=_notify_by(request, kind, appeal),
        )
        made.grade = reading(made).grade
        made.save()
        note(looking, Act("make notice", "notice", made.pk, request.person_id, f"{kind}, {language}"))
    return made


def in_language(looking: Viewer, notice: Notice, language: str) -> Notice:
    """This will make the same letter in the other language; each of them is read and sent by itself."""
    _payers(looking, notice)
    if language == notice.language:
        raise ValidationError("The letter is in this language.")
    if Notice.objects.filter(request=notice.request_id, appeal=notice.appeal_id, kind=notice.kind, language=language).exclude(status=Status.SENT).exists():  # fmt: skip
        raise ValidationError("There is a draft in this language already.")
    return make(looking, notice.request, notice.kind, language, appeal=notice.appeal)


def correct(looking: Viewer, notice: Notice) -> Notice:
    """This will begin a new letter in the place of one that was sent, which it names; what was sent is never edited."""
    with transaction.atomic():
        held = _held(looking, notice, None)
        if held.status != Status.SENT or held.sent_at is None:
            raise NotNowError("Only a letter that was sent is corrected. Write into the draft.")
        if Notice.objects.filter(corrects=held).exists():
            raise NotNowError("There is a letter already that corrects this one.")
        made = make(looking, held.request, held.kind, held.language, appeal=held.appeal)
        kept = {name: held.content[name] for name in ("reason", "additional", "clauses")}
        corrected = {"corrects_day": held.sent_at.astimezone(zone_of(held.request)).date().isoformat()}
        made.content |= kept | corrected | {"letter": None}
        made.corrects = held
        made.grade = reading(made).grade
        made.save()
    return made


def write(looking: Viewer, notice: Notice, values: Mapping[str, Any], *, version: int | None = None) -> Notice:
    """This will write into the free parts of a draft: `reason`, `additional`, and `plain`, by clause.

    A letter that was looked at is a draft again: what was read is not what would go out.
    """
    with transaction.atomic():
        held = _held(looking, notice, version)
        _is_open(held)
        told = dict(held.content)
        told |= {name: str(values[name]).strip() for name in ("reason", "additional") if name in values}
        plain = values.get("plain", {})
        told["clauses"] = [{**one, "plain": str(plain.get(one["clause"], one["plain"])).strip()} for one in told["clauses"]]  # fmt: skip
        if told == held.content:
            return held
        told["writers"] = sorted({*told["writers"], looking.membership_id})
        held.content = told
        held.status, held.looked_at_at, held.looked_at_by_id = Status.DRAFT, None, None
        held.grade = reading(held).grade
        _save(held)
        note(looking, Act("write notice", "notice", held.pk, held.request.person_id))
    return held


def lacks(notice: Notice) -> list[str]:
    """This will say what a letter still lacks before it may be read again and sent."""
    told, found = notice.content, []
    if not told["name"].strip():
        found.append("The person's name is not in what was sent with the request.")
    if notice.kind != Notice.Kind.LAPSE and (is_adverse(told) or notice.kind == Notice.Kind.EXTENSION) and not told["reason"]:  # fmt: skip
        found.append("Write the specific reason, in the language of the letter.")
    if notice.language != "en" and any(not one["plain"] for one in told["clauses"]):
        found.append("Say in this language what each rule means here: the rules themselves are quoted in English.")
    return found


def needs_second_look(notice: Notice, on: datetime.date) -> bool:
    """This will say whether somebody else reads a letter before it goes out: where it is adverse and the terms say so."""
    return is_adverse(notice.content) and terms_on(notice, on).second_look


def may_look(looking: Viewer, notice: Notice) -> bool:
    """This will say whether somebody is fresh to a letter: had no hand in it."""
    return looking.membership_id not in {notice.made_by_id, *notice.content["writers"]}


def look_again(looking: Viewer, notice: Notice, *, version: int | None = None) -> Notice:
    """This will write down that somebody who had no hand in a letter has read it and found it fit to go out."""
    with transaction.atomic():
        held = _held(looking, notice, version)
        if held.status != Status.DRAFT:
            raise NotNowError("It was looked at already.")
        if not may_look(looking, held):
            raise PermissionDenied("You had a hand in this letter. Somebody else reads it again.")
        _is_whole(held)
        held.status, held.looked_at_at, held.looked_at_by_id = Status.LOOKED_AT, timezone.now(), looking.membership_id
        _save(held)
        note(looking, Act("look at notice", "notice", held.pk, held.request.person_id))
    return held


def send(looking: Viewer, notice: Notice, how: str, *, version: int | None = None) -> Notice:
    """This will send a letter: dated today, printed, sealed, and from then on never changed."""
    if how not in HOW:
        raise ValidationError({"how": "Say how it is sent: by mail, through the portal or by hand."})
    with transaction.atomic():
        held = _held(looking, notice, version)
        _is_open(held)
        now = timezone.now()
        on = now.astimezone(zone_of(held.request)).date()
        _is_whole(held)
        if held.status != Status.LOOKED_AT and needs_second_look(held, on):
            raise NotNowError("Somebody else reads it again first: the payer's terms ask for a second look.")
        told = current(held)
        made = letter(told, held.wording, held.language, on, terms_on(held, on))
        held.content = told | {"letter": made}
        held.pdf = printed(held, made, now)
        held.seal = hashlib.sha256(held.pdf).hexdigest()
        held.status, held.sent_at, held.sent_by_id, held.sent_how = Status.SENT, now, looking.membership_id, how
        held.grade = reading(held).grade
        _save(held)
        person = held.request.person_id
        note(
            looking,
            Act("send notice", "notice", held.pk, person, how),
            Act(Kept.NOTICE, "notice", held.pk, person, held.seal),
        )
    return held


def letter_of(notice: Notice, on: datetime.date) -> dict[str, Any]:
    """This will give a letter put together: as it was sent, or as the draft would be `on` that day, with no date yet."""
    if kept := notice.content.get("letter"):
        return dict(kept)
    return letter(current(notice), notice.wording, notice.language, on, terms_on(notice, on), is_dated=False)


def pdf(notice: Notice, on: datetime.date) -> bytes:
    """This will give a letter as PDF: the bytes as sent, or the draft's."""
    if notice.status == Status.SENT and notice.pdf is not None:
        return bytes(notice.pdf)
    return printed(notice, letter_of(notice, on), on)


def printed(notice: Notice, made: Mapping[str, Any], at: datetime.date) -> bytes:
    """This will print a letter that was put together."""
    return paper("letter", _for_paper(made), at=at, language=notice.language)


def pictured(notice: Notice, made: Mapping[str, Any], at: datetime.date) -> list[bytes]:
    """This will give the pages of the paper as pictures, to look at before it is sent."""
    return pictures("letter", _for_paper(made), at=at, language=notice.language)


def is_as_sent(notice: Notice) -> bool:
    """This will say whether the kept bytes of a letter are those that were sent."""
    return notice.pdf is not None and hashlib.sha256(bytes(notice.pdf)).hexdigest() == notice.seal


def reading(notice: Notice, values: Mapping[str, Any] | None = None, *, with_rules: bool = False) -> Reading:
    """This will measure how hard a letter is: what we say in it, or also the rules it quotes. `values`: not kept yet."""
    on = timezone.now().astimezone(zone_of(notice.request)).date()
    told = current(notice)
    if values is not None:
        plain = values.get("plain", {})
        told |= {name: values[name] for name in ("reason", "additional") if name in values}
        told["clauses"] = [{**one, "plain": plain.get(one["clause"], one["plain"])} for one in told["clauses"]]
    made = letter(told, notice.wording, notice.language, on, terms_on(notice, on))
    return grade(all_words_of(made) if with_rules else words_of(made), notice.language)


def letters_of(looking: Viewer) -> QuerySet[Notice]:
    """This will give the letters that somebody may see: a payer's own; a provider's people's, once they are sent."""
    every = Notice.objects.defer("pdf").select_related("request", "payer", "holder", "appeal")
    if looking.organization.kind == Organization.Kind.PAYER:
        looking.require("read requests")
        return every.filter(payer_id=looking.organization.pk)
    if not (looking.may("request authorization") or looking.may("read chart")):
        raise PermissionDenied("Your role here does not allow this: read letters.")
    return every.filter(holder_id=looking.organization.pk, status=Status.SENT)


def language_of(request: Request) -> str:
    """This will give the language of the last letter that the person was sent; English where there was none."""
    last = Notice.objects.filter(request__person_id=request.person_id, payer_id=request.payer_id, status=Status.SENT)
    return last.order_by("-sent_at").values_list("language", flat=True).first() or "en"


def _for_paper(made: Mapping[str, Any]) -> dict[str, Any]:
    return {**made, "organization": made["from"], "small": made["foot"]}


def _held(looking: Viewer, notice: Notice, version: int | None) -> Notice:
    _payers(looking, notice)
    held = Notice.objects.select_for_update().get(pk=notice.pk)
    if version is not None and version != held.version:
        raise ChangedMeanwhileError
    return held


def _payers(looking: Viewer, notice: Notice) -> None:
    if notice.payer_id != looking.organization.pk or looking.organization.kind != Organization.Kind.PAYER:
        raise PermissionDenied("Letters are the payer's.")
    looking.require("screen requests")


def _is_open(held: Notice) -> None:
    if held.status == Status.SENT:
        raise NotNowError("What was sent is not edited. Begin a letter that corrects it.")


def _is_whole(held: Notice) -> None:
    if missing := lacks(held):
        raise ValidationError(missing)


def _save(held: Notice) -> None:
    held.version += 1
    held.save()


def _notify_by(request: Request, kind: str, appeal: Appeal | None) -> datetime.datetime | None:
    """By when the law wants a letter given: within the time of the decision it tells; of an extension, before it;
    of an appeal's, within two days."""
    if appeal is not None:
        if kind != Notice.Kind.EXTENSION:
            return appeal.due_at
        return later(appeal.steps.filter(act="extend").latest("place").at, _OF_A_DELAY, zone_of(request))
    if kind != Notice.Kind.EXTENSION:
        return request.due_at
    steps = request.steps.filter(appeal=None).order_by("-place")
    extended = steps.filter(act="extend").first()
    before = steps.filter(place__lt=extended.place).exclude(due_at=None).first() if extended else None
    return before.due_at if before else request.due_at
