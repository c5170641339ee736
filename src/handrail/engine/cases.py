"""Running the worked examples of a definition, on any engine."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from handrail.definitions.cases import UNKNOWN, Cases, Expected, FactCase, Story
from handrail.definitions.document import Edition, Value
from handrail.definitions.rulebook import InForce
from handrail.engine.compiling import compile_facts
from handrail.engine.evaluate import EVERYBODY, Engine, Judged, compiled, judge, readings_of
from handrail.engine.gaps import with_gaps
from handrail.records.holding import from_rows
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
class Outcome:
    """What one example came to. `says` is empty where it came out as expected."""

    case: FactCase | Story
    says: str = ""


def run_cases(engine: Engine, edition: Edition, cases: Cases, about: str | None = None) -> Iterator[Outcome]:
    """This will run every example of an edition (or those about one subject) and say what came out otherwise."""
    facts: dict[tuple[Any, ...], list[FactCase]] = defaultdict(list)
    for case in cases.facts:
        if about in (None, case.about):
            facts[case.about, tuple(sorted(case.readings.items()))].append(case)
    for (name, readings), some in facts.items():
        yield from _run_facts(engine, edition, name, dict(readings), some)
    stories: dict[tuple[Any, ...], list[Story]] = defaultdict(list)
    for number, story in enumerate(cases.stories):
        if about in (None, story.about):
            apart = number if subject(story.about).compares_rows else -1
            stories[story.about, story.as_of, tuple(sorted(story.readings.items())), story.candidates, apart].append(
                story
            )
    for (name, as_of, readings, candidates, _), told in stories.items():
        yield from _run_stories(engine, edition, name, as_of, dict(readings), candidates, told)


def _run_facts(
    engine: Engine, edition: Edition, name: str, readings: Mapping[str, Value], cases: Sequence[FactCase]
) -> Iterator[Outcome]:
    facts = subject(name).facts
    wrong = {id(case): sorted(set(case.facts) - set(facts)) for case in cases}
    rows = [{"number": number} | _columns(case.facts, facts) for number, case in enumerate(cases)]
    schema = pa.schema(
        [("number", pa.int64())] + [(column, _ARROW[fact.type]) for fact in facts.values() for column in fact.columns]
    )
    engine.relate("given", pa.Table.from_pylist(rows, schema=schema))
    values = edition.values(readings_of(edition, [InForce(edition, None, None)], readings))
    told = compile_facts(edition, name, values, "given")
    judged = Judged(told, engine.query(told.sql.sql(dialect=engine.dialect)))
    got = {row["number"]: row for row in judged.rows.to_pylist()}
    if any(got[number][_column(case)] != case.expected for number, case in enumerate(cases)):
        got = {row["number"]: row for row in with_gaps(engine, judged).rows.to_pylist()}
    for number, case in enumerate(cases):
        came = got[number][_column(case)]
        if wrong[id(case)]:
            yield Outcome(case, f"{name} has no fact {', '.join(wrong[id(case)])}")
        elif came != case.expected:
            gaps = got[number].get(f"missing:{case.of}")
            yield Outcome(case, f"came to {came}" + (f", missing {gaps}" if gaps else ""))
        else:
            yield Outcome(case)


def _column(case: FactCase) -> str:
    return f"{'answer' if case.is_decision else 'verdict'}:{case.of}"


def _columns(given: Mapping[str, Any], facts: Mapping[str, Fact]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, value in given.items():
        fact = facts.get(name)
        if fact is None:
            continue
        if fact.is_bounded:
            least, most = value if isinstance(value, list) else (value, value)
            if value == UNKNOWN:
                least, most = None, None
            row |= {fact.columns[0]: _value(least, fact), fact.columns[1]: _value(most, fact)}
        else:
            row[name] = _value(value, fact)
    return row


def _value(value: Any, fact: Fact) -> Any:
    if value is None or value == UNKNOWN:
        return None
    return Decimal(str(value)) if fact.type == "decimal" else value


def _run_stories(
    engine: Engine,
    edition: Edition,
    name: str,
    as_of: datetime.date,
    readings: Mapping[str, Value],
    candidates: bool,
    stories: Sequence[Story],
) -> Iterator[Outcome]:
    """Stories of one day run together, each under ids of its own, so that none can see another."""
    rows: dict[str, list[dict[str, object]]] = defaultdict(list)
    for number, story in enumerate(stories):
        for table, some in story.records.items():
            rows[table] += [_own_ids(table, row, number) for row in some]
    engine.hold(from_rows(rows))
    in_force = InForce(edition, None, None)
    own = readings_of(edition, [in_force], readings)
    told = compiled(in_force, name, readings=own, candidates=candidates, every_fact=True)
    judged = judge(engine, told, as_of=as_of, scope=EVERYBODY, in_full=False)
    key = tuple(subject(name).key)
    found = {tuple(row[part] for part in key): row for row in judged.rows.to_pylist()}
    for number, story in enumerate(stories):
        faults = [
            fault
            for e in story.expected
            for fault in _unlike(found.get(_key(e.at, key, number)), e, subject(name).facts)
        ]
        yield Outcome(story, "; ".join(faults))


def _own_ids(table: str, row: Mapping[str, Any], number: int) -> dict[str, object]:
    ids = {column.name for column in tables()[table].columns.values() if column.type == "id"}
    return {
        name: f"{number}~{value}" if name in ids and value is not None else _typed(table, name, value)
        for name, value in row.items()
    }


def _typed(table: str, name: str, value: Any) -> Any:
    column = tables()[table].columns.get(name)
    if column is None or value is None:
        return value
    if column.type == "decimal":
        return Decimal(str(value))
    if column.type == "time" and isinstance(value, str):
        return datetime.datetime.fromisoformat(value)
    if column.type in ("code", "level", "credential", "text"):
        return str(value)
    return value


def _key(at: Mapping[str, Any], key: Iterable[str], number: int) -> tuple[Any, ...]:
    return tuple(_own_key(at[part], number) if part.endswith("_id") else at[part] for part in key)


def _own_key(value: str, number: int) -> str:
    prefix, colon, rest = str(value).rpartition(":")
    return f"{prefix}{colon}{number}~{rest}"


def _unlike(row: Mapping[str, Any] | None, expected: Expected, facts: Mapping[str, Fact]) -> Iterator[str]:
    at = ", ".join(f"{name} {value}" for name, value in expected.at.items())
    if row is None:
        yield f"there is no row at {at}"
        return
    for name, value in expected.facts.items():
        wanted = _columns({name: value}, facts)
        if not wanted:
            yield f"there is no fact {name}"
        for column, want in wanted.items():
            if row.get(column) != want:
                yield f"at {at}: {column} is {row.get(column)}, not {want}"
    for clause, verdict in expected.verdicts.items():
        if row[f"verdict:{clause}"] != verdict:
            yield f"at {at}: {clause} came to {row[f'verdict:{clause}']}, not {verdict}"
    for decision, answer in expected.decisions.items():
        word, _, path = answer.partition(" by ")
        if row[f"answer:{decision}"] != word:
            yield f"at {at}: {decision} came to {row[f'answer:{decision}']}, not {word}"
        elif path and path not in row[f"paths:{decision}"].split():
            yield f"at {at}: {decision} came by {row[f'paths:{decision}'] or 'no path'}, not {path}"
