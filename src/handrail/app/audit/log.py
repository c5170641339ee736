"""Adding to the log, and checking that nobody changed it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from handrail.app.accounts.access import Viewer
from handrail.app.accounts.walls import everybody
from handrail.app.audit.models import Entry, Head

FIRST_SEAL = hashlib.sha256(b"handrail audit log").hexdigest()
_SEALED = (
    "number",
    "at",
    "organization_id",
    "user_id",
    "membership_id",
    "act",
    "table",
    "row_id",
    "person_id",
    "detail",
)


@dataclass(frozen=True)
class Act:
    """What was done, to which row of which table, about whom. `detail` says how many or which columns, no value."""

    act: str
    table: str = ""
    row_id: str = ""
    person_id: str = ""
    detail: str = ""


def note(viewer: Viewer | None, *acts: Act) -> None:
    """This will add acts to the log, in order. With the change they speak of, they stand or fall in one transaction."""
    with transaction.atomic():
        head = Head.objects.select_for_update().get()
        now, number, seal = timezone.now(), head.number, head.seal
        entries = []
        for act in acts:
            number += 1
            entry = Entry(
                number=number,
                at=now,
                organization_id=viewer.organization.pk if viewer else "",
                user_id=viewer.user_id if viewer else None,
                membership_id=viewer.membership_id if viewer else None,
                act=act.act,
                table=act.table,
                row_id=act.row_id,
                person_id=act.person_id,
                detail=act.detail[:200],
                before=seal,
            )
            entry.seal = seal = _seal(entry)
            entries.append(entry)
        Entry.objects.bulk_create(entries, batch_size=500)
        Head.objects.filter(pk=head.pk).update(number=number, seal=seal)


def _seal(entry: Entry) -> str:
    told = {name: getattr(entry, name) for name in _SEALED}
    told["at"] = entry.at.isoformat(timespec="microseconds")
    text = json.dumps([entry.before, told], ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def faults() -> Iterator[str]:
    """This will go through the whole chain and say each place where it is broken: nothing where it is whole."""
    with everybody():
        found = list(_faults())
    return iter(found)


def _faults() -> Iterator[str]:
    seal, number = FIRST_SEAL, 0
    for entry in Entry.objects.order_by("number").iterator(chunk_size=5000):
        if entry.number != number + 1:
            yield f"Entries {number + 1} to {entry.number - 1} are missing."
        if entry.before != seal:
            yield f"Entry {entry.number} does not follow the one before it."
        if entry.seal != _seal(entry):
            yield f"Entry {entry.number} was changed."
        number, seal = entry.number, entry.seal
    head = Head.objects.first()
    if head is None:
        yield f"The log has no head that says where it ends; its last entry is {number}."
    elif (head.number, head.seal) != (number, seal):
        yield f"The log ends at entry {number}, and {head.number} were written."


def acts_about(person_ids: Sequence[str], act: str, table: str = "") -> list[Act]:
    """This will give the same act about several persons."""
    return [Act(act, table, person_id=person) for person in person_ids]
