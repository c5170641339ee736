"""What happens when the chart changes: what hangs on it is put down with the change, and judged at once where it is little."""

from __future__ import annotations

import logging

from handrail.app.chart.owners import OF_THE_PROGRAM
from handrail.app.chart.touched import Touched
from handrail.app.worklists import judging, waiting
from handrail.app.worklists.models import Verdict, Waiting

Kind = Waiting.Kind
MOST_AT_ONCE = 50
"""So many people are judged before the page goes on; more are left to `handrail judge --follow`."""
_MOST_SESSION_ANSWERS = 2000

_log = logging.getLogger(__name__)


def put_down(organization_id: str, touched: Touched) -> None:
    """This will put down what a change touches, in the change's own transaction."""
    for kind, keys in (
        (Kind.PERSON, touched.persons),
        (Kind.PROGRAM, touched.programs),
        (Kind.SESSION, touched.sessions),
        (Kind.SESSIONS, touched.whole),
    ):
        if keys:
            waiting.put(organization_id, kind, keys, grace=waiting.GRACE)
    if touched.sessions:
        waiting.touch(organization_id, Kind.SESSIONS, touched.programs)


def judge_at_once(organization_id: str, table: str, touched: Touched) -> None:
    """This will judge what a change touched, where it is little; the rest waits for the follower.

    A fault of the judging is logged and never the writer's: the change stands, and what it touches waits.
    """
    if judging.is_waiting():
        return
    try:
        if len(touched.persons) <= MOST_AT_ONCE:
            judging.judge_people(organization_id, sorted(touched.persons))
            if len(touched.sessions) <= MOST_AT_ONCE:
                judging.judge_sessions(organization_id, sorted(touched.sessions))
            if table in OF_THE_PROGRAM and _is_small(organization_id, touched):
                judging.judge_programs(organization_id, sorted(touched.programs))
                judging.judge_waiting(organization_id, Kind.SESSIONS, sorted(touched.whole))
    except Exception as fault:
        _log.error("What changed in %s was not judged at once (%s); it waits.", table, type(fault).__name__)


def _is_small(organization_id: str, touched: Touched) -> bool:
    """Whether the programs' own sessions are few."""
    own = Verdict.objects.filter(
        organization_id=organization_id, subject="session", program_id__in=touched.programs, person_id=""
    )
    return own.order_by()[: _MOST_SESSION_ANSWERS + 1].count() <= _MOST_SESSION_ANSWERS
