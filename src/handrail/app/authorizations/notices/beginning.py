"""A letter begins by itself, in the transaction of what it tells: a determination, an extension, an appeal's end."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save

from handrail.app.accounts.access import Viewer, viewer_of
from handrail.app.authorizations.determining import determined
from handrail.app.authorizations.models import Determination, Notice, Step
from handrail.app.authorizations.notices.making import make

_RESOLVED = ("uphold", "overturn", "overturn in part", "lapse")


def connect() -> None:
    """This will have letters begin by themselves; for the start of the app."""
    determined.connect(_determined, dispatch_uid="begin the letter of a determination")
    post_save.connect(_stepped, sender=Step, dispatch_uid="begin the letter of a step")


def _determined(sender: object, made: Determination, looking: Viewer | None, **_rest: Any) -> None:
    make(looking, made.request)


def _stepped(sender: object, instance: Step, created: bool, raw: bool = False, **_rest: Any) -> None:
    if not created or raw or not _is_told(instance):
        return
    looking = viewer_of(instance.by) if instance.by is not None else None
    kind = Notice.Kind.EXTENSION if instance.act == "extend" else Notice.Kind.APPEAL
    make(looking, instance.request, kind, appeal=instance.appeal)


def _is_told(step: Step) -> bool:
    """Whether a step is one that a letter tells, of a request by which something was sent."""
    told = step.act == "extend" or (step.appeal_id is not None and step.act in _RESOLVED)
    return told and step.request.submissions.exists()
