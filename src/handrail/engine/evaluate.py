"""Judging records by definitions: the one way in for the command line, the app and every test."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from handrail.definitions.document import Clause, Edition, Value
from handrail.definitions.rulebook import InForce
from handrail.engine.compiling import Compiled, compile_subject
from handrail.engine.gaps import with_gaps
from handrail.records.holding import Records


class Engine(Protocol):
    """What an engine does: hold records, show them as of a day, and answer SELECTs in its dialect."""

    dialect: str

    def hold(self, records: Records) -> None:
        """This will take up records, in place of those held before."""

    def show(self, names: Sequence[str], as_of: datetime.date) -> None:
        """This will make tables of records visible as of a day."""

    def query(self, sql: str) -> pa.Table:
        """This will run one SELECT and give its rows."""

    def relate(self, name: str, rows: pa.Table) -> None:
        """This will make rows available under a name."""

    def release(self, name: str) -> None:
        """This will let go of rows that were made available under a name."""

    def lay(self, name: str, files: Sequence[Path]) -> None:
        """This will make Parquet files of one kind available under a name."""

    def write(self, sql: str, file: Path, *, apart: bool = False) -> int:
        """This will run one SELECT straight into Parquet; gives the number of rows.

        `apart`: the rows of different persons have nothing to do with each other, so they may be written in portions.
        """


@dataclass(frozen=True)
class Scope:
    """Whom the answer is about: everybody, or one person, episode or program."""

    person_id: str | None = None
    episode_id: str | None = None
    program_id: str | None = None

    @property
    def columns(self) -> dict[str, str]:
        """The columns that the scope fixes, with their values."""
        named = {"person_id": self.person_id, "episode_id": self.episode_id, "program_id": self.program_id}
        return {name: value for name, value in named.items() if value is not None}


EVERYBODY = Scope()


@dataclass(frozen=True)
class Judged:
    """What one edition says about one subject: a row for each key, with facts, verdicts and answers as columns.

    Columns: the key and context, the facts, `verdict:<clause>`, `answer:<decision>`, `paths:<decision>` (names
    separated by spaces); after `gaps.with_gaps` also `missing:<clause>` and `deciding:<decision>`.
    """

    compiled: Compiled
    rows: pa.Table

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses judged, in the order of the source."""
        return self.compiled.clauses

    def counts(self, clause: str) -> dict[str, int]:
        """This will count the rows of each verdict of one clause."""
        counted = pc.value_counts(self.rows[f"verdict:{clause}"])
        return {pair["values"]: pair["counts"] for pair in counted.to_pylist()}

    def answers(self, decision: str) -> dict[str, int]:
        """This will count the rows of each answer of one decision."""
        counted = pc.value_counts(self.rows[f"answer:{decision}"])
        return {pair["values"]: pair["counts"] for pair in counted.to_pylist()}


class UnknownReadingError(Exception):
    """A reading was asked for that the definition does not have, or with an answer it does not offer."""


_PLANS: dict[tuple[object, ...], Compiled] = {}
"""Compiled SELECTs by edition, subject, readings and manner; compiling takes longer than judging one person."""


def compiled(
    in_force: InForce,
    name: str,
    *,
    readings: Mapping[str, Value] | None = None,
    candidates: bool = False,
    only: str | None = None,
    every_fact: bool = False,
) -> Compiled:
    """This will compile what an edition says about a subject, once for each set of readings."""
    own = dict(readings or {})
    edition = (in_force.edition.hash, in_force.edition.definition, in_force.since, in_force.until)
    key = (*edition, name, tuple(sorted(own.items())), candidates, only, every_fact)
    if key not in _PLANS:
        _PLANS[key] = compile_subject(
            in_force,
            name,
            values=in_force.edition.values(own),
            candidates=candidates,
            only=only,
            every_fact=every_fact,
        )
    return _PLANS[key]


def judge(
    engine: Engine,
    told: Compiled,
    *,
    as_of: datetime.date,
    scope: Scope = EVERYBODY,
    in_full: bool = True,
) -> Judged:
    """This will judge every row of one subject by one edition, with the records that the engine holds.

    `in_full` adds what is missing and which clauses decide.
    """
    engine.show(told.tables, as_of)
    rows = engine.query(select(told, engine.dialect, as_of, scope))
    order = [(name, "ascending") for name in dict.fromkeys(("judged_on", *told.context)) if name in rows.column_names]
    judged = Judged(told, rows.sort_by(order))
    return with_gaps(engine, judged) if in_full else judged


def select(told: Compiled, dialect: str, as_of: datetime.date, scope: Scope = EVERYBODY) -> str:
    """This will write the SELECT for one engine, day and scope. A subject without a column of the scope gives no rows."""
    sql = told.text(dialect, as_of)
    if not scope.columns:
        return sql
    tests = [
        exp.column(name).eq(value) if name in told.context else exp.false() for name, value in scope.columns.items()
    ]
    return f"SELECT * FROM ({sql}) AS scoped WHERE {exp.and_(*tests).sql(dialect=dialect)}"


def evaluate(
    engine: Engine,
    editions: Sequence[InForce],
    *,
    as_of: datetime.date,
    readings: Mapping[str, Value] | None = None,
    candidates: bool = False,
    scope: Scope = EVERYBODY,
    personal: bool = False,
    in_full: bool = True,
) -> Iterator[Judged]:
    """This will judge the records that an engine holds by each edition, subject by subject.

    Subjects that have no column of the scope are passed over; `personal` passes over those that are not about a
    person (a program's weeks, its staff), for an engine that holds the records of one person only. `readings` go to
    those editions that have them. Raises `UnknownReadingError` where none has one.
    """
    needed = {*scope.columns, "person_id"} if personal else set(scope.columns)
    for in_force in editions:
        own = readings_of(in_force.edition, editions, readings or {})
        for name in in_force.edition.subjects:
            told = compiled(in_force, name, readings=own, candidates=candidates)
            if needed <= set(told.context):
                yield judge(engine, told, as_of=as_of, scope=scope, in_full=in_full)


def readings_of(edition: Edition, editions: Sequence[InForce], asked: Mapping[str, Value]) -> dict[str, Value]:
    """This will give the readings asked for that an edition has, in the type of its own.

    Raises `UnknownReadingError` where no edition has one, or where the answer is not among those offered.
    """
    known = {name for in_force in editions for name in in_force.edition.readings}
    if unknown := sorted(set(asked) - known):
        raise UnknownReadingError(
            f"No definition here has a reading {', '.join(unknown)}. Known: {', '.join(sorted(known)) or 'none'}."
        )
    own: dict[str, Value] = {}
    for name, value in asked.items():
        reading = edition.readings.get(name)
        if reading is None:
            continue
        offered = {_plain(choice): choice for choice in (reading.chosen, *reading.instead)}
        if _plain(value) not in offered:
            raise UnknownReadingError(f"The reading {name} of {edition.definition} offers {', '.join(offered)}.")
        own[name] = offered[_plain(value)]
    return own


def _plain(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
