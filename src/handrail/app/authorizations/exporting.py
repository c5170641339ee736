"""Everything that a provider keeps, in one ZIP: its charts, and beside them consents, requests and what became of them.

It is for the organization itself, for instance when it moves to another system. What a payer wrote for its own eyes (its
checks, letters that were not sent) is the payer's and is not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, Any

from django.db import models

from handrail.app.accounts.access import Viewer
from handrail.app.authorizations.models import (
    Appeal,
    Authorization,
    Determination,
    EditionText,
    Notice,
    PeerToPeer,
    Question,
    Request,
    Step,
    Submission,
)
from handrail.app.chart.exporting import Beside, export
from handrail.app.consent.models import Agreement, Consent, Disclosure, Emergency

_OF_THE_PAYER = frozenset({"is_sampled", "checked_at", "checked_by", "check_finding", "assigned_to"})
"""Columns that a payer fills for itself."""


def export_organization(looking: Viewer, out: IO[bytes], *, also: Sequence[Beside] = ()) -> int:
    """This will write everything of the viewer's organization into a file; gives the number of rows.

    `also` are tables of rooms that stand above this one. Raises `PermissionDenied` for a role that may not export. It is written into the log.
    """
    looking.require("export")
    return export(looking, out, also=[*_tables(looking), *also], files=_letters(looking))


def _tables(looking: Viewer) -> list[Beside]:
    own = {"holder_id": looking.organization.pk}
    recipients = Consent.recipients.through.objects.filter(**{f"consent__{name}": key for name, key in own.items()})
    sent = Submission.objects.filter(**own)
    return [
        _of("consents", Consent.objects.filter(**own)),
        _of("consent_recipients", recipients),
        _of("agreements", Agreement.objects.filter(**own)),
        _of("disclosures", Disclosure.objects.filter(**own)),
        _of("emergencies", Emergency.objects.filter(**own)),
        _of("requests", Request.objects.filter(**own)),
        _of("submissions", sent),
        _of("edition_texts", EditionText.objects.filter(seal__in=sent.values("edition_seal"))),
        _of("steps", Step.objects.filter(**own)),
        _of("questions", Question.objects.filter(**own)),
        _of("conversations", PeerToPeer.objects.filter(**own)),
        _of("determinations", Determination.objects.filter(**own)),
        _of("authorizations", Authorization.objects.filter(**own)),
        _of("appeals", Appeal.objects.filter(**own)),
        _of("notices", _sent_letters(looking)),
    ]


def _of(name: str, rows: models.QuerySet[Any]) -> Beside:
    return Beside(name, rows.order_by("pk"), _columns(rows.model))


def _columns(model: type[models.Model]) -> Sequence[str]:
    kept = [one for one in model._meta.concrete_fields if not isinstance(one, models.BinaryField)]
    return [one.attname for one in kept if one.name not in _OF_THE_PAYER]


def _sent_letters(looking: Viewer) -> models.QuerySet[Notice]:
    return Notice.objects.filter(holder_id=looking.organization.pk, status=Notice.Status.SENT)


def _letters(looking: Viewer) -> Iterator[tuple[str, bytes]]:
    for one in _sent_letters(looking).order_by("pk").iterator(chunk_size=50):
        yield f"letters/{one.pk}.pdf", bytes(one.pdf or b"")
