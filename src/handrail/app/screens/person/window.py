"""The days that are left to ask for recovery support after an intensive program, as the engine counts them.

Where she has asked, the kept verdict says it. Where nobody has asked yet, no verdict is kept: the engine is asked about
her as a candidate of today. No rule stands here; the definition with a discharge window is found by its parameter.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from handrail.app.accounts.access import Viewer
from handrail.app.chart import reading
from handrail.app.chart.declared import attribute
from handrail.app.chart.owners import OF_THE_PROGRAM
from handrail.app.worklists.judging import editions
from handrail.app.worklists.models import Verdict
from handrail.definitions.rulebook import InForce
from handrail.engine.desk import Desk
from handrail.engine.evaluate import compiled, judge
from handrail.engine.results import as_json, sentence, verdicts
from handrail.records.holding import Records
from handrail.records.schema import tables

FACT = "days_since_intensive"
"""Counted since the discharge that opens the window."""
_DAYS = "discharge_window_days"
_NOT_RUNNING = ("not applicable", "pending")
"""Verdicts that say that no discharge has come yet: the window does not run."""

_here = threading.local()


@dataclass(frozen=True)
class Countdown:
    """How much of the window has gone: the definition's title, the verdict, and the days as they are known."""

    title: str
    service: str
    says: str
    verdict: str
    days: Any
    allowed: int
    has_asked: bool
    verdict_id: uuid.UUID | None = None

    @property
    def is_exact(self) -> bool:
        """Whether the days are documented to the day."""
        return isinstance(self.days, int)

    @property
    def left(self) -> int | None:
        """The days that are left; less than none where the window has closed."""
        return self.allowed - self.days if isinstance(self.days, int) else None


def windows() -> Iterator[tuple[InForce, str, int]]:
    """This will give each definition that has a window after a discharge, with the clause about it and its days."""
    for in_force in editions():
        edition = in_force.edition
        clause = next((one for one in edition.clauses if one.about == "admission" and FACT in one.holds), None)
        allowed = edition.values().get(_DAYS)
        if clause is not None and isinstance(allowed, int):
            yield in_force, clause.id, allowed


def countdown(viewer: Viewer, person_id: str) -> Countdown | None:
    """This will say how the window stands for somebody who left a program; None where no definition has one for her."""
    for in_force, clause, allowed in windows():
        edition = in_force.edition
        kept = Verdict.objects.filter(
            organization=viewer.organization, person_id=person_id, definition=edition.definition, clause=clause
        )
        told = kept.exclude(episode_id="").order_by("-judged_on", "-position").first()
        if told is not None:
            days = told.facts.get(FACT)
            asked = True, told.pk
            return Countdown(edition.title, edition.definition, told.says, told.verdict, days, allowed, *asked)
        return _as_candidate(viewer, person_id, in_force, clause, allowed)
    return None


def _as_candidate(viewer: Viewer, person_id: str, in_force: InForce, clause: str, allowed: int) -> Countdown | None:
    edition = in_force.edition
    plan = compiled(in_force, "admission", candidates=True)
    desk: Desk | None = getattr(_here, "desk", None)
    if desk is None:
        desk = _here.desk = Desk(memory="256MB", wait=False)
    desk.hold(Records({table: _arrow(viewer, table, person_id) for table in plan.tables}))
    judged = judge(desk, plan, as_of=viewer.today)
    for told in verdicts(judged):
        if told.clause == clause and told.context.get("person_id") == person_id:
            plain = as_json(told)
            says = sentence(edition.clause(clause), told.facts, plan.values) or edition.clause(clause).says
            days = plain["facts"].get(FACT)
            if told.verdict.value in _NOT_RUNNING:
                return None
            return Countdown(
                edition.title, edition.definition, says, told.verdict.value, days, allowed, has_asked=False
            )
    return None


def _arrow(viewer: Viewer, table: str, person_id: str) -> pa.Table:
    """What is known of her in one table, or all of it where the table is about the program."""
    declared = tables()[table]
    is_hers = table not in OF_THE_PROGRAM
    rows = reading.about(viewer, table, person=person_id) if is_hers else reading.rows(viewer, table)
    names = [
        "pk" if column.name == declared.key else rows.model._meta.get_field(attribute(column)).attname
        for column in declared.columns.values()
    ]
    columns = list(zip(*rows.order_by("pk").values_list(*names), strict=True)) or [()] * len(names)
    arrays = [pa.array(values, field.type) for values, field in zip(columns, declared.arrow_schema, strict=True)]
    return pa.table(arrays, schema=declared.arrow_schema)
