"""What a request rests on, frozen as it was seen: facts, verdicts, records, and the edition's own text.

Years later `rebuild` judges the frozen facts by the kept text and says where the answer differs from the one that was
sent: nowhere, or somebody changed a row behind the app's back.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
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
from handrail.app.authorizations.sealing import seal_of
from handrail.app.chart import reading
from handrail.app.chart.declared import attribute
from handrail.app.chart.owners import ways_to
from handrail.app.consent.classes import in_order, of_table, of_words
from handrail.app.consent.models import Information
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


ALWAYS = frozenset({Information.IDENTITY, Information.TREATMENT, Information.COVERAGE})
"""The classes that every request holds: who she is, that and where she is treated, and who covers it."""


def freeze(looking: Viewer, request: Request) -> Frozen:
    """This will judge the person anew and put together what the payer will see, from her provider's records of today.

    Raises `LookupError` where the definition has nothing to say about this episode.
    """
    judging.judge_person(looking.organization.pk, request.person_id, looking.today)
    return put_together(looking, request)


def put_together(looking: Viewer, request: Request) -> Frozen:
    """This will do the same with the verdicts that are kept: what the payer would see, for the page of a draft."""
    decision = latest_decision(looking, request)
    verdicts = verdicts_of(looking, request, decision)
    if not verdicts:
        raise LookupError("The definition says nothing about this episode yet.")
    edition = packaged().edition(f"{verdicts[0].definition}@{verdicts[0].edition}")
    clauses = {clause.id: clause for clause in edition.clauses}
    told = [_verdict(one, clauses.get(one.clause)) for one in verdicts]
    records = _records(looking, request, (record for one in told for record in one["evidence"]))
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
            "as_of": looking.today,
            "subject": verdicts[0].subject,
            "key": verdicts[0].key,
            "judged_on": verdicts[0].judged_on,
            "decision": _decision(decision, edition) if decision else None,
            "verdicts": told,
            "records": records,
        }
    )
    return Frozen(content, classes_in(content), seal_of(content), looking.today, edition)


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
    try:
        return found + list(_differences(submission, edition))
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError):
        return [*(found or ["The content cannot be judged by this text."])]


def _differences(submission: Submission, edition: Edition) -> Iterator[str]:
    content, clauses = submission.content, {clause.id: clause for clause in edition.clauses}
    if content["edition"]["seal"] != submission.edition_seal:
        yield "The edition is not the one by which it was judged."
    if content["as_of"] != submission.as_of.isoformat():
        yield "The day is not the one on which it was frozen."
    if list(classes_in(content)) != list(submission.information):
        yield "The classes of information are not those of the content."
    row = _judged(edition, content["subject"], _facts_of(content["verdicts"]))
    for one in content["verdicts"]:
        clause = clauses[one["clause"]]
        if (one["says"], one["cite"]) != (clause.says, clause.cite):
            yield f"{one['clause']}: the words are not those of the edition."
        if (came := row.get(f"verdict:{one['clause']}")) != one["verdict"]:
            yield f"{one['clause']}: {one['verdict']} was sent, and the facts come to {came}."
    decision = content["decision"]
    if decision and (came := row.get(f"answer:{decision['decision']}")) != decision["answer"]:
        yield f"{decision['decision']}: {decision['answer']} was sent, and the facts come to {came}."


def classes_in(content: Mapping[str, Any]) -> tuple[str, ...]:
    """This will name the classes of information in what is frozen: of its records and words, and of what its facts tell."""
    words = {
        str(of_words(table, part))
        for table, rows in content["records"].items()
        for row in rows
        for part in row["words"]
    }
    told = classes_of(content["subject"], content["verdicts"])
    return in_order({*told, *words, *_of_tables(content["records"])})


def classes_of(about: str, verdicts: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """This will name the classes of information that verdicts tell: a fact is of the classes of the tables that show it."""
    declared = subject(about).facts
    told = {table for one in verdicts for fact in one["facts"] for table in declared[fact].evidence}
    shown = {record["table"] for one in verdicts for record in one["evidence"]}
    return in_order({*map(str, ALWAYS), *_of_tables(told | shown)})


def _of_tables(tables: Iterable[str]) -> set[str]:
    return {str(one) for table in tables if (one := of_table(table))}


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


def _records(
    looking: Viewer, request: Request, evidence: Iterable[Mapping[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """The records behind the clauses, by table: their declared columns, the words with them, and when they were written."""
    wanted: dict[str, set[str]] = {}
    for one in evidence:
        wanted.setdefault(one["table"], set()).add(one["id"])
    return {table: _rows(looking, request, table, wanted[table]) for table in sorted(wanted)}


def _rows(looking: Viewer, request: Request, table: str, ids: Collection[str]) -> list[dict[str, Any]]:
    declared, parts = tables()[table], _released(table)
    own = (
        reading.about(looking, table, person=request.person_id)
        if ways_to("person", table)
        else reading.rows(looking, table)
    )
    words = table_of_words(looking, table, ids)
    return [
        {
            "id": row.pk,
            "version": row.version,
            "entered_at": row.entered_at,
            "told": {
                column.name: _cell(row, column) for column in declared.columns.values() if column.name != declared.key
            },
            "words": {part: words[row.pk, part] for part in parts if (row.pk, part) in words},
        }
        for row in own.filter(pk__in=ids).order_by("pk")
    ]


def table_of_words(looking: Viewer, table: str, ids: Iterable[str]) -> dict[tuple[str, str], str]:
    """This will give the words that go along with released records, by record and part."""
    parts = _released(table)
    found = reading.wordings(looking, table, *ids) if parts else {}
    return {at: text for at, text in found.items() if at[1] in parts and text}


def _released(table: str) -> tuple[str, ...]:
    return tuple(one for one in _told().get(table, ()) if of_words(table, one) != Information.COUNSELING_NOTES)


@cache
def _told() -> Mapping[str, list[str]]:
    told: Mapping[str, list[str]] = YAML(typ="safe").load(
        files(__package__).joinpath("released.yaml").read_text(encoding="utf-8")
    )
    return told


def _cell(row: Any, column: Any) -> Any:
    name = f"{attribute(column)}_id" if column.references else attribute(column)
    return getattr(row, name)


def _plain(content: Any) -> Any:
    """As JSON gives it back, so that the seal of what is kept is the seal of what was made."""
    return json.loads(json.dumps(content, cls=DjangoJSONEncoder))
