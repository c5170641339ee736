"""What a request rests on, frozen as it was seen: facts, verdicts, records, and the edition's own text.

Years later `rebuild` judges the frozen facts by the kept text and says where the answer differs from the one that was
sent: nowhere, or somebody changed a row behind the app's back.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.core.serializers.json import DjangoJSONEncoder
from ruamel.yaml import YAML

from handrail.app.accounts.access import Viewer
from handrail.app.authorizations.models import EditionText, Request, Submission
from handrail.app.chart import reading
from handrail.app.chart.declared import attribute
from handrail.app.worklists import judging
from handrail.app.worklists.models import Decision, Verdict
from handrail.definitions.document import Clause, Edition
from handrail.definitions.rulebook import InForce, packaged
from handrail.engine.compiling import compile_facts
from handrail.engine.evaluate import readings_of
from handrail.records.schema import tables
from handrail.subjects.catalog import Fact, subject

_ARROW = {
    "integer": pa.int64(),
    "decimal": pa.decimal128(18, 4),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "text": pa.string(),
    "clauses": pa.string(),
}


@dataclass(frozen=True)
class Frozen:
    """What goes with a request. `information` are the classes of it that a consent must cover."""

    content: Mapping[str, Any]
    information: tuple[str, ...]
    seal: str
    as_of: datetime.date
    edition: Edition


def freeze(looking: Viewer, request: Request) -> Frozen:
    """This will judge the person anew and put together what the payer will see, from her provider's records of today.

    Raises `LookupError` where the definition has nothing to say about this episode.
    """
    judging.judge_person(looking.organization.pk, request.person_id, looking.today)
    decision = latest_decision(looking, request)
    verdicts = verdicts_of(looking, request, decision)
    if not verdicts:
        raise LookupError("The definition says nothing about this episode yet.")
    edition = packaged().edition(f"{verdicts[0].definition}@{verdicts[0].edition}")
    clauses = {clause.id: clause for clause in edition.clauses}
    told = [_verdict(one, clauses.get(one.clause)) for one in verdicts]
    records = _records(looking, (record for one in told for record in one["evidence"]))
    episode = request.episode
    content = _plain(
        {
            "request": {
                "kind": request.get_kind_display(),
                "urgency": request.urgency,
                "attestation": request.attestation,
                "units": request.units,
                "starts_on": request.starts_on,
                "ends_on": request.ends_on,
                "narrative": request.narrative,
            },
            "person": _person(looking, request),
            "provider": {
                "organization": looking.organization.name,
                "program": episode.program.name,
                "requested_on": episode.requested_on,
                "admitted_on": episode.admitted_on,
                "discharged_on": episode.discharged_on,
            },
            "edition": {
                "definition": edition.definition,
                "edition": edition.name,
                "seal": edition.hash,
                "title": edition.title,
                "document": edition.source.document,
            },
            "subject": verdicts[0].subject,
            "key": verdicts[0].key,
            "judged_on": verdicts[0].judged_on,
            "decision": _decision(decision, edition) if decision else None,
            "verdicts": told,
            "records": records,
        }
    )
    return Frozen(content, classes_in(records), seal_of(content), looking.today, edition)


def latest_decision(looking: Viewer, request: Request) -> Decision | None:
    """This will give what the definition's decision about this episode came to last; None where it has no such one."""
    own = {"organization": looking.organization, "episode_id": request.episode_id, "definition": request.definition}
    found = Decision.objects.filter(**own, decision=request.decision).order_by("-judged_on", "-position")
    return found.first()


def verdicts_of(looking: Viewer, request: Request, decision: Decision | None) -> list[Verdict]:
    """This will give the verdicts behind a decision; without one, those about the admission."""
    own = {"organization": looking.organization, "episode_id": request.episode_id, "definition": request.definition}
    about = decision.subject if decision else "admission"
    found = Verdict.objects.filter(**own, subject=about).order_by("position", "pk")
    return [one for one in found if decision is None or one.key == decision.key]


def keep_text(edition: Edition) -> None:
    """This will keep an edition's text under its hash."""
    EditionText.objects.get_or_create(
        seal=edition.hash,
        defaults={
            "definition": edition.definition,
            "edition": edition.name,
            "text": Path(edition.file).read_bytes().replace(b"\r\n", b"\n").decode("utf-8"),
        },
    )


def rebuild(submission: Submission) -> list[str]:
    """This will judge what was frozen again, and say every difference; an empty list means: to the letter."""
    found = []
    content = submission.content
    if seal_of(content) != submission.seal:
        found.append("The content is not what was sealed.")
    kept = EditionText.objects.filter(seal=submission.edition_seal).first()
    if kept is None:
        return [*found, "The text of the edition is not there."]
    if hashlib.sha256(kept.text.encode()).hexdigest() != submission.edition_seal:
        return [*found, "The text of the edition was changed."]
    edition = Edition.model_validate(YAML(typ="safe").load(kept.text) | {"hash": kept.seal, "file": ""})
    row = _judged(edition, content["subject"], _facts_of(content["verdicts"]))
    for one in content["verdicts"]:
        if (came := row.get(f"verdict:{one['clause']}")) != one["verdict"]:
            found.append(f"{one['clause']}: {one['verdict']} was sent, and the facts come to {came}.")
    decision = content["decision"]
    if decision and (came := row.get(f"answer:{decision['decision']}")) != decision["answer"]:
        found.append(f"{decision['decision']}: {decision['answer']} was sent, and the facts come to {came}.")
    return found


def seal_of(content: Mapping[str, Any]) -> str:
    """This will give the SHA-256 of content: of its JSON with sorted keys, no spaces, in ASCII."""
    told = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(told.encode("ascii")).hexdigest()


def classes_in(records: Mapping[str, Any]) -> tuple[str, ...]:
    """This will name the classes of information that records belong to; who she is and that she is treated always."""
    known = table_classes()
    found = {"identity", "treatment", *(known[table] for table in records if table in known)}
    return tuple(sorted(found))


@cache
def table_classes() -> Mapping[str, str]:
    """This will give the class of each table that is about a person."""
    text = files("handrail.app.consent").joinpath("classes.yaml").read_text(encoding="utf-8")
    told = YAML(typ="safe").load(text)
    return {table: kind for kind, some in told.items() if isinstance(some, list) for table in some}


def _judged(edition: Edition, name: str, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    declared = subject(name).facts
    row: dict[str, Any] = {"number": 0}
    for fact in declared.values():
        row |= dict(zip(fact.columns, _values(fact, facts.get(fact.name)), strict=True))
    schema = pa.schema(
        [("number", pa.int64())]
        + [(column, _ARROW[fact.type]) for fact in declared.values() for column in fact.columns]
    )
    engine = judging.desk()
    engine.relate("frozen", pa.Table.from_pylist([row], schema=schema))
    values = edition.values(readings_of(edition, [InForce(edition, None, None)], {}))
    told = compile_facts(edition, name, values, "frozen")
    try:
        came: Mapping[str, Any] = engine.query(told.sql.sql(dialect=engine.dialect)).to_pylist()[0]
    finally:
        engine.release("frozen")
    return came


def _values(fact: Fact, told: Any) -> list[Any]:
    if fact.is_bounded:
        ends = [told.get("least"), told.get("most")] if isinstance(told, Mapping) else [told, told]
        return [_value(fact, end) for end in ends]
    return [_value(fact, told)]


def _value(fact: Fact, told: Any) -> Any:
    if told is None:
        return None
    if fact.type == "date":
        return datetime.date.fromisoformat(told)
    return Decimal(str(told)) if fact.type == "decimal" else told


def _facts_of(verdicts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {name: value for one in verdicts for name, value in one["facts"].items()}


def _verdict(one: Verdict, clause: Clause | None) -> dict[str, Any]:
    return {
        "clause": one.clause,
        "says": clause.says if clause else one.says,
        "with_numbers": one.says,
        "cite": clause.cite if clause else "",
        "duty": one.duty,
        "verdict": one.verdict,
        "facts": one.facts,
        "missing": one.missing,
        "evidence": one.evidence,
    }


def _decision(one: Decision, edition: Edition) -> dict[str, Any]:
    asked = edition.decisions[one.decision]
    return {
        "decision": one.decision,
        "says": asked.says,
        "answer": one.answer,
        "paths": one.paths,
        "deciding": one.deciding,
        "missing": one.missing,
    }


def _person(looking: Viewer, request: Request) -> dict[str, Any]:
    identity = reading.names(looking).filter(person_id=request.person_id).first()
    covered = reading.rows(looking, "coverage").filter(person_id=request.person_id).order_by("starts_on", "pk")
    return {
        "name": str(identity) if identity else "",
        "number": identity.number if identity else "",
        "birth_date": request.person.birth_date,
        "coverage": [
            {"payer": one.payer, "kind": one.payer_type, "since": one.starts_on, "until": one.ends_on}
            for one in covered
        ],
    }


def _records(looking: Viewer, evidence: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The records behind the clauses, by table: their declared columns, and when each was written down."""
    wanted: dict[str, set[str]] = {}
    for one in evidence:
        wanted.setdefault(one["table"], set()).add(one["id"])
    found = {}
    for table in sorted(wanted):
        declared = tables()[table]
        rows = reading.rows(looking, table).filter(pk__in=wanted[table]).order_by("pk")
        found[table] = [
            {
                "id": row.pk,
                "version": row.version,
                "entered_at": row.entered_at,
                "told": {
                    column.name: _cell(row, column)
                    for column in declared.columns.values()
                    if column.name != declared.key
                },
            }
            for row in rows
        ]
    return found


def _cell(row: Any, column: Any) -> Any:
    name = f"{attribute(column)}_id" if column.references else attribute(column)
    return getattr(row, name)


def _plain(content: Any) -> Any:
    """As JSON gives it back, so that the seal of what is kept is the seal of what was made."""
    return json.loads(json.dumps(content, cls=DjangoJSONEncoder))
