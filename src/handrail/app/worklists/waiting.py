"""What waits to be judged anew. No change is lost, and no older answer takes the place of a newer one.

A change puts whom it concerns down, in its own transaction, with a new stamp. Whoever judges takes the stamps first,
reads the records then, and writes the answers in one transaction with taking the row away, where the stamp is still
the same. If the process dies before, the row is still there. If something changed meanwhile, or somebody else has
judged already, the stamp is another one or gone: these answers are dropped, and what waits is judged again.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Min
from django.utils import timezone

from handrail.app.accounts.walls import everybody
from handrail.app.worklists.models import Waiting

_AT_A_TIME = 500
GRACE = datetime.timedelta(seconds=5)
"""So long the follower leaves a change to the process in which it was made."""

Kind = Waiting.Kind
Taken = Mapping[str, uuid.UUID]


@dataclass(frozen=True)
class Queue:
    """How many wait to be judged, and for how many seconds the longest has waited."""

    number: int
    seconds: int


def put(
    organization_id: str, kind: str, keys: Iterable[str], *, grace: datetime.timedelta = datetime.timedelta()
) -> None:
    """This will put down what changed; what waits already gets a new stamp and keeps its place."""
    now = timezone.now()
    Waiting.objects.bulk_create(
        [
            Waiting(organization_id=organization_id, kind=kind, key=key, since=now, not_before=now + grace)
            for key in sorted(set(keys))
        ],
        batch_size=_AT_A_TIME,
        update_conflicts=True,
        unique_fields=["organization", "kind", "key"],
        update_fields=["stamp", "not_before"],
    )


def touch(organization_id: str, kind: str, keys: Iterable[str]) -> None:
    """This will give a new stamp to what waits already, and put nothing else down."""
    Waiting.objects.filter(organization_id=organization_id, kind=kind, key__in=set(keys)).update(stamp=uuid.uuid4())


def ensure(organization_id: str, kind: str, keys: Iterable[str]) -> None:
    """This will put down what does not wait yet, before it is judged without having changed."""
    Waiting.objects.bulk_create(
        [Waiting(organization_id=organization_id, kind=kind, key=key) for key in sorted(set(keys))],
        batch_size=_AT_A_TIME,
        ignore_conflicts=True,
    )


def take(organization_id: str, kind: str, keys: Sequence[str]) -> Taken:
    """This will give the stamps of what waits, to be read before the records are."""
    found: dict[str, uuid.UUID] = {}
    for start in range(0, len(keys), _AT_A_TIME):
        some = Waiting.objects.filter(
            organization_id=organization_id, kind=kind, key__in=keys[start : start + _AT_A_TIME]
        )
        found |= dict(some.values_list("key", "stamp"))
    return found


def settle(organization_id: str, kind: str, taken: Taken) -> set[str]:
    """This will take away what still has the stamp it was taken with, and say which; the answers for it may be written.

    Only within the transaction that writes them. What another process holds is left to it.
    """
    keys, ours = sorted(taken), {}
    for start in range(0, len(keys), _AT_A_TIME):
        some = Waiting.objects.select_for_update(skip_locked=True).filter(
            organization_id=organization_id, kind=kind, key__in=keys[start : start + _AT_A_TIME]
        )
        ours |= {key: pk for pk, key, stamp in some.values_list("pk", "key", "stamp") if taken[key] == stamp}
    held = list(ours.values())
    for start in range(0, len(held), _AT_A_TIME):
        Waiting.objects.filter(pk__in=held[start : start + _AT_A_TIME]).delete()
    return set(ours)


def put_off(organization_id: str, kind: str, keys: Iterable[str], by: datetime.timedelta) -> None:
    """This will have the follower leave something alone for a while."""
    held = Waiting.objects.filter(organization_id=organization_id, kind=kind, key__in=list(keys))
    held.update(not_before=timezone.now() + by)


def is_waiting_for(organization_id: str, person_id: str) -> bool:
    """This will say whether a person changed and was not judged since; for a note on the screen."""
    return Waiting.objects.filter(organization_id=organization_id, kind=Kind.PERSON, key=person_id).exists()


def queue() -> Queue:
    """This will say how many wait and how long, for whoever watches over the app."""
    with everybody():
        told = Waiting.objects.aggregate(number=Count("pk"), since=Min("since"))
    waited = 0 if told["since"] is None else (timezone.now() - told["since"]).total_seconds()
    return Queue(told["number"], max(0, int(waited)))
