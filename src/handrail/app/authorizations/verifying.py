"""Whether anybody changed behind the app's back what was sent, done, determined or told: held against the log.

The log's chain is checked by `handrail.app.audit.log`; what a row was, it keeps as the row's seal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from handrail.app.accounts.walls import everybody
from handrail.app.audit.models import Entry
from handrail.app.authorizations.models import (
    Authorization,
    Determination,
    EditionText,
    Notice,
    Request,
    Step,
    Submission,
)
from handrail.app.authorizations.sealing import Kept, seal_of, seal_of_determination, seal_of_step
from handrail.app.authorizations.units import ENDED

_AT_A_TIME = 200


def faults() -> list[str]:
    """This will say every place where a row is not what was kept; nothing where all are. Ids and numbers only."""
    with everybody():
        return [
            *_held(Kept.STEP, "Step", Step.objects.all(), seal_of_step),
            *_held(Kept.SUBMISSION, "Submission", Submission.objects.all(), lambda one: seal_of(one.content)),
            *_held(Kept.DETERMINATION, "Determination", Determination.objects.all(), seal_of_determination),
            *_held(Kept.NOTICE, "Notice", Notice.objects.filter(status=Notice.Status.SENT), _seal_of_pdf),
            *_columns(),
            *_texts(),
            *_statuses(),
            *_ended(),
        ]


def _held(act: Kept, what: str, rows: QuerySet[Any], seal: Callable[[Any], str]) -> Iterator[str]:
    """Each row has the seal that the log has of it, and none that the log has is gone."""
    told = dict(Entry.objects.filter(act=act).order_by("number").values_list("row_id", "detail"))
    for row in rows.order_by("pk").iterator(chunk_size=_AT_A_TIME):
        kept = told.pop(str(row.pk), None)
        if kept is None:
            yield f"{what} {row.pk} was not written by the app."
        elif seal(row) != kept:
            yield f"{what} {row.pk} was changed."
    yield from (f"{what} {key} is gone." for key in sorted(told))


def _columns() -> Iterator[str]:
    """What stands beside a content or a letter is what was sealed."""
    for one in Submission.objects.order_by("pk").iterator(chunk_size=_AT_A_TIME):
        edition = one.content.get("edition") or {}
        beside = (one.seal, one.edition_seal, one.definition, one.edition, one.as_of.isoformat())
        inside = (seal_of(one.content), edition.get("seal"), edition.get("definition"), edition.get("edition"))
        if beside != (*inside, one.content.get("as_of")):
            yield f"Submission {one.pk}: what stands beside its content was changed."
    for letter in Notice.objects.filter(status=Notice.Status.SENT).order_by("pk").iterator(chunk_size=_AT_A_TIME):
        if letter.seal != _seal_of_pdf(letter):
            yield f"Notice {letter.pk}: the letter is not what was sealed."


def _texts() -> Iterator[str]:
    known = set()
    for one in EditionText.objects.order_by("pk"):
        known.add(one.pk)
        if hashlib.sha256(one.text.encode()).hexdigest() != one.pk:
            yield f"The text of {one.definition} {one.edition} was changed."
    needed = set(Submission.objects.values_list("edition_seal", flat=True).distinct())
    yield from (f"The text of the edition {seal} is gone." for seal in sorted(needed - known))


def _statuses() -> Iterator[str]:
    """A request stands where its last step left it."""
    last = Step.objects.filter(request=OuterRef("pk"), appeal=None).order_by("-place").values("status_after")[:1]
    stands = Request.objects.exclude(status=Request.Status.DRAFT).annotate(left=Subquery(last))
    for one in stands.exclude(status=F("left")) | stands.filter(left=None):
        yield f"Request {one.number or one.pk} does not stand where its last step left it."


def _ended() -> Iterator[str]:
    """An authorization ended early as its last step about that says, and no other way."""
    told = {}
    for step in Step.objects.filter(act=ENDED).order_by("at", "pk"):
        told[step.detail["authorization"]] = (step.detail["ended_on"], step.words)
    ended = Authorization.objects.exclude(ended_on=None) | Authorization.objects.filter(number__in=told)
    for one in ended.order_by("number"):
        if told.get(one.number) != (str(one.ended_on), one.ended_why):
            yield f"Authorization {one.number} did not end as its steps say."


def _seal_of_pdf(letter: Notice) -> str:
    return hashlib.sha256(bytes(letter.pdf or b"")).hexdigest()
