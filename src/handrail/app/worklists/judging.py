"""Asking the engine about one person as soon as something changed, or about everybody at night, and keeping the answers."""

from __future__ import annotations

import datetime
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import transaction
from django.utils import timezone

from handrail.app.accounts.access import today
from handrail.app.accounts.models import Organization
from handrail.app.accounts.walls import of_organization
from handrail.app.chart.arrow import records_of, records_of_programs, records_of_sessions
from handrail.app.chart.models import RECORDS
from handrail.app.worklists import waiting
from handrail.app.worklists.models import Decision, JudgedDay, Verdict, Waiting, question_id
from handrail.app.worklists.standing import standing
from handrail.definitions.rulebook import InForce, packaged
from handrail.engine.desk import Desk
from handrail.engine.evaluate import Engine, Judged, compiled, evaluate, judge
from handrail.engine.evidence import evidence, evidence_tables
from handrail.engine.results import as_json, decisions, sentence, verdicts

Kind = Waiting.Kind
_here = threading.local()
_AT_A_TIME = 200
"""So many people, sessions or programs are judged and kept together."""
_ROUNDS = 3
"""So often what changes meanwhile is judged anew at once; after that it is left to the follower."""


@cache
def editions() -> tuple[InForce, ...]:
    """This will give every edition of every definition that is judged by: those of the package, read once."""
    rulebook = packaged()
    return tuple(told for definition in rulebook.files for told in rulebook.in_force(definition))


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


def judge_people(organization_id: str, person_ids: Sequence[str], as_of: datetime.date | None = None) -> int:
    """This will judge some people by every definition: one reading of their records, one evaluation for all of them.

    The answers are those that each would have alone. Gives how many are kept now.
    """
    return _anew(organization_id, Kind.PERSON, person_ids, as_of)


def judge_sessions(organization_id: str, session_ids: Sequence[str], as_of: datetime.date | None = None) -> int:
    """This will judge some sessions themselves: their size, their setting, who gave them. They are about no person."""
    return _anew(organization_id, Kind.SESSION, session_ids, as_of)


def judge_programs(organization_id: str, program_ids: Sequence[str], as_of: datetime.date | None = None) -> int:
    """This will judge some programs: their weeks and days, licences and staff. Their sessions are judged apart."""
    return _anew(organization_id, Kind.PROGRAM, program_ids, as_of)


@of_organization
def judge_everybody(organization_id: str, as_of: datetime.date | None = None) -> int:
    """This will judge everybody and every program of an organization; gives the number of answers kept."""
    put_everybody_down(organization_id, as_of or today(Organization.objects.get(pk=organization_id)))
    held = Waiting.objects.filter(organization_id=organization_id)
    return sum(
        _anew(organization_id, kind, sorted(held.filter(kind=kind).values_list("key", flat=True)), as_of)
        for kind in Kind.values
    )


@of_organization
def put_everybody_down(organization_id: str, day: datetime.date) -> None:
    """This will put everybody and every program of an organization down to be judged for a day."""
    judged = Verdict.objects.filter(organization_id=organization_id).order_by()
    here = {"holder_id": organization_id, "is_withdrawn": False}
    with transaction.atomic():
        people = {*RECORDS["person"].objects.filter(**here).values_list("pk", flat=True)}
        people |= {*judged.exclude(person_id="").values_list("person_id", flat=True).distinct()}
        programs = {*RECORDS["program"].objects.filter(**here).values_list("pk", flat=True)}
        programs |= {*judged.filter(person_id="").values_list("program_id", flat=True).distinct()}
        waiting.ensure(organization_id, Kind.PERSON, people)
        waiting.ensure(organization_id, Kind.PROGRAM, programs)
        waiting.put(organization_id, Kind.SESSIONS, programs)
        Waiting.objects.filter(organization_id=organization_id, kind=Kind.SESSION).delete()
        JudgedDay.objects.update_or_create(organization_id=organization_id, defaults={"day": day})


def judge_waiting(organization_id: str, kind: str, keys: Sequence[str]) -> int:
    """This will judge some of what waits."""
    return _anew(organization_id, kind, keys, None)


@of_organization
def _anew(organization_id: str, kind: str, keys: Sequence[str], as_of: datetime.date | None) -> int:
    """Judge until what was asked is judged as it stands, some at a time, each some in a transaction of its own."""
    kept = 0
    for start in range(0, len(keys), _AT_A_TIME):
        left = list(keys[start : start + _AT_A_TIME])
        waiting.ensure(organization_id, kind, left)
        for _ in range(_ROUNDS):
            taken = waiting.take(organization_id, kind, left)
            if not taken:
                break
            found = _asked(organization_id, kind, sorted(taken), as_of)
            with transaction.atomic():
                ours = waiting.settle(organization_id, kind, taken)
                _forget(organization_id, kind, ours)
                kept += _save([one for one in found if _key(kind, one) in ours])
            left = sorted(set(taken) - ours)
            if not left:
                break
    return kept


def _asked(
    organization_id: str, kind: str, keys: Sequence[str], as_of: datetime.date | None
) -> list[Verdict | Decision]:
    """What the engine says today about people, sessions or programs."""
    day = as_of or today(Organization.objects.get(pk=organization_id))
    engine = desk()
    if kind == Kind.PERSON:
        engine.hold(records_of(organization_id, *keys))
        judged = list(evaluate(engine, editions(), as_of=day, personal=True))
    else:
        of_sessions = kind == Kind.SESSION
        engine.hold((records_of_sessions if of_sessions else records_of_programs)(organization_id, keys))
        judged = [
            judge(engine, told, as_of=day)
            for in_force in editions()
            for name in in_force.edition.subjects
            if (name == "session") == (kind in (Kind.SESSION, Kind.SESSIONS))
            and "person_id" not in (told := compiled(in_force, name)).context
        ]
    asked = frozenset(keys)
    return list(_kept(engine, judged, organization_id, day, lambda told: _of(kind, told) in asked))


def _of(kind: str, told: Any) -> str:
    """The person, session or program that an answer of the engine is about."""
    name = {Kind.PERSON: "person_id", Kind.SESSION: "session_id"}.get(Kind(kind), "program_id")
    return str(told.context.get(name) or told.key.get(name) or "")


def _key(kind: str, kept: Verdict | Decision) -> str:
    """The same of an answer that is kept."""
    if kind == Kind.SESSION:
        return str(kept.key["session_id"])
    return kept.person_id if kind == Kind.PERSON else kept.program_id


def _forget(organization_id: str, kind: str, keys: Iterable[str]) -> None:
    """Delete the answers before."""
    for model in (Verdict, Decision):
        old = model.objects.filter(organization_id=organization_id)
        if kind == Kind.PERSON:
            old.filter(person_id__in=keys).delete()
        elif kind == Kind.SESSION:
            old.filter(person_id="", subject="session", key__session_id__in=list(keys)).delete()
        elif kind == Kind.SESSIONS:
            old.filter(person_id="", subject="session", program_id__in=keys).delete()
        else:
            old.filter(person_id="", program_id__in=keys).exclude(subject="session").delete()


def desk() -> Desk:
    """This will give this thread's desk: it keeps its plans, and may not be shared.

    It is opened late, so after a server has forked.
    """
    held: Desk | None = getattr(_here, "desk", None)
    if held is None:
        held = _here.desk = Desk(wait=False)
    return held


def _kept(
    engine: Engine,
    several: Iterable[Judged],
    organization_id: str,
    day: datetime.date,
    is_asked: Callable[[Any], bool],
) -> Iterator[Verdict | Decision]:
    now, places = timezone.now(), Counter[tuple[str, ...]]()

    def about(told: Any, plain: dict[str, Any], name: str) -> dict[str, Any]:
        ids = {
            part: told.context.get(part) or told.key.get(part) or ""
            for part in ("person_id", "episode_id", "program_id")
        }
        among = (
            (ids["person_id"],)
            if ids["person_id"]
            else ("", told.key.get("session_id") or ids["program_id"], told.subject)
        )
        places[among] += 1
        return ids | {
            "id": question_id(organization_id, told.definition, name, told.subject, plain["key"]),
            "organization_id": organization_id,
            "definition": told.definition,
            "edition": told.edition,
            "seal": told.hash,
            "subject": told.subject,
            "key": plain["key"],
            "judged_on": told.judged_on,
            "as_of": day,
            "judged_at": now,
            "position": places[among],
        }

    for judged in several:
        engine.show(evidence_tables(judged), day)
        clauses = {clause.id: clause for clause in judged.clauses}
        for told in verdicts(judged, evidence(engine, judged)):
            if is_asked(told):
                plain = as_json(told)
                stand = standing(judged, clauses[told.clause], told, day)
                says = sentence(clauses[told.clause], told.facts, judged.compiled.values) or clauses[told.clause].says
                yield Verdict(
                    **about(told, plain, f"clause:{told.clause}"),
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
            if is_asked(answer):
                plain = as_json(answer)
                yield Decision(
                    **about(answer, plain, f"decision:{answer.decision}"),
                    decision=answer.decision,
                    answer=answer.answer.value,
                    paths=list(answer.paths),
                    deciding=list(answer.deciding),
                    missing=plain.get("missing", []),
                )


def _save(found: Sequence[Verdict | Decision]) -> int:
    """Keep answers. A question that was another group's before (a member of staff changed programs) is answered anew."""
    for model in (Verdict, Decision):
        model.objects.bulk_create(
            [one for one in found if isinstance(one, model)],
            batch_size=500,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[field.name for field in model._meta.concrete_fields if not field.primary_key],
        )
    return len(found)
