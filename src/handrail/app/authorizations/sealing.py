"""Seals of what is kept, so that a change behind the app's back shows: each stands in the tamper-evident log as well."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from handrail.app.authorizations.models import Determination, Step


class Kept(StrEnum):
    """The acts of the log whose detail is the seal of a row."""

    STEP = "keep step"
    SUBMISSION = "keep submission"
    DETERMINATION = "keep determination"
    NOTICE = "keep notice"


def seal_of(content: Mapping[str, Any]) -> str:
    """This will give the SHA-256 of content: of its JSON with sorted keys, no spaces, in ASCII."""
    told = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(told.encode("ascii")).hexdigest()


def seal_of_step(step: Step) -> str:
    """This will give the seal of a step: all of it."""
    return _sealed(step, *(field.attname for field in step._meta.concrete_fields))


def seal_of_determination(made: Determination) -> str:
    """This will give the seal of a determination: all but the later check of an automatic approval."""
    later = ("checked_at", "checked_by_id", "check_finding")
    return _sealed(made, *(field.attname for field in made._meta.concrete_fields if field.attname not in later))


def _sealed(row: Any, *names: str) -> str:
    return seal_of({name: _plain(getattr(row, name)) for name in names})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, datetime.date) else value
