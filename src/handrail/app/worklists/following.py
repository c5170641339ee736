"""Judging what waits, one portion after another, for as long as the app runs; and everybody once a local day has begun.

It may be killed at any time: see `waiting.py`. Start at `Follower.step`.
"""

from __future__ import annotations

import datetime
import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from handrail.app.accounts.models import Organization
from handrail.app.accounts.walls import everybody
from handrail.app.worklists import judging, waiting
from handrail.app.worklists.models import JudgedDay, Waiting

PORTION = 50
"""So many people or sessions are judged and kept together."""
PAUSE_SECONDS = 2.0
"""So long the follower sleeps when nothing waits."""
_AFTER_A_FAULT = datetime.timedelta(minutes=5)
_SHARE = 9
"""Programs rest for so many times the time that their judging took, for every session held touches its program."""
_ALONE = 0x68616E64
"""The number of the lock by which one follower of a PostgreSQL knows of another."""

_log = logging.getLogger(__name__)


class Follower:
    """Empties what waits. It keeps in mind until when programs rest, and which local days it has seen."""

    def __init__(self, *, clock: Callable[[], datetime.datetime] = timezone.now) -> None:
        self._clock = clock
        self._resting: dict[str, float] = {}
        self._seen: dict[str, datetime.date] = {}

    @everybody()
    def step(self) -> int:
        """This will judge one portion of what waits longest; gives how many it was, 0 where nothing is to be done now."""
        self.begin_days()
        due = Waiting.objects.filter(not_before__lte=self._clock()).order_by("since", "pk")
        resting = [one for one, until in self._resting.items() if until > time.monotonic()]
        due = due.exclude(kind__in=(Waiting.Kind.PROGRAM, Waiting.Kind.SESSIONS), organization_id__in=resting)
        first = due.exclude(kind=Waiting.Kind.SESSIONS).first() or due.first()
        if first is None:
            return 0
        same = due.filter(organization_id=first.organization_id, kind=first.kind)
        keys = list(same.values_list("key", flat=True)[:PORTION])
        began = time.monotonic()
        self._judge(first.organization_id, first.kind, keys)
        if first.kind in (Waiting.Kind.PROGRAM, Waiting.Kind.SESSIONS):
            ended = time.monotonic()
            self._resting[first.organization_id] = ended + _SHARE * (ended - began)
        return len(keys)

    def begin_days(self) -> None:
        """This will put everybody of an organization down whose day, where it is, is later than the last one judged."""
        for organization in Organization.objects.order_by("pk"):
            day = self._clock().astimezone(ZoneInfo(organization.time_zone)).date()
            if self._seen.get(organization.pk) != day:
                begin_day(organization, day)
                self._seen[organization.pk] = day

    def _judge(self, organization_id: str, kind: str, keys: list[str]) -> None:
        """Judge some together; where that fails, one by one, so that nobody waits for somebody else's fault."""
        try:
            judging.judge_waiting(organization_id, kind, keys)
        except (OperationalError, InterfaceError):
            raise
        except Exception as fault:
            if len(keys) > 1:
                for key in keys:
                    self._judge(organization_id, kind, [key])
                return
            _log.error("The %s %s could not be judged (%s).", kind, keys[0], type(fault).__name__)
            waiting.put_off(organization_id, kind, keys, _AFTER_A_FAULT)


@everybody()
def begin_day(organization: Organization, day: datetime.date) -> bool:
    """This will put everybody down once for a day, in one transaction with the note that it is done; says whether it did."""
    with transaction.atomic():
        held = JudgedDay.objects.select_for_update().filter(organization=organization).first()
        if held is not None and held.day >= day:
            return False
        judging.put_everybody_down(organization.pk, day)
    return True


def follow(
    *, until: Callable[[], bool], pause: float = PAUSE_SECONDS, beside: Callable[[], object] = lambda: None
) -> None:
    """This will judge what waits until it is told to stop. A second follower of the same database stands by.

    Where the database does not answer, it waits and tries again. `beside` is done after each portion, and while nothing
    waits: what else goes by the time, of rooms above this one.
    """
    judging.warm()
    while not until():
        try:
            with alone() as is_alone:
                follower = Follower()
                while is_alone and not until():
                    is_idle = not follower.step()
                    beside()
                    if is_idle:
                        time.sleep(pause)
        except DatabaseError as fault:
            _log.error("The database did not answer (%s); trying again.", type(fault).__name__)
            connection.close()
        time.sleep(pause)


@contextmanager
def alone() -> Iterator[bool]:
    """This will say whether no other process follows this database, and keep others from it until the block ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ALONE])
            (is_alone,) = cursor.fetchone()
        try:
            yield is_alone
        finally:
            if is_alone and connection.is_usable():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [_ALONE])
        return
    held = os.open(Path(settings.HOME) / "following.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(held)
