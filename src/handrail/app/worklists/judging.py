"""Asking the engine about one person as soon as something changed, or about everybody at night, and keeping the answers."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from handrail.app.accounts.access import today
from handrail.app.accounts.models import Organization
from handrail.app.chart.arrow import records_of, records_of_sessions
from handrail.app.worklists.models import Decision, Verdict
from handrail.app.worklists.standing import standing
from handrail.definitions.rulebook import InForce, packaged
from handrail.engine.desk import Desk
from handrail.engine.evaluate import Engine, Judged, compiled, evaluate, judge
from handrail.engine.evidence import evidence, evidence_tables
from handrail.engine.on_duckdb import DuckDB
from handrail.engine.results import as_json, decisions, sentence, verdicts

_here = threading.local()


def editions() -> list[InForce]:
    """This will give every edition of every definition that is judged by."""
    rulebook = packaged()
    return [told for definition in rulebook.files for told in rulebook.in_force(definition)]


def warm() -> None:
    """This will compile everything, so that the first person judged need not wait; for servers, before they fork."""
    for in_force in editions():
        for name in in_force.edition.subjects:
            compiled(in_force, name)


@contextmanager
def wait() -> Iterator[None]:
    """This will put off judging on every change until the block ends, for imports and the demo; judge then at once."""
    before = is_waiting()
    _here.is_waiting = True
    try:
        yield
    finally:
        _here.is_waiting = before


def is_waiting() -> bool:
    """This will say whether judging is put off in this thread."""
    return getattr(_here, "is_waiting", False)


def judge_person(organization_id: str, person_id: str, as_of: datetime.date | None = None) -> None:
    """This will judge one person by every definition, and keep the answers in place of those before."""
    judge_people(organization_id, [person_id], as_of)


def judge_people(organization_id: str, person_ids: Sequence[str], as_of: datetime.date | None = None) -> None:
    """This will judge some people by every definition: one reading of their records, one evaluation for all of them.

    The answers are those that each would have alone.
    """
    if not person_ids:
        return
    people = frozenset(person_ids)
    day = as_of or today(Organization.objects.get(pk=organization_id))
    engine = desk()
    engine.hold(records_of(organization_id, *sorted(people)))
    judged = list(evaluate(engine, editions(), as_of=day, personal=True))
    found = list(_kept(engine, judged, organization_id, day, only=people))
    with transaction.atomic():
        for model in (Verdict, Decision):
            model.objects.filter(organization_id=organization_id, person_id__in=people).delete()
        _save(found)


def judge_sessions(organization_id: str, session_ids: Sequence[str], as_of: datetime.date | None = None) -> None:
    """This will judge some sessions themselves: their size, their setting, who gave them. They are about no person."""
    if not session_ids:
        return
    day = as_of or today(Organization.objects.get(pk=organization_id))
    engine = desk()
    engine.hold(records_of_sessions(organization_id, session_ids))
    judged = [
        judge(engine, compiled(told, "session"), as_of=day) for told in editions() if "session" in told.edition.subjects
    ]
    found = list(_kept(engine, judged, organization_id, day))
    with transaction.atomic():
        old = Verdict.objects.filter(organization_id=organization_id, subject="session")
        old.filter(key__session_id__in=list(session_ids)).delete()
        _save(found)


def judge_everybody(organization_id: str, as_of: datetime.date | None = None) -> int:
    """This will judge everybody and every program of an organization; gives the number of answers kept."""
    day = as_of or today(Organization.objects.get(pk=organization_id))
    found: list[Any] = []
    with DuckDB() as engine:
        engine.hold(records_of(organization_id))
        for judged in evaluate(engine, editions(), as_of=day):
            found += _kept(engine, [judged], organization_id, day)
    with transaction.atomic():
        for model in (Verdict, Decision):
            model.objects.filter(organization_id=organization_id).delete()
        _save(found)
    return len(found)


def desk() -> Desk:
    """This will give this thread's desk: it keeps its plans, and may not be shared.

    It is opened late, so after a server has forked.
    """
    held: Desk | None = getattr(_here, "desk", None)
    if held is None:
        held = _here.desk = Desk()
    return held


def _kept(
    engine: Engine,
    several: Iterable[Judged],
    organization_id: str,
    day: datetime.date,
    only: frozenset[str] | None = None,
) -> Iterator[Verdict | Decision]:
    for judged in several:
        engine.show(evidence_tables(judged), day)
        clauses = {clause.id: clause for clause in judged.clauses}
        for told in verdicts(judged, evidence(engine, judged)):
            if only is None or told.context.get("person_id") in only:
                plain = as_json(told)
                stand = standing(judged, clauses[told.clause], told, day)
                says = sentence(clauses[told.clause], told.facts, judged.compiled.values) or clauses[told.clause].says
                yield Verdict(
                    **_about(told, plain, organization_id, day),
                    clause=told.clause,
                    duty=told.duty,
                    verdict=told.verdict.value,
                    says=says,
                    missing=plain.get("missing", []),
                    facts=plain.get("facts", {}),
                    evidence=plain.get("evidence", []),
                    stands=stand.stands,
                    due_on=stand.due_on,
                    days_late=stand.days_late,
                )
        for answer in decisions(judged):
            if only is None or answer.context.get("person_id") in only:
                plain = as_json(answer)
                yield Decision(
                    **_about(answer, plain, organization_id, day),
                    decision=answer.decision,
                    answer=answer.answer.value,
                    paths=list(answer.paths),
                    deciding=list(answer.deciding),
                    missing=plain.get("missing", []),
                )


def _about(told: Any, plain: dict[str, Any], organization_id: str, day: datetime.date) -> dict[str, Any]:
    return {
        "organization_id": organization_id,
        **{
            name: told.context.get(name) or told.key.get(name) or ""
            for name in ("person_id", "episode_id", "program_id")
        },
        "definition": told.definition,
        "edition": told.edition,
        "seal": told.hash,
        "subject": told.subject,
        "key": plain["key"],
        "judged_on": told.judged_on,
        "as_of": day,
    }


def _save(found: Sequence[Verdict | Decision]) -> None:
    Verdict.objects.bulk_create([one for one in found if isinstance(one, Verdict)], batch_size=500)
    Decision.objects.bulk_create([one for one in found if isinstance(one, Decision)], batch_size=500)
